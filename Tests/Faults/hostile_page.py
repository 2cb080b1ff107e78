"""Opens a page made from hostile files in a real browser: nothing may run and nothing may be fetched.

usage: hostile_page.py LABBOOK [--browser chromium] [--structure-only]

Attacks that labbook refuses are built one after the other: each has to end with words and without a page. What is
allowed to stand in a page (titles, captions, names, works, code, all full of HTML) is built into one page, whose
structure is read by Python's own HTML parser. Then Chromium opens the page, with a proxy that notices every request,
through its debugging pipe: all events are fired at all elements, all links are clicked that lead nowhere on the web,
and the page is printed. As a control, a page that does attack is opened in the same way, and has to be noticed.
"""

import argparse
import base64
import hashlib
import html.parser
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import hostile_inputs
import no_network

# Without a bare address: Markdown would take the backslash behind one for its own, and the report would be refused.
RUNS = "document.documentElement.dataset.ran=1;fetch('http:'+'//{address}/ran')"
TEXTS = [
    "<script>{run}</script>", "<img src=x onerror=\"{run}\">", "<svg/onload=\"{run}\">", "\"><script>{run}</script>", "'><img src={web}/a onerror='{run}'>",
    "<style>@import url({web}/a.css);*{{background:url({web}/b.png)}}</style>", "<link rel=stylesheet href={web}/c.css>", "<iframe src=\"javascript:{run}\"></iframe>", "<a href=\"javascript:{run}\">a</a>",
    "<meta http-equiv=refresh content=\"0;url={web}/d\">", "<base href={web}/>", "<object data={web}/e></object>", "<video src={web}/f autoplay></video>", "&lt;script&gt;{run}&lt;/script&gt;", "</title><script>{run}</script>", "</style><script>{run}</script>", "--><script>{run}</script>", "]]><script>{run}</script>",
    "<details open ontoggle=\"{run}\">", "<form action={web}/g><input autofocus onfocus=\"{run}\">", "\u2028<script>{run}</script>", "<b\u0301 onclick=\"{run}\">", "`<script>{run}</script>`", "${{{run}}}", "<math><mtext><style><img src={web}/h onerror=\"{run}\">", "<template><script>{run}</script></template>",
]
# Each has to be refused with words.
REFUSED = {
    "a script": "<script>{run}</script>", "a script on a line of its own": "A\n\n<script>\n{run}\n</script>\n", "an event handler": "a <b onclick=\"{run}\">b</b>", "a handler in a plain tag": "a <sub onmouseover=\"{run}\">b</sub>", "a frame": "<iframe src=\"{web}/a\"></iframe>", "a style": "<style>@import url({web}/a.css);</style>",
    "a link that runs": "[a](javascript:{run})", "in capitals": "[a](JaVaScRiPt:{run})", "by entities": "[a](&#106;avascript&colon;x)", "with a tab": "[a](java&Tab;script:x)", "with a line end": "[a](java&#10;script:x)", "with a space before": "[a](&#32;javascript:x)", "with a control character": "[a](&#1;javascript:x)", "by a reference": "[a][b]\n\n[b]: javascript:x", "in angle brackets": "<javascript:x>", "a data link": "[a](data:text/html;base64,PHNjcmlwdD4=)", "a data link in capitals": "[a](DATA:text/html,x)", "vbscript": "[a](vbscript:x)", "a file": "[a](file:///etc/passwd)", "a blob": "[a](blob:x)", "a link round an image": "[![a](a.svg)](javascript:x)", "in a table": "| a |\n|---|\n| [a](javascript:x) |", "in a heading": "# [a](javascript:x)", "in a footnote": "[^1]\n\n[^1]: [a](javascript:x)", "in a quote": "> [!NOTE]\n> [a](javascript:x)",
    "an image from elsewhere": "![a]({web}/a.png)", "an image of the same protocol": "![a](//127.0.0.1/a.png)", "an image of data": "![a](data:image/svg+xml,x)", "an image by entities": "![a](&#104;ttp://127.0.0.1/a.png)", "an image that runs": "![a](javascript:x)",
    "\\href": "$\\href{{javascript:alert(1)}}{{x}}$", "\\url": "$\\url{{javascript:x}}$", "\\includegraphics": "$\\includegraphics{{{web}/a.png}}$", "\\htmlData": "$\\htmlData{{a=b}}{{x}}$", "\\htmlStyle": "$\\htmlStyle{{background:url({web}/a)}}{{x}}$", "\\htmlClass": "$\\htmlClass{{a}}{{x}}$", "\\htmlId": "$\\htmlId{{a}}{{x}}$", "\\href in a macro": "$\\am$", "a comment that ends early": "a <!--> <script>{run}</script> -->", "a CDATA section": "<![CDATA[<script>{run}</script>]]>", "a declaration": "<!DOCTYPE html [<!ENTITY a \"b\">]>", "an instruction": "<?php x ?>",
}


