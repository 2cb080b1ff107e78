#!/usr/bin/env python3
"""Compares what pandoc reads in a Markdown file with what labbook makes of it.

    Tests/Structure/compare.py FILE.md [--labbook .build/release/labbook]

The file is a notebook, or plain Markdown that is put under front matter. It is built in a temporary lab, together
with the files beside it. Headings, lists, tasks, tables, formulas, images, notes, links, code, quotes, alerts and
rules are then listed in reading order three times: from the source and from report.md as pandoc reads them
(GitHub's Markdown with formulas), and from report.html. Exit code 0 if the three are the same, 1 if not or if
labbook refuses the file, 2 if something else is wrong. Directives and values are left out, for they are results.
"""
import argparse
import difflib
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMAT = "gfm-emoji-yaml_metadata_block"
WEEK = "2026-W01"
ALERTS = ["note", "tip", "important", "warning", "caution"]
# What labbook links to by itself: works, and what a cross-reference names.
OWN_PLACES = ("#ref-", "#fig-", "#tbl-", "#eq-", "#sec-", "#cite-", "#footnote-", "#mark-")


def pandoc(text):
    programs = sorted(ROOT.glob(".venv/lib/python*/site-packages/pypandoc/files/pandoc"))
    if not programs:
        sys.exit("pandoc is not in .venv; 'make report' installs it")
    run = subprocess.run([programs[0], "--from", FORMAT, "--to", "json"], input=text, text=True,
                         capture_output=True, check=True)
    return json.loads(run.stdout)["blocks"]


def formula(tex, display):
    tex = re.sub(r"\\tag\{\d+\}|\\displaystyle", "", tex)
    tex = re.sub(r"\\Vert\s*", r"\\|", re.sub(r"\\vert\s*", "|", tex))
    tex = re.sub(r"\s+", "", tex)
    # Lines of their own are gathered in a report, since GitHub's typesetter runs them together.
    tex = re.sub(r"^\\begin\{gathered\}(.*)\\end\{gathered\}$", r"\1", tex)
    return ("formula", "display" if display else "inline", tex)


def link(target):
    return ("link", urllib.parse.unquote(target))


def items(count):
    return f"{count} {'item' if count == 1 else 'items'}"


class Pandoc:
    """The structure of a document as pandoc has it."""

    def __init__(self, blocks):
        self.tokens, self.notes, self.seen = [], [], []
        self.walk(blocks)
        # A note's content comes at the end, as in a page; it may hold notes of its own.
        while self.notes:
            blocks = self.notes.pop(0)
            if blocks not in self.seen:
                self.seen.append(blocks)
                self.tokens.append(("note's text",))
                self.walk(blocks)

    def walk(self, value):
        if isinstance(value, list):
            for element in joined(value):
                self.walk(element)
        elif isinstance(value, dict) and "t" in value:
            method = getattr(self, value["t"], None)
            method(value.get("c")) if method else self.walk(value.get("c"))

    def Header(self, content):
        self.tokens.append(("heading", content[0], plain(content[2])))
        self.walk(content[2])

    def BulletList(self, content):
        self.list("bullets", content)

    def OrderedList(self, content):
        self.list(f"numbers from {content[0][0]}", content[1])

    def list(self, kind, content):
        loose = any(block["t"] == "Para" for item in content for block in item)
        self.tokens.append(("list", kind, "loose" if loose else "tight", items(len(content))))
        for item in content:
            if task(item):
                self.tokens.append(("task", task(item)))
            self.walk(item)

    def Table(self, content):
        rows = sum(len(body[3]) for body in content[4])
        aligned = [{"AlignCenter": "c", "AlignRight": "r"}.get(spec[0]["t"], "l") for spec in content[2]]
        self.tokens.append(("table", "".join(aligned), f"{rows} rows"))
        self.walk(content[3])
        self.walk([row for body in content[4] for row in body[3]])

    def Math(self, content):
        self.tokens.append(formula(content[1], content[0]["t"] == "DisplayMath"))

    def CodeBlock(self, content):
        if content[0][1][:1] == ["math"]:
            self.tokens.append(formula(content[1], True))
        else:
            self.tokens.append(("code", content[1].strip()))

    def Image(self, content):
        self.tokens.append(("image", plain(content[1], with_formulas=True)))

    def Para(self, content):
        # Below a labelled image, report.md repeats its words as a caption.
        for index, element in enumerate(content):
            if element == {"t": "RawInline", "c": ["html", "<br>"]} and index > 1 and \
                    str(content[index - 2].get("c", [""])[-1]).startswith('<a id="fig-'):
                content = content[:index]
                break
        self.walk(content)

    def Figure(self, content):
        self.walk(content[2])

    def Link(self, content):
        self.walk(content[1])
        if not content[2][0].startswith(OWN_PLACES):
            self.tokens.append(link(content[2][0]))

    def Note(self, content):
        self.tokens.append(("note",))
        self.notes.append(content)

    def BlockQuote(self, content):
        self.tokens.append(("quote",))
        self.walk(content)

    def Div(self, content):
        kind = next((name for name in content[0][1] if name in ALERTS), None)
        if kind:
            self.tokens.append(("alert", kind))
            content = content[1][1:]
        self.walk(content)

    def HorizontalRule(self, _):
        self.tokens.append(("rule",))


