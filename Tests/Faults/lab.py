"""The small lab that the fault suite works on, and what is asked of it afterwards."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

WEEK = "2026-W10"

SPEC = """extends: shared/base.yaml
arms:
  PPO: {algorithm: ppo}
  RLOO: {algorithm: rloo}
"""

BASE = """question: Does it run?
task: {environment: CartPole-v1}
policy: {hidden: [8]}
budget: {environment_steps: STEPS}
evaluation: {every: STEPS, episodes: 2}
seeds: SEEDS
metric: evaluation_return
"""

NOTEBOOK = """---
title: A short week
week: 2026-W10
status: draft
bibliography: ../references.bib
csl: style.csl
---

PPO [@schulman2017] reaches {value}`short.PPO.evaluation_return` with $\\policy(a)$, see @tbl-short.

![A dot](dot.svg)

```{comparison} short
label: tbl-short
caption: Short runs.
against: PPO
```

```{curves} short
label: fig-short
caption: Learning.
curve: evaluation_return
```
"""

BIBLIOGRAPHY = """@article{schulman2017, author = {Schulman, John}, title = {Proximal Policy Optimization},
  journal = {arXiv preprint arXiv:1707.06347}, year = {2017}}
"""

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>\n'


# After so many a suite ends.
MOST_FAULTS = 20


class Fault(Exception):
    """What must not happen."""


class Suite:
    """A program under test with a scratch folder and what undisturbed commands make."""

    def __init__(self, program, scratch, seeds=4, steps=300):
        self.program = Path(program).resolve()
        self.scratch = Path(scratch)
        self.number = 0
        self.seeds = seeds
        self.steps = steps
        self.shim = None
        self.faults = []
        lab = self.lab()
        self.runs = 2 * seeds
        start = time.monotonic()
        lab.run("run", "--jobs", "2")
        self.run_duration = time.monotonic() - start
        code, _, errors = lab.run("report", "--jobs", "2")
        self.duration = time.monotonic() - start
        if code != 0:
            raise Fault(f"the lab cannot be built undisturbed: {errors}")
        self.reference = lab.results()

    def lab(self):
        self.number += 1
        return Lab(self, self.scratch / f"lab-{self.number}")

    def smaller(self):
        """The same program on one seed, in a folder of its own."""
        self.number += 1
        return Suite(self.program, self.scratch / f"small-{self.number}", seeds=1, steps=self.steps)

    @contextlib.contextmanager
    def trial(self):
        """One of many: a fault in it is told and counted, and the next one is tried."""
        try:
            yield
        except Fault as fault:
            self.faults.append(fault)
            print(f"FAULT {fault}", file=sys.stderr, flush=True)
            if len(self.faults) >= MOST_FAULTS:
                raise

    def preloaded(self):
        """The shim of `failing_calls.c`, compiled once."""
        if self.shim is None:
            self.shim = self.scratch / "failing_calls.so"
            source = Path(__file__).with_name("failing_calls.c")
            subprocess.run(
                ["cc", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", self.shim, source, "-ldl"],
                check=True)
        return str(self.shim)


class Lab:
    """One lab in a folder of its own, with a temporary folder of its own."""

    def __init__(self, suite, folder):
        self.suite = suite
        self.folder = folder / "lab"
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        style = suite.program.parent / "labbook_ReportBuilder.resources/Resources/numeric.csl"
        base = BASE.replace("STEPS", str(suite.steps)).replace("SEEDS", str(suite.seeds))
        self.sources = {
            "experiments/short.yaml": SPEC,
            "experiments/shared/base.yaml": base,
            f"reports/{WEEK}/notebook.md": NOTEBOOK,
            f"reports/{WEEK}/dot.svg": DOT,
            f"reports/{WEEK}/style.csl": style.read_text(),
            "reports/references.bib": BIBLIOGRAPHY,
            "reports/macros.yaml": '\\policy: "\\\\pi_\\\\theta"\n',
        }
        for name, text in self.sources.items():
            self.write(name, text)
        self.store = self.folder / ".labbook"

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def remove(self):
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    def command(self, *words):
        return [str(self.suite.program), *words, "--lab", str(self.folder)]

    def environment(self, **variables):
        return {**os.environ, "TMPDIR": str(self.temporary), **variables}

    def start(self, *words, environment=None, prefix=()):
        """Starts a command in a session of its own, by which its descendants are known."""
        return subprocess.Popen(
            [*prefix, *self.command(*words)], env=environment or self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True)

    @staticmethod
    def finish(process, seconds=1200):
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise Fault(f"{process.args} did not end within {seconds} s") from None
        return process.returncode, output, errors

    def run(self, *words, seconds=300, **options):
        return self.finish(self.start(*words, **options), seconds)

    def results(self):
        """What a build leaves: the lock, the pages and the records without their provenance, by name."""
        digests = {}
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            record = name.startswith(".labbook/records/") and not path.name.startswith("provenance.")
            made = name.startswith(f"reports/{WEEK}/") and name not in self.sources
            if path.is_file() and (record or made):
                digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return digests

    def records(self):
        """The records by key, each with the identity of its file, which another execution would change."""
        return {
            path.parent.name: (path.stat().st_ino, path.stat().st_mtime_ns)
            for path in self.store.glob("records/*/*/record.json")
        }

    def leftovers(self):
        found = [str(path.relative_to(self.folder)) for path in self.store.glob("temporary/*")]
        found += [str(path.relative_to(self.folder)) for path in self.folder.glob("reports/**/.labbook-*")]
        return found + [path.name for path in self.temporary.glob("labbook-*")]

    def check_complete(self, after, aside=False):
        """Builds undisturbed and holds everything to the reference; whether damaged records may have been set aside."""
        code, _, errors = self.run("report", "--jobs", "2")
        if code != 0:
            raise Fault(f"after {after} the report cannot be built: {errors}")
        results = self.results()
        if results != self.suite.reference:
            names = sorted(
                name for name in results.keys() | self.suite.reference.keys()
                if results.get(name) != self.suite.reference.get(name))
            raise Fault(f"after {after} these differ from the undisturbed ones: {names}")
        if self.leftovers():
            raise Fault(f"after {after} and the next command these are left: {self.leftovers()}")
        others = list(self.store.glob("conflicts/*")) + ([] if aside else list(self.store.glob("quarantine/*")))
        if others:
            raise Fault(f"after {after} there are conflicts or damaged records: {others}")
        return errors


def session(leader):
    """The live processes of a session: their numbers, with their command lines."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path(f"/proc/{entry}/stat").read_text()
            state, _, _, group = stat.rsplit(")", 1)[1].split()[:4]
            if int(group) == leader and state not in "ZX":
                found[int(entry)] = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
        except (OSError, ValueError, IndexError):
            continue
    return found


def is_sentence(errors):
    """Whether a failed command has said why, and has not crashed."""
    return "error: " in errors and "Fatal error" not in errors and "Swift/" not in errors