# The one script that a page may hold.
SCRIPT = (Path(__file__).resolve().parents[2] / "Sources/ReportRendering/Resources/page.js").read_text()
POLICY = f"default-src 'none'; script-src 'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
# A file that a link keeps; nothing of it is opened.
DATA = re.compile(r"data:text/csv;charset=utf-8,[-A-Za-z0-9._~,:;()*/+%]*")


class Structure(html.parser.HTMLParser):
    """What a page is made of, as a parser of HTML reads it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.policy, self.elements, self.scripts, self.is_script = [], None, 0, [], False

    def handle_data(self, data):
        if self.is_script:
            self.scripts[-1] += data

    def handle_endtag(self, tag):
        self.is_script = self.is_script and tag != "script"

    def handle_starttag(self, tag, attributes):
        self.elements += 1
        if tag == "script" and not attributes:
            self.scripts.append("")
            self.is_script = True
        elif tag in {"script", "iframe", "object", "embed", "link", "base", "form", "input", "video", "audio", "source", "frame", "applet", "foreignobject", "animate", "set", "use", "template", "noscript", "portal"}:
            self.faults.append(f"<{tag}>")
        values = {name: value or "" for name, value in attributes}
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values.get("content", "")
        elif tag == "meta" and "http-equiv" in values:
            self.faults.append(f"<meta http-equiv={values['http-equiv']}>")
        for name, value in values.items():
            address = "".join(value.split()).lower()
            if name.startswith("on") or name in {"srcdoc", "srcset", "formaction", "action", "background", "ping", "poster"}:
                self.faults.append(f"{name} of <{tag}>")
            elif name == "src" and not address.startswith("data:image/"):
                self.faults.append(f"src={value[:60]} of <{tag}>")
            elif tag == "a" and name == "href" and "download" in values and DATA.fullmatch(value):
                continue
            elif name in {"href", "xlink:href"} and ":" in address.split("/")[0].split("#")[0] and not address.startswith(("http://", "https://", "mailto:")):
                self.faults.append(f"href={value[:60]} of <{tag}>")
            elif name == "style" and ("url(" in address or "import" in address or "expression" in address):
                self.faults.append(f"style={value[:60]} of <{tag}>")

    def check(self, page):
        self.feed(page)
        self.close()
        if self.scripts != [SCRIPT]:
            self.faults.append(f"{len(self.scripts)} scripts, of which one has to be the page's own")
        if self.policy != POLICY:
            self.faults.append(f"the policy is {self.policy}")
        return self.faults


class Browser:
    """Chromium without a window, told what to do through pipes."""

    def __init__(self, program, proxy, folder):
        to_browser, self.commands = os.pipe()
        self.answers, from_browser = os.pipe()
        def connect():
            # Chromium reads at 3 and writes at 4.
            os.dup2(to_browser, 13), os.dup2(from_browser, 14)
            os.dup2(13, 3), os.dup2(14, 4)
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-default-apps", "--metrics-recording-only", f"--user-data-dir={folder}",
             f"--proxy-server=http://{proxy}", "--proxy-bypass-list=<-loopback>", "about:blank"],
            preexec_fn=connect, close_fds=False, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser), os.close(from_browser)
        self.number, self.rest, self.events = 0, b"", []

    def receive(self, seconds):
        """The next message; None if there is none for so long."""
        until = time.monotonic() + seconds
        while b"\0" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                return None
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise RuntimeError("the browser has ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, seconds=60, **parameters):
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        until = time.monotonic() + seconds
        while True:
            message = self.receive(until - time.monotonic())
            if message is None:
                raise RuntimeError(f"the browser does not answer {method}")
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, page):
        """What a page does when it is opened, and when somebody touches all that is in it."""
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Network", "Runtime"]:
            self.call(domain + ".enable", session)
        self.call("Page.navigate", session, url=page.as_uri())
        self.wait(2)
        touched = self.call("Runtime.evaluate", session, returnByValue=True, expression="""
            (() => {
              const all = document.querySelectorAll('*');
              for (const element of all) {
                for (const name of ['mouseover', 'mouseenter', 'focus', 'error', 'load', 'toggle', 'click', 'pointerdown', 'animationstart'])
                  if (name != 'click' || element.tagName != 'A') element.dispatchEvent(new Event(name, {bubbles: true}));
                if (element.tagName == 'A' && !/^https?:|^mailto:/.test(element.href)) element.click();
                if (element.popover !== undefined && element.hasAttribute('popover')) try { element.showPopover() } catch (e) {}
              }
              return all.length;
            })()""")["result"]["value"]
        self.wait(1)
        self.call("Page.printToPDF", session)
        self.wait(0.5)
        ran = self.call("Runtime.evaluate", session, returnByValue=True, expression="document.documentElement.dataset.ran || ''")["result"]["value"]
        self.call("Target.closeTarget", targetId=target)
        done = [f"it ran: {ran}"] if ran else []
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Network.requestWillBeSent":
                address = parameters["request"]["url"]
                if address.split("#")[0] != page.as_uri() and not address.startswith("data:"):
                    done.append(f"it asked for {address[:100]}")
            elif event.get("method") == "Page.javascriptDialogOpening":
                done.append("it opened a dialog")
        return touched, done

    def wait(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            message = self.receive(left)
            if message:
                self.events.append(message)

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def quoted(text):
    return json.dumps(text)


def accepted(texts):
    """The files of a lab whose words are HTML wherever a person's words can be."""
    escaped = [text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace("://", ":&#47;/").replace("@", "\\@").replace("`", "\\`").replace("$", "\\$").replace("[", "\\[").replace("*", "\\*").replace("\u2028", " ").replace("{", "\\{") for text in texts]
    codes = "\n".join(f"- ```` {text} ````" for text in texts if "\u2028" not in text)
    spec = f"question: {quoted(texts[0])}\ntask: {{environment: CartPole-v1}}\nbudget: {{environment_steps: 600}}\nevaluation: {{every: 300, episodes: 2}}\nseeds: 2\nmetric: evaluation_return\narms:\n"
    spec += "".join(f"  A{number}: {{algorithm: rloo, group_size: {number + 2}, title: {quoted(text.replace('http://', '//') + ' ' + str(number))}}}\n" for number, text in enumerate(texts[:5]))
    works = "".join(f"@misc{{k{number}, author = {{A {number}, {{{plain(text)}}}}}, title = {{{plain(text)}}}, year = 2020, note = {{{plain(text)} \\href{{javascript:alert(1)}}{{a}} \\url{{javascript:x}}}}, url = {{https://example.org/{number}\"onclick=x}}}}\n" for number, text in enumerate(texts) if plain(text))
    keys = "; ".join(f"@k{number}" for number, text in enumerate(texts) if plain(text))
    notebook = f"---\ntitle: {quoted(escaped[0])}\nweek: 2026-W10\nstatus: draft\nauthors: [{', '.join(map(quoted, texts[:3]))}]\nperiod: {quoted(texts[1])}\nbibliography: works.bib\n---\n\n"
    notebook += "\n\n".join(f"{text}\n\n> {text}" for text in escaped) + f"\n\n{codes}\n\nCode.\n\n"
    notebook += "".join(f"    {text}\n" for text in texts if "\u2028" not in text) + "\n"
    notebook += "```html\n" + "\n".join(text for text in texts if "\u2028" not in text) + "\n```\n\n"
    notebook += f"# {escaped[3]}\n\n![{escaped[1]}](a.svg \"{escaped[4].replace(chr(34), '&quot;')}\")\n\n[a](https://example.org/{{x}}?<y>#'z' \"&quot;&gt;&lt;script&gt;\")\n\nSee {{value}}`x.A0.evaluation_return` [{keys}].\n\n$\\text{{<script>x</script>}}$\n\n"
    notebook += f"```{{comparison}} x\nlabel: tbl-a\ncaption: {escaped[0]}\nagainst: A0\n```\n\n```{{curves}} x\nlabel: fig-a\ncaption: {escaped[1]}\n```\n"
    image = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='{run}'><script>{run}</script><image href='{web}/svg.png' width='9' height='9'/><style>@import url({web}/svg.css);</style></svg>"
    return {"experiments/x.yaml": spec, hostile_inputs.BIBLIOGRAPHY: works, hostile_inputs.NOTEBOOK: notebook, "reports/2026-W10/a.svg": image}


