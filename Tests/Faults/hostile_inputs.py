"""Gives labbook files that nobody writes by hand: each has to end in little time and memory, by success or in words.

usage: hostile_inputs.py LABBOOK [--only TEXT] [--every N] [--list] [--seconds S] [--megabytes M] [--log FILE]

Every case is a lab of its own in a temporary folder. The program runs in a process of its own; wait4 tells what it
and the programs that it started have used. A case fails if the program is ended by a signal, says nothing about why
it fails, says more than two hundred lines, uses more processor time or memory than allowed, or is still there after
ten times that.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = """question: Which one?
task: {environment: CartPole-v1}
budget: {environment_steps: 600}
evaluation: {every: 300, episodes: 2}
seeds: 2
metric: evaluation_return
arms:
  PPO: {algorithm: ppo}
"""
HEADER = "title: T\nweek: 2026-W10\nstatus: draft\n"
WORK = "@article{k,\n  title = {A work},\n  author = {A. Person},\n  journal = {J},\n  year = {2020}\n}\n"
STYLE = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>t</title><id>http://www.zotero.org/styles/t</id></info>
%s
<citation><layout prefix="(" suffix=")"><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography>
</style>
"""
NOTEBOOK = "reports/2026-W10/notebook.md"
BIBLIOGRAPHY = "reports/2026-W10/works.bib"
STYLE_FILE = "reports/2026-W10/mine.csl"
IMAGE = "reports/2026-W10/a.png"
SPEC_FILE = "experiments/x.yaml"
MACROS = "reports/macros.yaml"
LOCK = "reports/2026-W10/results.lock"


def large_comment(path, lab):
    path.write_bytes((SPEC + ("# " + "x" * 97 + "\n") * 1_000_000).encode())


class Case:
    """A lab: what its files hold, and the command that reads them."""

    def __init__(self, name, files, command):
        self.name, self.files, self.command = name, files, command


# Files that are no text: what makes each of them.
def fifo(path, lab):
    os.mkfifo(path)


