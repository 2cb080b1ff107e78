"""Ends, starves and confuses labbook, and checks that no number changes and nothing is left behind.

Each row of what is tried prints one row of RELIABILITY.md, or what happened that must not; then the exit code is 1.
`--short` takes seconds and is part of the tests; `make torture` takes an hour or two.
"""

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from lab import WEEK, Fault, Suite, is_sentence, session
from processors import interruptions
from trainers import trainers

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def role(words, leader, process):
    """What a process of a command's session is: the runner, a worker, a report tool or a guard of these."""
    if process == leader:
        return "runner"
    if words[1:2] == ["worker"]:
        return "worker"
    program = Path(words[0]).name if words else ""
    return "tool" if program.startswith("python") or program in ("pandoc", "git") else "guard"


def kills(suite, count, random):
    """Signals to runner, workers and report tools at random instants; then the next command goes on."""
    hit = Counter()
    kept = 0
    tried = 0
    while tried < count:
        with suite.trial():
            lab = suite.lab()
            for _ in range(random.randint(1, 4)):
                before = lab.records()
                process = lab.start("report", "--jobs", "2")
                wanted = random.choice(["runner", "runner", "worker", "tool"])
                if wanted == "runner":
                    time.sleep(random.uniform(0, suite.duration))
                # The others live for a part of the time only.
                targets = []
                while not targets and process.poll() is None:
                    targets = [
                        number for number, words in session(process.pid).items()
                        if role(words, process.pid, number) == wanted]
                    time.sleep(0.002 if wanted == "tool" else random.uniform(0, suite.run_duration / 4))
                number = random.choice(SIGNALS)
                if not targets:
                    targets, wanted = [process.pid], "runner"
                target = random.choice(targets)
                is_alive = process.poll() is None
                with contextlib.suppress(ProcessLookupError):
                    os.kill(target, number)
                code, _, errors = lab.finish(process)
                # Who ends a worker in order ends the work in order, which leaves checkpoints.
                is_told = is_sentence(errors) or (code == 130 and " interrupted" in errors)
                if wanted != "runner" and code != 0 and not is_told:
                    raise Fault(f"{number!r} to a {wanted}: exit code {code} and no sentence: {errors}")
                # What has to end first needs its turn on a machine with other work.
                patience = 2 * max(1, os.getloadavg()[0] / os.cpu_count())
                deadline = time.monotonic() + patience
                while orphans := session(process.pid):
                    if time.monotonic() > deadline:
                        raise Fault(f"{patience:.0f} s after {number!r} to the {wanted} these live: {orphans}")
                    time.sleep(0.01)
                now = lab.records()
                if any(now.get(key) != identity for key, identity in before.items()):
                    raise Fault("a record that was there was made again")
                tried += 1
                if is_alive:
                    hit[f"{number.name[3:]} to the {wanted}"] += 1
            before = lab.records()
            kept += len(before)
            errors = lab.check_complete("kills")
            done = sum(line.endswith(": done") for line in errors.splitlines())
            if done != suite.runs - len(before) or ": same" in errors:
                raise Fault(f"{done} runs were executed where {suite.runs - len(before)} were missing: {errors}")
            lab.remove()
    parts = ", ".join(f"{number} {name}" for name, number in sorted(hit.items()))
    return (
        f"`kill` of runner, workers and report tools at random instants ({parts})", sum(hit.values()),
        f"the same lock, pages and records as undisturbed; no process left over after 2 s (times the load of a core), nothing left after the next command; "
        f"{kept} finished runs kept, none executed again")


