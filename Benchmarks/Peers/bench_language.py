"""Language models beside PyTorch and TRL; `measure` is called by bench_peers.py.

Every comparison takes turns: ours, PyTorch as it is installed ("plain"), PyTorch with MKL switched to AVX-512
("tuned", through mkl_avx512.c), and again. A figure is the median over rounds, a ratio the median of the ratios
within rounds. Seconds are the processor's.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import CLEAN, FOLDER, Table, Worker, last_line, processor, progress, ratio, rounds


def measure(programs: Path, quick: bool):
    """Prints all figures and ratios; `programs` has LanguageModelBenchmark. Quick is one round of S: does it all run?"""
    benchmark = str(programs / "LanguageModelBenchmark")
    count = 1 if quick else 3
    sizes = ["S"] if quick else ["S", "M"]

    scratch = tempfile.TemporaryDirectory()
    shim = Path(scratch.name) / "mkl_avx512.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O2", "-o", shim, FOLDER / "mkl_avx512.c"], check=True
    )
    tuned = CLEAN | {"LD_PRELOAD": str(shim)}
    python = [sys.executable, str(FOLDER / "torch_worker.py")]
    workers = {
        "ours": Worker([benchmark], CLEAN),
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
    table = Table("tokens")

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
            ratio(found["ours"], found["tuned compiled"], "tokens"), goal,
        )
        table.target(
            f"training {size} over torch.compile, fused AdamW, as installed",
            ratio(found["ours"], found["compiled"], "tokens"), 2.5,
        )
    cases = [("S", 64, 3.2)] if quick else [("S", 64, 3.2), ("S", 256, 3.2), ("M", 64, 2.0)]
    for size, batch, goal in cases:
        progress(f"sampling {size}, batch {batch}")
        command = f"sampling size={size} batch={batch} steps={3 if batch == 64 and size == 'S' else 1}"
        found = rounds(
            count, {name: lambda w=worker: w.ask(command) for name, worker in workers.items()}
        )
        table.figures(f"sampling {size}, batch {batch}, cached", found)
        table.target(
            f"sampling {size}, batch {batch}, over hand-written attention, AVX-512",
            ratio(found["ours"], found["tuned"], "tokens"), goal,
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
    steps = 1 if quick else 4
    trl = [sys.executable, str(FOLDER / "trl_worker.py"), str(steps)]

    def ours() -> dict:
        worker = Worker([benchmark], CLEAN)
        answer = worker.ask(f"grpo steps={steps}")
        worker.close()
        return answer

    found = rounds(
        1 if quick else 2,
        {"ours": ours, "plain": lambda: last_line(trl, CLEAN), "tuned": lambda: last_line(trl, tuned)},
    )
    theirs = found["plain"][0]
    print(f"\nA step of GRPO at S: 8 prompts × 8 completions of 64 tokens; TRL {theirs['trl']}, transformers {theirs['transformers']}")
    for name, answers in found.items():
        seconds = statistics.median(a["seconds"] for a in answers)
        peak = statistics.median(a["peak_bytes"] for a in answers)
        print(f"  {name:<8}{seconds:>8.3f} s  peak memory {peak / 1e6:>7.1f} MB")
    table.target("GRPO step over TRL, as installed", ratio(found["ours"], found["plain"], "tokens"), 3.5)
    table.target("GRPO step over TRL, AVX-512", ratio(found["ours"], found["tuned"], "tokens"), 2.5)
    memory = statistics.median(
        b["peak_bytes"] / a["peak_bytes"] for a, b in zip(found["ours"], found["plain"])
    )
    table.target("TRL's peak memory over ours", memory, 8)
    table.summary()