def socket_file(path, lab):
    name = tempfile.mktemp(dir="/tmp", prefix="s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name)
    os.rename(name, path)


def folder(path, lab):
    path.mkdir()


def link_loop(path, lab):
    os.symlink(path.name, path)


def link_to_zero(path, lab):
    os.symlink("/dev/zero", path)


def link_to_terminal(path, lab):
    os.symlink("/proc/self/fd/0", path)


def zero(path, lab):
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        os.symlink("/dev/zero", path)


def sparse(path, lab):
    with open(path, "wb") as file:
        file.truncate(5 << 30)


def unreadable_link(path, lab):
    os.symlink("/proc/self/none", path)


SPECIAL = {
    "FIFO": fifo, "socket": socket_file, "folder": folder, "link to itself": link_loop,
    "link to /dev/zero": link_to_zero, "link to standard input": link_to_terminal, "device": zero, "5 GB of nothing": sparse,
    "link to nothing": unreadable_link,
}


def spec(name, text, command="validate"):
    return Case("spec: " + name, {SPEC_FILE: text}, [command])


def notebook(name, body, header=HEADER, files=None, commands=("validate", "report")):
    text = body if header is None else encoded("---\n" + header + "---\n\n") + encoded(body) + b"\n"
    for command in commands:
        yield Case(
            f"notebook, {command}: {name}", {NOTEBOOK: text, **(files or {})},
            [command] if command == "validate" else [command, "2026-W10"])


def bibliography(name, text):
    return Case(
        "bibliography: " + name,
        {NOTEBOOK: "---\n" + HEADER + "bibliography: works.bib\n---\n\nSee [@k].\n", BIBLIOGRAPHY: text},
        ["report", "2026-W10"])


def style(name, text):
    return Case(
        "style: " + name,
        {NOTEBOOK: "---\n" + HEADER + "bibliography: works.bib\ncsl: mine.csl\n---\n\nSee [@k].\n",
         BIBLIOGRAPHY: WORK, STYLE_FILE: text},
        ["report", "2026-W10"])


def encoded(text):
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def specs():
    for name, make in SPECIAL.items():
        yield spec(name, make)
        yield Case(f"extended spec: {name}", {SPEC_FILE: "extends: parts/base.yaml\n" + SPEC, "experiments/parts/base.yaml": make}, ["validate"])
    yield spec("100 MB of comment", large_comment)
    yield spec("500 KB of comment", SPEC + ("# " + "x" * 97 + "\n") * 5_000)
    yield spec("500 KB of one comment", SPEC + "# " + "x" * 500_000)
    yield spec("1 MB of one key", SPEC + "title: T\n" * 110_000)
    yield spec("400 KB of two keys", SPEC + "title: T\nother: x\n" * 24_000)
    yield spec("each key twice", SPEC + "".join(f"k{i}: 1\nk{i}: 2\n" for i in range(24_000)))
    yield spec("each key twice, in nests", SPEC + "".join(f"k{i}: {{a: 1, a: 2}}\n" for i in range(20_000)))
    yield spec("10 MB of a:", "a:\n" * 3_300_000)
    yield spec("1 MB of keys", SPEC + "title: T\n" * 50_000)
    yield spec("500 KB of a:", "a:\n" * 166_000)
    yield spec("500 KB of different keys", SPEC + "".join(f"k{i}: 1\n" for i in range(42_000)))
    yield spec("500 KB of a list", SPEC + "title: [" + "1," * 250_000 + "1]\n")
    yield spec("500 KB of list lines", SPEC + "title:\n" + "- 1\n" * 125_000)
    yield spec("500 KB of empty lists", SPEC + "title: [" + "[]," * 166_000 + "1]\n")
    yield spec("500 KB of empty mappings", SPEC + "title:\n" + "- {}\n" * 100_000)
    yield spec("500 KB of asterisks", SPEC + "title: " + "*" * 500_000)
    yield spec("500 KB of anchors", SPEC + "title:\n" + "- &a x\n" * 70_000)
    yield spec("500 KB of tags", SPEC + "title:\n" + "- !x x\n" * 70_000)
    yield spec("500 KB of quotes", SPEC + "title:\n" + "- 'x'\n" * 80_000)
    yield spec("500 KB of colons", SPEC + "title: " + ":" * 500_000)
    yield spec("500 KB of question marks", SPEC + "? " * 250_000)
    yield spec("500 KB of a block", SPEC + "title: |\n" + "  x\n" * 125_000)
    yield spec("500 KB of a folded block", SPEC + "title: >\n" + "  x\n" * 125_000)
    yield spec("500 KB of an open quote", SPEC + "title: \"" + "x\n" * 250_000)
    yield spec("500 KB of escapes", SPEC + "title: \"" + "\\x41" * 125_000 + "\"")
    yield spec("500 KB of an anchor's name", SPEC + "title: &" + "x" * 500_000)
    yield spec("500 KB of a key", SPEC + "x" * 500_000 + ": 1\n")
    yield spec("500 KB of directives", "%YAML 1.1\n" * 49_000 + SPEC)
    yield spec("500 KB of documents", SPEC + "---\n" * 125_000)
    yield spec("500 KB of spaces", SPEC + " " * 500_000 + "x")
    yield spec("500 KB of line ends", SPEC + "\n" * 500_000)
    yield spec("500 KB of carriage returns", SPEC + "\r" * 500_000)
    yield spec("500 KB of U+2028", SPEC + "\u2028" * 166_000)
    yield spec("500 KB of tabs", SPEC + "\t" * 500_000)
    yield spec("500 KB of NUL", SPEC + "\0" * 500_000)
    yield spec("aliases that grow", SPEC + "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i-1}, *a{i-1}]\n" for i in range(1, 60)) + "? *a59\n: x\n")
    yield spec("an alias as a key", SPEC + "a: &a [x]\n*a : 1\n")
    yield spec("merge keys that grow", SPEC + "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i-1}, *a{i-1}]}}\n" for i in range(1, 60)))
    for piece in ["- ", "? ", "[", "{a: ", "a: [", "- - - ? ", "- [", "!x ", "&a ", "- !a &b "]:
        yield spec(f"60,000 nested {piece!r}", SPEC + "title: \n" + piece * 60_000)
    yield spec("mappings nested by indentation", SPEC + "title:\n" + "".join(" " * (i + 1) + "a:\n" for i in range(1500)))
    for name, line in {
        "seeds of 1e9": "seeds: 1000000000", "seeds of 10^23": "seeds: 99999999999999999999999", "seeds of 1e400": "seeds: 1e400",
        "seeds of .nan": "seeds: .nan", "seeds of -1": "seeds: -1", "a range of seeds": "seeds: 0..1000000000",
        "a range of seeds in a list": "seeds: [0-1000000000]", "a mapping of seeds": "seeds: {from: 0, to: 1000000000}",
        "70,000 seeds": "seeds: [" + ", ".join(map(str, range(70_000))) + "]",
        "one seed 250,000 times": "seeds: [" + "1," * 250_000 + "1]",
        "a seed of 2^63-1": "seeds: [9223372036854775807]", "a seed of 2^64": "seeds: [18446744073709551616]",
        "a number of 500 KB": "seeds: " + "9" * 500_000, "a fraction of 500 KB": "seeds: 0." + "9" * 500_000,
        "an exponent of 500 KB": "seeds: 1e" + "9" * 500_000,
    }.items():
        yield spec(name, SPEC.replace("seeds: 2", line))
    swept = SPEC.replace("{algorithm: ppo}", "{algorithm: rloo, sweep: {%s}}")
    yield spec("a sweep of 10^12", swept % ", ".join(f"{name}: [{','.join(str(i / 1000 + 0.001) for i in range(100))}]" for name in ["learning_rate", "entropy_coefficient", "gae_lambda", "discount", "clip_range", "max_gradient_norm"]))
    yield spec("a sweep of 60,000 values", swept % ("group_size: [" + ",".join(str(i + 2) for i in range(60_000)) + "]"))
    yield spec("a sweep of 200 lists of 1,000", SPEC.replace("PPO: {algorithm: ppo}", "PPO: {algorithm: ppo, sweep: {value_hidden: [" + ",".join("[" + ",".join(["8"] * 1000) + "]" for _ in range(200)) + "]}}"))
    yield spec("18,000 arms", SPEC + "".join(f"  A{i}: {{algorithm: ppo}}\n" for i in range(18_000)))
    yield spec("3,000 arms", SPEC + "".join(f"  A{i}: {{algorithm: ppo}}\n" for i in range(3_000)))
    yield spec("1,000 arms, all alike", SPEC + "".join(f"  A{i}: {{algorithm: ppo, title: A}}\n" for i in range(999)))
    yield spec("1,000 arms with an unknown key", SPEC + "".join(f"  A{i}: {{algorithm: ppo, klip_range: 0.1}}\n" for i in range(999)))
    yield spec("1,000 arms that start from each other", SPEC + "".join(f"  A{i}: {{algorithm: audit, from: A{i - 1}}}\n" for i in range(1, 999)))
    yield spec("18,000 arms with wrong names of algorithms", SPEC + "".join(f"  A{i}: {{algorithm: ppi{i}}}\n" for i in range(18_000)))
    language = """question: Which one?
task: {language: arithmetic}
policy: {network: transformer, layers: 2, width: 64, heads: 4, context: 32}
budget: {tokens: 300_000}
evaluation: {every: 30_000, prompts: 50}
metric: test_accuracy
seeds: 1
stages:
%s
arms:
  A: {algorithm: rloo, from: S}
"""
    yield spec("1,000 stages in a chain", language % ("  S: {algorithm: sft}\n" + "".join(f"  S{i}: {{algorithm: rloo, from: {'S' + str(i - 1) if i > 1 else 'S'}}}\n" for i in range(1, 1000))))
    yield spec("60 stages whose start and reward are the one before", language % ("  S: {algorithm: sft}\n  R0: {algorithm: reward_model, from: S}\n  P0: {algorithm: rloo, from: S, reward: R0}\n" + "".join(f"  R{i}: {{algorithm: reward_model, from: P{i - 1}}}\n  P{i}: {{algorithm: rloo, from: P{i - 1}, reward: R{i}}}\n" for i in range(1, 60))))
    yield spec("stages in a circle", language % "  S: {algorithm: rloo, from: T}\n  T: {algorithm: rloo, from: S}\n")
    for name, old, new in [
        ("a budget of 10^18", "environment_steps: 600", "environment_steps: 1000000000000000000"),
        ("a budget of 2^63-1", "environment_steps: 600", "environment_steps: 9223372036854775807"),
        ("a budget of 1e300", "environment_steps: 600", "environment_steps: 1e300"),
        ("evaluation at each step of 10^9", "environment_steps: 600}\nevaluation: {every: 300", "environment_steps: 1000000000}\nevaluation: {every: 1"),
        ("2^63-1 episodes", "episodes: 2", "episodes: 9223372036854775807"),
        ("hidden layers of 2^62", "budget:", "policy: {network: mlp, hidden: [4611686018427387904, 4611686018427387904]}\nbudget:"),
        ("200,000 hidden layers", "budget:", "policy: {network: mlp, hidden: [" + "8," * 200_000 + "8]}\nbudget:"),
    ]:
        yield spec(name, SPEC.replace(old, new))
        yield spec(name + ", planned", SPEC.replace(old, new), "plan")
    for setting, value in [
        ("layers", "1e9"), ("layers", "1000000000"), ("width", "9223372036854775807"), ("heads", "9223372036854775807"), ("context", "9223372036854775807"),
        ("layers", "-9223372036854775808"), ("width", "1e308"),
    ]:
        text = (language % "  S: {algorithm: sft}\n").replace(f"{setting}: ", f"{setting}: {value} #", 1)
        yield spec(f"{setting} of {value}", (language % "  S: {algorithm: sft}\n").replace("policy: {network: transformer, layers: 2, width: 64, heads: 4, context: 32}", "policy: {network: transformer, " + ", ".join(f"{k}: {value if k == setting else v}" for k, v in {"layers": 2, "width": 64, "heads": 4, "context": 32}.items()) + "}"))
    huge = {"group_size": "9223372036854775807", "batch_size": "9223372036854775807", "epochs": "9223372036854775807", "learning_rate": "1e308", "discount": "1e308", "minibatches": "9223372036854775807"}
    for setting, value in huge.items():
        yield spec(f"{setting} of {value}", SPEC.replace("{algorithm: ppo}", f"{{algorithm: rloo, {setting}: {value}}}"))
    for name, data in {
        "bytes that are no UTF-8": b"\xff\xfe\x00a: 1\n", "half of a character": SPEC.encode() + b"title: \xe2\x82", "surrogates": SPEC.encode() + b"title: \xed\xa0\x80\n",
        "500 KB of bytes that are no UTF-8": SPEC.encode() + b"\xff" * 500_000, "500 KB of one line, then no UTF-8": SPEC.encode() + b"a" * 500_000 + b"\xff",
        "a NUL": SPEC + "title: a\0b\n", "a byte order mark": "\ufeff" + SPEC, "UTF-16": SPEC.encode("utf-16"), "UTF-32": SPEC.encode("utf-32"), "a byte order mark in the midst": SPEC + "title: a\ufeffb\n",
        "lines by CR": SPEC.replace("\n", "\r"), "lines by CR LF": SPEC.replace("\n", "\r\n"), "lines by U+2028": SPEC.replace("\n", "\u2028"), "lines by U+0085": SPEC.replace("\n", "\u0085"),
        "a title from right to left": SPEC + "title: a \u202e b\n", "a label with a mark from right to left": SPEC.replace("PPO", "P\u202ePO"), "a label of 400 KB": SPEC.replace("PPO", "P" * 400_000),
        "200,000 combining marks": SPEC + "title: a" + "\u0301" * 200_000 + "\n", "a question of 500 KB": SPEC.replace("Which one?", "w " * 250_000), "nothing": "", "one NUL": "\0", "one byte order mark": "\ufeff",
        "70,000 joined emoji": SPEC + "title: " + "\U0001F468\u200d" * 70_000 + "\n", "500 KB of conflict marks": "<<<<<<< a\n=======\n>>>>>>> b\n" * 14_000,
        "extends of 500 KB": "extends: " + "a/" * 250_000 + "\n" + SPEC, "extends of 500 KB of ..": "extends: " + "../" * 166_000 + "\n" + SPEC, "extends itself": "extends: x.yaml\n" + SPEC, "vary of 50,000": SPEC + "vary: [" + "baseline," * 50_000 + "x]\n",
    }.items():
        yield spec(name, data)
    chain = {SPEC_FILE: "extends: parts/0.yaml\n" + SPEC}
    for i in range(500):
        chain[f"experiments/parts/{i}.yaml"] = f"extends: {i + 1}.yaml\ntitle: T\n"
    yield Case("spec: extends through 500 files", chain, ["validate"])
    large = {SPEC_FILE: "extends: parts/0.yaml\n" + SPEC}
    for i in range(30):
        large[f"experiments/parts/{i}.yaml"] = f"extends: {i + 1}.yaml\n" + "# " + "x" * 500_000
    yield Case("spec: extends through 30 files of 500 KB", large, ["validate"])
    yield Case("spec: 10 specs of 60 KB of keys", {f"experiments/x{i}.yaml": SPEC + "title: T\n" * 6_000 for i in range(10)}, ["validate"])


