"""Trains SmolLM2-135M-Instruct with TRL's GRPO, RLOO or DPO to add two numbers of one digit.

    python train.py --config config.json --seed 0 --output DIR

A prompt is one sum with its answer and then `3+5=`, and a completion is paid 1 if it is the sum and the line ends there, as
the line that is shown. Problems of a fifth of the pairs of numbers are kept for the test, whose accuracy is that of the
greedy completions. What TRL logs is left in DIR/trainer_state.json.
"""

import argparse
import json
import random
from pathlib import Path

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback, set_seed
from trl import DPOConfig, DPOTrainer, GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

MODEL = Path(__file__).parent / "models" / "SmolLM2-135M-Instruct"

# Shown before every problem, so that a model of this size knows what is asked.
SHOWN = "2+3=5\n"

# An answer has two digits at most, and then the line ends.
LONGEST_ANSWER = 3

DEFAULTS = {
    "algorithm": "grpo",  # or rloo, dpo
    "threads": 1,
    "steps": 20,
    "evaluate_every": 10,
    "trained_layers": 30,  # the last ones; with all 30 the embeddings are trained too, which takes 3 GB
    "pairs": {"prompts": 64, "samples_per_prompt": 8},  # of DPO
    "report_to": "none",
    "trainer": {},  # goes to GRPOConfig, RLOOConfig or DPOConfig as it is
}


def problems() -> tuple[list[str], list[str]]:
    """The prompts for training and those for the test, which share no pair of numbers in either order."""
    pairs = [(first, second) for first in range(10) for second in range(first, 10)]
    random.Random(0).shuffle(pairs)
    held_out = len(pairs) // 5
    return prompts(pairs[held_out:]), prompts(pairs[:held_out])


def prompts(pairs: list[tuple[int, int]]) -> list[str]:
    """The problems of pairs of numbers, in both orders."""
    return sorted({f"{SHOWN}{x}+{y}=" for a, b in pairs for x, y in ((a, b), (b, a))})


def is_right(prompt: str, completion: str) -> bool:
    first, second = map(int, prompt.removeprefix(SHOWN).rstrip("=").split("+"))
    answer, end, _ = completion.partition("\n")
    return end == "\n" and answer == str(first + second)


def right_answer(prompts: list[str], completions: list[str], **_) -> list[float]:
    return [float(is_right(*pair)) for pair in zip(prompts, completions)]


def complete(model, tokenizer, prompts: list[str], **how) -> list[str]:
    """Completions of the prompts, in batches of 64."""
    texts = []
    with torch.no_grad():
        for start in range(0, len(prompts), 64):
            batch = tokenizer(prompts[start : start + 64], return_tensors="pt", padding=True)
            tokens = model.generate(
                **batch, max_new_tokens=LONGEST_ANSWER, pad_token_id=tokenizer.pad_token_id, **how
            )
            texts += tokenizer.batch_decode(tokens[:, batch.input_ids.shape[1] :], skip_special_tokens=True)
    return texts


class TestAccuracy(TrainerCallback):
    """Logs the accuracy on the test's problems at the start, every few steps, and at the end."""

    def __init__(self, prompts: list[str], tokenizer, every: int):
        self.prompts, self.tokenizer, self.every = prompts, tokenizer, every
        self.trainer = None

    def measure(self, model) -> None:
        model.eval()
        answers = complete(model, self.tokenizer, self.prompts, do_sample=False)
        model.train()
        right = sum(is_right(*pair) for pair in zip(self.prompts, answers))
        self.trainer.log({"test_accuracy": right / len(self.prompts)})

    def on_step_begin(self, args, state, control, model, **_):
        if state.global_step % self.every == 0:
            self.measure(model)

    def on_train_end(self, args, state, control, model, **_):
        self.measure(model)


def preference_pairs(model, tokenizer, prompts: list[str], of_each: int, random_state) -> Dataset:
    """Pairs of a right and a wrong completion of one prompt, sampled from the model before training."""
    repeated = [prompt for prompt in prompts for _ in range(of_each)]
    sampled = complete(model, tokenizer, repeated, do_sample=True, temperature=1.0, top_k=0)
    pairs = []
    for prompt in prompts:
        answers = sorted({answer for asked, answer in zip(repeated, sampled) if asked == prompt})
        right = [answer for answer in answers if is_right(prompt, answer)]
        wrong = [answer for answer in answers if not is_right(prompt, answer)]
        random_state.shuffle(wrong)
        pairs += [{"prompt": prompt, "chosen": r, "rejected": w} for r, w in zip(right, wrong)]
    if not pairs:
        raise SystemExit("train.py: no prompt has a right and a wrong completion; sample more of each")
    return Dataset.from_list(pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    config = DEFAULTS | json.loads(arguments.config.read_text())
    if unknown := config.keys() - DEFAULTS.keys():
        raise SystemExit(f"train.py: unknown settings {', '.join(sorted(unknown))}")
    torch.set_num_threads(config["threads"])
    set_seed(arguments.seed)
    order = random.Random(arguments.seed)

    tokenizer = AutoTokenizer.from_pretrained(MODEL, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    if config["trained_layers"] < len(model.model.layers):
        model.requires_grad_(False)
        model.model.norm.requires_grad_(True)
        for layer in model.model.layers[-config["trained_layers"] :]:
            layer.requires_grad_(True)

    train_prompts, test_prompts = problems()
    order.shuffle(train_prompts)
    common = {
        "output_dir": str(arguments.output),
        "seed": arguments.seed,
        "max_steps": config["steps"],
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": config["report_to"],
        "use_cpu": True,
        "bf16": False,
        "activation_checkpointing": False,
        "disable_tqdm": True,
        "lr_scheduler_type": "constant",
    } | config["trainer"]

    accuracy = TestAccuracy(test_prompts, tokenizer, config["evaluate_every"])
    parts = {"model": model, "processing_class": tokenizer, "callbacks": [accuracy]}
    if config["algorithm"] == "dpo":
        asked = train_prompts[: config["pairs"]["prompts"]]
        parts["train_dataset"] = preference_pairs(
            model, tokenizer, asked, config["pairs"]["samples_per_prompt"], order
        )
        trainer = DPOTrainer(args=DPOConfig(**common), **parts)
    else:
        Config, Trainer = {"grpo": (GRPOConfig, GRPOTrainer), "rloo": (RLOOConfig, RLOOTrainer)}[
            config["algorithm"]
        ]
        parts["train_dataset"] = Dataset.from_list([{"prompt": prompt} for prompt in train_prompts])
        trainer = Trainer(
            args=Config(max_completion_length=LONGEST_ANSWER, **common), reward_funcs=right_answer, **parts
        )
    accuracy.trainer = trainer
    trainer.train()
    trainer.save_state()


if __name__ == "__main__":
    main()
