"""Checks that the source files which ARCHITECTURE.md and README.md name exist.

A path in backticks such as `Algorithms/PPO.swift` is one below `Sources`. Run by `make lint`; exit code 1 with every
name that no file has.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([A-Za-z]+(?:/[A-Za-z+]+)*/[A-Za-z+]+\.(?:swift|py|sh|c|h))`")


def main():
    problems = []
    paths = 0
    for document in ["ARCHITECTURE.md", "README.md"]:
        for number, line in enumerate((ROOT / document).read_text().splitlines(), 1):
            for path in NAMED.findall(line):
                paths += 1
                if not any((ROOT / base / path).is_file() for base in ["", "Sources"]):
                    problems.append(f"{document}:{number}: there is no file {path}")
    if paths == 0:
        problems.append("ARCHITECTURE.md names no file: the pattern of paths no longer fits")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


sys.exit(main())
