"""Counts what a reader of the sources lacks, and holds each target to a bound.

Two counts for each target of `Sources`:

- public declarations without a comment. A requirement of a protocol is documented where the protocol declares it,
  and a setting where `static let settings` declares it; their implementations need no second comment.
- comments that open with "What", where the first words should say what the thing is.

A bound is lowered when a target gets better, and is never raised. Run by `make lint`; exit code 1 with every place
of a target that is over its bound, or whose bound could be lower.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Target: (public declarations without a comment, comments that open with "What"). Targets not named have (0, 0).
BOUNDS: dict[str, tuple[int, int]] = {}

MODIFIERS = r"(?:(?:static|final|mutating|nonmutating|override|indirect|convenience|lazy|nonisolated|private\(set\)|package\(set\)) )*"
PUBLIC = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))? )*public " + MODIFIERS + r"(?!import|extension)(\S.*)$")
NAME = re.compile(r"(?:func|var|let|struct|class|enum|protocol|actor|typealias|case) `?([\w]+|[^\s\w(]+)|(init|subscript)")
REQUIREMENT = re.compile(r"^\s*(?:static |mutating )*(?:func|var) `?(\w+)")

# Requirements of protocols of the standard library and of Foundation.
STANDARD = {"description", "errorDescription", "encode", "hash", "==", "<"}


def documented_requirements(files):
    """The names that protocols of this package declare with a comment."""
    names = set()
    for lines in files.values():
        depth = None
        documented = False
        for line in lines:
            text = line.strip()
            indent = len(line) - len(line.lstrip())
            if depth is None:
                if re.match(r"(?:public |package )?protocol ", text):
                    depth = indent
            elif text == "}" and indent == depth:
                depth = None
            elif match := REQUIREMENT.match(line):
                if documented:
                    names.add(match.group(1))
            documented = text.startswith("///") or (documented and text.startswith("@"))
    return names


def missing_comments(lines, inherited):
    """The lines that declare something public, undocumented here and elsewhere."""
    text = "\n".join(lines)
    for number, line in enumerate(lines):
        match = PUBLIC.match(line)
        if not match:
            continue
        above = number - 1
        while above >= 0 and lines[above].strip().startswith("@"):
            above -= 1
        if above >= 0 and lines[above].strip().startswith("///"):
            continue
        declared = NAME.match(match.group(1))
        name = declared and (declared.group(1) or declared.group(2))
        if name in inherited or name in STANDARD:
            continue
        if match.group(1).startswith("init() {}"):
            continue
        if match.group(1).startswith("var ") and re.search(r"\(\s*\"\w+\", \\\.%s\b" % name, text):
            continue
        yield number + 1, line.strip()


def idle_openings(lines):
    """The lines that open a comment with "What"."""
    for number, line in enumerate(lines):
        if re.match(r"\s*/// What\b", line) and not lines[number - 1].strip().startswith("///"):
            yield number + 1, line.strip()


def main():
    files = {
        path.relative_to(ROOT): path.read_text(encoding="utf-8").split("\n")
        for path in sorted((ROOT / "Sources").rglob("*.swift"))
    }
    inherited = documented_requirements(files)
    found = defaultdict(lambda: ([], []))
    for path, lines in files.items():
        target = path.parts[1]
        for number, line in missing_comments(lines, inherited):
            found[target][0].append(f"{path}:{number}: no comment: {line}")
        for number, line in idle_openings(lines):
            found[target][1].append(f'{path}:{number}: opens with "What": {line}')
    if sys.argv[1:] == ["--counts"]:
        for target, (missing, openings) in sorted(found.items()):
            print(f'    "{target}": ({len(missing)}, {len(openings)}),')
        return 0
    failed = False
    for target in sorted(set(found) | set(BOUNDS)):
        bounds = BOUNDS.get(target, (0, 0))
        for places, bound, what in zip(found[target], bounds, ("no comment", 'a "What"')):
            if len(places) > bound:
                failed = True
                print("\n".join(places))
                print(f"{target}: {len(places)} with {what}, at most {bound} allowed")
            elif len(places) < bound:
                failed = True
                print(f"{target}: {len(places)} with {what}; lower its bound of {bound} in {Path(__file__).name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
