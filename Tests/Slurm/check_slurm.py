"""Submits runs to a real Slurm and does to it what happens to clusters; the records have to be those of a local execution.

Starts a controller and two nodes on this machine (`slurm.sh`, as root), in folders that are removed at the end. Each row
prints one row of RELIABILITY.md, or what happened that must not; then the exit code is 1. `--short` is for machines that
somebody else has set up: the rows that take seconds, and no fault but a sentence where Slurm cannot be installed.
`make check-slurm` runs it.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "Faults"))
from lab import Fault, is_sentence  # noqa: E402

WEEK = "2026-W10"

SHORT = """question: Does it run?
task: {environment: CartPole-v1}
policy: {hidden: [8]}
budget: {environment_steps: 300}
evaluation: {every: 300, episodes: 2}
seeds: 40
metric: evaluation_return
arms:
  PPO: {algorithm: ppo}
  RLOO: {algorithm: rloo}
"""

STAGES = """question: Does it start from its stage?
task: {language: sequences, lengths: [2], held_out_lengths: [3], symbols: 5}
policy: {layers: 1, width: 16, heads: 2, context: 32}
budget: {tokens: 300}
evaluation: {every: 300, prompts: 2, samples: 2}
seeds: 2
stages:
  First: {algorithm: grpo, budget: {tokens: 600}}
arms:
  Then: {algorithm: rloo, from: First}
"""

TIMED = """question: Does it come to its end?
task: {environment: CartPole-v1}
policy: {hidden: [8]}
budget: {environment_steps: STEPS}
evaluation: {every: STEPS, episodes: 2}
seeds: SEEDS
metric: evaluation_return
arms:
  PPO: {algorithm: ppo}
"""

NOTEBOOK = """---
title: A short week
week: 2026-W10
status: draft
---

PPO reaches {value}`short.PPO.evaluation_return`, see @tbl-short.

```{comparison} short
label: tbl-short
caption: Short runs.
against: PPO
```
"""


def until(condition, seconds, what):
    """Waits for a condition and returns what it returned."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise Fault(f"{what} has not happened in {seconds} s")
        time.sleep(0.1)
    return value


class Cluster:
    """A Slurm of two nodes with four processors each."""

    def __init__(self, folder):
        self.folder = folder
        # Since when jobs wait, by their numbers.
        self.pending = {}
        # What is checked may itself run on a cluster, whose variables would be taken for options.
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("SLURM", "SBATCH_", "SQUEUE_", "SCANCEL_", "SINFO_"))}
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.create_server(("", 0))) for _ in range(3)]
            ports = " ".join(str(server.getsockname()[1]) for server in sockets)
        self.environment |= {
            "SLURM_TEST_ROOT": str(folder), "SLURM_TEST_PORTS": ports, "SLURM_CONF": str(folder / "slurm.conf")}

    def act(self, *words):
        # Daemons keep what they inherit, so their output is no pipe of ours.
        subprocess.run(
            [FOLDER / "slurm.sh", *words], env=self.environment, check=True, stdin=subprocess.DEVNULL,
            stdout=sys.stderr)

    @contextlib.contextmanager
    def guarded(self, *folders):
        """Whatever ends this process ends all that belongs to the cluster, and then removes the folders."""
        guard = subprocess.Popen(
            [FOLDER / "slurm.sh", "guard", *folders], env=self.environment, stdin=subprocess.PIPE, stdout=sys.stderr,
            start_new_session=True)
        try:
            yield
        finally:
            guard.stdin.close()
            guard.wait()

    def call(self, *words):
        return subprocess.run(
            words, env=self.environment, check=True, capture_output=True, text=True, timeout=60).stdout

    def tasks(self, state=None):
        """The tasks of labbook in the queue: number of the job, state, node."""
        lines = self.call("squeue", "--noheader", "--array", "--format=%A|%T|%N|%F_%K|%j").splitlines()
        tasks = [line.split("|") for line in lines]
        return [task for task in tasks if task[4].startswith("labbook-") and state in (None, task[1])]

    def start_soon(self):
        """Starts what was queued again a few seconds later, in place of Slurm's two minutes.

        At once would be too early: what begins before its node is done with the first start is killed by Slurm.
        """
        now = time.monotonic()
        pending = {task[0] for task in self.tasks("PENDING")}
        self.pending = {number: since for number, since in self.pending.items() if number in pending}
        for number in pending:
            if now - self.pending.setdefault(number, now) > 8:
                with contextlib.suppress(subprocess.CalledProcessError):
                    self.call("scontrol", "update", f"JobId={number}", "StartTime=now")

    def rest(self):
        """Ends whatever a row has left, starts what it has not started again, and waits until all nodes are free."""
        if not (self.folder / "run/slurmctld.pid").exists():
            self.act("controller-up")
        for name in ["n1", "n2"]:
            if not (self.folder / f"run/slurmd-{name}.pid").exists():
                self.act("node-up", name)
        with contextlib.suppress(subprocess.CalledProcessError):
            self.call("scancel", "--user=root")
        until(
            lambda: self.call("sinfo", "--noheader", "--Node", "--partition=main", "--states=idle", "--format=%N").split()
            == ["n1", "n2"] and not self.call("squeue", "--noheader"), 90, "rest on all nodes")