def notebooks():
    for name, make in SPECIAL.items():
        yield from notebook(name, make, header=None)
    for piece, count in [
        ("> ", 20_000), ("- ", 20_000), ("1. ", 20_000), ("[", 100_000), ("![", 100_000), ("<", 100_000), ("<a", 100_000), ("<a ", 100_000), ("<!--", 100_000), ("<!-", 100_000),
        ("$\\text{", 50_000), ("[@a", 50_000), ("[@a; ", 50_000), ("|", 100_000), ("| ", 50_000), ("*", 100_000), ("_", 100_000), ("*a ", 50_000), ("**a ", 50_000), ("*a _b ", 50_000), ("a*", 50_000), ("_a", 50_000),
        ("@a ", 100_000), ("@a", 100_000), ("@", 100_000), ("`", 100_000), ("~", 100_000), ("~~a ", 50_000), ("![[]()", 20_000), ("[[]()", 20_000), ("[]()", 50_000), ("[](", 50_000), ("](", 100_000), ("]", 100_000), ("[a](", 50_000), ("![a](", 50_000), ("[a](<", 50_000), ("[a][", 50_000),
        ("[^a", 50_000), ("[^a]", 50_000), ("[^a]: ", 50_000), ("[a]: ", 50_000), ("[a]: b\n", 50_000), ("[^a]: b\n\n", 50_000), ("&", 100_000), ("&#", 100_000), ("&amp;", 50_000), ("\\", 100_000), ("$", 100_000), ("$$", 50_000), ("$a", 50_000), ("$a$", 50_000), ("$$a$$\n\n", 5_000), ("$`", 50_000), ("{", 100_000), ("}", 100_000), ("{value}`", 30_000), ("{value}`a.b.c` ", 30_000), ("{value", 50_000),
        ("{#a", 50_000), ("{#a}", 50_000), ("<?", 50_000), ("<![CDATA[", 20_000), ("<!A", 50_000), ("</a", 50_000), ("<sub>", 50_000), ("<a@b", 50_000), ("http://", 50_000), ("http://a ", 50_000), ("www.", 50_000), ("www.a.", 50_000), ("a@b.", 50_000), ("a@", 100_000), ("a.b@", 50_000), ("mailto:", 50_000),
        ("# ", 50_000), ("# a\n", 50_000), ("#", 100_000), ("=\n", 100_000), ("a\n=\n", 50_000), ("---\n", 50_000), ("\n", 990_000), (" ", 990_000), ("\t", 990_000), ("a", 990_000), ("a ", 490_000), ("a\n", 490_000), ("a\n\n", 200_000), ("- a\n", 200_000), ("> a\n", 200_000), ("> a\n\n", 100_000), ("    a\n", 200_000), ("| a |\n", 100_000), ("|-|\n", 100_000), ("|a|\n|-|\n", 50_000), ("|a|\n|-|\n|b|\n\n", 30_000),
        ("```\n", 100_000), ("```{", 50_000), ("```{a}\n", 50_000), ("```{comparison} a\n```\n", 20_000), ("```{claim}\na.b.c > a.d.c\n```\n", 20_000), ("~~~\n", 100_000), ("```a\n", 50_000), ("````", 50_000), ("\\[", 50_000), ("\\(", 50_000), ("\\begin{", 50_000), ("$\\frac{", 50_000), ("\u0301", 500_000), ("\u200d\U0001F468", 200_000), ("\u202e", 300_000), ("\u2028", 300_000), ("\r", 500_000), ("\0", 500_000), ("\ufeff", 300_000), ("[!NOTE]", 50_000), ("> [!NOTE]\n> a\n\n", 30_000), ("- [ ] a\n", 100_000), (":", 300_000), ("a:b", 100_000), ("<http://a", 50_000), ("<http://a> ", 50_000), ("\"", 300_000), ("'", 300_000), ("...", 300_000), ("{@", 50_000), ("[@{", 50_000), ("@{a", 50_000), ("[-@a]", 50_000), ("[see @a, p. 1; ", 50_000), ("[[@a]", 50_000), ("[@a]", 50_000), ("![a](a.png)", 20_000), ("![a](a.png){#fig-a}\n\n", 20_000), ("*[", 50_000), ("[*", 50_000), ("`[", 50_000), ("<!-- a -->", 50_000), ("<!-- a -->\n\n", 50_000), ("<!-- ", 50_000), ("-->", 50_000), ("a\\\n", 100_000), ("a  \n", 100_000), ("%", 100_000), ("^", 100_000),
    ]:
        yield from notebook(f"{count:,} {piece!r}", "A\n\n" + piece * count)
    yield from notebook("100,000 bars in a table", "|" + "a|" * 100_000 + "\n|" + "-|" * 100_000 + "\n")
    yield from notebook("900 columns of 50,000 rows", "|" + "a|" * 900 + "\n|" + "-|" * 900 + "\n" + "|a\n" * 50_000)
    yield from notebook("backticks of every length", " ".join("`" * i for i in range(1, 2500)))
    yield from notebook("backticks of every length, downwards", " ".join("`" * i for i in range(2500, 0, -1)))
    yield from notebook("fences of every length", "\n".join("`" * i for i in range(3, 2500)))
    yield from notebook("marks of every length", " ".join("*" * i + "a" for i in range(1, 2500)))
    yield from notebook("quotes that grow", "".join("> " * i + "a\n" for i in range(1, 1000)))
    yield from notebook("lists that grow", "".join("  " * i + "- a\n" for i in range(1, 2000)))
    yield from notebook("lists that begin anew, each with another sign", "".join("-+*"[i % 3] + " a\n" for i in range(200_000)))
    yield from notebook("lists of 90 levels, 1,000 times", ("- " * 90 + "a\n\n") * 1000)
    yield from notebook("quotes of 90 levels, 3,000 times", ("> " * 90 + "a\n\n") * 3000)
    yield from notebook("50,000 definitions, each used", "".join(f"[a{i}]: b{i}.md\n" for i in range(50_000)) + "\n" + " ".join(f"[a{i}]" for i in range(50_000)))
    yield from notebook("50,000 footnotes", "".join(f"[^{i}] " for i in range(50_000)) + "\n\n" + "".join(f"[^{i}]: x\n\n" for i in range(50_000)))
    yield from notebook("definitions that are used 1,000,000 times", "[a]: " + "x" * 100_000 + "\n\n" + "[a]" * 300_000)
    yield from notebook("footnotes in footnotes", "[^0]\n\n" + "".join(f"[^{i}]: [^{i + 1}]\n\n" for i in range(20_000)))
    yield from notebook("20,000 labels", "".join(f"## A {{#sec-a{i}}}\n\n" for i in range(20_000)))
    yield from notebook("a heading that says itself", "## A @sec-a {#sec-a}\n\nSee @sec-a.\n")
    yield from notebook("headings that say the one before twice", "## A {#sec-0}\n\n" + "".join(f"## @sec-{i} @sec-{i} {{#sec-{i + 1}}}\n\n" for i in range(60)) + "See @sec-60.\n")
    yield from notebook("20,000 references to nothing", " ".join(f"@fig-a{i}" for i in range(20_000)))
    yield from notebook("20,000 unknown experiments", "".join(f"{{value}}`a{i}.b.c` " for i in range(20_000)))
    yield from notebook("20,000 headings of one name", "# A\n\n" * 20_000)
    yield from notebook("20,000 anchors to nothing", "".join(f"[a](#b{i}) " for i in range(20_000)))
    yield from notebook("1 MB of words", "word " * 200_000)
    yield from notebook("1 MB of lines", "word word word word\n" * 50_000)
    yield from notebook("1 MB of paragraphs", "word word\n\n" * 90_000)
    yield from notebook("1 MB of emphasis", "*a* " * 250_000)
    yield from notebook("1 MB of lists", "- a\n" * 250_000)
    yield from notebook("1 MB of code", "```\n" + "a\n" * 490_000 + "```\n")
    yield from notebook("1 MB of sums of money", "$5 " * 330_000)
    yield from notebook("16 MB of words", "word " * 3_180_000)
    yield from notebook("bytes that are no UTF-8", b"\xff\xfe")
    yield from notebook("half of a character", b"a\xe2\x82")
    yield from notebook("surrogates", b"\xed\xa0\x80")
    yield from notebook("NUL, CR, U+2028 and marks", "a\0b\rc\u2028d\u2029e\u0085f\u202eg\ufeffh\u0007i\u001bj")
    yield from notebook("UTF-16", ("---\n" + HEADER + "---\n\nA\n").encode("utf-16"), header=None)
    yield from notebook("byte order mark", ("\ufeff---\n" + HEADER + "---\n\nA\n"), header=None)
    yield from notebook("nothing", "", header=None)
    yield from notebook("front matter without end", "---\n" + "a: b\n" * 1_000_000, header=None)
    yield from notebook("links to 20,000 files that are not there", "".join(f"[a](b{i}.md) " for i in range(20_000)))
    yield from notebook("a link of 1 MB", "[a](" + "b/" * 500_000 + ")")
    yield from notebook("a link of 1 MB of ..", "[a](" + "../" * 330_000 + "b)")
    yield from notebook("a label of 1 MB", "## A {#sec-" + "a" * 1_000_000 + "}")
    yield from notebook("a heading of 1 MB", "# " + "a b " * 250_000)
    yield from notebook("100,000 combining marks between signs", "*\u0301" * 50_000 + "[\u0301" * 50_000)


