"""Opens reports, diffs and a site in a browser and reads them as a person would, with mouse and keyboard.

usage: check_pages.py PAGE… [--site FOLDER] [--browser /usr/bin/chromium] [--into FOLDER]

Of each page: no message in the console, no request, every place that a link leads to is there, what is asked and found is
on the first screen of a desk and of a phone, nothing is cut at 360, 768 and 1440 pixels and words of drawings can be read,
what is folded opens by mouse and keyboard, tables sort within their groups and back, lines of figures are toggled, tell their
values and are zoomed by mouse and keyboard, code is copied and long code unfolded, the runs of a number open and close, few stops of the Tab key, at most 500 KB, and axe-core has nothing to say in light and
dark. Without its script the page shows the same words. What cannot be operated is a fault after some seconds, so the check comes to an end.

Of a site, one page of each kind is read like that, and its newest week as a report; its index has to say of every week when it was, what was asked and answered,
and to show the newest answer on the first screen; the search has to find by the keyboard; and every link of every page has to
lead to something in the folder.

Screenshots and the printed page go into FOLDER, to be looked at. As a control, pages with faults of these kinds have to be told as
such. Exit code 1 with every fault.
"""

import argparse
import html
import os
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

SIZES = [(360, 780), (768, 1024), (1440, 900)]
MOST_BYTES = 500_000
# Words of drawings in pixels of the screen; browsers' own smallest size is 9 or less.
LEAST_LETTERS = 9.5
# How long something may take until it can be operated: what is hidden or covered never can.
PATIENCE = 30_000