def plain(text):
    """The text as TeX, if it can stand in a work."""
    if any(sign in text for sign in "{}\u2028\u0301"):
        return ""
    # A bare address would take the backslash that follows it for its own, and the report would be refused.
    return text.replace("http://", "//").replace("\\", "").replace("&", "\\&").replace("$", "\\$").replace("#", "\\#").replace("%", "\\%").replace("_", "\\_")


def build(program, base, name, files):
    lab = base / name
    (lab / "experiments").mkdir(parents=True)
    (lab / "t").mkdir()
    for path, text in files.items():
        (lab / path).parent.mkdir(parents=True, exist_ok=True)
        (lab / path).write_text(text)
    result = subprocess.run(
        [program, "report", "2026-W10", "--lab", lab], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600,
        env={**os.environ, "TMPDIR": str(lab / "t")})
    return result, lab / "reports/2026-W10/report.html"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--browser", default=shutil.which("chromium") or "chromium")
    parser.add_argument("--structure-only", action="store_true", help="open no browser")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    base = Path(tempfile.mkdtemp(prefix="page-"))
    listener = no_network.Listener()
    web = f"http://{listener.address}"
    run = RUNS.format(address=listener.address)
    faults, elements, touched = [], 0, 0
    try:
        image = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
        header = "---\n" + hostile_inputs.HEADER + "macros: {\\am: '\\href{javascript:alert(1)}{x}'}\n---\n\n"
        for number, (name, body) in enumerate(REFUSED.items()):
            front = header if name == "\\href in a macro" else "---\n" + hostile_inputs.HEADER + "---\n\n"
            result, page = build(program, base, f"refused-{number}", {hostile_inputs.NOTEBOOK: front + body.format(run=run, web=web) + "\n", "reports/2026-W10/a.svg": image})
            if result.returncode != 1 or "error: " not in result.stderr or page.exists():
                faults.append(f"{name} is not refused: exit code {result.returncode}, {result.stderr[:200]}")
        texts = [text.format(run=run, web=web) for text in TEXTS]
        files = {path: text.replace("{run}", run).replace("{web}", web) for path, text in accepted(texts).items()}
        result, page = build(program, base, "accepted", files)
        if result.returncode:
            faults.append(f"the page is not built: {result.stderr[:2000]}")
        else:
            structure = Structure()
            faults += [f"in the page: {fault}" for fault in structure.check(page.read_text())]
            elements = structure.elements
        if page.exists() and not options.structure_only:
            browser = Browser(options.browser, listener.address, base / "profile")
            try:
                control = base / "control.html"
                control.write_text(f"<!DOCTYPE html><title>a</title><script>{run}</script><img src={web}/control.png>")
                _, done = browser.open(control)
                if not any("it ran" in what for what in done) or not any("control.png" in what for what in done) or not listener.visits:
                    faults.append(f"the control is not noticed: {done}, {listener.visits}")
                listener.visits.clear()
                touched, done = browser.open(page)
                faults += [f"in the browser: {what}" for what in done]
                # The browser's own errands are not the page's.
                faults += [f"somebody came: {visit}" for visit in listener.visits if listener.address in visit or "/ran" in visit]
            finally:
                browser.close()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    for fault in faults:
        print(fault)
    print(f"{len(REFUSED)} attacks refused, {len(TEXTS)} in a page of {elements} elements, {touched} of them touched in a browser: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
