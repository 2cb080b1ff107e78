"""Fuzzes a reader of files with libFuzzer, from the corpus beside this file.

usage: fuzz.py PROGRAM TARGET MINUTES

One process, one thread, at the lowest priority. New inputs stay in a folder below .build; what crashes, hangs or takes
400 MB of the instrumented program ends the run, and its file is printed. libFuzzer goes by the clock, which says nothing on
a busy machine: what took a minute of it is read once more, and hangs if that takes five seconds of processor time. The
processor time spent is added to .build/fuzz/spent.csv.
"""

import csv
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE.parents[1] / ".build/fuzz"


def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hangs(program, target, file):
    """Whether one input takes five seconds of processor time."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (5, 6))

    code = subprocess.run(
        [program, "-timeout=100000", "-rss_limit_mb=400", str(file)], env={**os.environ, "FUZZ_TARGET": target},
        preexec_fn=limit, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    return code != 0


def fuzz(program, target, seconds):
    """Fuzzes one reader for so long by the clock; returns the exit code of what it stopped at, and a line for people."""
    found, artifacts = WORK / "corpus" / target, WORK / "artifacts" / target
    found.mkdir(parents=True, exist_ok=True)
    artifacts.mkdir(parents=True, exist_ok=True)
    log = WORK / f"{target}.log"
    before, end, inputs, code = spent(), time.monotonic() + seconds, 0, 0
    while (left := int(end - time.monotonic())) > 0:
        for slow in artifacts.glob("timeout-*"):
            slow.unlink()
        with open(log, "w") as file:
            code = subprocess.run(
                ["nice", "-n", "19", program, str(found), str(HERE / "Corpus" / target), f"-max_total_time={left}",
                 "-timeout=60", "-rss_limit_mb=400", "-max_len=4096", "-print_final_stats=1", "-use_value_profile=0",
                 f"-artifact_prefix={artifacts}/"],
                env={**os.environ, "FUZZ_TARGET": target}, stdout=file, stderr=file).returncode
        lines = log.read_text(errors="replace").splitlines()
        inputs += int(next((line.split()[-1] for line in lines if "number_of_executed_units" in line), 0))
        slow = list(artifacts.glob("timeout-*"))
        if code == 0 or not slow or any(hangs(program, target, file) for file in slow):
            break
        code = 0
    used = spent() - before
    with open(WORK / "spent.csv", "a") as file:
        csv.writer(file).writerow([target, round(used), inputs, code])
    print(f"{target}: {inputs} inputs in {used / 60:.1f} minutes of processor time, {'nothing found' if code == 0 else 'stopped'}",
          flush=True)
    if code:
        print("\n".join(lines[-40:]))
    return code


def main():
    program, target, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3])
    names = sorted(path.name for path in (HERE / "Corpus").iterdir())
    targets = names if target == "all" else [target]
    if not set(targets) <= set(names):
        sys.exit(f"fuzz: TARGET is one of {', '.join(names)}, or all")
    return 1 if any([fuzz(program, name, 60 * minutes / len(targets)) for name in targets]) else 0


if __name__ == "__main__":
    sys.exit(main())
