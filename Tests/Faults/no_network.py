"""Builds reports where the network would notice: nothing may leave the machine during a build.

usage: no_network.py LABBOOK

A lab with runs, figures, citations, formulas and images is built once as it is, once in a network namespace of its
own, which has no way out, and once under strace, which tells of every socket. All three have to write the same bytes,
and no process may make a socket of the internet. Then come labs that ask for something from a network, each under
strace: they are refused or built, and no process asks. Both tools are Debian's (util-linux, strace).
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import hostile_inputs

SPEC = hostile_inputs.SPEC + "  RLOO: {algorithm: rloo}\n"
NOTEBOOK = """---
title: A short week
week: 2026-W10
status: draft
bibliography: works.bib
csl: %s
---

PPO reaches {value}`short.PPO.evaluation_return` [@k], see @tbl-short and $\\frac{a}{b}$.

```{comparison} short
label: tbl-short
caption: Short runs.
against: PPO
```

```{curves} short
label: fig-short
caption: Short runs.
```

![A picture](a.svg)
"""


class Listener:
    """A server on this machine that counts who comes; attacks name its address."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.visits = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            visitor, _ = self.socket.accept()
            with visitor:
                visitor.settimeout(1)
                try:
                    self.visits.append(visitor.recv(2000).decode(errors="replace").split("\r\n")[0])
                except OSError:
                    self.visits.append("a connection")
                visitor.close()


def style(address, rel="independent-parent", between=""):
    return (hostile_inputs.STYLE % "").replace(
        "<info>", f'<info>{between}<link href="http://{address}/styles/apa" rel="{rel}"/>')