def front_matter():
    def front(name, lines):
        yield from notebook("front matter: " + name, "A", header=lines)

    grown = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i-1}, *a{i-1}]\n" for i in range(1, 60))
    yield from front("aliases as keys", HEADER + grown + "? *a59\n: x\n")
    yield from front("an alias as a key", HEADER + "a: &a b\n*a : x\n")
    yield from front("merge keys", HEADER + "a: &a {x: 1}\n<<: *a\n")
    yield from front("a mapping as a key", HEADER + "? {a: {b: c}}\n: x\n")
    yield from front("500 KB of one key", HEADER + "title: T\n" * 55_000)
    yield from front("each key twice", HEADER + "".join(f"k{i}: 1\nk{i}: 2\n" for i in range(24_000)))
    yield from front("500 KB of different keys", HEADER + "".join(f"k{i}: 1\n" for i in range(50_000)))
    yield from front("900 KB of different keys", HEADER + "".join(f"k{i}: 1\n" for i in range(90_000)))
    yield from front("900 KB of comment", HEADER + ("# " + "x" * 97 + "\n") * 9_000)
    yield from front("900 KB of a:", HEADER + "a:\n" * 300_000)
    yield from front("500 KB of a list", HEADER + "authors: [" + "a," * 240_000 + "a]\n")
    yield from front("500 KB of list lines", HEADER + "authors:\n" + "- a\n" * 120_000)
    yield from front("500 KB of empty lists", HEADER + "authors: [" + "[]," * 160_000 + "a]\n")
    yield from front("400 KB of a title", HEADER.replace("title: T", "title: " + "T" * 400_000))
    yield from front("400 KB of an abstract", HEADER + "abstract: |\n" + "  a *b* $c$ [d](e)\n" * 20_000)
    yield from front("an abstract of brackets", HEADER + "abstract: |\n  " + "[" * 100_000 + "\n")
    yield from front("an abstract of quotes", HEADER + "abstract: |\n  " + "> " * 20_000 + "\n")
    yield from front("100,000 authors", HEADER + "authors: [" + "A B, " * 100_000 + "C]\n")
    for piece in ["[", "{a: ", "- ", "? ", "- ? ", "!a ", "&a "]:
        yield from front(f"50,000 nested {piece!r}", HEADER + "authors:\n  " + piece * 50_000 + "\n")
    yield from front("nests by indentation", HEADER + "authors:\n" + "".join(" " * (i + 1) + "a:\n" for i in range(3000)))
    yield from front("a NUL", HEADER + "authors: a\0b\n")
    yield from front("U+FFFFD", HEADER + "authors: a\U000FFFFDb\n")
    yield from front("100,000 U+2028", HEADER + "authors: " + "\u2028" * 100_000 + "\n")
    yield from front("week of 400 KB", "title: T\nweek: 2026-W" + "1" * 400_000 + "\nstatus: draft\n")
    published = "```{published}\n%s\n```\n"
    yield from notebook("published: aliases as keys", published % ("- of: a.b.c\n" + "".join("  " + line + "\n" for line in (grown + "? *a59\n: x").splitlines())))
    yield from notebook("published: an alias as a key", published % "- &a of: a.b.c\n  *a : 1\n")
    yield from notebook("published: 20,000 rows", published % "\n".join(f"- of: a.b.c{i}\n  mean: 1\n  protocol: P\n  cite: k" for i in range(20_000)))
    yield from notebook("published: 900 KB of one key", published % ("- of: a.b.c\n" + "  mean: 1\n" * 90_000))
    yield from notebook("published: a number of 400 KB", published % ("- of: a.b.c\n  mean: " + "9" * 400_000 + "\n  protocol: P\n  cite: k"))
    yield from notebook("published: 100,000 of ? ", published % ("- of: a.b.c\n  mean: " + "? " * 100_000))
    yield from notebook("published: far to the right", published % ("- of: a.b.c\n" + "".join(" " * (i + 2) + "mean:\n" for i in range(3000))))


def claims():
    claim = "```{claim}\n%s\n```\n"
    for name, text in {
        "1 MB of a path": "a." * 500_000, "100,000 signs": "a.b.c > " * 100_000, "1 MB of digits": "a.b.c > " + "9" * 1_000_000, "100,000 brackets": "(" * 100_000,
        "60,000 lines": "a.b.c > a.d.c\n" * 60_000, "a margin of 1e400": "a.b.c = a.d.c within 1e400", "100,000 commas": "a.b.c > " + "a.d.c, " * 100_000,
    }.items():
        yield from notebook("claim: " + name, claim % text)
    yield from notebook("20,000 claims", "".join(f"```{{claim}}\na.b.c{i} > a.d.c\n```\n\n" for i in range(20_000)))
    yield from notebook("an option of 1 MB", "```{comparison} x\ncaption: " + "a *b* " * 170_000 + "\n```\n")
    yield from notebook("100,000 options", "```{comparison} x\n" + "".join(f"k{i}: v\n" for i in range(100_000)) + "```\n")
    yield from notebook("one option 100,000 times", "```{comparison} x\n" + "arms: A\n" * 100_000 + "```\n")
    yield from notebook("a list of 100,000 arms", "```{comparison} x\narms: " + ", ".join(f"A{i}" for i in range(100_000)) + "\n```\n", files={SPEC_FILE: SPEC}, commands=("validate",))
    yield from notebook("numbers of 10^18 in options", "```{power} x\nseeds: 1000000000000000000\n```\n", files={SPEC_FILE: SPEC}, commands=("validate",))
    yield from notebook("20,000 unknown directives", "".join(f"```{{comparisan{i}}} x\n```\n" for i in range(20_000)))


