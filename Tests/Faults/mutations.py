"""Thousands of changed locks and records with right digests, each used in a process that may be brought down.

    python3 Tests/Faults/mutations.py                                  10,000 changes, release build, tests built
    python3 Tests/Faults/mutations.py --count 2000 --first 50000       others
    python3 Tests/Faults/mutations.py --configuration debug --parts locks records

Parts `locks`, `records` and `flips` run the tests of `MutationTests` on a made-up week with a directive of every kind;
`shipped` changes the locks of the weeks in `reports` and gives them to the program's commands in a copy of the lab. A
change is named by its number, which is printed where a process was ended by a signal, took more than two seconds of
processor time (or twice what the unchanged lab takes) or more than 200 MB (or half as much again), or wrote no
sentence. Exit code 1 if there was one.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = {
    "locks": "a lock that was changed anywhere",
    "records": "a record that was changed anywhere",
    "flips": "a flipped bit of",
}


def tests(arguments, filter, environment, timeout):
    """Runs tests that are built; returns the exit code and what they wrote."""
    command = ["swift", "test", "-c", arguments.configuration, "--skip-build", "--filter", filter]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        return None, f"no end after {timeout} s"
    return done.returncode, done.stdout + done.stderr


def in_process(arguments, part):
    """Tries the changes of one part; a process that is brought down is followed by another from the next number on."""
    faults = []
    first, end = arguments.first, arguments.first + arguments.count
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        while first < end:
            log.write_text("")
            last = min(first + arguments.slice, end)
            environment = {"LABBOOK_MUTATIONS": f"{first}-{last}", "LABBOOK_MUTATION_LOG": str(log)}
            code, words = tests(arguments, TESTS[part], environment, 6000)
            told = re.findall(r"(?:lock|record|flip|lock flip) \d+[^\n]*", words) if code != 0 else []
            if code == 0:
                first = last
                continue
            at = re.search(r"(\d+)$", log.read_text().strip())
            if code is not None and re.search(r"Test run with \d+ test", words):
                # All numbers were tried, and the tests say which failed.
                faults += told or [f"{part} {first}-{last}: {words[-500:]}"]
                first = last
            elif at:
                why = "no end" if code is None else next(
                    (line for line in words.splitlines() if "Fatal error" in line), "ended by a signal")
                faults.append(f"{part} {at[1]}: {why.strip()}")
                first = int(at[1]) + 1
            else:
                sys.exit(f"the tests do not run:\n{words[-2000:]}")
            print(faults[-1], flush=True)
    return faults


def used(command, lab):
    """Runs the program; returns its exit code, what it wrote, seconds of processor time and megabytes.

    A minute of processor time ends it; the clock says little on a busy machine.
    """
    code = (
        "import os, resource, subprocess, sys\n"
        "limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 61))\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800, preexec_fn=limit)\n"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "sys.stdout.buffer.write(done.stdout[-100000:])\n"
        "print(f'\\n@{done.returncode} {u.ru_utime + u.ru_stime} {u.ru_maxrss >> 10}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=lab, capture_output=True, text=True, errors="replace")
    if not (found := re.search(r"@(-?\d+) ([\d.]+) (\d+)\s*$", done.stdout)):
        return None, done.stderr[-300:], 60.0, 0
    return int(found[1]), done.stdout[: found.start()].strip(), float(found[2]), int(found[3])


def shipped(arguments):
    """Changes the shipped locks, and runs the program's commands over them."""
    faults, programs = [], arguments.program or str(ROOT / ".build" / arguments.configuration / "labbook")
    weeks = sorted(path.parent.name for path in ROOT.glob("reports/*/results.lock"))
    with tempfile.TemporaryDirectory() as folder:
        lab = Path(folder) / "lab"
        # Specs name files of Examples, and what trains there has folders of its own besides.
        for name in ["reports", "experiments", "Examples"]:
            shutil.copytree(ROOT / name, lab / name, ignore=shutil.ignore_patterns(".*"))
        written = Path(folder) / "locks"

        def commands(week):
            # Standing reports are not compared with others.
            dated = [name for name in weeks if name[0].isdigit() and name != week]
            compared = [["diff", dated[0], week]] if week[0].isdigit() else []
            return [["report", week, "--rendered-only"], *compared, ["validate"], ["status"]]

        usual = {}
        for week in weeks:
            for command in commands(week):
                code, words, seconds, memory = used([programs, *command], lab)
                if code != 0:
                    sys.exit(f"labbook {' '.join(command)} fails on the unchanged lab: {words[-500:]}")
                usual[tuple(command)] = (seconds, memory)
        for first in range(arguments.first, arguments.first + arguments.shipped, 20):
            shutil.rmtree(written, ignore_errors=True)
            written.mkdir()
            last = min(first + 20, arguments.first + arguments.shipped)
            environment = {
                "LABBOOK_MUTATIONS": f"{first}-{last}", "LABBOOK_MUTATIONS_OF": str(ROOT / "reports"),
                "LABBOOK_MUTATIONS_INTO": str(written),
            }
            code, words = tests(arguments, "changed locks of a lab are written", environment, 600)
            if code != 0:
                sys.exit(f"the locks are not written:\n{words[-2000:]}")
            for lock in sorted(written.iterdir()):
                number, week = lock.name.split(".")[:2]
                place = lab / "reports" / week / "results.lock"
                sound = place.read_bytes()
                shutil.copyfile(lock, place)
                for command in commands(week):
                    code, words, seconds, memory = used([programs, *command], lab)
                    least, most = usual[tuple(command)]
                    fault = (
                        f"ended by {code}" if code is None or code < 0 or code > 64
                        else f"took {seconds:.1f} s" if seconds > max(2, 2 * least)
                        else f"took {memory} MB" if memory > max(200, 1.5 * most)
                        else "said nothing" if code != 0 and not words
                        else None
                    )
                    if fault:
                        faults.append(f"shipped {number} ({week}): labbook {' '.join(command)} {fault}: {words[-200:]}")
                        print(faults[-1], flush=True)
                place.write_bytes(sound)
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="changes of each part on the made-up week")
    parser.add_argument("--shipped", type=int, default=500, help="changes of the shipped weeks' locks")
    parser.add_argument("--first", type=int, default=1_000, help="the number of the first change")
    parser.add_argument("--slice", type=int, default=500, help="changes in one process")
    parser.add_argument("--configuration", default="release")
    parser.add_argument("--program", help="the labbook that is given the shipped weeks")
    parser.add_argument("--parts", nargs="+", default=[*TESTS, "shipped"], choices=[*TESTS, "shipped"])
    arguments = parser.parse_args()
    faults = []
    for part in arguments.parts:
        count = arguments.shipped if part == "shipped" else arguments.count
        found = shipped(arguments) if part == "shipped" else in_process(arguments, part)
        print(f"{part}: {count} changes, {len(found)} faults", flush=True)
        faults += found
    return 1 if faults else 0


sys.exit(main())