CUT = """() => {
  const faults = [];
  const name = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' ' + (e.textContent || '').trim().slice(0, 30);
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true; return false; };
  for (const e of document.querySelectorAll('main *, header *, nav *, .site *, .runs *')) {
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
  for (const e of document.querySelectorAll('.scroll, .table')) {
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

INDEX = """() => {
  const faults = [], weeks = [...document.querySelectorAll('main article')];
  for (const week of weeks) for (const part of ['h2 a[href]', '.answer', '.asked', '.when .days', '.changed']) {
    if (!week.querySelector(part)?.textContent.trim()) faults.push(`${week.querySelector('h2')?.textContent} has no ${part}`);
  }
  const newest = weeks[0]?.querySelector('.answer');
  if (newest && newest.getBoundingClientRect().bottom > innerHeight) faults.push('the newest answer is not on the first screen');
  if (!weeks.length) faults.push('no week is on the index');
  return faults;
}"""

WORDS = "() => document.querySelector('main').textContent.replace(/[\\s\\u2195]+/g, '')"
GROUPS = """(t) => [...t.tBodies[0].rows].map((r) => r.cells[0].textContent)"""


class Reader:
    """One page in a browser, and what is wrong with it."""

    def __init__(self, browser, path, folder, site=None, patience=PATIENCE):
        self.browser, self.path, self.folder, self.faults = browser, path, folder, []
        self.site, self.patience = site, patience
        self.name = f"{path.parent.name}-{path.stem}" if path.stem == "report" else path.stem
        if site:
            self.name = "-".join(["site", *path.relative_to(site).with_suffix("").parts])
        # A report is one within a site, too, with the bar of the site above it.
        self.is_report = site is None or path.relative_to(site).parts[0] == "weeks"

    def fault(self, words):
        self.faults.append(f"{self.name}: {words}")

    def open(self, width, height, scheme="light", script=True):
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script, has_touch=False)
        # Where the processors are shared, a page may take its time.
        context.set_default_timeout(180_000)
        page = context.new_page()
        address = self.path.resolve().as_uri()
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.on("console", lambda message: self.fault(f"the console has '{message.text[:150]}'"))
        page.on("pageerror", lambda error: self.fault(f"an error: {str(error)[:150]}"))
        page.on("request", lambda request: None if self.may_ask(request, address) else self.fault(f"it asks for {request.url[:80]}"))
        page.goto(address)
        return context, page

    def may_ask(self, request, address):
        """Whether a request is for the page itself, or for another page of its site that a person went to."""
        if request.url.split("#")[0] == address or request.url.startswith("data:"):
            return True
        return bool(self.site) and request.is_navigation_request() and request.url.startswith(self.site.resolve().as_uri() + "/")

    def check(self):
        size = self.path.stat().st_size
        if size > MOST_BYTES:
            self.fault(f"it has {size} bytes, more than {MOST_BYTES}")
        for width, height in SIZES:
            context, page = self.open(width, height)
            for fault in page.evaluate(CUT):
                self.fault(f"at {width}: {fault}")
            if width != 768:
                first = FIRST_SCREEN if self.is_report else INDEX if self.name == "site-index" else "() => []"
                for fault in page.evaluate(first):
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
            page.evaluate("() => { for (const e of document.querySelectorAll('main details')) e.open = true; }")
            for fault in page.evaluate(CUT):
                self.fault(f"at {width}, all unfolded: {fault}")
            if width == 1440:
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
        shown = page.evaluate("() => { for (const e of document.querySelectorAll('main .legend, main .bubble, main .code > button')) e.remove(); return document.querySelector('main').textContent; }")
        if self.name != "site-search" and re.sub(r"\s", "", words) != re.sub(r"\s", "", shown):
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
        page.set_default_timeout(self.patience)
        page.set_default_navigation_timeout(60_000)
        self.count_stops(page)
        for part in [self.unfold, self.sort, self.toggle, self.runs, self.code, self.skip] + [self.search] * (self.name in ["site-index", "site-search"]):
            try:
                part(page)
            except BrowserError as error:
                self.fault(f"it cannot be operated ({part.__name__}): {' '.join(str(error).split())[:300]}")
        page.set_default_timeout(180_000)
        # What failed may have left the page on its way to another one.
        page.goto(self.path.resolve().as_uri())

    def count_stops(self, page):
        stops = page.evaluate("() => [...document.querySelectorAll('a[href], button, summary, [tabindex]')].filter((e) => e.tabIndex >= 0 && e.checkVisibility()).length")
        own = ".site a, .site input, main p a, main li a, :is(main, section) > .scroll td a, header a, nav a, .runs summary"
        tables, figures, links = (page.locator(what).count() for what in ["main table", "figure.drawing", own if self.is_report else ".site a, main a, nav a, summary, pre, .scroll"])
        if stops > links + 4 * tables + 3 * figures + 10:
            self.fault(f"{stops} stops of the Tab key for {tables} tables, {figures} figures and {links} links")

    def skip(self, page):
        page.keyboard.press("Escape")
        page.evaluate("scrollTo(0, 0)")
        page.evaluate("document.activeElement && document.activeElement.blur()")
        page.goto(self.path.resolve().as_uri())
        if page.evaluate("document.activeElement.tagName") != "INPUT":
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.className") != "skip":
                self.fault("the first stop is not the one that skips to the text")

    def unfold(self, page):
        """What is folded opens and closes by the keyboard and by the mouse, and is left open."""
        for box in page.locator("main details:not(.origins)").all():
            line = box.locator("summary").first
            is_open = lambda: box.evaluate("(e) => e.open && [...e.children].slice(1).every((c) => c.checkVisibility())")
            line.focus()
            page.keyboard.press("Enter")
            if not is_open():
                self.fault("what is folded does not open by the keyboard")
            page.keyboard.press("Enter")
            line.click()
            if not is_open():
                self.fault("what is folded does not open by the mouse")

    def search(self, page):
        """The box of every page leads to the search, which finds words and leads to where they are."""
        box = page.locator("input[type=search]").first
        box.focus()
        box.fill("nothing-is-called-so")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=nothing-is-called-so")
        if page.locator("#found li").count() or not page.locator("#count").inner_text().startswith("0"):
            self.fault("the search finds what is not there")
        page.goto(self.path.resolve().as_uri())
        box = page.locator("input[type=search]").first
        box.fill("a baseline")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=a+baseline")
        found = page.locator("#found li a")
        if not found.count():
            self.fault("the search finds no baseline")
        page.screenshot(path=self.folder / f"{self.name}-found.png")
        self.accessibility(page, "what was found")
        found.first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "search.html" not in address)
        if "baseline" not in page.locator("main, body").first.inner_text().lower():
            self.fault("what the search leads to has not the words")
        page.goto(self.path.resolve().as_uri())

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
            # Where names stand at the ends of lines, the buttons are behind a line that opens.
            figure.locator("details.choice").evaluate_all("(all) => all.forEach((e) => { e.open = true; })")
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

    def code(self, page):
        """Blocks of code are copied by mouse and keyboard, long ones unfolded, and all of them are one stop of the Tab key."""
        # The lists of a site have no script.
        if not page.locator("script").count():
            return
        page.evaluate("() => { for (const e of document.querySelectorAll('main details')) e.open = true; }")
        blocks = page.locator("main .code")
        if blocks.count() < page.evaluate("() => [...document.querySelectorAll('main pre')].filter((e) => e.textContent.trim() && !e.closest('.words, td')).length"):
            self.fault("a block of code cannot be copied")
        if not blocks.count():
            return
        if page.locator("main .code > button").evaluate_all("(all) => all.filter((e) => e.tabIndex >= 0).length") != 1:
            self.fault("the buttons of code are several stops of the Tab key")
        kept = lambda: page.evaluate("() => navigator.clipboard.readText()")
        for block in [blocks.first, blocks.last]:
            text = block.locator("pre").text_content().removesuffix("\n")
            button = block.locator(".copy")
            button.scroll_into_view_if_needed()
            button.click()
            page.wait_for_function("(b) => b.textContent === 'Copied'", arg=button.element_handle())
            if kept() != text:
                self.fault("the mouse copies something else than the code")
            page.evaluate("() => navigator.clipboard.writeText('')")
            button.focus()
            page.keyboard.press("Enter")
            page.wait_for_timeout(200)
            if kept() != text:
                self.fault("the keyboard copies something else than the code")
        for block in page.locator("main .code:has(.fold)").all():
            height = lambda: block.locator("pre").bounding_box()["height"]
            before, fold = height(), block.locator(".fold")
            lines = block.locator("pre").text_content().removesuffix("\n").count("\n") + 1
            if f" {lines} lines" not in fold.inner_text():
                self.fault("folded code does not tell how many lines it has")
            fold.focus()
            page.keyboard.press("Enter")
            if height() <= before or fold.get_attribute("aria-expanded") != "true":
                self.fault("folded code does not open by the keyboard")
            page.emulate_media(media="print")
            fold.evaluate("(b) => b.click()")
            if height() <= before:
                self.fault("folded code is cut on paper")
            page.emulate_media(media="screen")
        if blocks.count() > 1:
            page.locator("main .code > button").first.focus()
            page.keyboard.press("ArrowDown")
            if page.evaluate("document.activeElement === document.querySelector('main .code > button')"):
                self.fault("arrows do not lead from one block of code to the next")

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


def broken_links(root):
    """The links between the pages of a folder that lead to nothing in it."""
    faults, names, count = [], {}, 0
    for page in sorted(root.rglob("*.html")):
        for address in map(html.unescape, re.findall(r'\shref="([^"]*)"', page.read_text())):
            if re.match(r"[a-z]+:", address):
                continue
            count += 1
            path, _, place = address.partition("#")
            target = (page.parent / unquote(path.partition("?")[0])).resolve() if path else page.resolve()
            if not target.is_file() or root.resolve() not in target.parents:
                faults.append(f"{page.relative_to(root)}: {address} leads nowhere")
            elif place and target.suffix == ".html":
                if target not in names:
                    names[target] = set(map(html.unescape, re.findall(r'\sid="([^"]+)"', target.read_text())))
                if unquote(place) not in names[target]:
                    faults.append(f"{page.relative_to(root)}: there is no place {address}")
    return count, faults


def site_pages(root):
    """A page of each kind: the lists, and the largest and smallest of what is one of many."""
    pages = [root / name for name in ["index.html", "glossary.html", "search.html", "experiments/index.html", "algorithms/index.html"]]
    pages += sorted(root.glob("weeks/*-W*/report.html"))[-1:]
    for kind in ["experiments", "algorithms"]:
        ones = sorted((path for path in (root / kind).glob("*.html") if path.stem != "index"), key=lambda path: (path.stat().st_size, path.name))
        pages += dict.fromkeys([ones[0], ones[-1]])
    return pages


CONTROL = """<!DOCTYPE html><title>a</title><body><header></header><main><p style="width:900px;color:#ccc;background:#fff">A wide line.</p><a href="#none">b</a>
<div class="paper"><svg width="300" viewBox="0 0 900 90" style="width:300px"><text y="20" font-size="12">small</text></svg></div><img src="http://127.0.0.1:9/a.png">
<figure class="results" style="visibility:hidden"><table><thead><tr><th><button class="sort">a</button></th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></figure>
</main><script>nothing()</script></body>"""
CONTROL_FAULTS = ["at 360: cut", "is 4.0 pixels high", "leads nowhere", "it asks for", "an error", "no summary", "axe at", "first stop", "cannot be operated (sort)"]
SITE_CONTROL = """<!DOCTYPE html><title>a</title><body><nav><form action="search.html"><input type="search" name="q"></form></nav><main><article><h2><a href="gone.html">A week</a></h2></article>
<details><summary onclick="event.preventDefault()">a</summary><p>b</p></details></main></body>"""
SITE_CONTROL_FAULTS = ["A week has no .answer", "does not open by the keyboard", "finds no baseline", "finds what is not there", "gone.html leads nowhere"]


FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>%s</cachedir></fontconfig>"""