def formulas():
    def formula(name, tex, header=HEADER, files=None):
        yield from notebook("formula: " + name, f"A\n\n$$\n{tex}\n$$\n", header=header, files=files, commands=("report",))

    for name, tex in {
        "\\frac 50,000 deep": "\\frac{" * 50_000 + "a" + "}{b}" * 50_000, "\\frac 90 deep": "\\frac{" * 90 + "a" + "}{b}" * 90, "\\sqrt 20,000 deep": "\\sqrt{" * 20_000 + "a" + "}" * 20_000,
        "without braces, \\sqrt 5,000 times": "\\sqrt" * 5_000 + "a", "without braces, \\frac 5,000 times": "\\frac" * 5_000 + "a" * 5_001, "^ 5,000 times": "a" + "^b" * 5_000, "^{ 5,000 deep": "a^{" * 5_000 + "b" + "}" * 5_000,
        "of 100,000 characters": "a+" * 50_000, "of 100,000 commands": "\\alpha " * 100_000, "of 1,000,000 characters": "a+" * 500_000, "of 9,900 characters": "a+" * 4_950, "\\left( 3,000 times": "\\left(" * 3_000, "\\left( 3,000 deep": "\\left(" * 3_000 + "a" + "\\right)" * 3_000,
        "{ 100,000 deep": "{" * 100_000 + "a" + "}" * 100_000, "{ 100,000 times": "{" * 100_000, "} 100,000 times": "}" * 100_000, "a matrix of 4,900 columns": "\\begin{matrix}" + "a&" * 4_900 + "\\end{matrix}", "a matrix of 3,000 rows": "\\begin{matrix}" + "a\\\\" * 3_000 + "\\end{matrix}",
        "environments 500 deep": "\\begin{aligned}" * 500 + "\\end{aligned}" * 500, "\\begin 5,000 times": "\\begin{matrix}" * 700, "\\def": "\\def\\a{\\a\\a}\\a", "\\def that grows": "".join(f"\\def\\{chr(97 + i)}{{\\{chr(98 + i)}\\{chr(98 + i)}}}" for i in range(24)) + "\\def\\y{x}\\a", "\\gdef": "\\gdef\\a{\\a\\a}\\a", "\\newcommand": "\\newcommand{\\a}{\\a\\a}\\a", "\\let": "\\let\\a\\b\\a", "\\futurelet": "\\futurelet\\a\\b\\a", "\\global\\def": "\\global\\def\\a{\\a x}\\a", "\\providecommand": "\\providecommand\\a{\\a\\a}\\a", "\\edef": "\\edef\\a{\\a}\\a", "\\xdef": "\\xdef\\a{\\a}\\a", "\\expandafter": "\\expandafter" * 800 + "a", "\\noexpand": "\\noexpand" * 1_000 + "a",
        "\\rule of 1e9": "\\rule{1000000000em}{1000000000em}", "\\rule of 1e300": "\\rule{1e300em}{1em}", "\\kern of 10^300": "\\kern" + "9" * 300 + "em", "\\hspace of 10^300": "\\hspace{" + "9" * 300 + "em}", "\\char": "\\char\"FFFFFFFF", "\\char of 10^300": "\\char" + "9" * 300, "\\color": "\\color{" + "a" * 5_000 + "}x", "\\href": "\\href{javascript:alert(1)}{x}", "\\includegraphics": "\\includegraphics{http://127.0.0.1:1/x.png}", "\\htmlData": "\\htmlData{a=b}{x}", "\\url": "\\url{javascript:x}", "\\text 3,000 deep": "\\text{" * 3_000 + "a" + "}" * 3_000, "\\text with dollars": "\\text{$" * 90 + "a" + "$}" * 90, "comments": "%" * 9_000, "emoji": "\U0001F468\u200d" * 3_000, "NUL": "a\0b", "combining marks": "a" + "\u0301" * 9_000, "primes": "a" + "'" * 9_000, "\\underbrace 90 deep": "\\underbrace{" * 90 + "a" + "}_{b}" * 90, "\\overset 90 deep": "\\overset{a}{" * 90 + "a" + "}" * 90, "\\mathchoice 90 deep": "\\mathchoice{" * 80 + "a" + "}{b}{c}{d}" * 80, "\\mathchoice doubling": None, "\\phantom 90 deep": "\\phantom{" * 90 + "a" + "}" * 90, "\\tag": "a" + "\\tag{b}" * 1_000, "\\verb": "\\verb|a|" * 1_000, "\\operatorname": "\\operatorname{" * 90 + "a" + "}" * 90, "\\middle": "\\left(" + "\\middle|" * 1_000 + "\\right)", "\\color switches": "\\color{red}" * 900 + "a", "\\displaystyle switches": "\\displaystyle" * 700 + "a", "\\over": "a\\over b" * 2, "\\xrightarrow 90 deep": "\\xrightarrow{" * 90 + "a" + "}" * 90,
    }.items():
        if tex is None:
            tex = "x"
            while len(tex) * 4 + 20 < 9_900:
                tex = "\\mathchoice" + ("{" + tex + "}") * 4
        yield from formula(name, tex)
    yield from notebook("formula: 2,000 of 4,900 different characters", "".join(f"$$ {i} " + "+a_{b}" * 700 + " $$\n\n" for i in range(2_000)), commands=("report",))
    yield from notebook("formula: 100 of 4,900 different characters", "".join(f"$$ {i} " + "+a_{b}" * 700 + " $$\n\n" for i in range(100)), commands=("report",))
    yield from notebook("formula: 20,000 different ones", "".join(f"$a_{{{i}}}$ " for i in range(20_000)), commands=("report",))
    yield from notebook("formula: 20,000 alike", "$a_b$ " * 20_000, commands=("report",))
    yield from notebook("formula: 2,000 wrong ones", "".join(f"$\\alhpa_{{{i}}}$ " for i in range(2_000)), commands=("report",))
    grow = "macros:\n" + "".join(f"  \\{chr(97 + i)}{'m'}: \\{chr(98 + i)}m\\{chr(98 + i)}m\n" for i in range(24)) + "  \\ym: x\n"
    yield from formula("macros that grow", "\\am", HEADER + grow)
    yield from formula("macros that grow by their argument", "\\am{x}", HEADER + "macros:\n" + "".join(f"  \\{chr(97 + i)}m: ['\\{chr(98 + i)}m{{#1#1}}', 1]\n" for i in range(24)) + "  \\ym: ['#1', 1]\n")
    yield from formula("macros in a circle", "\\am", HEADER + "macros: {\\am: \\bm, \\bm: \\am}\n")
    yield from formula("macros in a circle of 20,000", "\\aaaa", HEADER + "macros:\n" + "".join(f"  \\{word(i)}: \\{word((i + 1) % 20_000)}\n" for i in range(20_000)))
    yield from formula("20,000 macros in a chain", "\\aaaa", HEADER + "macros:\n" + "".join(f"  \\{word(i)}: \\{word(i + 1)}\n" for i in range(20_000)) + f"  \\{word(20_000)}: x\n")
    yield from formula("a macro of 1 MB", "\\am", HEADER + "macros: {\\am: '" + "a" * 1_000_000 + "'}\n")
    yield from formula("a macro that is another's name", "\\alpha", HEADER + "macros: {\\alpha: \\alpha\\alpha}\n")
    yield from formula("a macro of many words", "\\am" * 1_200, HEADER + "macros: {\\am: '" + "a" * 4_000 + "'}\n")
    for name, make in SPECIAL.items():
        yield from formula(f"macros of the lab, {name}", "x", files={MACROS: make})
    yield from formula("macros of the lab, aliases that grow", "\\am", files={MACROS: "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i-1}, *a{i-1}]\n" for i in range(1, 60)) + "? *a59\n: x\n"})
    yield from formula("macros of the lab, 200 MB of comment", "x", files={MACROS: lambda path, lab: path.write_bytes(b"# " + b"x" * 97 + b"\n") or [open(path, "ab").write((b"# " + b"x" * 97 + b"\n") * 1_000_000) for _ in range(2)]})
    yield from formula("macros of the lab, 4 MB of a:", "x", files={MACROS: "a:\n" * 1_300_000})


