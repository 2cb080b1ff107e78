"""Opens reports in a browser and reads them as a person would, with mouse and keyboard.

usage: check_pages.py PAGE… [--browser /usr/bin/chromium] [--into FOLDER]

Of each page: no message in the console, no request, every place that a link leads to is there, what is asked and found is
on the first screen of a desk and of a phone, nothing is cut at 360, 768 and 1440 pixels and words of drawings can be read,
tables sort within their groups and back, lines of figures are toggled, tell their values and are zoomed by mouse and keyboard,
the runs of a number open and close, few stops of the Tab key, at most 500 KB, and axe-core has nothing to say in light and
dark. Without its script the page shows the same words. Screenshots and the printed page go into FOLDER, to be looked at. As a control, a
page with faults of these kinds has to be told as such. Exit code 1 with every fault.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

SIZES = [(360, 780), (768, 1024), (1440, 900)]
MOST_BYTES = 500_000
# Words of drawings in pixels of the screen; browsers' own smallest size is 9 or less.
LEAST_LETTERS = 9.5

CUT = """() => {
  const faults = [];
  const name = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' ' + (e.textContent || '').trim().slice(0, 30);
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true; return false; };
  for (const e of document.querySelectorAll('main *, header *, .runs *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || e.closest('.unseen, dialog, [popover]') || !e.checkVisibility()) continue;
    if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(e) && !e.closest('.katex-mathml')) faults.push(`cut: ${name(e)} (${Math.round(box.left)} to ${Math.round(box.right)})`);
  }
  for (const e of document.querySelectorAll('.paper > svg')) {
    const own = e.getBoundingClientRect();
    if (own.right > innerWidth + 1 && !e.closest('.wide')) faults.push(`a drawing of ${own.width} pixels`);
    for (const t of e.querySelectorAll('text')) {
      const box = t.getBoundingClientRect();
      if (!box.width) continue;
      const size = parseFloat(getComputedStyle(t).fontSize) * Math.abs(e.getScreenCTM().a);
      if (size < %s) faults.push(`'${t.textContent}' is ${size.toFixed(1)} pixels high`);
      const frame = e.parentElement;
      const limit = frame.scrollWidth > frame.clientWidth ? own : {left: 0, right: innerWidth};
      if (box.right > limit.right + 1 || box.left < limit.left - 1) faults.push(`'${t.textContent}' is cut`);
    }
  }
  for (const e of document.querySelectorAll('.scroll')) {
    const first = e.querySelector('tbody :is(th, td)');
    if (!first || e.scrollWidth <= e.clientWidth || !e.checkVisibility()) continue;
    e.scrollLeft = 80;
    const moved = Math.abs(first.getBoundingClientRect().left - e.getBoundingClientRect().left);
    e.scrollLeft = 0;
    if (moved > 1) faults.push('a first column does not stay');
  }
  return faults;
}""" % LEAST_LETTERS

ANCHORS = """() => {
  const names = [...document.querySelectorAll('[id]')].map((e) => e.id), faults = [];
  if (new Set(names).size < names.length) faults.push('a name is given twice: ' + names.filter((n, i) => names.indexOf(n) < i).slice(0, 3));
  for (const a of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(decodeURIComponent(a.hash.slice(1)))) faults.push(`${a.hash} leads nowhere`);
  return faults;
}"""

FIRST_SCREEN = """() => {
  const box = document.querySelector('.summary');
  if (!box) return ['there is no summary'];
  const faults = [];
  for (const part of box.querySelectorAll('dt')) {
    const bottom = part.nextElementSibling.getBoundingClientRect().bottom;
    if (part.textContent === 'Found' ? part.getBoundingClientRect().bottom + 40 > innerHeight : false) faults.push(`what was found begins at ${Math.round(bottom)}`);
  }
  const end = box.getBoundingClientRect().bottom;
  if (end > innerHeight) faults.push(`the summary ends at ${Math.round(end)}, the screen at ${innerHeight}`);
  const before = document.querySelector('main').getBoundingClientRect().top;
  if (before < end) faults.push('something stands before the summary');
  return faults;
}"""

WORDS = "() => document.querySelector('main').textContent.replace(/[\\s\\u2195]+/g, '')"
GROUPS = """(t) => [...t.tBodies[0].rows].map((r) => r.cells[0].textContent)"""


class Reader:
    """One page in a browser, and what is wrong with it."""

    def __init__(self, browser, path, folder):
        self.browser, self.path, self.folder, self.faults = browser, path, folder, []
        self.name = f"{path.parent.name}-{path.stem}" if path.stem == "report" else path.stem

    def fault(self, words):
        self.faults.append(f"{self.name}: {words}")

    def open(self, width, height, scheme="light", script=True):
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script, has_touch=False)
        # Where the processors are shared, a page may take its time.
        context.set_default_timeout(180_000)
        page = context.new_page()
        address = self.path.resolve().as_uri()
        page.on("console", lambda message: self.fault(f"the console has '{message.text[:150]}'"))
        page.on("pageerror", lambda error: self.fault(f"an error: {str(error)[:150]}"))
        page.on("request", lambda request: None if request.url.split("#")[0] == address or request.url.startswith("data:") else self.fault(f"it asks for {request.url[:80]}"))
        page.goto(address)
        return context, page

    def check(self):
        size = self.path.stat().st_size
        if size > MOST_BYTES:
            self.fault(f"it has {size} bytes, more than {MOST_BYTES}")
        for width, height in SIZES:
            context, page = self.open(width, height)
            for fault in page.evaluate(CUT):
                self.fault(f"at {width}: {fault}")
            if width != 768:
                for fault in page.evaluate(FIRST_SCREEN):
                    self.fault(f"at {width}: {fault}")
            for scheme in ["light", "dark"]:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=self.folder / f"{self.name}-{width}-{scheme}.png")
                if scheme == "light" or width == 1440:
                    page.screenshot(path=self.folder / f"{self.name}-{width}-{scheme}-whole.png", full_page=True)
                self.accessibility(page, f"{width}, {scheme}")
            page.emulate_media(color_scheme="light")
            if width == 1440:
                self.operate(page)
                page.emulate_media(media="print")
                page.pdf(path=self.folder / f"{self.name}.pdf", prefer_css_page_size=True)
            context.close()
        self.without_script()
        return self.faults

    def accessibility(self, page, place):
        for violation in Axe().run(page).response["violations"]:
            places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            self.fault(f"axe at {place}: {violation['id']} ({violation['impact']}), {len(places)} times, {places[:2]}: {violation['help']}")

    def without_script(self):
        context, plain = self.open(1440, 900, script=False)
        context_with, page = self.open(1440, 900)
        words = plain.locator("main").text_content()
        shown = page.evaluate("() => { for (const e of document.querySelectorAll('main .legend, main .bubble')) e.remove(); return document.querySelector('main').textContent; }")
        if re.sub(r"\s", "", words) != re.sub(r"\s", "", shown):
            self.fault("without its script it has other words")
        link = plain.locator("a[href^='#runs.']:visible, details.origins a[href^='#runs.']").first
        if link.count():
            # The runs of tables whose rows have several arms are behind a line that opens.
            for box in plain.locator("details.origins summary").all()[:1]:
                box.click()
            link.click()
            place = plain.locator(f"[id='{link.get_attribute('href')[1:]}']")
            if not place.is_visible():
                self.fault("without its script runs are not shown")
        context.close()
        context_with.close()

    def operate(self, page):
        for fault in page.evaluate(ANCHORS):
            self.fault(fault)
        self.sort(page)
        self.toggle(page)
        self.runs(page)
        stops = page.evaluate("() => [...document.querySelectorAll('a[href], button, summary, [tabindex]')].filter((e) => e.tabIndex >= 0 && e.checkVisibility()).length")
        tables, figures, links = (page.locator(what).count() for what in ["main table", "figure.drawing", "main p a, main li a, :is(main, section) > .scroll td a, header a, nav a, .runs summary"])
        if stops > links + 4 * tables + 3 * figures + 10:
            self.fault(f"{stops} stops of the Tab key for {tables} tables, {figures} figures and {links} links")
        page.keyboard.press("Escape")
        page.evaluate("scrollTo(0, 0)")
        page.evaluate("document.activeElement && document.activeElement.blur()")
        page.goto(self.path.resolve().as_uri())
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") != "skip":
            self.fault("the first stop is not the one that skips to the text")

    def sort(self, page):
        for table in page.locator("figure.results:not(.claims) table").all():
            buttons = table.locator("thead button.sort")
            if not buttons.count():
                continue
            before = table.evaluate(GROUPS)
            heads = sorted(set(before), key=before.index)
            is_grouped = len(heads) < len(before)
            button = buttons.last
            cell = button.locator("xpath=..")
            states = []
            for press in range(3):
                button.focus()
                page.keyboard.press("Enter") if press else button.click()
                states.append(cell.get_attribute("aria-sort"))
                now = table.evaluate(GROUPS)
                if sorted(now) != sorted(before):
                    self.fault("sorting a table loses rows")
                if is_grouped and now != before:
                    self.fault("sorting a table tears its groups apart")
            if set(states) != {"ascending", "descending", None}:
                self.fault(f"a table sorts {states}")
            if table.evaluate(GROUPS) != before:
                self.fault("a table does not come back to its order")
            self.check_order(table, buttons, page)

    def check_order(self, table, buttons, page):
        """By the first column of numbers the values really descend, unless rows are in groups."""
        rows = table.evaluate(GROUPS)
        if len(set(rows)) < len(rows):
            return
        for button in buttons.all():
            column = button.evaluate("(b) => b.parentElement.cellIndex")
            read = "(t, c) => [...t.tBodies[0].rows].map((r) => r.cells[c].textContent)"
            numbers = [re.match(r"[^\d−-]*([−-]?[\d,]*\.?\d+)", text) for text in table.evaluate(read.replace("(t, c)", "(t)").replace("[c]", f"[{column}]"))]
            if not all(numbers) or len(numbers) < 3:
                continue
            button.click()
            texts = table.evaluate(read.replace("(t, c)", "(t)").replace("[c]", f"[{column}]"))
            values = [float(re.match(r"[^\d−-]*([−-]?[\d,]*\.?\d+)", text).group(1).replace(",", "").replace("−", "-")) for text in texts]
            if values != sorted(values, reverse=True):
                self.fault(f"a sorted column is {values[:5]}")
            button.click(), button.click()
            return

    def toggle(self, page):
        for figure in page.locator("figure.drawing").all():
            buttons = figure.locator(".legend button")
            if not figure.locator(".mark-line path[data-arm]").count():
                self.hover(figure, page)
                continue
            if not buttons.count():
                self.fault("the lines of a figure cannot be toggled")
                continue
            count = lambda: figure.evaluate("(f) => [...f.querySelectorAll('.mark-line path[data-arm]')].filter((e) => e.checkVisibility()).length")
            whole = count()
            buttons.first.click()
            if count() >= whole or buttons.first.get_attribute("aria-pressed") != "false":
                self.fault("a line stays when it is toggled")
            buttons.first.focus()
            page.keyboard.press("Space")
            if count() != whole:
                self.fault("a line does not come back by the keyboard")
            page.keyboard.press("ArrowUp")
            bubble = figure.locator(".bubble")
            if not bubble.is_visible() or not re.search(r": .*\d", bubble.inner_text()):
                self.fault("no value is told by the keyboard")
            buttons.first.evaluate("(b) => b.blur()")
            place = figure.evaluate("""(f) => { const p = f.querySelector('.mark-line path[data-arm]'), n = p.getAttribute('d').match(/-?\\d*\\.?\\d+/g).map(Number), m = p.getScreenCTM();
                p.scrollIntoView({block: 'center'}); const a = new DOMPoint(n[2], n[3]).matrixTransform(p.getScreenCTM()); return [a.x, a.y]; }""")
            page.mouse.move(*place)
            if not bubble.is_visible() or not re.search(r": .*\d", bubble.inner_text()):
                self.fault("no value is told by the mouse")
            if figure.locator("a[download]").count() != 2:
                self.fault("a figure has no points and specification to keep")
            self.zoom(figure, page)
            page.mouse.move(0, 0)

    def hover(self, figure, page):
        """Seeds and cells without lines tell their values under the mouse."""
        marks = figure.locator(".mark-symbol path[data-arm], .mark-rect path[data-arm]")
        if not marks.count():
            return
        marks.first.scroll_into_view_if_needed()
        box = marks.first.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        if not re.search(r": .*\d", figure.locator(".bubble").inner_text()):
            self.fault("a seed or cell does not tell its value")
        page.mouse.move(0, 0)

    def zoom(self, figure, page):
        buttons = figure.locator(".legend .zoom")
        if not buttons.count():
            return
        ticks = lambda: figure.locator(".axis-label text").all_inner_texts()
        lines = lambda: figure.evaluate("(f) => [...f.querySelectorAll('.mark-line path')].map((p) => p.getAttribute('d')).join()")
        before = ticks(), lines()
        buttons.first.focus()
        page.keyboard.press("Enter")
        if before[0] == ticks() or before[1] == lines():
            self.fault("a figure is not zoomed by the keyboard")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        if before != (ticks(), lines()):
            self.fault("a zoomed figure does not come back")
        figure.locator("svg").first.scroll_into_view_if_needed()
        corners = figure.evaluate("""(f) => { const m = f.querySelector('.mark-line').getScreenCTM();
            return [[60, 60], [220, 180]].map(([x, y]) => { const a = new DOMPoint(x, y).matrixTransform(m); return [a.x, a.y]; }); }""")
        page.mouse.move(*corners[0])
        page.mouse.down()
        page.mouse.move(*corners[1], steps=4)
        page.mouse.up()
        if before[0] == ticks():
            self.fault("a figure is not zoomed by the mouse")
        page.mouse.dblclick(*corners[0])
        if before != (ticks(), lines()):
            self.fault("a figure that the mouse zoomed does not come back")

    def runs(self, page):
        link = page.locator("figure.results a.origin, a.number").first
        if not link.count():
            return
        link.scroll_into_view_if_needed()
        link.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog.source")
        if not dialog.is_visible() or "rerun" not in dialog.inner_text():
            self.fault("the runs of a number do not open")
        page.screenshot(path=self.folder / f"{self.name}-runs.png")
        self.accessibility(page, "the runs of a number")
        page.keyboard.press("Escape")
        if dialog.is_visible():
            self.fault("the runs of a number do not close")
        cited = page.locator("main a[href^='#ref-'], main p a[href^='#tbl-'], main p a[href^='#fig-']").first
        if cited.count():
            cited.scroll_into_view_if_needed()
            cited.hover()
            page.wait_for_timeout(300)
            if not page.locator("div.card[popover]").is_visible():
                self.fault("what a reference leads to is not shown beside it")
            page.screenshot(path=self.folder / f"{self.name}-card.png")
            page.mouse.move(0, 0)


CONTROL = """<!DOCTYPE html><title>a</title><body><header></header><main><p style="width:900px;color:#ccc;background:#fff">A wide line.</p><a href="#none">b</a>
<div class="paper"><svg width="300" viewBox="0 0 900 90" style="width:300px"><text y="20" font-size="12">small</text></svg></div><img src="http://127.0.0.1:9/a.png"></main><script>nothing()</script></body>"""
CONTROL_FAULTS = ["at 360: cut", "is 4.0 pixels high", "leads nowhere", "it asks for", "an error", "no summary", "axe at", "first stop"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--into", type=Path, default=Path(".build/pages"))
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    faults = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox", "--disable-dev-shm-usage"])
        control = Path(folder) / "control.html"
        control.write_text(CONTROL)
        told = "\n".join(Reader(browser, control, Path(folder)).check())
        faults += [f"the control's fault is not told: {words}" for words in CONTROL_FAULTS if words not in told]
        for path in options.pages:
            found = Reader(browser, path, options.into).check()
            print(f"{path}: {path.stat().st_size} bytes, {len(found)} faults", flush=True)
            faults += found
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    print(f"{len(options.pages)} pages, {len(faults)} faults; screenshots in {options.into}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