class Suite:
    """A program under test, a cluster, and what a local execution makes."""

    def __init__(self, program, scratch, cluster):
        self.program = program
        self.scratch = scratch
        self.cluster = cluster
        self.number = 0
        self.references = {}
        # Steps in a second of processor time: with other work on the machine runs take longer, and never less.
        steps = 100_000
        probe = self.lab({"probe": TIMED.replace("STEPS", str(steps)).replace("SEEDS", "1")}, local=True)
        process = probe.start("run", "--jobs", "1")
        seconds = 0.01
        # A worker is waited for by its guard alone, so that its time has to be read while it lives.
        while process.poll() is None:
            seconds = max([seconds, *probe.worker_seconds().values()])
            time.sleep(0.05)
        self.rate = steps / seconds

    def timed(self, seconds, seeds):
        steps = max(4_000, round(self.rate * seconds, -3))
        return TIMED.replace("STEPS", str(int(steps))).replace("SEEDS", str(seeds))

    def lab(self, specs, settings="slurm: {share: 1s}", local=False):
        self.number += 1
        # Paths may have spaces, in options of Slurm's too.
        return Lab(self, self.scratch / f"a lab {self.number}", specs, None if local else settings)

    def reference(self, specs, week=False):
        """The records of a local execution, and the lock of a week."""
        key = json.dumps([specs, week])
        if key not in self.references:
            lab = self.lab(specs, local=True)
            if week:
                lab.write_week()
                lab.check("report")
                alone = self.lab(specs, local=True)
                alone.write_week()
                alone.check("report", "--jobs", "1")
                if alone.lock() != lab.lock() or alone.records() != lab.records():
                    raise Fault("one worker alone makes another lock or other records than several")
            else:
                lab.check("run")
            self.references[key] = (lab.records(), lab.lock())
        return self.references[key]


