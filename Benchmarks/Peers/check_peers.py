"""Compares labbook with PyTorch, transformers, TRL, verl and Gymnasium on inputs drawn anew, and prints a table.

    check_peers.py BENCHMARK [--seed N] [--only NAME]        (`make check-peers`; BENCHMARK is the Swift program)

Exits with 1 if anything disagrees. The Swift side of most checks is the test suite itself, which reads the
drawn values in place of its goldens.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
os.environ.update(
    HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TQDM_DISABLE="1", OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
)


def python(*arguments) -> str:
    run = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode != 0:
        raise AssertionError((run.stdout + run.stderr).strip()[-2000:])
    return run.stdout


def swift_tests(suite: str, **environment) -> str:
    """Runs one suite of the tests that are built, and returns how many test cases passed."""
    arguments = ["swift", "test", "-c", "release", "--skip-build", "--filter", suite]
    arguments += os.environ.get("SWIFT_TEST_ARGUMENTS", "").split()
    run = subprocess.run(
        arguments, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    told = run.stdout + run.stderr
    if run.returncode != 0:
        problems = [
            line for line in told.splitlines() if re.search(r"↳ .*(off by|got |failed)|error:", line)
        ]
        raise AssertionError("\n".join(problems[:10]) or told[-2000:])
    cases = sum(int(n) - 1 for n in re.findall(r"with (\d+) test cases passed", told))
    passed = re.findall(r"Test run with (\d+) tests? in (\d+) suites? passed", told)
    if not passed or passed[-1][0] == "0":
        raise AssertionError(f"no test of {suite} ran")
    return f"{int(passed[-1][0]) + cases} test cases"


def check_transformer(options, folder) -> str:
    script = ROOT / "Tests/NeuralNetworksTests/Goldens/torch_transformer.py"
    python(script, options.seed, folder / "transformer.safetensors")
    return swift_tests(
        "TransformerReferenceTests", PEER_TRANSFORMER=str(folder / "transformer.safetensors")
    )


def check_formulas(options, folder) -> str:
    sys.path.insert(0, str(FOLDER))
    import peer_formulas

    path = folder / "formulas.json"
    path.write_text(json.dumps(peer_formulas.values(options.seed)))
    return swift_tests("PeerFormulaTests", PEER_FORMULAS=str(path))


def our_logits(benchmark, folder, tokens) -> list[float]:
    command = f"logits folder={folder} tokens={','.join(map(str, tokens))}\n"
    run = subprocess.run([benchmark], input=command, capture_output=True, text=True)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    return json.loads(run.stdout)["logits"]


def their_logits(model, tokens):
    import torch

    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].flatten().tolist()


def largest_gap(ours, theirs) -> float:
    """The largest difference, as a share of the largest logit."""
    assert len(ours) == len(theirs), f"{len(ours)} logits, {len(theirs)} from transformers"
    return max(abs(a - b) for a, b in zip(ours, theirs)) / max(map(abs, theirs))


def check_their_checkpoint(options, folder) -> str:
    """transformers writes tiny random Llamas, labbook reads them."""
    import torch
    import transformers

    worst = 0.0
    shapes = random.Random(options.seed)
    for case in range(4):
        torch.manual_seed(options.seed + case)
        heads = shapes.choice([1, 2, 3, 4])
        width = heads * shapes.choice([4, 8, 12])
        config = transformers.LlamaConfig(
            vocab_size=shapes.randrange(7, 90), hidden_size=width,
            intermediate_size=shapes.randrange(5, 70), num_hidden_layers=shapes.choice([1, 2, 3]),
            num_attention_heads=heads, max_position_embeddings=48, initializer_range=0.4,
            tie_word_embeddings=case % 2 == 0, rms_norm_eps=1e-6, bos_token_id=None,
            eos_token_id=1, pad_token_id=0,
        )
        model = transformers.LlamaForCausalLM(config).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name.endswith("norm.weight"):
                    parameter.add_(0.3 * torch.randn_like(parameter))
        place = folder / f"theirs{case}"
        model.save_pretrained(place)
        tokens = [shapes.randrange(config.vocab_size) for _ in range(shapes.randrange(1, 48))]
        worst = max(worst, largest_gap(our_logits(options.benchmark, place, tokens), their_logits(model, tokens)))
    assert worst <= 1e-4, f"logits differ by {worst:.1e} of the largest"
    return f"4 models, logits within {worst:.1e} of the largest"


def check_our_checkpoint(options, folder) -> str:
    """labbook writes tiny random Llamas, transformers reads them."""
    import transformers

    worst = 0.0
    for case, (layers, width, heads, vocabulary) in enumerate([(1, 24, 3, 11), (2, 32, 4, 40), (3, 16, 1, 7)]):
        place = folder / f"ours{case}"
        place.mkdir()
        command = (
            f"export folder={place} seed={options.seed + case} layers={layers} width={width} "
            f"heads={heads} vocabulary={vocabulary}\n"
        )
        subprocess.run([options.benchmark], input=command, text=True, check=True, capture_output=True)
        model, told = transformers.AutoModelForCausalLM.from_pretrained(place, output_loading_info=True)
        for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
            assert not told[problem], f"{problem}: {told[problem]}"
        assert type(model).__name__ == "LlamaForCausalLM", type(model).__name__
        tokens = [(7 * i + i * i) % vocabulary for i in range(30)]
        worst = max(worst, largest_gap(our_logits(options.benchmark, place, tokens), their_logits(model.eval(), tokens)))
    assert worst <= 1e-4, f"logits differ by {worst:.1e} of the largest"
    return f"3 models, logits within {worst:.1e} of the largest"


def check_our_reward_model(options, folder) -> str:
    """labbook writes reward models, transformers reads them as classifiers of sequences with one label."""
    import torch
    import transformers

    worst = 0.0
    for case, (layers, width, heads, vocabulary) in enumerate([(1, 24, 3, 11), (2, 32, 4, 40)]):
        place = folder / f"reward{case}"
        place.mkdir()
        command = (
            f"export folder={place} seed={options.seed + case} layers={layers} width={width} "
            f"heads={heads} vocabulary={vocabulary} scalar=1\n"
        )
        subprocess.run([options.benchmark], input=command, text=True, check=True, capture_output=True)
        model, told = transformers.AutoModelForSequenceClassification.from_pretrained(
            place, output_loading_info=True
        )
        for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
            assert not told[problem], f"{problem}: {told[problem]}"
        # Token 0 pads: none of the texts holds it.
        tokens = [1 + (7 * i + i * i) % (vocabulary - 1) for i in range(30)]
        for length in (1, 2, 17, 30):
            ours = our_logits(options.benchmark, place, tokens[:length])
            with torch.no_grad():
                theirs = model.eval()(torch.tensor([tokens[:length]])).logits[0].tolist()
            worst = max(worst, largest_gap(ours, theirs))
    assert worst <= 1e-4, f"rewards differ by {worst:.1e} of their size"
    return f"2 models, 4 texts each, rewards within {worst:.1e} of their size"


def check_reference(options, _) -> str:
    """The PyTorch network of the other checks is itself Llama's where it should be."""
    import torch
    import transformers

    sys.path.insert(0, str(FOLDER))
    from reference_transformer import Config, ReferenceTransformer

    worst = 0.0
    for tied in (True, False):
        torch.manual_seed(options.seed)
        config = transformers.LlamaConfig(
            vocab_size=30, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
            num_attention_heads=3, max_position_embeddings=32, initializer_range=0.4,
            tie_word_embeddings=tied, rms_norm_eps=1e-6, bos_token_id=None, eos_token_id=1,
        )
        model = transformers.LlamaForCausalLM(config).eval()
        ours = ReferenceTransformer(
            Config(30, layers=2, width=24, heads=3, feed_forward=40, context=32, tied_head=tied)
        )
        weights = {k: v for k, v in model.state_dict().items() if k in ours.state_dict()}
        ours.load_state_dict(weights, strict=True)
        tokens = torch.randint(30, (1, 32))
        with torch.no_grad():
            a, b = ours(tokens).flatten().tolist(), model(tokens).logits.flatten().tolist()
        worst = max(worst, largest_gap(a, b))
    assert worst <= 1e-5, f"logits differ by {worst:.1e} of the largest"
    return f"2 models, logits within {worst:.1e} of the largest"