def word(number):
    letters = ""
    for _ in range(4):
        letters = chr(97 + number % 26) + letters
        number //= 26
    return letters


def nothing_of(size):
    """A maker of files of so many zeros."""
    return lambda path, lab: path.open("wb").truncate(size)


def built():
    """Files that a build has written and reads again."""
    head = '{"format": "labbook lock 1", "experiments": ['
    texts = {
        "44 MB of white space": "{" + " " * 44_000_000, "44 MB of empty lines": head + "\n" * 44_000_000 + "]}",
        "44 MB of ones": head + "1," * 22_000_000 + "1]}", "44 MB of lists": "[" * 44_000_000,
        "44 MB of empty lists": head + "[]," * 14_600_000 + "[]]}", "44 MB of texts": head + '"aaaaaaaaaaaaaaaa",' * 2_300_000 + '""]}',
        "44 MB of a text": head + '"' + "a" * 44_000_000 + '"]}', "15 MB of names": "{" + ",".join(f'"{i}":0' for i in range(1_400_000)) + "}",
    }
    for file in [LOCK, "reports/2026-W10/prose.json", "reports/2026-W10/verification.json", "reports/2026-W10/report.md"]:
        made = {**SPECIAL, "900 MB of nothing": nothing_of(900 << 20), "44 MB of nothing": nothing_of(44 << 20)}
        made |= {} if file.endswith(".md") else texts
        for name, make in made.items():
            yield Case(
                f"{file.rpartition('/')[2]}: {name}", {NOTEBOOK: "---\n" + HEADER + "---\n\nA\n", file: make},
                ["report", "2026-W10"])