class Lab:
    """One lab in a folder of its own."""

    def __init__(self, suite, folder, specs, settings):
        self.suite = suite
        self.folder = folder
        self.store = folder / ".labbook"
        for name in ["experiments", "reports"]:
            (folder / name).mkdir(parents=True)
        for name, text in specs.items():
            (folder / "experiments" / f"{name}.yaml").write_text(text)
        if settings is not None:
            (folder / "labbook.yaml").write_text(settings + "\n")

    def write_week(self):
        week = self.folder / "reports" / WEEK
        week.mkdir()
        (week / "notebook.md").write_text(NOTEBOOK)

    def start(self, *words, lost_after=4):
        """Starts a command; whoever follows takes a part for lost after so many seconds."""
        output = open(self.folder / "output", "w+")
        environment = dict(self.suite.cluster.environment, LABBOOK_LOST_AFTER=str(lost_after))
        process = subprocess.Popen(
            [self.suite.program, *words], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT)
        process.words = lambda: Path(output.name).read_text()
        return process

    def run(self, *words, **options):
        process = self.start(*words, **options)
        code = process.wait(timeout=300)
        return code, process.words()

    def check(self, *words, **options):
        code, said = self.run(*words, **options)
        if code != 0:
            raise Fault(f"'labbook {' '.join(words)}' exits with {code}: {said}")
        return said

    def records(self):
        return {
            path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.store.glob("records/*/*/record.json")}

    def lock(self):
        path = self.folder / "reports" / WEEK / "results.lock"
        return path.read_text() if path.exists() else None

    def log(self):
        """What all tasks have printed."""
        return "\n".join(path.read_text() for path in sorted(self.store.glob("submissions/*/logs/*")))

    def executed(self):
        """How often tasks have executed a run to its end."""
        return len(re.findall(r"^\[\d+/\d+\] .*: done$", self.log(), re.MULTILINE))

    def submissions(self):
        return json.loads(self.check("status", "--format", "json"))["submissions"]

    def states(self):
        """How many runs of open submissions are in each state."""
        states = {}
        for submission in self.submissions():
            for name in ["done", "failed", "running", "waiting", "not_seen", "lost", "not_known"]:
                states[name] = states.get(name, 0) + submission[name]
        return states

    def worker_seconds(self):
        """The processes of the lab's workers, each with its seconds of processor time."""
        found = {}
        for entry in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if not entry.isdigit():
                    continue
                words = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace").split("\0")
                if words[1:2] == ["worker"] and os.readlink(f"/proc/{entry}/cwd") == str(self.folder):
                    ticks = Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
                    found[int(entry)] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        return found

    def workers(self):
        """The processes of the lab's workers that have begun with their runs."""
        return [process for process, seconds in self.worker_seconds().items() if seconds >= 1]

    def hold_to(self, reference):
        """Holds what is stored to a local execution; nothing may be there twice or damaged."""
        records = self.records()
        if records != reference:
            differing = sorted(key[:12] for key in reference.keys() | records.keys() if reference.get(key) != records.get(key))
            raise Fault(f"these records are missing or differ from those of a local execution: {differing}\n{self.log()}")
        for name in ["conflicts", "quarantine"]:
            if found := list(self.store.glob(f"{name}/*")):
                raise Fault(f"there are {name}: {found}")


def pulled_elsewhere(lab):
    """Pushes the records of a lab; a machine without any has the same lock from them, and none from an altered object."""
    remote = lab.suite.scratch / f"remote of {lab.folder.name}"
    lab.check("push", str(remote))

    def another():
        other = lab.suite.lab({path.stem: path.read_text() for path in lab.folder.glob("experiments/*.yaml")}, local=True)
        shutil.copytree(lab.folder / "reports", other.folder / "reports", dirs_exist_ok=True)
        return other

    second = another()
    second.check("pull", str(remote))
    (second.folder / "reports" / WEEK / "results.lock").unlink()
    said = second.check("report")
    if ": done" in said or second.lock() != lab.lock() or second.records() != lab.records():
        raise Fault(f"what was pulled is not what was pushed: {said}")
    path = sorted(remote.rglob("*.tar"))[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    third = another()
    code, said = third.run("pull", str(remote))
    if code != 1 or "1 not sound" not in said or len(third.records()) != len(lab.records()) - 1:
        raise Fault(f"with a flipped byte in an object, 'labbook pull' ends with {code}: {said}")


def array(suite):
    """Eighty runs, and some with stages, as arrays; then the report of a week."""
    specs = {"short": SHORT, "words": STAGES}
    reference, lock = suite.reference(specs, week=True)
    stages = suite.reference(specs)[0]
    lab = suite.lab(specs)
    lab.write_week()
    said = lab.check("report", "--on", "slurm")
    parts = int(re.search(r"Submitted 80 runs in (\d+) parts as job \d+:", said).group(1))
    if parts < 4 or "not built" not in said:
        raise Fault(f"80 runs are no array: {said}")
    until(lambda: not lab.submissions(), 120, "the end of the array")
    done = lab.executed()
    if done != 80:
        raise Fault(f"80 runs were executed {done} times")
    lab.check("report", "--on", "slurm", "--wait")
    if lab.lock() != lock:
        raise Fault("the lock of the week is not that of a local execution")
    lab.hold_to(reference)
    pulled_elsewhere(lab)
    said = lab.check("run", "--on", "slurm", "--wait")
    if "Submitted 4 runs" not in said:
        raise Fault(f"the runs with stages were not submitted: {said}")
    lab.hold_to(stages)
    # Whoever follows does not wait until Slurm is done with a task whose runs are.
    until(lambda: not suite.cluster.tasks(), 60, "the end of the last task")
    said = lab.check("run", "--on", "slurm")
    left = [str(path.relative_to(lab.store)) for path in lab.store.glob("submissions/*")]
    if "there" not in said or left:
        raise Fault(f"what is done is submitted again, or has left {left}: {said}")
    return "80 runs as a job array, and 4 with stages", (
        f"from {parts} tasks the same records and the same lock as locally, as with one worker alone, and as on a machine that "
        "pulls them and executes nothing; each run executed once; a flipped byte in a remote object caught")


def killed(suite):
    """A worker that is killed fails its run, which is told, and is executed when it is asked for again."""
    specs = {"medium": suite.timed(2, 2)}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs)
    follower = lab.start("run", "--on", "slurm", "--wait")
    os.kill(until(lab.workers, 60, "the start of a worker")[0], signal.SIGKILL)
    code = follower.wait(timeout=120)
    words = follower.words()
    sentence = re.search(r"failed: medium/PPO/\d: its worker was ended by signal 9 \(Killed\)", words)
    if code != 1 or not sentence:
        raise Fault(f"a worker was killed, and --wait ends with {code}: {words}")
    if sentence.group() not in lab.check("status"):
        raise Fault("'labbook status' does not tell of the failure")
    lab.check("run", "--on", "slurm", "--wait")
    lab.hold_to(reference)
    if lab.submissions():
        raise Fault("'labbook status' still tells of what is done")
    return "`kill -9` of a worker", "the run fails with a sentence in `status`, the others are done; asked for again, it has the same record"


