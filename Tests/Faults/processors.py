"""A language run of minutes that is interrupted again and again, each time on another kind of processor."""

import contextlib
import os
import signal
import time

from lab import Fault

SPEC = """question: Do interruptions and other processors change a run?
task: {language: sequences, operation: sorting, lengths: [4, 5], held_out_lengths: [6], symbols: 10}
policy: {network: transformer, layers: 2, width: 64, heads: 4, context: 32}
budget: {tokens: TOKENS}
evaluation: {every: EVERY, prompts: 50, final_prompts: 100, samples: 4}
seeds: 1
metric: pass_at_1
stages:
  SFT: {algorithm: sft, budget: {tokens: 20_000}, evaluation: {every: 20_000}, batch_size: 16, learning_rate: 0.003}
arms:
  RLOO: {algorithm: rloo, from: SFT, group_size: 4, groups_per_batch: 8, learning_rate: 0.0003}
"""

EMULATORS = {"Haswell": "qemu-x86_64 -cpu Haswell-noTSX", "Rome": "qemu-x86_64 -cpu EPYC-Rome", "native": ""}


def interruptions(suite, count, random):
    """One run, killed or warned at random instants on two emulated processors and the machine's own, and resumed."""
    tokens = 300_000 * count
    spec = SPEC.replace("TOKENS", str(tokens)).replace("EVERY", str(tokens // 5))
    undisturbed = suite.lab()
    undisturbed.write("experiments/long.yaml", spec)
    start = time.monotonic()
    code, _, errors = undisturbed.run("run", "long", "--jobs", "1", seconds=3600)
    duration = time.monotonic() - start
    if code != 0:
        raise Fault(f"the run does not end: {errors}")
    expected = records(undisturbed)
    undisturbed.remove()

    lab = suite.lab()
    lab.write("experiments/long.yaml", spec)
    # The stage is executed undisturbed, so that what is interrupted is one run.
    code, _, errors = lab.run("run", "long", "--arm", "SFT", "--jobs", "1", seconds=3600)
    if code != 0:
        raise Fault(f"the stage does not end: {errors}")
    hit = {name: 0 for name in EMULATORS}
    went_on = 0
    before = None
    while sum(hit.values()) < count:
        name = list(EMULATORS)[sum(hit.values()) % len(EMULATORS)]
        process = lab.start(
            "run", "long", "--jobs", "1", "--checkpoint-every", "1",
            environment=lab.environment(LABBOOK_EMULATOR=EMULATORS[name]))
        # As long as it takes to come further by a checkpoint, and then a random time more.
        deadline = time.monotonic() + 600
        while checkpoint(lab) == before and process.poll() is None:
            if time.monotonic() > deadline:
                raise Fault(f"no checkpoint within 10 minutes on {name}")
            time.sleep(0.05)
        time.sleep(random.uniform(0, duration / count / 2))
        if process.poll() is not None:
            raise Fault(f"the run ended after {sum(hit.values())} of {count} interruptions; it is too short for them")
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, random.choice([signal.SIGKILL, signal.SIGTERM]))
        lab.finish(process, 60)
        hit[name] += 1
        went_on += checkpoint(lab) != before
        before = checkpoint(lab)
    code, _, errors = lab.run("run", "long", "--jobs", "1", seconds=3600)
    if code != 0:
        raise Fault(f"after {count} interruptions the run does not end: {errors}")
    if records(lab) != expected:
        raise Fault(f"after {count} interruptions the record is another")
    lab.remove()
    where = ", ".join(f"{number} on {name}" for name, number in hit.items())
    return (
        f"a language run of {duration / 60:.1f} minutes, ended by KILL or TERM at random instants ({where}; the first "
        "two emulated, without AVX-512)", count,
        f"{went_on} left a later checkpoint than the one before; the record is that of the undisturbed run")


def checkpoint(lab):
    """What tells one checkpoint from the next; nothing if there is none."""
    for path in lab.store.glob("checkpoints/*"):
        with contextlib.suppress(OSError):
            return path.stat().st_ino, path.stat().st_mtime_ns
    return None


def records(lab):
    return {name: digest for name, digest in lab.results().items() if name.startswith(".labbook/records/")}