def together(suite, count, random, clock=False):
    """Eight runners on one store at once, some of them killed, or one with a clock that jumps."""
    executed = killed = 0
    for _ in range(count):
        with suite.trial():
            lab = suite.lab()
            processes = []
            for number in range(8):
                environment = None
                if clock and number % 2 == 1:
                    environment = lab.environment(LD_PRELOAD=suite.preloaded(), FAULT_CLOCK=str(172_800))
                processes.append(lab.start("run", "short", "--jobs", "1", environment=environment))
            outputs = {}
            threads = [
                threading.Thread(target=lambda p=process: outputs.__setitem__(p.pid, lab.finish(p)))
                for process in processes]
            for thread in threads:
                thread.start()
            victims = [] if clock else random.sample(processes, random.randint(0, 4))
            for victim in victims:
                time.sleep(random.uniform(0, suite.run_duration / 2))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim.pid, signal.SIGKILL)
            for thread in threads:
                thread.join()
            done = Counter()
            for process in processes:
                code, _, errors = outputs[process.pid]
                if code != 0 and process not in victims:
                    raise Fault(f"a runner among eight failed: {errors}")
                for line in errors.splitlines():
                    words = line.split("] ")[-1]
                    if words.endswith((": done", ": same")):
                        done[words.rsplit(":", 1)[0]] += 1
            twice = [name for name, times in done.items() if times > 1]
            if twice or (not any(v.returncode == -9 for v in victims) and len(done) != suite.runs):
                raise Fault(f"executed twice: {twice}; executed: {len(done)} of {suite.runs}")
            executed += sum(done.values())
            killed += sum(victim.returncode == -9 for victim in victims)
            lab.check_complete("eight runners at once")
            lab.remove()
    if clock:
        return (
            "8 runners at once on one store, the clock of every other jumping 2 days to and fro at each look", count,
            f"each of the {suite.runs} runs was executed once ({executed} executions), the same lock as undisturbed")
    return (
        f"8 runners at once on one store, {killed} of them killed at random instants", count,
        f"each of the {suite.runs} runs was executed once ({executed} executions), the same lock as undisturbed")


def mounted(lab, script, **variables):
    """Runs a script as root of a mount namespace, `$@` being the command; the lab's store is a mount point."""
    lab.store.mkdir(exist_ok=True)
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *lab.command("run", "short", "--jobs", "2")],
        env=lab.environment(STORE=str(lab.store), **variables), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=300)


def can_mount():
    return os.geteuid() == 0 and subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0


FULL = """
mount -t tmpfs -o "$LIMIT" none "$STORE"
"$@" >"$TMPDIR/out" 2>"$TMPDIR/err"; echo $? >"$TMPDIR/code"
find "$STORE/records" -name record.json 2>/dev/null | wc -l >"$TMPDIR/stored"
mount -o remount,size=64m,nr_inodes=100000 "$STORE"
"$@" >"$TMPDIR/out-2" 2>&1 || { cat "$TMPDIR/out-2"; exit 1; }
cp -r "$STORE" "$TMPDIR/after"
"""


