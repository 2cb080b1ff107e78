"""Measures labbook beside PyTorch and TRL in one run, on one thread, and prints ratios with their targets.

    bench_peers.py BENCHMARK [--quick]        (`make bench-peers`; BENCHMARK is the Swift program)

Every comparison takes turns: ours, PyTorch as it is installed ("plain"), PyTorch with MKL switched to AVX-512
("tuned", through mkl_avx512.c), and again. A figure is the median over rounds, a ratio the median of the ratios
within rounds. Seconds are the processor's.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("OPENBLAS_", "OMP_", "MKL_", "KMP_", "LD_PRELOAD"))
} | {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}


class Worker:
    """A process that answers lines of commands with lines of JSON."""

    def __init__(self, arguments, environment):
        self.process = subprocess.Popen(
            arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, command: str) -> dict:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"a worker ended at: {command}")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def progress(text: str):
    print(text, file=sys.stderr, flush=True)


def rounds(count: int, contestants: dict) -> dict[str, list[dict]]:
    """Answers of each contestant, who take turns `count` times."""
    answers = {name: [] for name in contestants}
    for _ in range(count):
        for name, measure in contestants.items():
            answers[name].append(measure())
    return answers


def speed(answers: list[dict]) -> float:
    return statistics.median(a["tokens"] / a["seconds"] for a in answers)


def ratio(ours: list[dict], theirs: list[dict]) -> float:
    """How many times as fast ours is, by the rounds' own ratios."""
    pairs = zip(ours, theirs)
    return statistics.median(
        (a["tokens"] / a["seconds"]) / (b["tokens"] / b["seconds"]) for a, b in pairs
    )


def processor() -> tuple[str, str | None]:
    """Its name, and what keeps a target measured elsewhere from carrying over."""
    facts = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    name = facts.get("model name", platform.machine())
    family, flags = int(facts.get("cpu family", 0)), facts.get("flags", "").split()
    if facts.get("vendor_id") == "AuthenticAMD" and family == 25 and "avx512f" in flags:
        return f"{name} (Zen 4)", (
            "Zen 4 runs AVX-512 in two halves, so it gains little over AVX2, ours or MKL's. The targets were set by"
            "\nmeasurements on Zen 5, where it doubles: those against PyTorch as installed cannot carry over to here."
        )
    if "avx512f" not in flags:
        return name, "This processor has no AVX-512: \"tuned\" is \"plain\" here, and the targets do not apply."
    return f"{name} (family {family})", None


class Table:
    """Figures of one comparison under another, and at the end the ratios that have targets."""

    def __init__(self):
        self.targets = []

    def figures(self, title: str, answers: dict[str, list[dict]]):
        cells = "  ".join(f"{name} {speed(found):>9,.0f}" for name, found in answers.items())
        print(f"{title:<34}{cells}", flush=True)

    def target(self, title: str, value: float, goal: float):
        self.targets.append((title, value, goal))

    def summary(self):
        print(f"\n{'ratio':<66}{'measured':>9}{'target':>9}")
        for title, value, goal in self.targets:
            mark = "reached" if value >= goal else "missed"
            print(f"{title:<66}{value:>8.2f}×{goal:>8.2f}×  {mark}")


