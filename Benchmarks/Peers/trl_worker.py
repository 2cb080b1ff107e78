"""Seconds and memory of whole steps of TRL's GRPOTrainer, as one line of JSON.

    trl_worker.py STEPS [PROMPTS GROUP PROMPT_TOKENS NEW_TOKENS]

A Llama of size S (4 layers, width 128, 4 heads), random weights, single precision, TRL's defaults otherwise: no
reference, one update per batch. Prompts are of one length, and no token ends a completion, so that every
completion has the same length on both sides. The reward is the share of even tokens.
"""

import json
import os
import resource
import statistics
import sys
import tempfile
import time
import warnings

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TQDM_DISABLE="1")
warnings.simplefilter("ignore")

import torch  # noqa: E402
import transformers  # noqa: E402
import trl  # noqa: E402
from datasets import Dataset  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402

steps = int(sys.argv[1])
prompts, group, prompt_tokens, new_tokens = map(int, sys.argv[2:6] or (8, 8, 16, 64))
torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
torch.manual_seed(1)

# The end token is none that the network knows.
words = {f"t{i}": i for i in range(64)} | {"<end>": 64}
words_model = Tokenizer(models.WordLevel(words, unk_token="t0"))
words_model.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer = transformers.PreTrainedTokenizerFast(
    tokenizer_object=words_model, eos_token="<end>", pad_token="t0", padding_side="left"
)
config = transformers.LlamaConfig(
    vocab_size=64, hidden_size=128, intermediate_size=352, num_hidden_layers=4,
    num_attention_heads=4, max_position_embeddings=128, tie_word_embeddings=True, pad_token_id=0,
    eos_token_id=64, bos_token_id=None,
)
model = transformers.LlamaForCausalLM(config)
numbers = torch.randint(64, (prompts * (steps + 3), prompt_tokens)).tolist()
dataset = Dataset.from_dict({"prompt": [" ".join(f"t{i}" for i in row) for row in numbers]})


def reward(completion_ids, **_):
    return [sum(i % 2 == 0 for i in ids) / len(ids) for ids in completion_ids]


class Clock(transformers.TrainerCallback):
    """The processor's time at the end of every step."""

    times = []

    def on_step_end(self, *args, **kwargs):
        self.times.append(time.process_time())


with tempfile.TemporaryDirectory() as folder:
    settings = trl.GRPOConfig(
        output_dir=folder, use_cpu=True, bf16=False, report_to=[], disable_tqdm=True,
        per_device_train_batch_size=prompts * group, num_generations=group,
        gradient_accumulation_steps=1, max_completion_length=new_tokens, max_steps=steps + 2,
        save_strategy="no", seed=1,
    )
    trainer = trl.GRPOTrainer(
        model=model, args=settings, train_dataset=dataset, processing_class=tokenizer,
        reward_funcs=reward, callbacks=[Clock()],
    )
    printed, sys.stdout = sys.stdout, open(os.devnull, "w")
    trainer.train()
    sys.stdout = printed
    lengths = trainer.state.log_history[0]["completions/mean_length"] if trainer.state.log_history else None

seconds = [b - a for a, b in zip(Clock.times[1:], Clock.times[2:])]
print(
    json.dumps(
        {
            "seconds": statistics.median(seconds), "steps": len(seconds), "mean_length": lengths,
            "tokens": prompts * group * new_tokens,
            "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "parameters": sum(p.numel() for p in model.parameters()),
            "trl": trl.__version__, "transformers": transformers.__version__,
        }
    )
)