def task(item):
    """Whether an item is a task that is open or done; pandoc leaves the boxes of numbered ones as they are."""
    words = plain(item[0].get("c", [])) if item and item[0]["t"] in ("Plain", "Para") else ""
    return next((state for state, marks in (("open", ("☐", "[]")), ("done", ("☒", "[x]", "[X]")))
                 if words.startswith(marks)), None)


def joined(values):
    """Blocks with lists of tasks and of other items as the one list that GitHub sees; pandoc cuts there."""
    result = []
    for value in values:
        lists = [result[-1], value] if result else []
        if lists and all(isinstance(block, dict) and block.get("t") == "BulletList" for block in lists) and \
                bool(task(lists[0]["c"][-1])) != bool(task(value["c"][0])):
            result[-1] = {"t": "BulletList", "c": lists[0]["c"] + value["c"]}
        else:
            result.append(value)
    return result


def plain(inlines, with_formulas=False):
    """The words of running text without space."""
    words = []

    def walk(value):
        if isinstance(value, list):
            for element in value:
                walk(element)
        elif isinstance(value, dict) and "t" in value:
            if value["t"] in ("Str",):
                words.append(value["c"])
            elif value["t"] == "Code":
                words.append(value["c"][1])
            elif value["t"] == "Math" and with_formulas:
                words.append(re.sub(r"\s", "", value["c"][1]))
            elif value["t"] in ("Link", "Span"):
                walk(value["c"][1])
            elif value["t"] not in ("Math", "Note", "RawInline", "Image"):
                walk(value.get("c"))

    walk(inlines)
    return "".join(words)