def cancelled(suite):
    """A task that somebody cancels is submitted again; `labbook cancel` ends all, and what ran goes on later."""
    specs = {"medium": suite.timed(2, 2)}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs)
    follower = lab.start("run", "--on", "slurm", "--wait")
    until(lab.workers, 60, "the start of a worker")
    suite.cluster.call("scancel", suite.cluster.tasks("RUNNING")[0][3])
    if follower.wait(timeout=120) != 0 or "submitted again" not in follower.words():
        raise Fault(f"a cancelled task was not submitted again: {follower.words()}")
    lab.hold_to(reference)

    lab = suite.lab(specs)
    lab.check("run", "--on", "slurm")
    until(lab.workers, 60, "the start of a worker")
    said = lab.check("cancel")
    until(lambda: not suite.cluster.tasks(), 30, "the end of cancelled tasks")
    checkpoints = len(list(lab.store.glob("checkpoints/*")))
    if ": cancelled" not in said or lab.submissions() or not checkpoints:
        raise Fault(f"after 'labbook cancel' there are {checkpoints} checkpoints and {lab.submissions()}: {said}")
    lab.check("run", "--on", "slurm")
    until(lambda: not lab.submissions(), 120, "the end of the runs")
    resumed = lab.log().count("resumed at step")
    if not resumed:
        raise Fault(f"no run went on from its checkpoint: {lab.log()}")
    lab.hold_to(reference)
    return "`scancel` of a task, and `labbook cancel`", f"the task was submitted again by who follows; {resumed} cancelled runs went on from their checkpoints; the same records"


def limited(suite):
    """Runs that are longer than the time limit stop in order, are queued again and go on."""
    specs = {"long": suite.timed(45, 2)}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs, "slurm: {share: 1s, time: 1min}")
    lab.check("run", "--on", "slurm")

    def is_over():
        suite.cluster.start_soon()
        return not lab.submissions()

    until(is_over, 400, "the end of runs that are longer than the time limit")
    log = lab.log()
    stops = log.count("its checkpoint is at step")
    if not stops or log.count("resumed at step") < stops or "CANCELLED AT" in log and "DUE TO TIME LIMIT" in log:
        raise Fault(f"{stops} stops in order before the limit: {log}")
    lab.hold_to(reference)
    return "a time limit of a minute on runs of more", f"{stops} stops with a checkpoint before the limit, queued again by the task itself, resumed; the same records"


