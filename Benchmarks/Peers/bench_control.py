"""Classic control beside JAX, Stable-Baselines3, Gymnasium and PufferLib; `measure` is called by bench_peers.py.

Contestants take turns on one core. A figure is the median over rounds, a ratio the median of the ratios within
rounds. Seconds are the processor's, but for what is timed from the start of a process: those are the wall's.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import CLEAN, FOLDER, Table, Worker, processor, progress, ratio, rounds

SPEC = """\
question: How long do these runs take?
task: {{environment: CartPole-v1}}
policy: {{network: mlp, hidden: [64, 64], activation: tanh}}
budget: {{environment_steps: 100_000}}
evaluation: {{every: 5_000, episodes: 20}}
seeds: {seeds}
metric: evaluation_return
arms:
  PPO: {{algorithm: ppo, preset: {preset}}}
"""


def peer(script: str) -> Worker:
    return Worker([sys.executable, str(FOLDER / script)])


class Programs:
    """The Swift programs in a folder."""

    def __init__(self, folder: Path):
        self.labbook = str(folder / "labbook")
        self.training = str(folder / "TrainingBenchmark")
        self.environments = str(folder / "EnvironmentBenchmark")

    def stepping(self, count: int) -> dict:
        """Steps per second of all ways of stepping `count` copies of CartPole in Double; the fastest counts."""
        run = subprocess.run(
            [self.environments, "--json", f"--counts={count}", "CartPole-v1"],
            env=CLEAN, capture_output=True, text=True, check=True,
        )
        return {"steps": max(way["steps_per_second"] for way in json.loads(run.stdout)), "seconds": 1}

    def solve(self, seed: int) -> dict:
        """Wall seconds from before the process starts to the end of the first evaluation that solves CartPole."""
        begin = time.monotonic()
        worker = Worker([self.training, "commands"])
        answer = worker.ask(f"solve arm=ppo-zoo seed={seed}")
        worker.close()
        if answer["solved_at"] is not None:
            answer["seconds"] = answer["solved_at"] - begin
        return answer

    def experiment(self, preset: str, seeds: int, jobs: int) -> dict:
        """Wall seconds of `labbook run` on an experiment in a lab of its own, and what its records say."""
        lab = Path(tempfile.mkdtemp(prefix="lab"))
        try:
            (lab / "experiments").mkdir()
            (lab / "reports").mkdir()
            (lab / "experiments" / "timed.yaml").write_text(SPEC.format(seeds=seeds, preset=preset))
            begin = time.monotonic()
            run = subprocess.run(
                [self.labbook, "run", "timed", "--jobs", str(jobs), "--lab", str(lab)],
                env=CLEAN, capture_output=True, text=True,
            )
            seconds = time.monotonic() - begin
            if run.returncode != 0:
                sys.exit(run.stdout + run.stderr)
            returns = [self.evaluation(lab, seed) for seed in range(seeds)]
            return {"seconds": seconds, "returns": returns}
        finally:
            shutil.rmtree(lab)

    def evaluation(self, lab: Path, seed: int) -> float:
        """The stored `evaluation_return` of a run; a run without a record ends the benchmark."""
        shown = subprocess.run(
            [self.labbook, "show", f"timed/PPO/{seed}", "--format", "json", "--lab", str(lab)],
            env=CLEAN, capture_output=True, text=True, check=True,
        )
        return json.loads(shown.stdout)["metrics"]["evaluation_return"]


def compare_training(programs: Programs, table: Table, count: int, quick: bool):
    """PPO against the compiled JAX loop and against Stable-Baselines3."""
    ours = Worker([programs.training, "commands"])
    jax, stable = peer("jax_worker.py"), peer("sb3_worker.py")
    print(f"ours        exact numerics, kernels {ours.ask('versions')['kernels']}")
    facts = stable.ask("versions") | jax.ask("versions")
    print(f"peers       {', '.join(f'{name} {version}' for name, version in facts.items())}")
    print("\nEnvironment steps per second\n", flush=True)

    steps = 100_352 if quick else 500_224
    progress("PPO, CleanRL's settings (JAX compiles)")
    compiling = jax.ask(f"ppo steps={steps} seed=0")["compile_seconds"]
    found = rounds(
        count,
        {
            "ours": lambda: ours.ask(f"train arm=ppo-cleanrl steps={steps}"),
            "JAX": lambda: jax.ask(f"ppo steps={steps}"),
        },
    )
    table.figures("CartPole, PPO, CleanRL's settings", found)
    print(
        f"  return while training, at the end: ours {found['ours'][0]['return']:.0f}, JAX {found['JAX'][0]['return']:.0f};"
        f" JAX compiled for {compiling:.1f} s before"
    )
    table.target(
        "PPO over a compiled JAX loop, CleanRL's settings", ratio(found["ours"], found["JAX"], "steps"), 1.2
    )

    progress("PPO, the zoo's settings")
    found = rounds(
        count,
        {
            "ours": lambda: ours.ask("train arm=ppo-zoo steps=100000"),
            "SB3": lambda: stable.ask(f"ppo steps={4096 if quick else 16384}"),
        },
    )
    table.figures("CartPole, PPO, the zoo's settings", found)
    table.target(
        "PPO over Stable-Baselines3, the zoo's settings", ratio(found["ours"], found["SB3"], "steps"), 50
    )
    jax.close()
    stable.close()
    print_profile(ours.ask(f"profile arm=ppo-cleanrl steps={steps}"), table)
    ours.close()


def print_profile(seconds: dict, table: Table):
    """Shares of a run of PPO with CleanRL's settings; evaluation, which is environment and network alone, left out."""
    del seconds["evaluation"]
    total = sum(seconds.values())
    print("\nWhere a run's time goes (PPO, CleanRL's settings, without evaluation)")
    for name, part in seconds.items():
        print(f"  {name:<14}{100 * part / total:>6.1f} %")
    rest = sum(seconds[name] for name in ("advantages", "bookkeeping", "outside"))
    table.target(
        "share of time outside environment, network and optimizer", 100 * rest / total, 5, "%", at_most=True
    )