def full_stores(suite, count, random):
    """Stores that are full after so many bytes or files, and have room again afterwards."""
    failed = 0
    limits = [f"size={4 + 8 * index}k,nr_inodes=100000" for index in range((count + 1) // 2)]
    limits += [f"size=64m,nr_inodes={2 + 2 * index}" for index in range(count // 2)]
    for limit in limits:
        with suite.trial():
            lab = suite.lab()
            result = mounted(lab, FULL, LIMIT=limit)
            if result.returncode != 0:
                raise Fault(f"a store with {limit} did not go on when it had room: {result.stdout}{result.stderr}")
            code = int((lab.temporary / "code").read_text())
            errors = (lab.temporary / "err").read_text()
            if code != 0:
                failed += 1
                if not is_sentence(errors) or errors.count("error: ") != 1:
                    raise Fault(f"a store with {limit} has to be told in one sentence: {errors}")
                stored = int((lab.temporary / "stored").read_text())
                done = sum(line.endswith(": done") for line in errors.splitlines())
                if stored != done:
                    raise Fault(f"a store with {limit}: {done} runs are said to be done and {stored} are stored")
            shutil.copytree(lab.temporary / "after", lab.store, dirs_exist_ok=True)
            shutil.rmtree(lab.temporary / "after")
            lab.check_complete(f"a store with {limit}")
            lab.remove()
    return (
        "stores that are full after a number of bytes or of files, then have room", len(limits),
        f"{failed} ended with one sentence at the first record that did not fit, the others were large enough; all went "
        "on from what was stored, to the same lock")


READ_ONLY = """
mount -t tmpfs none "$STORE"
"$@" --arm PPO >/dev/null 2>&1
mount -o remount,ro "$STORE"
"$@" >"$TMPDIR/out" 2>"$TMPDIR/err"; echo $? >"$TMPDIR/code"
mount -o remount,rw "$STORE"
"$@" >"$TMPDIR/out-2" 2>&1 || { cat "$TMPDIR/out-2"; exit 1; }
cp -r "$STORE" "$TMPDIR/after"
"""

VANISHING = """
mount -t tmpfs none "$STORE"
"$@" >"$TMPDIR/out" 2>"$TMPDIR/err" & runner=$!
sleep "$AFTER"
umount -l "$STORE"
wait $runner; echo $? >"$TMPDIR/code"
"""


def lost_stores(suite, count, random):
    """Stores that become read-only between two commands, or vanish under a running one."""
    lab = suite.lab()
    result = mounted(lab, READ_ONLY)
    errors = (lab.temporary / "err").read_text()
    if result.returncode != 0 or (lab.temporary / "code").read_text().strip() != "1" or not is_sentence(errors):
        raise Fault(f"a read-only store: {errors}{result.stdout}{result.stderr}")
    shutil.copytree(lab.temporary / "after", lab.store, dirs_exist_ok=True)
    shutil.rmtree(lab.temporary / "after")
    lab.check_complete("a read-only store")
    lab.remove()
    failed = 0
    for _ in range(count - 1):
        with suite.trial():
            lab = suite.lab()
            result = mounted(lab, VANISHING, AFTER=f"{random.uniform(0.02, suite.run_duration):.3f}")
            code = int((lab.temporary / "code").read_text())
            errors = (lab.temporary / "err").read_text()
            if code != 0:
                failed += 1
                if not is_sentence(errors):
                    raise Fault(f"a store that vanished: exit code {code}: {errors}")
            lab.check_complete("a store that vanished")
            lab.remove()
    return (
        "a store that is read-only, and stores that vanish (`umount -l`) under a runner at random instants", count,
        f"{failed + 1} ended with a sentence, the others had ended before; the next command makes the same lock")


def one_of_each(calls, count, random):
    """So many calls, of as many kinds as there are."""
    kinds = {}
    for call in calls:
        kinds.setdefault(call.split(" ")[1], []).append(call)
    for of_kind in kinds.values():
        random.shuffle(of_kind)
    chosen = []
    while len(chosen) < min(count, len(calls)):
        rest = [kind for kind in kinds if kinds[kind]]
        for kind in random.sample(rest, min(len(rest), count - len(chosen))):
            chosen.append(kinds[kind].pop())
    return chosen


def failing_calls(suite, count, random, lasts=False):
    """EIO at each call on a file of the lab, one after the other, in commands and in a worker."""
    small = suite.smaller()
    total = failed = 0
    kinds = Counter()
    for words, worker in [(("run", "short"), 0), (("run", "short"), 1), (("report",), 0), (("fsck",), 0)]:
        chosen = None
        while chosen is None or chosen:
            at, call = (0, "") if chosen is None else chosen.pop()
            lab = small.lab()
            if words != ("run", "short"):
                lab.run("run", "short", "--jobs", "1")
            counts = lab.temporary / "counts"
            counts.write_bytes(bytes(16))
            log = lab.temporary / "log"
            process = lab.start(
                *words, *(() if words == ("fsck",) else ("--jobs", "1")),
                environment=lab.environment(
                    LD_PRELOAD=suite.preloaded(), FAULT_ROOT=str(lab.folder), FAULT_COUNTS=str(counts),
                    FAULT_AT=str(at), FAULT_LASTS=str(int(lasts)), FAULT_WORKER=str(worker), FAULT_LOG=str(log)))
            code, output, errors = lab.finish(process)
            if chosen is None:
                if code != 0:
                    raise Fault(f"the shim alone does harm: {errors}")
                calls = log.read_text().splitlines() if log.exists() else []
                if not calls:
                    raise Fault("the shim sees no call")
                if count and count < len(calls):
                    calls = one_of_each(calls, count, random)
                chosen = [(int(call.split(" ")[0]), call.replace(str(lab.folder), "")) for call in calls]
                lab.remove()
                continue
            with suite.trial():
                done = log.read_text().split(" ")[1] if log.exists() else "none"
                total += 1
                kinds[done] += 1
                what = f"EIO {'from' if lasts else 'at'} call {call} of {words[0]}{' in its worker' * worker}"
                failed += code != 0
                # What a failed run says of itself is in the output; fsck tells what it cannot read.
                is_told = is_sentence(errors) or ": failed: " in output or words == ("fsck",)
                if code < 0 or (code != 0 and not is_told):
                    raise Fault(f"{what}: exit code {code}: {output}{errors}")
                # All that can be seen is as it is undisturbed.
                for name, digest in lab.results().items():
                    if small.reference.get(name) != digest:
                        raise Fault(f"{what}: {name} is not what it is undisturbed")
                lab.check_complete(what)
            lab.remove()
    parts = ", ".join(f"{number} {name}" for name, number in sorted(kinds.items()))
    when = "from a call on a file of the lab on, as of a disk that is gone," if lasts else "at a call on a file of the lab,"
    return (
        f"`EIO` {when} one after the other, in `run`, in its worker, in `report` and in `fsck` ({parts})", total,
        f"{failed} ended with a sentence, the others did not need the call; everything visible is as undisturbed, and the "
        "next command makes the same lock and leaves nothing behind")


def edits(suite, count, random):
    """Every file that a build reads is edited, and the program replaced, while its runs are executed."""
    unchanged = stopped = 0
    for _ in range(count):
        with suite.trial():
            lab = suite.lab()
            program = lab.folder.parent / "bin" / "labbook"
            program.parent.mkdir()
            shutil.copy2(suite.program, program)
            for bundle in suite.program.parent.glob("labbook_*.resources"):
                (program.parent / bundle.name).symlink_to(bundle)
            process = subprocess.Popen(
                [str(program), "report", "--jobs", "1", "--lab", str(lab.folder)],
                env=lab.environment(LABBOOK_TOOLS=os.environ.get("LABBOOK_TOOLS") or str(tools(suite))),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
            while process.poll() is None and not any(
                role(words, process.pid, number) == "worker" for number, words in session(process.pid).items()):
                time.sleep(0.002)
            time.sleep(random.uniform(0, suite.run_duration / 2))
            names = list(lab.sources)
            chosen = names if random.random() < 0.5 else random.sample(names, random.randint(1, len(names)))
            for name in chosen:
                lab.write(name, random.choice(["", lab.sources[name] + "\nedited: [\n", lab.sources[name].replace("3", "4")]))
            replacement = program.with_name("other")
            shutil.copy2("/bin/false", replacement)
            replacement.rename(program)
            code, _, errors = lab.finish(process)
            for name, text in lab.sources.items():
                lab.write(name, text)
            if code == 0:
                unchanged += 1
                if lab.results() != suite.reference:
                    raise Fault(f"an edit of {chosen} reached the build")
            elif is_sentence(errors):
                stopped += 1
            else:
                raise Fault(f"an edit of {chosen}: exit code {code}: {errors}")
            lab.check_complete("edits")
            lab.remove()
    return (
        "specs, notebook, bibliography, style, macros and image edited, and the program replaced, while a build runs",
        count, f"{unchanged} built what the files said at the beginning, {stopped} stopped with a sentence")


def flips(suite, count, random):
    """Bits flipped, bytes cut off and files swapped in records, in the lock and in what the store remembers of them."""
    mended = refused = forgotten = 0
    lab = suite.lab()
    lab.check_complete("nothing")
    lock = lab.folder / f"reports/{WEEK}/results.lock"

    def remembered():
        return [path for path in [*lab.store.glob("*"), *lab.store.glob("reports/*")] if path.is_file()]

    sound = {path: path.read_bytes() for path in [lock, *lab.store.glob("records/*/*/*")]}
    pages = {name: digest for name, digest in suite.reference.items() if name.startswith("reports/")}
    for _ in range(count):
        with suite.trial():
            place = random.random()
            path = random.choice(remembered() if place < 0.2 else list(sound) if place < 0.8 else [lock])
            is_remembered = path not in sound
            damaged = bytearray(path.read_bytes())
            kind = random.choice(["flip", "flip", "flip", "cut", "swap"])
            at = random.randrange(len(damaged))
            if kind == "flip":
                damaged[at] ^= 1 << random.randrange(8)
            elif kind == "cut":
                del damaged[at:]
            else:
                alike = [other for other in sound if other.name == path.name and sound[other] != damaged]
                damaged = sound[random.choice(alike)] if alike else damaged[::-1]
            path.write_bytes(damaged)
            what = f"a {kind} at {at} of {path.relative_to(lab.folder)}"
            code, output, errors = lab.run("report", "--jobs", "2")
            shown = {name: digest for name, digest in lab.results().items() if name in pages}
            shown.pop(str(lock.relative_to(lab.folder)))
            if any(pages[name] != digest for name, digest in shown.items()):
                raise Fault(f"after {what} the report shows something else")
            if code != 0 and not is_sentence(errors):
                raise Fault(f"after {what}: exit code {code}: {errors}")
            if is_remembered:
                if code != 0 or ": done" in errors or lock.read_bytes() != sound[lock]:
                    raise Fault(f"after {what}: exit code {code}: {output}{errors}")
                forgotten += 1
            elif path == lock:
                if code == 0:
                    raise Fault(f"{what} was not found")
                refused += 1
                lock.write_bytes(sound[lock])
            else:
                # What a build has no need to read again, the check of the store does.
                if path.read_bytes() != sound[path]:
                    code, output, errors = lab.run("fsck")
                    if code != 1 or "damaged" not in output:
                        raise Fault(f"{what} was not found by fsck: {output}{errors}")
                mended += 1
        for name, content in sound.items():
            if not name.exists() or name.read_bytes() != content:
                break
        else:
            continue
        # A record that was executed again is the same but for its provenance.
        lab.check_complete("a flip", aside=True)
        sound = {path: path.read_bytes() for path in [lock, *lab.store.glob("records/*/*/*")]}
    return (
        "a bit flipped, the end cut off, or another file of the name put in the place of a file of a record, of the lock or of "
        "what the store remembers of them",
        count, f"all were found, and no page changed: {refused} locks refused with a sentence, {mended} records set aside "
        f"and executed again, with the same digest, {forgotten} times nothing but what was remembered had to be found out again")


def shared(suite, count, random):
    """The time that one, two and six runners need for the same work on one store."""
    large = Suite(suite.program, suite.scratch / "large", seeds=12, steps=40_000 * count)
    told = []
    for runners in (1, 2, 6):
        lab = large.lab()
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        processes = [lab.start("run", "short", "--jobs", "1") for _ in range(runners)]
        errors = [lab.finish(process) for process in processes]
        wall = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        done = sum(line.endswith(": done") for _, _, text in errors for line in text.splitlines())
        if any(code != 0 for code, _, _ in errors) or done != large.runs:
            raise Fault(f"{runners} runners executed {done} of {large.runs} runs: {errors}")
        lab.check_complete(f"{runners} runners")
        lab.remove()
        told.append(f"{runners} in {wall:.1f} s, with {spent:.1f} s of processor time")
    return (
        f"runners of one job each at once on one store with {large.runs} runs to execute, on {os.cpu_count()} cores", 3,
        f"each run was executed once: {'; '.join(told)}")


def tools(suite):
    """The Python tools beside the sources that the program was built from."""
    return suite.program.parents[3] / ".venv"


ROWS = {
    "kills": (kills, 6, 1000), "together": (together, 1, 40),
    "clock": (lambda suite, count, random: together(suite, count, random, clock=True), 1, 10),
    "full": (full_stores, 4, 100), "lost": (lost_stores, 2, 40), "calls": (failing_calls, 3, 0),
    "gone": (lambda suite, count, random: failing_calls(suite, count, random, lasts=True), 1, 0),
    "edits": (edits, 1, 40), "flips": (flips, 5, 500), "shared": (shared, 1, 5),
    "processors": (interruptions, None, 20),
    "trainers": (trainers, 4, 50),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the labbook to be tortured")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--short", action="store_true", help="a few of each, in seconds")
    parser.add_argument("--count", type=int, help="how often, in place of the usual number")
    parser.add_argument("--seed", type=int, default=None, help="repeats the random choices of an earlier suite")
    options = parser.parse_args()
    program = Path(options.program).resolve()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    rows = options.rows or list(ROWS)
    if unknown := [name for name in rows if name not in ROWS]:
        parser.error(f"there is no row {unknown[0]}; there are {', '.join(ROWS)}")
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        suite = Suite(program, scratch)
        print(f"seed {seed}; {suite.runs} runs and a report undisturbed: {suite.duration:.1f} s", file=sys.stderr)
        for name in rows:
            row, short, long = ROWS[name]
            if name in ("full", "lost") and not can_mount():
                print(f"{name}: skipped, since it mounts file systems, which takes root", file=sys.stderr)
                continue
            if options.short and short is None:
                continue
            count = options.count or (short if options.short else long)
            start = time.monotonic()
            before = len(suite.faults)
            try:
                words = row(suite, count, random.Random(f"{seed} {name}"))
            except Fault as fault:
                print(f"{name} (seed {seed}): {fault}", file=sys.stderr)
                return 1
            again = "" if options.count is None else f" COUNT={count}"
            if found := len(suite.faults) - before:
                print(f"{name} (seed {seed}): {found} faults in {words[1]}", file=sys.stderr)
            else:
                print(f"| {words[0]} | {words[1]:,} | {words[2]} | `make torture ROWS={name}{again} SEED={seed}` |", flush=True)
            print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    return 1 if suite.faults else 0


if __name__ == "__main__":
    sys.exit(main())