def with_one_font(playwright, program, pages, into):
    """What is cut on a phone where DejaVu, which is wider than what drawings are measured for, is the only font."""
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS % folder)
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"], env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
        faults = []
        for path, site in pages:
            reader = Reader(browser, path, into, site)
            context, page = reader.open(*SIZES[0])
            for fault in page.evaluate(CUT):
                reader.fault(f"at {SIZES[0][0]} with DejaVu alone: {fault}")
            page.screenshot(path=into / f"{reader.name}-dejavu.png")
            context.close()
            faults += reader.faults
        browser.close()
        return faults


def controls(browser):
    """What is not told of two pages that have faults."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        control = folder / "control.html"
        control.write_text(CONTROL)
        told = "\n".join(Reader(browser, control, folder, patience=1_000).check())
        faults = [f"the control's fault is not told: {words}" for words in CONTROL_FAULTS if words not in told]
        site = folder / "site"
        site.mkdir()
        (site / "index.html").write_text(SITE_CONTROL)
        (site / "search.html").write_text("<!DOCTYPE html><title>b</title><main>a baseline<p id='count'>1 page</p></main>")
        told = "\n".join(Reader(browser, site / "index.html", folder, site, patience=1_000).check() + broken_links(site)[1])
        return faults + [f"the site's control's fault is not told: {words}" for words in SITE_CONTROL_FAULTS if words not in told]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--into", type=Path, default=Path(".build/pages"))
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    pages = [(path, None) for path in options.pages]
    if options.site:
        pages += [(path, options.site) for path in site_pages(options.site)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox", "--disable-dev-shm-usage"])
        faults = controls(browser)
        for path, site in pages:
            found = Reader(browser, path, options.into, site).check()
            print(f"{path}: {path.stat().st_size} bytes, {len(found)} faults", flush=True)
            faults += found
        browser.close()
        faults += with_one_font(playwright, options.browser, pages, options.into)
    if options.site:
        count, found = broken_links(options.site)
        print(f"{options.site}: {count} links between its pages, {len(found)} lead nowhere")
        faults += found
    print("\n".join(faults), end="\n" if faults else "")
    print(f"{len(pages)} pages, {len(faults)} faults; screenshots in {options.into}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
