"""Pushes, pulls and shares records over real remotes: S3, WebDAV, and a folder that machines see with a delay.

usage: remotes.py LABBOOK RCLONE

LABBOOK is the program, RCLONE a folder with an rclone that serves S3 (1.65 or later); the pushes and pulls themselves
are made with it and with the rclone of the PATH, which may be older. Prints a row for each check; exit code 1 if one
fails. All servers listen on the loopback interface and end with this script.
"""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Faults"))
from lab import WEEK, Fault, Suite, is_sentence  # noqa: E402


# A server sees after so many seconds what was changed behind its back; with 0 it may turn in circles.
FRESHNESS = 0.5
FRESH = ["--dir-cache-time", "200ms"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(words, port):
    """A server that runs for as long as the block does."""
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            if server.poll() is not None:
                raise Fault(f"{words[:3]} ended: {server.stderr.read()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        else:
            raise Fault(f"{words[:3]} does not answer")
        yield
    finally:
        server.terminate()
        server.wait()


class Remotes:
    def __init__(self, program, rclone, scratch):
        self.scratch = Path(scratch)
        self.suite = Suite(program, self.scratch, seeds=2)
        self.rclone = str(Path(rclone) / "rclone")
        self.newer = {"PATH": f"{rclone}:{os.environ['PATH']}"}
        self.random = random.Random(31)

    def lab(self, source=None, **variables):
        """A lab without a store, with the files of `source`."""
        lab = self.suite.lab()
        if source is not None:
            shutil.rmtree(lab.folder / "reports")
            shutil.copytree(source.folder / "reports", lab.folder / "reports")
        lab.variables = variables
        return lab

    @staticmethod
    def run(lab, *words, code=0):
        # rclone 1.60 takes no certificates by this variable; nothing here has any.
        environment = {**lab.environment(**lab.variables), "AWS_CA_BUNDLE": ""}
        status, output, errors = lab.run(*words, environment=environment)
        if status != code:
            raise Fault(f"{words} ended with {status}: {output}{errors}")
        return output, errors

    def built(self, **variables):
        lab = self.lab(**variables)
        self.run(lab, "report")
        return lab

    def same(self, lab, other):
        for name in ["results.lock", "report.md"]:
            path = f"reports/{WEEK}/{name}"
            if (lab.folder / path).read_bytes() != (other.folder / path).read_bytes():
                raise Fault(f"{path} is not the same on the second machine")

    def flip(self, path):
        content = bytearray(path.read_bytes())
        content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
        path.write_bytes(content)

    def round_trip(self, remote, files, **variables):
        """Push, pull and rendering elsewhere without a run; then a flipped bit in each object, and missing ones."""
        first = self.built(**variables)
        output, _ = self.run(first, "push", remote)
        if f"{self.suite.runs} of {self.suite.runs} records pushed" not in output:
            raise Fault(f"not all was pushed: {output}")
        output, _ = self.run(first, "push", remote)
        if f"0 of {self.suite.runs} records pushed" not in output:
            raise Fault(f"what was there was pushed again: {output}")
        second = self.lab(first, **variables)
        output, _ = self.run(second, "pull", remote)
        if not output.endswith(f"{self.suite.runs} pulled, 0 here already\n"):
            raise Fault(f"not all was pulled: {output}")
        _, errors = self.run(second, "report")
        if "done" in errors:
            raise Fault(f"the second machine executed something: {errors}")
        self.same(first, second)

        objects = sorted(files.rglob("*.tar"))
        if len(objects) != self.suite.runs:
            raise Fault(f"{len(objects)} objects for {self.suite.runs} records")
        originals = {path: path.read_bytes() for path in objects}
        for path in objects:
            self.flip(path)
        time.sleep(FRESHNESS)
        third = self.lab(first, **variables)
        output, errors = self.run(third, "pull", remote, code=1)
        if f"0 pulled, 0 here already, {self.suite.runs} not sound" not in output:
            raise Fault(f"a flipped bit was not caught: {output}{errors}")
        if list(third.store.glob("records/*/*")):
            raise Fault("a record came from an object with a flipped bit")
        for path in objects[: len(objects) // 2]:
            path.unlink()
        time.sleep(FRESHNESS)
        _, errors = self.run(third, "report", "--pull", "--remote", remote)
        if f"{self.suite.runs} done" not in errors:
            raise Fault(f"what was not to be had was not executed: {errors}")
        self.same(first, third)
        for path, content in originals.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return f"{self.suite.runs} records there and back; a flipped bit in each of {len(objects)} objects caught"

    def folder(self):
        place = self.scratch / "folder"
        return self.round_trip(str(place), place)

    def folder_by_newer_rclone(self):
        place = self.scratch / "newer folder"
        return self.round_trip(str(place), place, **self.newer)

    def s3(self, **variables):
        port = free_port()
        place = self.scratch / f"s3-{port}"
        (place / "bucket").mkdir(parents=True)
        words = [
            self.rclone, "serve", "s3", "--auth-key", "key,secret", "--addr", f"127.0.0.1:{port}",
            "--vfs-cache-mode", "off", *FRESH, str(place)]
        settings = {
            "RCLONE_CONFIG_TEST_TYPE": "s3", "RCLONE_CONFIG_TEST_PROVIDER": "Other",
            "RCLONE_CONFIG_TEST_ACCESS_KEY_ID": "key", "RCLONE_CONFIG_TEST_SECRET_ACCESS_KEY": "secret",
            "RCLONE_CONFIG_TEST_ENDPOINT": f"http://127.0.0.1:{port}",
            "RCLONE_CONFIG_TEST_USE_MULTIPART_UPLOADS": "false"}
        with serving(words, port):
            return self.round_trip("test:bucket/records", place, **settings, **variables)

    def s3_by_newer_rclone(self):
        return self.s3(**self.newer)

    def webdav(self):
        port = free_port()
        place = self.scratch / "webdav"
        place.mkdir()
        words = [
            self.rclone, "serve", "webdav", "--addr", f"127.0.0.1:{port}", *FRESH, str(place)]
        settings = {
            "RCLONE_CONFIG_TEST_TYPE": "webdav", "RCLONE_CONFIG_TEST_VENDOR": "other",
            "RCLONE_CONFIG_TEST_URL": f"http://127.0.0.1:{port}"}
        with serving(words, port):
            return self.round_trip("test:records", place, **settings)

    def killed_pushes(self, **variables):
        """Pushes that are killed at any time leave nothing that a later push takes for a record."""
        place = self.scratch / f"killed-{len(variables)}"
        first = self.built(**variables)
        kills = 0
        for number in range(12):
            process = first.start("push", str(place), environment=first.environment(**variables))
            time.sleep(0.02 + 0.05 * number)
            if process.poll() is None:
                kills += 1
            process.kill()
            first.finish(process)
        self.run(first, "push", str(place))
        second = self.lab(first, **variables)
        output, _ = self.run(second, "pull", str(place))
        if not output.endswith(f"{self.suite.runs} pulled, 0 here already\n"):
            raise Fault(f"after killed pushes: {output}")
        return f"{kills} pushes killed; the next one completed the remote"

    def killed_pushes_by_newer_rclone(self):
        return self.killed_pushes(**self.newer)

    @contextlib.contextmanager
    def mounted(self, shared, name):
        """A folder that shows `shared` as another machine does that remembers folders for an hour."""
        place = self.scratch / name
        place.mkdir()
        words = [
            self.rclone, "mount", "--vfs-cache-mode", "writes", "--dir-cache-time", "1h", "--poll-interval", "0",
            "--vfs-write-back", "0s", "--cache-dir", str(self.scratch / f"cache-{name}"), str(shared), str(place)]
        mount = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(100):
                if os.path.ismount(place):
                    break
                if mount.poll() is not None:
                    raise Fault(f"rclone mount ended: {mount.stderr.read()}")
                time.sleep(0.1)
            yield place
        finally:
            subprocess.run(["fusermount3", "-u", "-z", str(place)], check=False)
            mount.wait()

    def stale_folders(self):
        """Two machines with one store, each of which does not see for an hour what the other one writes.

        First one after the other, so that the second executes all that is there already; then both at once, where
        the mount itself may fail to read a file that the other machine has just replaced: that is one sentence, and
        the next try succeeds.
        """
        if not Path("/dev/fuse").exists() or shutil.which("fusermount3") is None:
            raise Fault("there is no FUSE here: apt-get install fuse3")
        tries = [self.share(at_once=False), self.share(at_once=True)]
        return f"two machines that do not see each other's files: sound stores, one lock, {sum(tries)} tries for 4 reports"

    def share(self, at_once):
        """Builds the week on both machines; returns how many tries that took."""
        shared = self.scratch / f"shared-{at_once}"
        (shared / "records").mkdir(parents=True)
        tries = 0
        with self.mounted(shared, f"one-{at_once}") as one, self.mounted(shared, f"two-{at_once}") as two:
            labs = [self.lab(), self.lab()]
            for lab, place in zip(labs, [one, two]):
                lab.write("labbook.yaml", f"store: {place}\n")
                # All folders that are listed now are remembered.
                list(place.rglob("*"))
            waiting = labs
            while waiting:
                tries += len(waiting)
                if tries > 10:
                    raise Fault("the reports are not built after five tries each")
                started = []
                failed = []
                for lab in waiting:
                    started.append((lab, lab.start("report", environment=lab.environment())))
                    if at_once and len(started) < len(waiting):
                        continue
                    for lab, process in started:
                        code, output, errors = lab.finish(process)
                        if code != 0:
                            if not at_once or not is_sentence(errors):
                                raise Fault(f"one of two machines failed: {output}{errors}")
                            failed.append(lab)
                    started = []
                waiting = failed
            self.same(*labs)
        fresh = self.lab(labs[0])
        fresh.write("labbook.yaml", f"store: {shared}\n")
        output, _ = self.run(fresh, "fsck")
        if not output.startswith(f"{self.suite.runs} records checked; all sound"):
            raise Fault(f"the shared store is not sound: {output}")
        _, errors = self.run(fresh, "report")
        if "done" in errors:
            raise Fault(f"something of the shared store was executed again: {errors}")
        self.same(labs[0], fresh)
        return tries


CHECKS = [
    "folder", "folder_by_newer_rclone", "s3", "s3_by_newer_rclone", "webdav", "killed_pushes",
    "killed_pushes_by_newer_rclone", "stale_folders"]


def main():
    program, rclone, *chosen = sys.argv[1:]
    failed = False
    with tempfile.TemporaryDirectory(prefix="remotes-") as scratch:
        remotes = Remotes(program, rclone, scratch)
        for name in chosen or CHECKS:
            start = time.monotonic()
            try:
                outcome = getattr(remotes, name)()
            except Fault as fault:
                failed = True
                outcome = f"FAULT {fault}"
            print(f"{name}: {outcome} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if failed else 0


sys.exit(main())
