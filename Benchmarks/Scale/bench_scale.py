"""Measures labbook in a lab of thousands of runs, each figure beside its goal; DVC and Snakemake at 500 stages beside it.

    bench_scale.py LABBOOK [--experiments 100] [--weeks 52] [--differing] [--workflows VENV] [--stages 500]

Times are processor time, user and system, of the command with all that it starts, for a machine may be busy; memory is
the largest process of the command. Goals are for 100 experiments of ten arms with ten seeds: 10,000 runs. Ends with 1
where a figure misses its goal at that size.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import large_lab
import workflows
from measuring import Measured, measure

WEEK, LATER, FIGURED = "2026-W40", "2026-W41", "2026-W42"


class Table:
    """Rows of a figure, what was measured, and its goal."""

    def __init__(self):
        self.misses = 0

    def row(self, name: str, value: float, unit: str, goal: float | None, digits: int = 3):
        mark = "" if goal is None or value <= goal else "   MISSED"
        self.misses += bool(mark)
        goal_text = "" if goal is None else f"≤ {goal:g} {unit}"
        print(f"{name:<52} {value:>10.{digits}f} {unit:<3} {goal_text:<12}{mark}", flush=True)


def shift(lab: Path):
    """Gives all runs other budgets, so that every result differs."""
    for path in (lab / "experiments").glob("*.yaml"):
        path.write_text(path.read_text().replace("budget: {environment_steps: 2", "budget: {environment_steps: 3"))


def training_seconds(lab: Path) -> float:
    """The seconds that one run trains, by the records that say how long it took, the shortest of a hundred."""
    took = []
    for path in sorted((lab / ".labbook" / "records").glob("*/*/provenance.json"))[:100]:
        took.append(json.loads(path.read_text())["duration"])
    return min(took)


def size(path: Path) -> float:
    return path.stat().st_size / 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("labbook")
    parser.add_argument("--experiments", type=int, default=100)
    parser.add_argument("--weeks", type=int, default=52, help="how many weeks share the results in the end")
    parser.add_argument("--workflows", help="a Python environment with DVC and Snakemake")
    parser.add_argument("--differing", action="store_true", help="execute all runs a second time with other budgets")
    parser.add_argument("--stages", type=int, default=500)
    options = parser.parse_args()
    labbook = str(Path(options.labbook).resolve())
    folder = Path(tempfile.mkdtemp(prefix="labbook-scale-"))
    try:
        table = Table()
        lab_figures(table, folder / "lab", labbook, options)
        if options.workflows:
            workflows.compare(folder, labbook, options.workflows, options.stages)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if table.misses else 0)


def lab_figures(table: Table, lab: Path, labbook: str, options):
    names = large_lab.write(lab, options.experiments)
    week = large_lab.write_week(lab, WEEK, large_lab.notebook(WEEK, names))
    runs = options.experiments * large_lab.ARMS * large_lab.SEEDS
    goals = runs == 10_000

    def goal(value: float) -> float | None:
        return value if goals else None

    def command(*words: str, expected: int = 0) -> Measured:
        result = measure([labbook, *words, "--lab", str(lab)])
        if result.code != expected:
            sys.exit(f"labbook {' '.join(words)} ended with {result.code}:\n{result.output[-2000:]}")
        return result

    print(f"{runs:,} runs: {options.experiments} experiments × {large_lab.ARMS} arms × {large_lab.SEEDS} seeds, "
          "processor time")
    made = command("run")
    training = training_seconds(lab)
    table.row("overhead of a run, without its training", 1000 * (made.seconds / runs - training), "ms", goal(5))
    table.row("its training", 1000 * training, "ms", None)
    settle()
    memory = []

    def figure(name: str, limit: float | None, *words: str, expected: int = 0) -> Measured:
        result = command(*words, expected=expected)
        memory.append(result.megabytes)
        table.row(name, result.seconds, "s", None if limit is None else goal(limit))
        return result

    figure("first report", 5, "report", WEEK)
    figure("nothing to do", 0.05, "report", WEEK)
    large_lab.write_week(lab, WEEK, large_lab.notebook(WEEK, names, prose="Something new."))
    figure("prose changed", 1, "report", WEEK)
    figure("nothing to do after it", 0.05, "report", WEEK)
    figure("status", 0.3, "status")
    figure("run with nothing to do", None, "run")
    later = lab / "reports" / LATER
    shutil.copytree(week, later)
    large_lab.write_week(lab, LATER, large_lab.notebook(LATER, names))
    figure("diff of two equal locks", 0.2, "diff", WEEK, LATER)
    if options.differing:
        shift(lab)
        command("run")
        settle()
        figure("first report of other results", 5, "report", LATER)
        figure("diff of locks of which no row is equal", 1, "diff", WEEK, LATER)
    shutil.rmtree(later)
    table.row("lock", size(week / "results.lock"), "MB", goal(6))
    table.row("page", size(week / "report.html"), "MB", goal(0.5))
    table.row("memory", max(memory), "MB", goal(200), digits=0)
    figured(lab, names, figure)
    if options.weeks > 1:
        year(lab, names, options.weeks, figure)


def figured(lab: Path, names: list[str], figure):
    """A report of 50 tables and 200 figures of all runs, drawn for the first time, and again when words alone have changed."""
    week = large_lab.write_week(lab, FIGURED, large_lab.figured_notebook(FIGURED, names, "Nothing new."))
    figure("50 tables and 200 figures, none drawn yet", 20, "report", FIGURED)
    large_lab.write_week(lab, FIGURED, large_lab.figured_notebook(FIGURED, names, "Something new."))
    figure("prose changed among 200 figures", 1, "report", FIGURED)
    shutil.rmtree(week)


def year(lab: Path, names: list[str], weeks: int, figure):
    """As many weeks as a year has, each with a report of its share of the experiments."""
    share = max(1, len(names) // weeks)
    for number in range(1, weeks):
        name = f"2025-W{number:02}"
        chosen = {names[(number * share + index) % len(names)] for index in range(share)}
        large_lab.write_week(lab, name, large_lab.notebook(name, sorted(chosen)))
    figure(f"report --all, {weeks} weeks", None, "report", "--all")
    settle()
    figure(f"report --all, {weeks} weeks, nothing to do", None, "report", "--all")
    figure(f"status, {weeks} locks", None, "status")


def settle():
    """Waits until no file is so new that it could change within the same tick of the file system's clock."""
    time.sleep(3)


if __name__ == "__main__":
    main()