def preempted(suite):
    """Tasks that a job of a higher priority takes the nodes from go on afterwards."""
    specs = {"medium": suite.timed(4, 4)}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs, "slurm: {share: 1s, partition: main}")
    follower = lab.start("run", "--on", "slurm", "--wait")
    until(lab.workers, 60, "the start of a worker")
    suite.cluster.call("sbatch", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null", "--wrap=sleep 2")
    until(lambda: suite.cluster.tasks("PENDING"), 60, "preemption")

    def is_over():
        suite.cluster.start_soon()
        return follower.poll() is not None

    until(is_over, 200, "the end of preempted tasks")
    if follower.wait() != 0:
        raise Fault(f"after a preemption --wait ends with {follower.poll()}: {follower.words()}")
    lab.hold_to(reference)
    return "preemption by a job of a higher priority (`PreemptMode=REQUEUE`)", "Slurm queued the tasks again, they went on; the same records"


def node(suite):
    """A node that is taken for down goes on computing beside the task that takes its place, and comes up again."""
    specs = {"long": suite.timed(45, 2)}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs, "slurm: {share: 1s}")
    follower = lab.start("run", "--on", "slurm", "--wait")
    until(lab.workers, 60, "the start of a worker")
    place = suite.cluster.tasks("RUNNING")[0][2]
    suite.cluster.act("node-down", place)
    until(lambda: suite.cluster.tasks("PENDING") or follower.poll() is not None, 120, "the end of a node")
    ghosts = len(lab.workers())
    if not ghosts:
        raise Fault("the runs had ended before their node was taken for down")

    def is_over():
        suite.cluster.start_soon()
        return suite.cluster.tasks("RUNNING") or follower.poll() is not None

    until(is_over, 60, "a second start")
    suite.cluster.act("node-up", place)

    def has_ended():
        suite.cluster.start_soon()
        return follower.poll() is not None

    until(has_ended, 300, "the end of the runs")
    if follower.wait() != 0:
        raise Fault(f"after a node was down --wait ends with {follower.poll()}: {follower.words()}")
    lab.hold_to(reference)
    return "a node down and up again", f"{ghosts} workers computed on while Slurm had queued their tasks again; the same records, no conflict"


def controller(suite):
    """The controller is killed two seconds after a submission and comes back later."""
    specs = {"long": suite.timed(45, 2)}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs)
    follower = lab.start("run", "--on", "slurm", "--wait", lost_after=10)
    until(lambda: "parts: " in follower.words() or follower.poll() is not None, 60, "a submission")
    time.sleep(2)
    suite.cluster.act("controller-down")
    until(lambda: "does not answer" in follower.words() or follower.poll() is not None, 120, "the silence of the cluster")
    if follower.poll() is not None:
        raise Fault(f"the runs had ended before the controller was killed: {follower.words()}")
    if "did not answer" not in lab.check("status"):
        raise Fault("'labbook status' does not tell that the cluster is silent")
    code, words = lab.run("run", "--on", "slurm")
    if code == 0 and "there" not in words or code != 0 and not is_sentence(words):
        raise Fault(f"without a controller a submission ends with {code}: {words}")
    suite.cluster.act("controller-up")

    def has_ended():
        with contextlib.suppress(subprocess.CalledProcessError):
            suite.cluster.start_soon()
        return follower.poll() is not None

    until(has_ended, 240, "the end of the runs")
    if follower.wait() != 0:
        raise Fault(f"after the controller was killed --wait ends with {follower.poll()}: {follower.words()}")
    lab.hold_to(reference)
    again = "a vanished part was submitted again" if "submitted again" in follower.words() else "no part had vanished"
    return "the controller killed 2 s after a submission, up again after a while", f"no answer was taken for none; {again}; the same records"


