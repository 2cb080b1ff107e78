"""The same shape of work under DVC and Snakemake: as many independent stages, each of which writes one small file."""

import sys
from pathlib import Path

import large_lab
from measuring import measure

STAGE = "echo {number} > results/{number}.txt"


def compare(folder: Path, labbook: str, environment: str, stages: int):
    """Prints what each takes at first, and with nothing to do."""
    print(f"\n{stages} stages, each of which writes a small file; labbook trains {stages} runs and builds a report")
    # The programs are started from other folders.
    programs = Path(environment).absolute() / "bin"
    rows = [("labbook", own(folder / "own", labbook, stages))]
    rows.append(("DVC", dvc(folder / "dvc", programs, stages)))
    rows.append(("Snakemake", snakemake(folder / "snakemake", programs, stages)))
    print(f"{'':<12} {'first':>10} {'nothing to do':>16}")
    for name, row in rows:
        print(f"{name:<12} " + (f"{row[0]:>8.1f} s {row[1]:>14.2f} s" if row else "is not installed"))


def checked(words: list[str], folder: Path, environment: dict[str, str] | None = None) -> float:
    result = measure(words, folder, environment)
    if result.code != 0:
        sys.exit(f"{' '.join(words)} ended with {result.code}:\n{result.output[-2000:]}")
    return result.seconds


def own(lab: Path, labbook: str, stages: int) -> tuple[float, float]:
    names = large_lab.write(lab, max(1, stages // (large_lab.ARMS * large_lab.SEEDS)))
    large_lab.write_week(lab, "2026-W40", large_lab.notebook("2026-W40", names))
    words = [labbook, "report", "2026-W40", "--lab", str(lab)]
    first = checked(words, lab)
    checked(words, lab)
    return first, checked(words, lab)


def dvc(folder: Path, programs: Path, stages: int) -> tuple[float, float] | None:
    if not (programs / "dvc").exists():
        return None
    (folder / "results").mkdir(parents=True)
    lines = ["stages:"]
    for number in range(stages):
        lines += [f"  s{number}:", f"    cmd: {STAGE.format(number=number)}", "    outs:", f"    - results/{number}.txt"]
    (folder / "dvc.yaml").write_text("\n".join(lines) + "\n")
    silent = {"DVC_NO_ANALYTICS": "1"}
    program = str(programs / "dvc")
    checked([program, "init", "--no-scm", "--quiet"], folder, silent)
    checked([program, "config", "core.analytics", "false"], folder, silent)
    return tuple(checked([program, "repro", "--quiet"], folder, silent) for _ in range(2))


def snakemake(folder: Path, programs: Path, stages: int) -> tuple[float, float] | None:
    if not (programs / "snakemake").exists():
        return None
    folder.mkdir(parents=True)
    (folder / "Snakefile").write_text(
        f"rule all:\n    input: expand('results/{{n}}.txt', n=range({stages}))\n\n"
        "rule one:\n    output: 'results/{n}.txt'\n    shell: 'echo {wildcards.n} > {output}'\n"
    )
    words = [str(programs / "snakemake"), "--cores", "1", "--quiet", "all"]
    return tuple(checked(words, folder) for _ in range(2))