class Page(html.parser.HTMLParser):
    """The structure of report.html."""

    VOID = {"br", "hr", "img", "input", "meta", "link", "wbr"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tokens, self.open, self.texts = [], [], []
        self.feed(text)

    def skipped(self):
        return any(skip for _, skip, _ in self.open)

    def inside(self, name):
        return any(name in (tag, kind) for tag, _, kind in self.open)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        kind = (values.get("class") or "").split(" ")[0]
        skip = tag in ("nav", "style", "aside", "footer", "title") or kind in (
            "facts", "anchor", "back", "references", "rule", "alert-title", "katex-html", "abstract") \
            or tag == "figcaption"
        if not skip and not self.skipped():
            self.start(tag, values, kind)
        if tag not in self.VOID:
            self.open.append((tag, skip, kind))

    def start(self, tag, values, kind):
        add = self.tokens.append
        if re.fullmatch("h[1-6]", tag):
            self.texts.append([])
            add(["heading", int(tag[1]), self.texts[-1]])
        elif tag in ("ul", "ol") and not (self.inside("footnotes") and self.open[-1][2] == "footnotes"):
            numbers = f"numbers from {values.get('start', 1)}"
            add(["list", "bullets" if tag == "ul" else numbers, "tight", 0, len(self.open)])
        elif tag == "li":
            if self.open[-2][2] == "footnotes":
                add(("note's text",))
            else:
                self.list()[3] += 1
        elif tag == "p" and self.open[-1][0] == "li" and self.open[-3][2] != "footnotes":
            self.list()[2] = "loose"
        elif tag == "input":
            add(("task", "done" if "checked" in values else "open"))
        elif tag == "table":
            add(["table", "", 0])
        elif tag == "th":
            self.table()[1] += {"center": "c", "trailing": "r"}.get(kind, "l")
        elif tag == "tr" and self.inside("tbody"):
            self.table()[2] += 1
        elif tag == "annotation":
            self.texts.append([])
            add(["formula", "display" if self.inside("katex-display") else "inline", self.texts[-1]])
        elif tag == "pre":
            self.texts.append([])
            add(["code", self.texts[-1]])
        elif tag == "img":
            add(("image", re.sub(r"\s", "", values.get("alt") or "")))
        elif tag == "a" and "href" in values and not values["href"].startswith(OWN_PLACES):
            self.open.append(("link", False, values["href"]))
        elif tag == "a" and values.get("href", "").startswith("#footnote-"):
            add(("note",))
        elif tag == "blockquote":
            add(("quote",))
        elif kind == "alert":
            add(("alert", values["class"].split("alert-")[1]))
        elif tag == "hr":
            add(("rule",))

    def list(self):
        """The innermost list that is open."""
        depth = max(index for index, (tag, _, _) in enumerate(self.open) if tag in ("ul", "ol"))
        return next(token for token in reversed(self.tokens) if token[0] == "list" and token[4] == depth)

    def table(self):
        return next(token for token in reversed(self.tokens) if token[0] == "table")

    def handle_endtag(self, tag):
        while self.open:
            if self.open.pop()[0] == tag:
                break
        # The address of a link stands below its end.
        if tag == "a" and self.open and self.open[-1][0] == "link":
            address = self.open.pop()[2]
            if not self.skipped():
                self.tokens.append(link(address))
        if (tag in ("pre", "annotation") or re.fullmatch("h[1-6]", tag)) and self.texts and not self.skipped():
            self.texts.pop()

    def handle_data(self, data):
        if self.texts and not self.skipped() and self.inside("annotation") == self.inside("katex"):
            self.texts[-1].append(data)

    def result(self):
        for token in self.tokens:
            if token[0] == "heading":
                yield ("heading", token[1], re.sub(r"\s", "", "".join(token[2])))
            elif token[0] == "formula":
                yield formula("".join(token[2]), token[1] == "display")
            elif token[0] == "code":
                yield ("code", "".join(token[1]).strip())
            elif token[0] == "list":
                yield ("list", token[1], token[2], items(token[3]))
            elif token[0] == "table":
                yield ("table", token[1], f"{token[2]} rows")
            else:
                yield tuple(token)


def split(source):
    """The front matter, without what labbook sets above the text, and the body."""
    match = re.match(r"---\s*\n(.*?\n)(?:---|\.\.\.)\s*\n", source, re.S)
    if not match or not re.search(r"^week:", match[1], re.M):
        body = source[match.end():] if match else source
        return f"title: Compared\nweek: {WEEK}\nstatus: draft\n", body
    header = re.sub(r"^(abstract|status|week|compare_to):.*\n(?:[ \t]+.*\n|\s*\n)*", "", match[1], flags=re.M)
    return f"{header}week: {WEEK}\nstatus: draft\n", source[match.end():]


def without_results(body):
    body = re.sub(r"^([ >]*)(`{3,}|~{3,})\s*\{[a-z]+\}.*\n(?:.*\n)*?[ >]*\2`*~*[ ]*$", "", body, flags=re.M)
    return re.sub(r"\{value\}`[^`]*`", "0", body)


def build(file, program):
    """Builds the file in a lab of its own; returns the body with report.md and report.html."""
    header, body = split(file.read_text(encoding="utf-8-sig").replace("\r\n", "\n"))
    body = without_results(body)
    with tempfile.TemporaryDirectory() as folder:
        lab = pathlib.Path(folder)
        week = lab / "reports" / WEEK
        (lab / "experiments").mkdir()
        shutil.copytree(file.parent, week, ignore=shutil.ignore_patterns("report.*", "results.lock", ".git"))
        for name in re.findall(r"^bibliography:\s*(\S+)", header, re.M) or ["../references.bib"]:
            if (file.parent / name).is_file() and not (week / name).exists():
                shutil.copy(file.parent / name, week / name)
        (week / "notebook.md").write_text(f"---\n{header}---\n{body}", encoding="utf-8")
        run = subprocess.run([program, "report", WEEK, "--lab", folder], capture_output=True, text=True)
        if run.returncode:
            print(f"labbook refuses {file}; its text begins on line {header.count(chr(10)) + 3}:\n{run.stderr.strip()}")
            sys.exit(1)
        sys.stderr.write(run.stderr)
        return body, (week / "report.md").read_text(encoding="utf-8"), (week / "report.html").read_text(encoding="utf-8")


def below_title(tokens):
    """The tokens with the title, of which labbook makes one, taken off, and headings as labbook has them."""
    headings = [token for token in tokens if token[0] == "heading"]
    own = tokens[:1] == headings[:1] and headings and headings[0][1] == 1 and \
        sum(token[1] == 1 for token in headings) == 1
    if own:
        tokens = tokens[1:]
    elif any(token[1] == 1 for token in headings):
        tokens = [("heading", min(6, token[1] + 1), token[2]) if token[0] == "heading" else token for token in tokens]
    return tokens


def without_references(tokens, source):
    """Without the list of works at the end, which is none of the source's."""
    titles = [token[2] for token in source if token[0] == "heading"]
    for index, token in enumerate(tokens):
        if token[0] == "heading" and token[2] == "References" and token[2] not in titles:
            rest = tokens[index:]
            notes = next((place for place, other in enumerate(rest) if other[0] == "note's text"), len(rest))
            return tokens[:index] + rest[notes:]
    return tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--labbook", default=str(ROOT / ".build/release/labbook"))
    arguments = parser.parse_args()
    body, markdown, page = build(arguments.file.resolve(), arguments.labbook)
    source = below_title(Pandoc(pandoc(body)).tokens)
    outputs = {
        "report.md": without_references(Pandoc(pandoc(markdown)).tokens[1:], source),
        "report.html": list(Page(page).result())[1:],
    }
    show = lambda tokens: [" ".join(map(str, token)).replace("\n", "⏎") for token in tokens]
    differences = 0
    for name, tokens in outputs.items():
        for line in difflib.unified_diff(show(source), show(tokens), "the source", name, lineterm="", n=1):
            differences += line[:1] in "+-" and line[:3] not in ("+++", "---")
            print(line if len(line) < 200 else line[:200] + "…")
    counts = {}
    for token in source:
        counts[token[0]] = counts.get(token[0], 0) + 1
    print(f"{arguments.file.name}: " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
          + f"; {differences or 'no'} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