def bibliographies():
    for name, make in SPECIAL.items():
        yield bibliography(name, make)
        yield style(name, make)
        yield Case("image: " + name, {NOTEBOOK: "---\n" + HEADER + "---\n\n![a](a.png)\n", IMAGE: make}, ["report", "2026-W10"])
        yield Case("link to a file: " + name, {NOTEBOOK: "---\n" + HEADER + "---\n\n[a](a.png)\n", IMAGE: make}, ["report", "2026-W10"])
    uses = lambda levels, times: "".join(f'<g id="a{i + 1}">' + f'<use href="#a{i}"/>' * times + "</g>" for i in range(levels))
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g id="a0"><circle r="1"/></g>{}</svg>'
    for name, text in {
        "nested uses": svg.format(uses(11, 10)), "300,000 groups, one in the other": svg.format("<g>" * 300_000),
        "a chain of 100,000 uses": svg.format(uses(100_000, 1)), "16 MB of tags": "<svg>" + "<a/>" * 4_000_000, "a text": "text",
        "16 MB of one tag": "<svg " + "a='b' " * 2_500_000, "empty": "",
    }.items():
        image = IMAGE.replace(".png", ".svg")
        yield Case("image: " + name, {NOTEBOOK: "---\n" + HEADER + "---\n\n![a](a.svg)\n", image: text}, ["report", "2026-W10"])
    ends = ["\r\r\n", "\r\n\r", "\r\r\r\n\n", "\n\r"]
    for number, end in enumerate(ends):
        lines = end.join(["# a", "b", "===", "> c", "> ---", "d", "---", "# e", "f", "==="] * 20)
        yield Case(f"ends of lines, kind {number + 1}", {NOTEBOOK: "---\n" + HEADER + "---\n\n" + lines + "\n"}, ["report", "2026-W10"])
    notes = "".join(f"[^{i}]: a\n" for i in range(5_000)) + "\n## Open questions\n\n" + "".join(f"- word {i}\n\n" for i in range(5_000))
    yield Case("the week after 5,000 notes and questions", {NOTEBOOK: "---\n" + HEADER + "---\n\n" + notes}, ["new", "2026-W11"])
    fields = "  title = {A}, author = {B, C}, journal = {J}, year = {2020},\n"
    for name, text in {
        "crossref to itself": "@article{k,\n" + fields + " crossref = {k} }\n", "a circle of crossref": "@inbook{k,\n" + fields + " crossref = {l} }\n@book{l,\n" + fields + " crossref = {k} }\n", "a circle of xdata": "@article{k,\n" + fields + " xdata = {l} }\n@xdata{l, xdata = {k} }\n", "crossref in other case": "@article{k,\n" + fields + " crossref = {K} }\n@article{K,\n" + fields + " crossref = {k} }\n", "crossref by #": "@string{s = {k}}\n@article{k,\n" + fields + " crossref = s }\n", "crossref by pieces": "@article{k,\n" + fields + " crossref = {l} # {} }\n@article{l,\n" + fields + " crossref = \"\" # {k} }\n",
        "1,000 in a chain of crossref": "@article{k,\n" + fields + " crossref = {k0} }\n" + "".join(f"@article{{k{i},\n{fields} crossref = {{k{i + 1}}} }}\n" for i in range(1_000)) + "@article{k1000,\n" + fields + "}\n", "1,000 in a chain of xdata, two each": "@article{k,\n" + fields + " xdata = {k0} }\n" + "".join(f"@xdata{{k{i},\n xdata = {{k{i + 1},k{i + 1}}} }}\n" for i in range(1_000)) + "@xdata{k1000,\n" + fields + "}\n",
        "40 levels of two xdata": "@article{k,\n" + fields + " xdata = {a0,b0} }\n" + "".join(f"@xdata{{{c}{i},\n xdata = {{a{i + 1},b{i + 1}}} }}\n" for i in range(40) for c in "ab") + "@xdata{a40,\n" + fields + "}\n@xdata{b40,\n" + fields + "}\n",
        "related and set": "@article{k,\n" + fields + " related = {k}, entryset = {k} }\n", "@string in a circle": "@string{a = b}\n@string{b = a}\n@article{k,\n" + fields + " note = a }\n", "@string that grows": "@string{a0 = {xx}}\n" + "".join(f"@string{{a{i} = a{i-1} # a{i-1}}}\n" for i in range(1, 60)) + "@article{k,\n" + fields + " note = a59 }\n",
        "100,000 braces": "@article{k,\n title = " + "{" * 100_000 + "A" + "}" * 100_000 + "}\n", "100,000 open braces": "@article{k,\n title = " + "{" * 100_000, "2,000 braces": "@article{k,\n" + fields + " note = " + "{" * 2_000 + "A" + "}" * 2_000 + "}\n", "100,000 @": "@" * 100_000, "100,000 @a{": "@a{" * 100_000, "100,000 @article{k,": "@article{k,\n" * 100_000, "a key 50,000 times": WORK * 50_000, "200,000 works": WORK + "".join(f"@article{{k{i}, title={{A}}}}\n" for i in range(200_000)), "100,000 fields": "@article{k,\n" + fields + "".join(f" f{i} = {{a}},\n" for i in range(100_000)) + "}\n", "a field of 5 MB": "@article{k,\n" + fields + " abstract = {" + "word " * 1_000_000 + "} }\n", "a title of 1 MB": "@article{k,\n title = {" + "word " * 200_000 + "}, author = {B} }\n", "a title of 100 KB": "@article{k,\n title = {" + "word " * 20_000 + "}, author = {B} }\n",
        "20,000 authors": "@article{k,\n title = {A}, author = {" + " and ".join(f"P{i}, Q" for i in range(20_000)) + "} }\n", "2,000 authors": "@article{k,\n title = {A}, year = 2020, author = {" + " and ".join(f"P{i}, Q" for i in range(2_000)) + "} }\n", "an author of 100 KB": "@article{k,\n title = {A}, author = {" + "de la " * 17_000 + "} }\n", "TeX that defines": "@article{k,\n" + fields + " note = {\\newcommand{\\a}{\\a\\a}\\a\\def\\b{\\b\\b}\\b} }\n", "\\input": "@article{k,\n" + fields + " note = {\\input{/etc/passwd} \\include{/etc/passwd} \\verbatiminput{/etc/passwd}} }\n", "5,000 commands": "@article{k,\n" + fields + " note = {" + "\\emph{a} " * 5_000 + "} }\n", "\\emph 5,000 deep": "@article{k,\n" + fields + " note = {" + "\\emph{" * 5_000 + "a" + "}" * 5_000 + "} }\n", "\\emph 500 deep": "@article{k,\n title = {" + "\\emph{" * 500 + "a" + "}" * 500 + "} }\n", "\\emph 90 deep": "@article{k,\n title = {" + "\\emph{" * 90 + "a" + "}" * 90 + "} }\n", "10,000 accents": "@article{k,\n" + fields + " note = {" + "\\\"" * 10_000 + "a} }\n", "10,000 dollars": "@article{k,\n" + fields + " note = {" + "$" * 10_000 + "} }\n", "a formula of 100 KB": "@article{k,\n title = {$" + "a+" * 50_000 + "$} }\n", "a formula with \\def": "@article{k,\n title = {$\\def\\a{\\a\\a}\\a$} }\n", "1,000 formulas": "@article{k,\n title = {" + "".join(f"$a_{{{i}}}$ " for i in range(1_000)) + "} }\n",
        "a date of 1 MB": "@article{k,\n title = {A}, year = {" + "9" * 1_000_000 + "} }\n", "a year of 10^30": "@article{k,\n title = {A}, year = {" + "9" * 30 + "} }\n", "a date of 10^18": "@article{k,\n title = {A}, date = {999999999999999999-99-99/..} }\n", "pages of 1 MB": "@article{k,\n" + fields + " pages = {" + "1--2," * 200_000 + "} }\n", "an address of 1 MB": "@article{k,\n" + fields + " url = {http://" + "a/" * 500_000 + "} }\n", "NUL": "@article{k,\n title = {A\0B} }\n", "no UTF-8": b"@article{k,\n title = {A\xff\xfe} }\n", "latin-1": b"@article{k,\n title = {A\xe4} }\n", "UTF-16": WORK.encode("utf-16"), "byte order mark": "\ufeff" + WORK, "lines by CR": WORK.replace("\n", "\r"), "right-to-left marks": WORK.replace("A work", "A \u202ework\u2028x"), "250 MB of comment": lambda path, lab: [open(path, "ab").write(b"x" * (50 << 20)) for _ in range(5)], "100 MB of comment, then a work": lambda path, lab: [open(path, "ab").write((b"x" * 99 + b"\n") * 1_000_000), open(path, "ab").write(WORK.encode())], "100 MB of works": lambda path, lab: [open(path, "ab").write((b"@article{j%d, title={" % i + b"x" * 900 + b"}}\n") * 10_000) for i in range(10)], "15 MB of comment, then a work": lambda path, lab: [open(path, "ab").write((b"x" * 99 + b"\n") * 150_000), open(path, "ab").write(WORK.encode())],
        "15 MB of @": lambda path, lab: path.write_bytes(b"@" * (15 << 20)), "15 MB of braces": lambda path, lab: path.write_bytes(b"@article{k, a=" + b"{" * (15 << 20)), "HTML": WORK.replace("A work", "<script>alert(1)</script><img src=x onerror=alert(1)>"), "100,000 quotes": "@article{k,\n title = " + "\"a\" # " * 100_000 + "\"a\" }\n", "100,000 commas": "@article{k" + "," * 100_000 + "}\n", "100,000 %": "@article{k,\n title = {" + "%" * 100_000 + "} }\n", "math in every name": "@article{k,\n title = {A}, author = {" + " and ".join("$a_b$" for _ in range(500)) + "} }\n", "combining marks": "@article{k,\n title = {a" + "\u0301" * 100_000 + "} }\n", "@comment without end": "@comment{" * 50_000, "@preamble": "@preamble{\"\\def\\a{\\a}\"}" + WORK,
    }.items():
        yield bibliography(name, text)
    cite = "---\n" + HEADER + "bibliography: works.bib\n---\n\n"
    many = "".join(f"@article{{k{i}, title={{A {i}}}, author={{B{i}, C}}, year={{2020}}}}\n" for i in range(5_000))
    yield Case("citations: 5,000 works", {NOTEBOOK: cite + " ".join(f"[@k{i}]" for i in range(5_000)), BIBLIOGRAPHY: many}, ["report", "2026-W10"])
    yield Case("citations: 300 works", {NOTEBOOK: cite + " ".join(f"[@k{i}]" for i in range(300)), BIBLIOGRAPHY: many}, ["report", "2026-W10"])
    yield Case("citations: 20,000 of one work", {NOTEBOOK: cite + "[@k1] " * 20_000, BIBLIOGRAPHY: many}, ["report", "2026-W10"])
    yield Case("citations: 20,000 of one work in one", {NOTEBOOK: cite + "[" + "; ".join(["@k1"] * 20_000) + "]", BIBLIOGRAPHY: many}, ["report", "2026-W10"])
    yield Case("citations: 20,000 unknown keys", {NOTEBOOK: cite + " ".join(f"[@l{i}]" for i in range(20_000)), BIBLIOGRAPHY: many}, ["report", "2026-W10"])
    yield Case("citations: a suffix of 1 MB", {NOTEBOOK: cite + "[@k1, " + "word " * 200_000 + "]", BIBLIOGRAPHY: many}, ["report", "2026-W10"])
    for name, address in {"an address": "https://127.0.0.1:1/works.bib", "a file's address": "file:///etc/passwd", "a path": "/etc/passwd", "a long name": "a" * 100_000, "..": "../../../../etc/passwd"}.items():
        for key in ["bibliography", "csl"]:
            text = "---\n" + HEADER + ("bibliography: works.bib\n" if key == "csl" else "") + f"{key}: {address}\n---\n\n[@k]\n"
            yield Case(f"{key}: {name}", {NOTEBOOK: text, BIBLIOGRAPHY: WORK}, ["report", "2026-W10"])
    locale = '<locale><terms><term name="and">%s</term></terms></locale>'
    for name, text in {
        "a dependent style": STYLE.replace("<info>", '<info><link href="http://127.0.0.1:1/styles/apa" rel="independent-parent"/>') % "",
        "entities that grow": '<?xml version="1.0"?><!DOCTYPE style [<!ENTITY a "xx">' + "".join(f'<!ENTITY a{i} "&{"a" + str(i - 1) if i else "a"};&{"a" + str(i - 1) if i else "a"};">' for i in range(40)) + "]>" + (STYLE % (locale % "&a39;")).split("?>", 1)[1], "an entity from outside": '<?xml version="1.0"?><!DOCTYPE style [<!ENTITY a SYSTEM "http://127.0.0.1:1/x">]>' + (STYLE % (locale % "&a;")).split("?>", 1)[1], "an entity from a file": '<?xml version="1.0"?><!DOCTYPE style [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + (STYLE % (locale % "&a;")).split("?>", 1)[1], "a definition from outside": '<!DOCTYPE style SYSTEM "http://127.0.0.1:1/x.dtd">' + (STYLE % "").split("?>", 1)[1],
        "a macro that calls itself": (STYLE % '<macro name="m"><text macro="m"/></macro>').replace('<text variable="title"/>', '<text macro="m"/>'), "macros that call each other": (STYLE % '<macro name="m"><text macro="n"/></macro><macro name="n"><text macro="m"/></macro>').replace('<text variable="title"/>', '<text macro="m"/>'), "macros that grow": (STYLE % ("".join(f'<macro name="m{i}"><text macro="m{i + 1}"/><text macro="m{i + 1}"/></macro>' for i in range(40)) + '<macro name="m40"><text variable="title"/></macro>')).replace('<text variable="title"/>', '<text macro="m0"/>', 1), "a sort by a macro of itself": (STYLE % '<macro name="m"><text macro="m"/></macro>').replace("<bibliography>", '<bibliography><sort><key macro="m"/></sort>'), "100,000 nested groups": (STYLE % "").replace('<text variable="title"/>', "<group>" * 100_000 + "</group>" * 100_000, 1), "1,000 nested groups": (STYLE % "").replace('<text variable="title"/>', "<group>" * 1_000 + '<text variable="title"/>' + "</group>" * 1_000, 1), "100,000 macros": STYLE % "".join(f'<macro name="m{i}"><text value="x"/></macro>' for i in range(100_000)), "20 MB of comment": STYLE % ("<!--" + "x" * 20_000_000 + "-->"), "1 MB of <": STYLE % ("<" * 1_000_000), "1 MB of <!--": STYLE % ("<!--" * 250_000), "1 MB of <link": STYLE % ("<link " * 170_000 + "independent-parent"), "1 MB of attributes": STYLE.replace('class="in-text"', 'class="in-text" ' + " ".join(f'a{i}="b"' for i in range(80_000))) % "", "1 MB of names": STYLE % ("<a" + "a" * 1_000_000 + "/>"), "1 MB of numbers": STYLE % ("&#" + "1" * 1_000_000 + ";"), "an attribute that is never closed": STYLE % ("<a b=\"" + "c" * 900_000), "no XML": "a", "nothing": "", "NUL": STYLE % "\0", "no UTF-8": b"<style>\xff</style>", "UTF-16": (STYLE % "").encode("utf-16"), "a script": "<html><script>alert(1)</script></html>", "et-al of 10^30": STYLE.replace("<citation>", '<citation et-al-min="999999999999999999999999999999" et-al-use-first="1" et-al-use-last="true">') % "", "1 MB of et-al": STYLE % ('<a et-al-use-last="true" et-al-min=' * 25_000), "1,000,000 fallback parts": (STYLE % "").replace('<text variable="title"/>', "<choose><if variable=\"title\">" * 1_000 + '<text variable="title"/>' + "</if></choose>" * 1_000, 1), "another locale": (STYLE % "").replace("<style ", '<style default-locale="../../../../etc/passwd" '),
    }.items():
        yield style(name, text)


