"""Measures what an observed run costs beside its command, and how fast inputs are hashed, each beside its goal.

    bench_observed.py LABBOOK [--runs 40] [--rounds 3] [--megabytes 1024]

The cost of a run is the time of `labbook run --jobs 1` over runs of a command that takes next to nothing, less that of
`labbook run` where nothing is to be done, divided by the runs, less the time of the command by itself; the median of the
rounds. The speed of hashing is a large input's size by the processor time that `labbook plan` takes more while it does not
yet know the file than once it does. Ends with 1 where a figure misses its goal.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = """
question: What does a run cost beside its command?
trainer:
  command: [sh, train.sh, "{config}", "{seed}", "{output}"]
  inputs:
    code: {file: train.sh}
%s
  metrics:
    read: {jsonl: log.jsonl}
    reward: {better: higher}
  curves: [reward]
settings: {round: %d}
seeds: %d
arms:
  A: {}
"""
SCRIPT = 'printf \'{"step": 0, "reward": 0}\\n{"step": 1, "reward": %s}\\n\' "$2" > "$3/log.jsonl"\n'


def timed(words: list[str], folder: Path) -> tuple[float, float]:
    """Runs a command to its end: the seconds that passed, and those of processors."""
    start = time.perf_counter()
    before = os.times()
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    after = os.times()
    if result.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - start, processor


def added_milliseconds(labbook: str, lab: Path, runs: int, rounds: int) -> float:
    """The milliseconds that one observed run takes more than its command."""
    output = lab / "alone"
    output.mkdir()
    added = []
    for number in range(rounds):
        (lab / "experiments" / "cost.yaml").write_text(SPEC % ("", number, runs))
        executed, _ = timed([labbook, "run", "cost", "--jobs", "1"], lab)
        idle, _ = timed([labbook, "run", "cost", "--jobs", "1"], lab)
        alone = sum(timed(["sh", "train.sh", "config", "1", str(output)], lab)[0] for _ in range(runs))
        added.append((executed - idle - alone) / runs * 1000)
    return statistics.median(added)


def hashing_speed(labbook: str, lab: Path, megabytes: int, rounds: int) -> float:
    """The gigabytes that one processor hashes in a second."""
    data = lab / "data.bin"
    block = os.urandom(1 << 20)
    (lab / "experiments" / "cost.yaml").write_text(SPEC % ("    data: {file: data.bin}", 0, 1))
    speeds = []
    for _ in range(rounds):
        with data.open("wb") as file:
            for _ in range(megabytes):
                file.write(block)
        # A file of the last second is not remembered.
        time.sleep(1.2)
        _, unknown = timed([labbook, "plan", "cost"], lab)
        _, known = timed([labbook, "plan", "cost"], lab)
        speeds.append((megabytes << 20) / (unknown - known) / 1e9)
    return statistics.median(speeds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("labbook")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=1024)
    options = parser.parse_args()
    labbook = str(Path(options.labbook).resolve())
    with tempfile.TemporaryDirectory(prefix="labbook-observed-") as folder:
        lab = Path(folder)
        for name in ["experiments", "reports"]:
            (lab / name).mkdir()
        (lab / "train.sh").write_text(SCRIPT)
        added = added_milliseconds(labbook, lab, options.runs, options.rounds)
        speed = hashing_speed(labbook, lab, options.megabytes, options.rounds)
    rows = [
        ("an observed run adds to its command", added, "ms", "≤ 50 ms", added <= 50),
        ("hashing of an input, one processor", speed, "GB/s", "≥ 1 GB/s", speed >= 1),
    ]
    for name, value, unit, goal, holds in rows:
        print(f"{name:<40} {value:>8.2f} {unit:<5} {goal:<10}{'' if holds else '   MISSED'}")
    sys.exit(0 if all(row[-1] for row in rows) else 1)


if __name__ == "__main__":
    main()
