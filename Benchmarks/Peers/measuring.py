"""What the comparisons of bench_peers.py share: workers that take turns, medians, the processor, the targets."""

import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("OPENBLAS_", "OMP_", "MKL_", "KMP_", "LD_PRELOAD"))
} | {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}


class Worker:
    """A process that answers lines of commands with lines of JSON."""

    def __init__(self, arguments, environment=CLEAN):
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


def speed(answers: list[dict], unit: str) -> float:
    """The median of the rounds' `unit` per second."""
    return statistics.median(a[unit] / a["seconds"] for a in answers)


def ratio(ours: list[dict], theirs: list[dict], unit: str) -> float:
    """How many times as fast ours is, by the rounds' own ratios."""
    pairs = zip(ours, theirs)
    return statistics.median(
        (a[unit] / a["seconds"]) / (b[unit] / b["seconds"]) for a, b in pairs
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
    """Figures of one comparison under another, and at the end what has a target."""

    def __init__(self, unit: str):
        self.unit = unit
        self.targets = []

    def figures(self, title: str, answers: dict[str, list[dict]]):
        cells = "  ".join(f"{name} {speed(found, self.unit):>9,.0f}" for name, found in answers.items())
        print(f"{title:<38}{cells}", flush=True)

    def target(self, title: str, value: float | None, goal: float, mark: str = "×", at_most: bool = False):
        """Takes note of a measured value, `None` if it could not be measured, and what it is to reach."""
        self.targets.append((title, value, goal, mark, at_most))

    def summary(self):
        print(f"\n{'':<66}{'measured':>9}{'target':>12}")
        for title, value, goal, mark, at_most in self.targets:
            bound = f"{'≤' if at_most else '≥'} {goal:.2f} {mark}"
            if value is None:
                print(f"{title:<66}{'—':>9}{bound:>12}  not measured")
                continue
            verdict = "reached" if (value <= goal if at_most else value >= goal) else "missed"
            print(f"{title:<66}{value:>7.2f} {mark}{bound:>12}  {verdict}")
        print(flush=True)


def last_line(arguments, environment) -> dict:
    run = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + run.stderr)
    return json.loads(run.stdout.strip().splitlines()[-1])