def compare_stepping(programs: Programs, table: Table, count: int):
    """Stepping alone, in Double, by random actions."""
    stepping = peer("stepping_worker.py")
    facts = stepping.ask("versions")
    print(f"\nStepping alone: {', '.join(f'{name} {version or chr(8212)}' for name, version in facts.items())}\n")
    progress("stepping")
    found = rounds(
        count,
        {"ours": lambda: programs.stepping(1024), "gymnasium": lambda: stepping.ask("gymnasium count=1024")},
    )
    table.figures("CartPole, 1024 copies", found)
    table.target(
        "stepping 1024 CartPoles over gymnasium's vectorised",
        ratio(found["ours"], found["gymnasium"], "steps"), 4,
    )
    title = "stepping 4096 CartPoles over PufferLib's in C, from Python"
    first = stepping.ask("pufferlib count=4096")
    if "missing" in first:
        table.figures("CartPole, 4096 copies", {"ours": [programs.stepping(4096)]})
        print(f"  PufferLib is not measured: {first['missing']}. Its build fetches raylib from outside PyPI.")
        table.target(title, None, 1.5)
    else:
        found = rounds(
            count,
            {"ours": lambda: programs.stepping(4096), "PufferLib": lambda: stepping.ask("pufferlib count=4096")},
        )
        table.figures("CartPole, 4096 copies", found)
        table.target(title, ratio(found["ours"], found["PufferLib"], "steps"), 1.5)
    stepping.close()


def time_from_start(programs: Programs, table: Table, count: int):
    """What a person waits for: a solved CartPole, and ten runs with their records."""
    progress("from the start of a process")
    print("\nWall seconds from the start of a process\n")
    solved = [programs.solve(seed) for seed in range(count)]
    for seed, answer in enumerate(solved):
        if answer["solved_at"] is None:
            print(f"  seed {seed}: not solved within 100,000 steps")
        else:
            print(
                f"  seed {seed}: solved after {answer['seconds']:.2f} s and {answer['steps']:,.0f} steps: 100 greedy"
                f" episodes return {answer['evaluation']:.1f}; {answer['final_evaluation']:.1f} at the end"
            )
    seconds = [answer.get("seconds", float("inf")) for answer in solved]
    table.target(
        "from start to CartPole solved (≥ 475), the zoo's settings", statistics.median(seconds), 1, "s", at_most=True
    )
    whole = [programs.experiment("zoo", seeds=1, jobs=1) for _ in range(count)]
    print(
        f"  `labbook run` of one whole run of 100,000 steps, the zoo's settings: {median_seconds(whole):.2f} s,"
        f" evaluation {whole[0]['returns'][0]:.1f}"
    )
    ten = [programs.experiment("cleanrl", seeds=10, jobs=2) for _ in range(count)]
    print(
        f"  `labbook run` of ten runs of 100,000 steps, CleanRL's settings, 2 workers: {median_seconds(ten):.2f} s,"
        f" mean evaluation {statistics.mean(ten[0]['returns']):.1f}"
    )
    table.target("ten runs of 100,000 steps, records and all, 2 cores", median_seconds(ten), 4, "s", at_most=True)


def median_seconds(answers: list[dict]) -> float:
    return statistics.median(answer["seconds"] for answer in answers)


def measure(folder: Path, quick: bool):
    """Prints all figures and ratios; `folder` has labbook, TrainingBenchmark and EnvironmentBenchmark."""
    count = 1 if quick else 5
    programs, table = Programs(folder), Table("steps")
    name, _ = processor()
    print(f"Classic control\n\nprocessor   {name}, {os.cpu_count()} logical; one core each")
    compare_training(programs, table, count, quick)
    compare_stepping(programs, table, count)
    time_from_start(programs, table, count)
    table.summary()