def last_line(arguments, environment) -> dict:
    run = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + run.stderr)
    return json.loads(run.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("benchmark")
    parser.add_argument("--quick", action="store_true", help="one round, S only: does it all run?")
    options = parser.parse_args()
    count = 1 if options.quick else 3
    sizes = ["S"] if options.quick else ["S", "M"]

    scratch = tempfile.TemporaryDirectory()
    shim = Path(scratch.name) / "mkl_avx512.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O2", "-o", shim, FOLDER / "mkl_avx512.c"], check=True
    )
    tuned = CLEAN | {"LD_PRELOAD": str(shim)}
    python = [sys.executable, str(FOLDER / "torch_worker.py")]
    workers = {
        "ours": Worker([options.benchmark], CLEAN),
        "plain": Worker(python, CLEAN),
        "tuned": Worker(python, tuned),
    }

    name, note = processor()
    versions = workers["plain"].ask("versions")
    print(f"processor   {name}, {os.cpu_count()} logical; one thread each")
    print(f"PyTorch     {versions['torch']} (vector capability {versions['capability']}), Python {versions['python']}")
    if note:
        print(note)
    print("\nTokens per second\n")
    table = Table()

    for size in sizes:
        progress(f"training {size} (compiling takes a minute)")
        command = f"training size={size} steps={3 if size == 'S' else 1}"
        found = rounds(
            min(count, 2) if size == "M" else count,
            {
                "ours": lambda: workers["ours"].ask(command),
                "eager": lambda: workers["plain"].ask(f"{command} mode=eager"),
                "compiled": lambda: workers["plain"].ask(f"{command} mode=compiled"),
                "tuned compiled": lambda: workers["tuned"].ask(f"{command} mode=compiled"),
            },
        )
        table.figures(f"training {size}, batch 32", found)
        goal = {"S": 1.4, "M": 1.25}[size]
        table.target(
            f"training {size} over torch.compile, fused AdamW, AVX-512",
            ratio(found["ours"], found["tuned compiled"]), goal,
        )
        table.target(
            f"training {size} over torch.compile, fused AdamW, as installed",
            ratio(found["ours"], found["compiled"]), 2.5,
        )
    cases = [("S", 64, 3.2)] if options.quick else [("S", 64, 3.2), ("S", 256, 3.2), ("M", 64, 2.0)]
    for size, batch, goal in cases:
        progress(f"sampling {size}, batch {batch}")
        command = f"sampling size={size} batch={batch} steps={3 if batch == 64 and size == 'S' else 1}"
        found = rounds(
            count, {name: lambda w=worker: w.ask(command) for name, worker in workers.items()}
        )
        table.figures(f"sampling {size}, batch {batch}, cached", found)
        table.target(
            f"sampling {size}, batch {batch}, over hand-written attention, AVX-512",
            ratio(found["ours"], found["tuned"]), goal,
        )

    progress("cost by batch and layers")
    for what, values in (("batch", [1, 2, 4, 8, 16, 32, 64]), ("layers", [1, 2, 4, 8])):
        batch = "" if what == "batch" else " batch=8"
        seconds = {
            value: workers["ours"].ask(f"training size=S steps=3 {what}={value}{batch}")
            for value in values
        }
        print(f"\ntraining S by {what}: microseconds of a token, which would not change with the batch"
              if what == "batch" else
              f"\ntraining S by {what}: microseconds of a token, which would grow by the same for each layer")
        print("  " + "".join(f"{value:>9}" for value in seconds))
        print("  " + "".join(f"{1e6 * a['seconds'] / a['tokens']:>9.1f}" for a in seconds.values()))
    for worker in workers.values():
        worker.close()

    progress("GRPO steps (TRL starts anew each time)")
    steps = 1 if options.quick else 4
    trl = [sys.executable, str(FOLDER / "trl_worker.py"), str(steps)]

    def ours() -> dict:
        worker = Worker([options.benchmark], CLEAN)
        answer = worker.ask(f"grpo steps={steps}")
        worker.close()
        return answer

    found = rounds(
        1 if options.quick else 2,
        {"ours": ours, "plain": lambda: last_line(trl, CLEAN), "tuned": lambda: last_line(trl, tuned)},
    )
    theirs = found["plain"][0]
    print(f"\nA step of GRPO at S: 8 prompts × 8 completions of 64 tokens; TRL {theirs['trl']}, transformers {theirs['transformers']}")
    for name, answers in found.items():
        seconds = statistics.median(a["seconds"] for a in answers)
        peak = statistics.median(a["peak_bytes"] for a in answers)
        print(f"  {name:<8}{seconds:>8.3f} s  peak memory {peak / 1e6:>7.1f} MB")
    table.target("GRPO step over TRL, as installed", ratio(found["ours"], found["plain"]), 3.5)
    table.target("GRPO step over TRL, AVX-512", ratio(found["ours"], found["tuned"]), 2.5)
    memory = statistics.median(
        b["peak_bytes"] / a["peak_bytes"] for a, b in zip(found["ours"], found["plain"])
    )
    table.target("TRL's peak memory over ours", memory, 8)
    table.summary()


main()