ALL = [specs, notebooks, front_matter, claims, formulas, bibliographies, built]


def make(case, lab):
    (lab / "experiments").mkdir()
    (lab / "reports").mkdir()
    for name, content in case.files.items():
        path = lab / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path, lab)
        else:
            path.write_bytes(encoded(content))


def run(program, command, lab, limits):
    """Runs the program in `lab` and returns how it ended and what it and its own programs used."""
    environment = {**os.environ, "TMPDIR": lab + "/t", "HOME": lab}
    # The time is for each process by itself, those that the program starts too.
    bounds = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 1 << 30), (resource.RLIMIT_CPU, 20 * int(limits["seconds"]))]
    with open(lab + "/out", "wb") as output, open(lab + "/err", "wb") as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            [program, *command, "--lab", lab], stdin=subprocess.DEVNULL, stdout=output,
            stderr=errors, cwd=lab, env=environment, start_new_session=True,
            preexec_fn=lambda: [resource.setrlimit(kind, (most, most)) for kind, most in bounds])
        ended_by = None
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if resident(process.pid) > limits["megabytes"] * 8 << 20:
                ended_by = "takes all memory"
            elif time.monotonic() - started > limits["seconds"] * 45:
                ended_by = "does not end"
            if ended_by:
                os.killpg(process.pid, signal.SIGKILL)
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.01)
        process.returncode = 0
    end_remains(lab)
    return dict(code=os.waitstatus_to_exitcode(status), seconds=round(usage.ru_utime + usage.ru_stime, 2),
                megabytes=round(usage.ru_maxrss / 1024), ended_by=ended_by)


class Runner:
    """A small process that starts the program: a program's peak of memory counts what the process had that became it."""

    def __init__(self):
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        if os.fork() == 0:
            os.close(self.requests), os.close(self.answers)
            with open(requests) as lines, open(answers, "w") as results:
                for line in lines:
                    results.write(json.dumps(run(*json.loads(line))) + "\n")
                    results.flush()
            os._exit(0)
        os.close(requests), os.close(answers)
        self.requests, self.answers = open(self.requests, "w"), open(self.answers)

    def run(self, *arguments):
        self.requests.write(json.dumps(arguments) + "\n")
        self.requests.flush()
        return json.loads(self.answers.readline())


def measure(runner, program, case, limits):
    """Runs one case; returns its figures, with what is wrong with it or None."""
    lab = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        make(case, lab)
        (lab / "t").mkdir()
        figures = runner.run(program, case.command, str(lab), vars(limits))
        words = (lab / "err").read_text(errors="replace")
        left = [path.name for path in (lab / "t").iterdir()]
        return dict(name=case.name, words=words.strip().split("\n")[0][:200].replace(str(lab), "…"),
                    problem=problem(figures, words, left, limits), **figures)
    finally:
        shutil.rmtree(lab, ignore_errors=True)


def problem(figures, words, left, limits):
    """What is wrong with a run; None if nothing is."""
    code = figures["code"]
    if figures["ended_by"]:
        return figures["ended_by"]
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    if code not in (0, 1, 64):
        return f"exit code {code}"
    if code and not words.strip():
        return "fails without a word"
    if figures["seconds"] > limits.seconds:
        return "too much processor time"
    if figures["megabytes"] > limits.megabytes:
        return "too much memory"
    if words.count("\n") > 210 or len(words) > 100_000:
        return f"{words.count(chr(10))} lines and {len(words)} characters of words"
    if left:
        return f"leaves {left[0]} behind"
    if code and any(mark in words for mark in ["Fatal error", "NSCocoa", "Error(", "Foundation"]):
        return "words of the program's inside"
    return None


def end_remains(lab):
    """Ends what the program has started and left behind, told by the lab's path among its words."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if lab.encode() in (process / "cmdline").read_bytes() and int(process.name) != os.getpid():
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            pass


def resident(pid):
    """The resident bytes of a process; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--only", default="", help="the cases whose name holds this text")
    parser.add_argument("--every", type=int, default=1, help="only each n-th case")
    parser.add_argument("--list", action="store_true", help="print the names of the cases")
    parser.add_argument("--seconds", type=float, default=2, help="the most processor time")
    parser.add_argument("--megabytes", type=int, default=200, help="the most memory")
    parser.add_argument("--log", help="a file for a line of JSON for each case")
    limits = parser.parse_args()
    runner = Runner()
    program = os.path.abspath(limits.program)
    count = failures = number = 0
    worst = dict(seconds=0, megabytes=0)
    for case in (case for part in ALL for case in part() if limits.only in case.name):
        number += 1
        if number % limits.every:
            continue
        count += 1
        if limits.list:
            print(case.name)
            continue
        figures = measure(runner, program, case, limits)
        for key in worst:
            worst[key] = max(worst[key], figures[key])
        if limits.log:
            with open(limits.log, "a") as log:
                log.write(json.dumps(figures) + "\n")
        if figures["problem"]:
            failures += 1
            print("{problem}: {name}\n    code {code}, {seconds} s, {megabytes} MB: {words}".format(**figures), flush=True)
    print(f"{count} hostile inputs, {failures} of them too much; at most {worst['seconds']} s of processor time "
          f"and {worst['megabytes']} MB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