def attacks(address):
    """Labs that ask for something from a network: names with the files that differ."""
    web = f"http://{address}"
    doctype = '<!DOCTYPE style [<!ENTITY %s SYSTEM "' + web + '/x">%s]>'
    plain = hostile_inputs.STYLE % ""
    yield "a dependent style", {"mine.csl": style(address)}
    yield "a dependent style by a character's number", {"mine.csl": style(address, "independent&#45;parent")}
    yield "a dependent style by a character's hexadecimal number", {"mine.csl": style(address, "independent&#x2d;parent")}
    yield "a dependent style by an entity", {"mine.csl": style(address, "&a;").replace("<style", '<!DOCTYPE style [<!ENTITY a "independent-parent">]><style', 1)}
    yield "a dependent style in CDATA", {"mine.csl": style(address, between="<![CDATA[<link>]]>")}
    yield "a dependent style with single quotes", {"mine.csl": style(address).replace('rel="independent-parent"', "rel='independent-parent'")}
    yield "a dependent style with a prefix", {"mine.csl": style(address).replace("<link", '<c:link xmlns:c="http://purl.org/net/xbiblio/csl"')}
    yield "a dependent style, signs between", {"mine.csl": style(address).replace("<link ", "<link\n\ta='>' ")}
    yield "a dependent style, all else gone", {"mine.csl": '<style xmlns="http://purl.org/net/xbiblio/csl"><info><title>t</title><id>t</id><link rel="independent-parent" href="%s/a"/></info></style>' % web}
    yield "an entity from outside", {"mine.csl": plain.replace("<style", (doctype % ("a", "")) + "<style", 1).replace("<title>t", "<title>&a;")}
    yield "a parameter entity from outside", {"mine.csl": plain.replace("<style", (doctype % ("% a", "%a;")) + "<style", 1)}
    yield "a definition from outside", {"mine.csl": plain.replace("<style", f'<!DOCTYPE style SYSTEM "{web}/x.dtd"><style', 1)}
    yield "a style sheet for a style", {"mine.csl": plain.replace("<style", f'<?xml-stylesheet href="{web}/x.xsl"?><style', 1)}
    yield "an included style", {"mine.csl": plain.replace("<citation>", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{web}/x"/><citation>')}
    yield "a default locale", {"mine.csl": plain.replace("<style ", f'<style default-locale="{web}/x" ')}
    for key in ["csl", "bibliography"]:
        yield f"{key} on the web", {"notebook.md": (NOTEBOOK % "mine.csl").replace({"csl": "mine.csl", "bibliography": "works.bib"}[key], f"{web}/x")}
    for name, image in {
        "an image": f"{web}/a.png", "an image of the same protocol": f"//{address}/a.png", "an image by entities": f"&#104;ttp://{address}/a.png", "an image by a reference": None,
    }.items():
        text = f"![a][b]\n\n[b]: {web}/a.png\n" if image is None else f"![a]({image})\n"
        yield name, {"notebook.md": NOTEBOOK % "mine.csl" + "\n" + text}
    yield "an SVG that loads", {"a.svg": f'<?xml version="1.0"?><?xml-stylesheet href="{web}/x.css"?><!DOCTYPE svg SYSTEM "{web}/x.dtd"><svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'{web}/x\')"><image href="{web}/x.png"/><script href="{web}/x.js"/><style>@import url({web}/x.css);</style></svg>'}
    yield "works on the web", {"works.bib": hostile_inputs.WORK.replace("}\n}", f"}},\n url = {{{web}/a}}, doi = {{10.1/{address}}}, eprint = {{{web}/b}}, file = {{{web}/c.pdf}},\n note = {{\\input{{{web}/x}} \\includegraphics{{{web}/x.png}} \\href{{{web}/d}}{{d}}}}\n}}")}
    yield "an image in a formula", {"notebook.md": NOTEBOOK % "mine.csl" + f"\n$\\includegraphics{{{web}/a.png}}$\n"}
    yield "links to the web", {"notebook.md": NOTEBOOK % "mine.csl" + f"\n[a]({web}/a) <{web}/b> {web}/c\n"}


def make(folder, changes=()):
    """A lab in `folder`; `changes` are files of its week, which replace the sound ones."""
    week = folder / "reports/2026-W10"
    week.mkdir(parents=True)
    (folder / "experiments").mkdir()
    (folder / "experiments/short.yaml").write_text(SPEC)
    files = {
        "notebook.md": NOTEBOOK % "mine.csl", "works.bib": hostile_inputs.WORK, "mine.csl": hostile_inputs.STYLE % "",
        "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    }
    for name, text in {**files, **dict(changes)}.items():
        (week / name).write_text(text)
    return week


def build(program, lab, *before):
    (lab / "t").mkdir(exist_ok=True)
    return subprocess.run(
        [*before, program, "report", "2026-W10", "--lab", lab], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(lab / "t")}, timeout=300)


def sockets(log):
    """The calls of any process that have to do with the internet."""
    return [line.strip() for line in Path(log).read_text(errors="replace").splitlines()
            if re.search(r"AF_INET|AF_INET6|AF_PACKET|inet_addr|sin_port", line)]


def main():
    program = os.path.abspath(sys.argv[1])
    for tool in ["strace", "unshare"]:
        if not shutil.which(tool):
            sys.exit(f"no_network: '{tool}' is not there; install Debian's package (strace, util-linux)")
    base = Path(tempfile.mkdtemp(prefix="network-"))
    failures = []
    listener = Listener()
    try:
        pages = {}
        log = base / "trace"
        trace = ["strace", "-f", "-qq", "-e", "trace=%network", "-o", str(log)]
        for name, before in {"as it is": [], "without a network": ["unshare", "--user", "--map-root-user", "--net"], "watched": trace}.items():
            lab = base / name.replace(" ", "-")
            week = make(lab)
            result = build(program, lab, *before)
            if result.returncode:
                failures.append(f"the build {name}: {result.stderr.strip()[:300]}")
                continue
            pages[name] = {str(path.relative_to(week)): path.read_bytes() for path in sorted(week.rglob("*")) if path.is_file()}
        if len(set(map(repr, pages.values()))) != 1:
            failures.append("the builds differ: " + ", ".join(pages))
        elif "figures/fig-short.svg" not in next(iter(pages.values())):
            failures.append("the build drew no figure")
        failures += [f"the build, watched: {line}" for line in (sockets(log) if log.exists() else ["was not watched"])]
        count = 0
        store = base / "as-it-is/.labbook"
        for name, changes in attacks(listener.address):
            count += 1
            lab = base / f"attack-{count}"
            make(lab, changes.items())
            shutil.copytree(store, lab / ".labbook")
            log.unlink(missing_ok=True)
            result = build(program, lab, *trace)
            failures += [f"{name}: {line}" for line in sockets(log)]
            if result.returncode not in (0, 1) or result.returncode and "error: " not in result.stderr:
                failures.append(f"{name}: exit code {result.returncode}: {result.stderr[:300]}")
            shutil.rmtree(lab)
        failures += [f"somebody came: {visit}" for visit in listener.visits]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    for failure in failures:
        print(failure)
    print(f"3 builds with all that a report has, and {count} that ask for the network: {len(failures)} faults")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