def disk(suite):
    """The disk with the logs of tasks is full."""
    specs = {"few": SHORT.replace("seeds: 40", "seeds: 4")}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs)
    suite.cluster.call("scontrol", "update", "NodeName=n1,n2", "State=DRAIN", "Reason=test")
    lab.check("run", "--on", "slurm")
    logs = next(lab.store.glob("submissions/*/logs"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", logs], check=True)
    try:
        with contextlib.suppress(OSError), open(logs / "full", "wb") as file:
            file.write(bytes(8192))
        suite.cluster.call("scontrol", "update", "NodeName=n1,n2", "State=RESUME")
        until(lambda: not lab.submissions(), 120, "the end of runs whose logs are on a full disk")
        if list(logs.glob("*+*")) and any(path.stat().st_size for path in logs.glob("*+*")):
            raise Fault("the disk with the logs was not full")
    finally:
        suite.cluster.rest()
        subprocess.run(["umount", logs], check=True)
    lab.hold_to(reference)
    return "a full disk under the logs of tasks", "the runs are done without a line of log; the same records"


def people(suite):
    """Two people submit the same experiment at once, and then once more."""
    specs = {"short": SHORT}
    reference, _ = suite.reference(specs)
    lab = suite.lab(specs)
    followers = [lab.start("run", "--on", "slurm") for _ in range(2)]
    if [process.wait(timeout=60) for process in followers] != [0, 0]:
        raise Fault(f"two submissions at once: {[process.words() for process in followers]}")
    again = lab.check("run", "--on", "slurm")
    if "submitted already" not in again and "there" not in again:
        raise Fault(f"a third submission: {again}")
    until(lambda: not lab.submissions() and not suite.cluster.tasks(), 180, "the end of both submissions")
    done = lab.executed()
    if done != 80:
        raise Fault(f"80 runs were executed {done} times")
    lab.hold_to(reference)
    return "the same 80 runs submitted by two people at once", "each run executed once; a third submission finds nothing to submit; the same records, no conflict"


# By name: the row, and whether it takes seconds.
ROWS = {
    "array": (array, True), "killed": (killed, True), "cancelled": (cancelled, True), "limited": (limited, False),
    "preempted": (preempted, False), "node": (node, False), "controller": (controller, False), "disk": (disk, False),
    "people": (people, False),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the labbook to be checked")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--short", action="store_true", help="the rows that take seconds")
    options = parser.parse_args()
    rows = options.rows or [name for name, (_, is_short) in ROWS.items() if is_short or not options.short]
    if unknown := [name for name in rows if name not in ROWS]:
        parser.error(f"there is no row {unknown[0]}; there are {', '.join(ROWS)}")
    program = Path(options.program).resolve()
    # Whoever ends it ends the daemons too.
    for number in [signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, lambda *_: sys.exit(1))
    # Slurm's paths are short and without spaces.
    root = Path(tempfile.mkdtemp(prefix="check-slurm-", dir="/tmp"))
    scratch = Path(tempfile.mkdtemp(prefix="check-slurm-"))
    cluster = Cluster(root)
    with cluster.guarded(root, scratch):
        if objection := begin(cluster):
            print(f"Slurm was not checked: {objection}", file=sys.stderr)
            return 0 if options.short else 1
        suite = Suite(program, scratch, cluster)
        return 1 if sum(not has_passed(suite, name) for name in rows) else 0


def begin(cluster):
    """Starts the cluster, or returns the reason why this machine cannot have one."""
    if os.geteuid() != 0:
        return "its daemons are started by root"
    start = time.monotonic()
    try:
        cluster.act("start")
    except subprocess.CalledProcessError as fault:
        if fault.returncode != os.EX_UNAVAILABLE:
            sys.exit("Slurm is installed, and does not start here")
        return (cluster.folder / "refusal").read_text().strip()
    print(f"a controller and two nodes: {time.monotonic() - start:.0f} s", file=sys.stderr)
    return None


def has_passed(suite, name):
    """Tries a row and prints what came of it."""
    start = time.monotonic()
    try:
        tried, outcome = ROWS[name][0](suite)
        print(f"| {tried} | 1 | {outcome} | `make check-slurm ROWS={name}` |", flush=True)
        return True
    except (Fault, subprocess.SubprocessError) as fault:
        print(f"{name}: {fault} {getattr(fault, 'stderr', None) or ''}", file=sys.stderr, flush=True)
        return False
    finally:
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        suite.cluster.rest()


if __name__ == "__main__":
    sys.exit(main())
