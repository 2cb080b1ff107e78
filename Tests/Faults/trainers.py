"""Ends runs of an external trainer at random instants, and checks that they go on from their checkpoints."""

import contextlib
import json
import os
import signal
import time
from collections import Counter

from lab import Fault, session

STEPS = 12

SPEC = """question: Does it run?
trainer:
  command: [python3, -S, train.py, "{config}", "{seed}", "{output}", "{resume}"]
  inputs: {code: {file: train.py}}
  metrics:
    read: {jsonl: log.jsonl}
    reward: {take: last}
    beginnings: {take: last}
  curves: [reward]
  resume: true
seeds: 2
arms:
  A: {settings: {scale: 1}}
  B: {settings: {scale: 2}}
"""

# A step is kept as a whole; a child in a session of its own is what must not be left behind.
TRAINER = f"""import json, os, subprocess, sys, time
config, seed, output, checkpoints = sys.argv[1:]
scale = json.load(open(config))["scale"]
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
state = {{"rows": [], "beginnings": 0}}
place = os.path.join(checkpoints, "state.json")
if os.path.exists(place):
    state = json.load(open(place))
state["beginnings"] += 1
for step in range(len(state["rows"]), {STEPS}):
    time.sleep(0.02)
    state["rows"].append({{"step": step, "reward": scale * step + int(seed), "beginnings": state["beginnings"]}})
    with open(place + ".new", "w") as file:
        json.dump(state, file)
    os.replace(place + ".new", place)
    print(step, "/", {STEPS}, flush=True)
with open(os.path.join(output, "log.jsonl"), "w") as file:
    for row in state["rows"]:
        file.write(json.dumps(row) + "\\n")
"""


def sleepers(lab):
    """The live processes that work in the lab's folder: a trainer and what it has started, in whichever session."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{entry}/cwd") == str(lab.folder.resolve()):
                    found.append(int(entry))
    return found


def trainers(suite, count, random):
    """Signals to runner, workers and trainers at random instants; then the next command goes on."""
    hit = Counter()
    resumed = 0
    missed = 0
    while hit.total() + missed < count:
        lab = suite.lab()
        lab.write("experiments/trained.yaml", SPEC)
        lab.write("train.py", TRAINER)
        for _ in range(random.randint(2, 5)):
            before = lab.records()
            process = lab.start("run", "trained", "--jobs", "2")
            if random.random() < 0.75:
                # Most of the time is the command's own: the instants of interest are those with a trainer at work.
                while process.poll() is None and not sleepers(lab):
                    time.sleep(0.01)
                time.sleep(random.uniform(0, 0.6))
            else:
                time.sleep(random.uniform(0, suite.duration))
            wanted = random.choice(["runner", "worker", "trainer"])
            targets = [
                number for number, words in session(process.pid).items()
                if number != process.pid and words[1:2] == ["worker"]]
            if wanted == "trainer":
                targets = sleepers(lab)
            if not targets or wanted == "runner":
                targets, wanted = [process.pid], "runner"
            # A process that has ended and is not waited for takes a signal, and none is lost by it.
            if process.poll() is None:
                try:
                    os.kill(random.choice(targets), signal.SIGKILL)
                    hit[wanted] += 1
                except ProcessLookupError:
                    missed += 1
            else:
                missed += 1
            lab.finish(process, 60)
            deadline = time.monotonic() + 3
            while orphans := sleepers(lab):
                if time.monotonic() > deadline:
                    raise Fault(f"3 s after SIGKILL to the {wanted} these live: {orphans}")
                time.sleep(0.01)
            now = lab.records()
            if any(now.get(key) != identity for key, identity in before.items()):
                raise Fault("a record that was there was made again")
        code, output, errors = lab.run("run", "trained", "--jobs", "2")
        if code != 0:
            raise Fault(f"the runs do not go on: {output}{errors}")
        for arm, scale in [("A", 1), ("B", 2)]:
            for seed in range(2):
                code, output, errors = lab.run("show", f"trained/{arm}/{seed}", "--format", "json")
                metrics = json.loads(output)["metrics"]
                if metrics["reward"] != scale * (STEPS - 1) + seed:
                    raise Fault(f"trained/{arm}/{seed} has the reward {metrics['reward']}")
                resumed += metrics["beginnings"] > 1
        code, output, errors = lab.run("fsck")
        if code != 0:
            raise Fault(f"the store is not sound: {output}{errors}")
        if lab.leftovers() or list(lab.store.glob("checkpoints/*")):
            raise Fault(f"these are left: {lab.leftovers()} and {list(lab.store.glob('checkpoints/*'))}")
        lab.remove()
    parts = ", ".join(f"{number} to a {name}" for name, number in sorted(hit.items()))
    return (
        f"`kill -9` of runner, worker or external trainer at random instants ({parts})", hit.total(),
        f"{missed} instants more came after the end of what was to be killed; nothing partial, no process left, in other sessions too; {resumed} runs went on from their trainers' checkpoints")
