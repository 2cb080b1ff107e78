"""Fuzzes a reader of files with libFuzzer, from the corpus beside this file.

usage: fuzz.py PROGRAM TARGET MINUTES

One process, one thread, at the lowest priority. New inputs stay in a folder below .build; what crashes, hangs for five
seconds or takes 400 MB of the instrumented program ends the run, and its file is printed. The processor time spent is
added to .build/fuzz/spent.csv.
"""

import csv
import os
import resource
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    program, target, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3])
    names = sorted(path.name for path in (HERE / "Corpus").iterdir())
    targets = names if target == "all" else [target]
    if not set(targets) <= set(names):
        sys.exit(f"fuzz: TARGET is one of {', '.join(names)}, or all")
    work = HERE.parents[1] / ".build/fuzz"
    failed = []
    for name in targets:
        found, artifacts = work / "corpus" / name, work / "artifacts" / name
        found.mkdir(parents=True, exist_ok=True)
        artifacts.mkdir(parents=True, exist_ok=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(work / f"{name}.log", "w") as log:
            code = subprocess.run(
                ["nice", "-n", "19", program, str(found), str(HERE / "Corpus" / name), f"-max_total_time={int(60 * minutes / len(targets))}",
                 "-timeout=5", "-rss_limit_mb=400", "-max_len=4096", "-print_final_stats=1", "-use_value_profile=0",
                 f"-artifact_prefix={artifacts}/"],
                env={**os.environ, "FUZZ_TARGET": name}, stdout=log, stderr=log).returncode
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        text = (work / f"{name}.log").read_text(errors="replace")
        runs = next((line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line), "?")
        with open(work / "spent.csv", "a") as file:
            csv.writer(file).writerow([name, round(spent), runs, code])
        print(f"{name}: {runs} inputs in {spent / 60:.1f} minutes of processor time, {'nothing found' if code == 0 else 'stopped'}", flush=True)
        if code:
            failed.append(name)
            print("\n".join(text.splitlines()[-40:]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