def check_tokenizers(*_) -> str:
    told = python(FOLDER / "check_tokenizers.py").strip().splitlines()
    return f"{len(told)} lines, last: {told[-1]}" if told else "passed"


def check_cartpole(options, folder) -> str:
    """Episodes of the installed Gymnasium, on the states that the tests' golden has."""
    script = ROOT / "Tests/EnvironmentsTests/Goldens/export_cartpole.py"
    live = python(script)
    recorded = (script.parent / "cartpole.csv").read_text()
    assert live == recorded, "Gymnasium's episodes are not those of cartpole.csv any more"
    return f"{len(live.splitlines()) - 1} states bit for bit; " + swift_tests("CartPoleTests")


def check_environments(options, folder) -> str:
    """Episodes, tables and limits of the installed Gymnasium, with random seeds, actions and settings."""
    script = ROOT / "Tests/EnvironmentsTests/Goldens/export_gymnasium.py"
    place = folder / "gymnasium"
    place.mkdir()
    python(script, "--folder", place, "--seed", options.seed, "--episodes", 20)
    states = sum(len(path.read_text().splitlines()) - 1 for path in place.glob("*.csv"))
    told = swift_tests("Gymnasium|TaxiTests", PEER_GYMNASIUM=str(place))
    return f"{states} states and the tables of transitions; {told}"


CHECKS = {
    "reference": ("the reference network against transformers' Llama", check_reference),
    "transformer": ("forward, gradients, AdamW against PyTorch", check_transformer),
    "theirs": ("Llama checkpoints: transformers → labbook", check_their_checkpoint),
    "ours": ("Llama checkpoints: labbook → transformers", check_our_checkpoint),
    "reward": ("reward models: labbook → transformers", check_our_reward_model),
    "tokenizers": ("tokenizer.json against transformers", check_tokenizers),
    "formulas": ("advantages, losses, KL against TRL and verl", check_formulas),
    "cartpole": ("CartPole against Gymnasium", check_cartpole),
    "environments": ("the other environments against Gymnasium", check_environments),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("benchmark")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--only", choices=CHECKS, action="append")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    import transformers

    transformers.logging.set_verbosity_error()
    print(f"Seed {options.seed}\n", flush=True)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or CHECKS:
            title, check = CHECKS[name]
            try:
                outcome, told = "agrees", check(options, Path(folder))
            except Exception as problem:
                outcome, told, failed = "DIFFERS", f"{problem}".strip() or repr(problem), True
            told = told.replace("\n", f"\n{'':<59}")
            print(f"{title:<50}{outcome:<9}{told}", flush=True)
    sys.exit(1 if failed else 0)


main()
