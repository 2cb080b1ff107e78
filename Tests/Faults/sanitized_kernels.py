"""Compiles the C of this package again so that undefined behavior traps, links the tests with it, and runs some of them.

    python3 Tests/Faults/sanitized_kernels.py                                  after `swift build --build-tests`
    python3 Tests/Faults/sanitized_kernels.py --filter TensorsTests --configuration release

It takes a minute or two, where a build of everything with sanitizers (`make sanitize`) takes an hour. Exit code of the
tests, which a trap ends by a signal.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ["CKernels", "CProcessGuard"]
# A trap takes no runtime library, which would have to be there before OpenBLAS starts its threads.
CHECKS = ["-fsanitize=undefined", "-fsanitize-trap=undefined"]
# The layers whose tests call kernels.
FILTER = "^(TensorsTests|NeuralNetworksTests|ObjectivesTests|EnvironmentsTests|SeededRandomTests|StatisticsTests)"


def commands(manifest):
    """The commands of the build by what they make: lists of words."""
    found = {}
    output = None
    for line in manifest.read_text().splitlines():
        if match := re.match(r'    outputs: \["([^"]+)"', line):
            output = match[1]
        elif (match := re.match(r"    args: (\[.*\])$", line)) and output:
            found[output] = json.loads(match[1])
    return found


def is_newer(made, sources):
    """Whether a file is there and was made after all of these."""
    path = Path(made)
    return path.exists() and all(path.stat().st_mtime > source.stat().st_mtime for source in sources)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configuration", default="debug")
    parser.add_argument("--filter", default=FILTER, help="the tests to run")
    arguments = parser.parse_args()
    made = commands(ROOT / f".build/{arguments.configuration}.yaml")
    folder = ROOT / ".build/sanitize/kernels"
    folder.mkdir(parents=True, exist_ok=True)
    replaced = {}
    for output, words in made.items():
        if output.endswith(".c.o") and Path(output).parent.name.removesuffix(".build") in TARGETS:
            other = str(folder / Path(output).name)
            words = [other if word == output else word for word in words]
            if not is_newer(other, (ROOT / "Sources").glob("C*/**/*.[ch]")):
                subprocess.run([*words, *CHECKS], check=True)
            replaced[output] = other
    if not replaced:
        sys.exit("no C file is found in the manifest of the build; build the tests first")
    bundle, words = next((output, words) for output, words in made.items() if output.endswith(".xctest"))
    program = str(folder / Path(bundle).name)
    listed = next(word[1:] for word in words if word.startswith("@") and word.endswith(".LinkFileList"))
    objects = folder / "Objects.LinkFileList"
    objects.write_text("".join(replaced.get(line, line) + "\n" for line in Path(listed).read_text().splitlines()))
    words = [
        program if word == bundle else f"@{objects}" if word == f"@{listed}" else word for word in words]
    subprocess.run(words, check=True)
    print(f"{len(replaced)} C files with {' '.join(CHECKS)}", flush=True)
    return subprocess.run(
        [program, "--testing-library", "swift-testing", "--filter", arguments.filter, "--skip", "AllocationTests"],
        cwd=ROOT).returncode


sys.exit(main())
