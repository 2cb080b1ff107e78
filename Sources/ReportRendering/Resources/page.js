"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, properties = {}, ...content) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...content);
    return element;
  };
  // A copy that has no names and no stops of its own.
  const copy = (element) => {
    const clone = element.cloneNode(true);
    for (const part of [clone, ...all("*", clone)]) {
      part.removeAttribute("id");
      part.removeAttribute("tabindex");
    }
    for (const part of all(".back, .permalink, .anchor", clone)) part.replaceWith(...(part.className === "permalink" ? part.childNodes : []));
    return clone;
  };
  const target = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

  // One stop of the Tab key for a group of things; arrows lead from one to the next.
  const rove = (root, items, keys = ["ArrowRight", "ArrowLeft"]) => {
    const enter = (item) => items().forEach((other) => { other.tabIndex = other === item ? 0 : -1; });
    if (items().length) enter(items()[0]);
    root.addEventListener("focusin", (event) => { if (items().includes(event.target)) enter(event.target); });
    root.addEventListener("keydown", (event) => {
      const list = items(), place = list.indexOf(event.target);
      const step = keys.indexOf(event.key);
      if (place < 0 || step < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      const next = list[place + (step % 2 ? -1 : 1)];
      if (next) next.focus();
      event.preventDefault();
    });
  };

  // What a link leads to, beside it.
  const card = make("div", { className: "card", id: "card.", popover: "manual" });
  card.setAttribute("role", "tooltip");
  document.body.append(card);
  let waiting = 0, shown = null;
  const words = (link) => {
    if (link.dataset.words) return [link.dataset.words];
    const place = target(link);
    if (!place) return null;
    if (place.matches("li, .equation, h2, h3, h4, h5, h6")) return [...copy(place).childNodes];
    if (place.matches("tr")) return [...all("th, td:not(.plot)", place)].map((cell) => make("p", {}, ...copy(cell).childNodes));
    const caption = place.querySelector("figcaption");
    return caption && [...copy(caption).childNodes];
  };
  const hide = () => {
    clearTimeout(waiting);
    if (shown) { shown.removeAttribute("aria-describedby"); card.hidePopover(); shown = null; }
  };
  const show = (link) => {
    hide();
    const content = words(link);
    if (!content || !content.length) return;
    card.replaceChildren(...content);
    card.showPopover();
    const box = link.getBoundingClientRect(), own = card.getBoundingClientRect();
    const above = box.bottom + own.height + 12 > innerHeight && box.top > own.height + 12;
    card.style.left = Math.max(8, Math.min(box.left, innerWidth - own.width - 8)) + "px";
    card.style.top = (above ? box.top - own.height - 6 : box.bottom + 6) + "px";
    link.setAttribute("aria-describedby", card.id);
    shown = link;
  };
  for (const link of all("main a[href^='#'], header a[href^='#']")) {
    if (link.matches(".permalink, .anchor, .back a, .origin")) continue;
    if (link.title) { link.dataset.words = link.title; link.removeAttribute("title"); }
    link.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") waiting = setTimeout(show, 120, link); });
    link.addEventListener("pointerleave", hide);
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(link); });
    link.addEventListener("blur", hide);
  }
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // The runs behind a number, over the page.
  const dialog = make("dialog", { className: "source" });
  const close = make("button", { type: "button", className: "close", textContent: "Close" });
  const title = make("h2", { id: "dialog." });
  const content = make("div");
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, content, close);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#runs.']");
    const place = link && target(link);
    if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    hide();
    title.textContent = place.closest("details").querySelector("summary").textContent;
    content.replaceChildren(...(link.dataset.words ? [make("p", {}, link.dataset.words)] : []), ...copy(place).childNodes);
    dialog.showModal();
    reach();
  });

  // A place in something that is closed is opened.
  const open = () => {
    const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = place && place.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (place) place.scrollIntoView();
  };
  addEventListener("hashchange", open);
  if (location.hash) open();

  // Tables: sorted by a column within their groups, one stop of the Tab key each.
  const number = (text) => {
    const match = text.replace(/\u2212/g, "-").replace(/,(?=\d{3})/g, "").match(/-?\d*\.?\d+(?:e[+-]?\d+)?/i);
    return match ? Number(match[0]) : NaN;
  };
  const compare = (first, second, isNumeric, sign) => {
    const [a, b] = [first, second].map((text) => (isNumeric ? number(text) : text.trim()));
    if (isNumeric) return isNaN(a) || isNaN(b) ? isNaN(a) - isNaN(b) : sign * (a - b);
    return sign * a.localeCompare(b, "en");
  };
  for (const table of all("main figure.results:not(.claims) table")) {
    const body = table.tBodies[0], rows = [...body.rows];
    if (rows.length < 3) continue;
    // Rows with the same head, or none, are a group; a table where no head is repeated is one group.
    const heads = rows.map((row) => row.cells[0].textContent.trim());
    const isGrouped = new Set(heads).size < heads.length;
    const groups = [];
    rows.forEach((row, index) => {
      const begins = index === 0 || (isGrouped && heads[index] && heads[index] !== heads[index - 1]);
      if (begins) groups.push([]);
      groups[groups.length - 1].push(row);
    });
    const isSortable = groups.some((group) => group.length > 1);
    const titles = isSortable ? [...table.tHead.rows[0].cells] : [];
    titles.forEach((cell, column) => {
      if (!cell.textContent.trim() || cell.querySelector("a, button") || (isGrouped && column === 0)) return;
      const button = make("button", { type: "button", className: "sort" }, ...cell.childNodes);
      cell.append(button);
      button.addEventListener("click", () => {
        const order = { none: "descending", descending: "ascending", ascending: "none" };
        const texts = rows.map((row) => (row.cells[column] ? row.cells[column].textContent : ""));
        const isNumeric = texts.filter((text) => !isNaN(number(text))).length * 2 > texts.length;
        if (!isNumeric) Object.assign(order, { none: "ascending", ascending: "descending", descending: "none" });
        const next = order[cell.getAttribute("aria-sort") || "none"];
        for (const other of titles) other.removeAttribute("aria-sort");
        if (next !== "none") cell.setAttribute("aria-sort", next);
        for (const group of groups) {
          const sorted = next === "none" ? group : [...group].sort((a, b) =>
            compare(a.cells[column].textContent, b.cells[column].textContent, isNumeric, next === "ascending" ? 1 : -1));
          body.append(...sorted);
        }
      });
    });
    rove(table, () => all("thead button, tbody th a", table), ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]);
  }
  const reach = () => {
    for (const box of all(".scroll, .equation, pre, .paper")) {
      if (box.scrollWidth > box.clientWidth && !box.querySelector("a[href]:not([tabindex='-1']), button:not([tabindex='-1'])")) box.tabIndex = 0;
    }
  };
  reach();
  addEventListener("resize", reach);
  // Formulas have their width once their fonts are there.
  document.fonts.ready.then(reach);

  // Figures: lines shown or not, and the value nearest to the pointer.
  const fields = (text) => {
    const rows = [[""]];
    let isQuoted = false;
    for (let index = 0; index < text.length; index++) {
      const sign = text[index], row = rows[rows.length - 1];
      if (isQuoted && sign === '"' && text[index + 1] === '"') { row[row.length - 1] += sign; index++; }
      else if (sign === '"') isQuoted = !isQuoted;
      else if (!isQuoted && sign === ",") row.push("");
      else if (!isQuoted && sign === "\n") rows.push([""]);
      else if (isQuoted || sign !== "\r") row[row.length - 1] += sign;
    }
    return rows.filter((row) => row.length > 1);
  };
  const shorten = (text) => (text === "" || isNaN(text) ? text : Number(Number(text).toPrecision(4)).toLocaleString("en"));
  for (const figure of all("figure.drawing")) {
    const paper = figure.querySelector(".paper"), svg = figure.querySelector("svg");
    const lines = svg ? all(".mark-line path[data-arm]", svg) : [];
    if (!lines.length) continue;
    const link = figure.querySelector("a[download]");
    const [names = [], ...data] = link ? fields(decodeURIComponent(link.getAttribute("href").replace(/^[^,]*,/, ""))) : [];
    const column = (name) => names.indexOf(name);
    const arms = [...new Set(lines.map((line) => line.dataset.arm))];
    const hidden = new Set();
    const heights = all(".mark-rule [data-arm]", svg).map((line) => {
      const box = line.getBBox(), at = line.transform.baseVal.consolidate();
      return { arm: line.dataset.arm, y: (at ? at.matrix.f : 0) + Number(line.getAttribute("y2") || 0) + box.y * 0 };
    });
    const labels = all(".mark-text text", svg).map((text) => {
      const at = text.transform.baseVal.consolidate(), y = at ? at.matrix.f - 4 : 0;
      const near = heights.reduce((best, next) => (!best || Math.abs(next.y - y) < Math.abs(best.y - y) ? next : best), null);
      return near && Math.abs(near.y - y) < 14 ? { text, arm: near.arm } : null;
    }).filter(Boolean);
    const paint = () => {
      for (const part of all("[data-arm]", svg)) part.style.display = hidden.has(part.dataset.arm) ? "none" : "";
      for (const label of labels) label.text.style.display = hidden.has(label.arm) ? "none" : "";
    };
    const buttons = arms.map((arm) => {
      const line = lines.find((other) => other.dataset.arm === arm);
      const button = make("button", { type: "button" });
      button.setAttribute("aria-pressed", "true");
      const swatch = document.createElementNS(svg.namespaceURI, "svg");
      swatch.setAttribute("width", "24");
      swatch.setAttribute("height", "8");
      swatch.setAttribute("aria-hidden", "true");
      const stroke = document.createElementNS(svg.namespaceURI, "path");
      stroke.setAttribute("d", "M0,4H24");
      for (const name of ["stroke", "stroke-width", "stroke-dasharray"]) if (line.hasAttribute(name)) stroke.setAttribute(name, line.getAttribute(name));
      swatch.append(stroke);
      button.append(swatch, arm);
      button.addEventListener("click", () => {
        if (!hidden.delete(arm)) hidden.add(arm);
        button.setAttribute("aria-pressed", String(!hidden.has(arm)));
        paint();
        mark(null);
      });
      return button;
    });
    const legend = make("div", { className: "legend" }, ...buttons);
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", "Lines shown");
    paper.after(legend);
    rove(legend, () => buttons);
    // The lines of an arm, of which panels have one each, take its rows one after the other.
    const taken = new Map();
    const points = lines.flatMap((line) => {
      const d = line.getAttribute("d");
      if (/[^ML\d\s.,eE-]/.test(d)) return [];
      const numbers = (d.match(/-?\d*\.?\d+(?:e-?\d+)?/gi) || []).map(Number);
      const begin = taken.get(line.dataset.arm) || 0, count = numbers.length / 2;
      const own = data.filter((row) => row[column("arm")] === line.dataset.arm).slice(begin, begin + count);
      const known = own.length === count;
      taken.set(line.dataset.arm, begin + count);
      return numbers.filter((_, index) => index % 2 === 0).map((x, index) => ({
        line, arm: line.dataset.arm, x, y: numbers[2 * index + 1], row: known ? own[index] : null,
      }));
    });
    const bubble = make("output", { className: "bubble", hidden: true });
    paper.append(bubble);
    const dot = document.createElementNS(svg.namespaceURI, "circle");
    dot.setAttribute("r", "4");
    dot.setAttribute("class", "dot");
    const mark = (point) => {
      bubble.hidden = !point;
      if (!point) return dot.remove();
      point.line.parentNode.append(dot);
      dot.setAttribute("cx", point.x);
      dot.setAttribute("cy", point.y);
      dot.setAttribute("fill", point.line.getAttribute("stroke"));
      const value = (name) => (point.row && column(name) >= 0 ? shorten(point.row[column(name)]) : "");
      const ends = value("lower") && value("lower") !== value("upper") ? ` [${value("lower")}, ${value("upper")}]` : "";
      const place = value("step") || value("size");
      bubble.textContent = `${point.arm}: ${value("mean") || value("value")}${ends}${place ? ` at ${place}` : ""}`.replace(/-(?=\d)/g, "\u2212");
      const box = dot.getBoundingClientRect(), frame = paper.getBoundingClientRect(), own = bubble.getBoundingClientRect();
      bubble.style.left = Math.max(0, Math.min(box.left - frame.left + paper.scrollLeft + 10, frame.width - own.width)) + "px";
      bubble.style.top = Math.max(0, box.top - frame.top - own.height - 8) + "px";
    };
    const visible = () => points.filter((point) => point.row && !hidden.has(point.arm));
    svg.addEventListener("pointermove", (event) => {
      let best = null, least = 40;
      const matrices = new Map();
      for (const point of visible()) {
        if (!matrices.has(point.line)) matrices.set(point.line, point.line.getScreenCTM());
        const matrix = matrices.get(point.line);
        if (!matrix) continue;
        const at = new DOMPoint(point.x, point.y).matrixTransform(matrix);
        const distance = Math.hypot(at.x - event.clientX, at.y - event.clientY);
        if (distance < least) [best, least] = [point, distance];
      }
      mark(best);
    });
    svg.addEventListener("pointerleave", () => mark(null));
    // From the button of a line, up and down lead along its points.
    let place = -1;
    legend.addEventListener("focusin", () => { place = -1; });
    legend.addEventListener("focusout", () => mark(null));
    legend.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      const own = visible().filter((point) => point.arm === arms[buttons.indexOf(event.target)]);
      if (!step || !own.length) return;
      place = Math.max(0, Math.min(own.length - 1, place + step));
      mark(own[place]);
      event.preventDefault();
    });
  }

  // The contents tell which section is read.
  const entries = new Map(all("nav a").map((link) => [target(link), link]));
  if (entries.size && "IntersectionObserver" in window) {
    const seen = new Set();
    const observer = new IntersectionObserver((changes) => {
      for (const change of changes) change.isIntersecting ? seen.add(change.target) : seen.delete(change.target);
      const first = [...entries.keys()].find((heading) => seen.has(heading));
      if (!first) return;
      for (const link of entries.values()) link.removeAttribute("aria-current");
      entries.get(first).setAttribute("aria-current", "true");
    }, { rootMargin: "0px 0px -60% 0px" });
    for (const heading of entries.keys()) if (heading) observer.observe(heading);
  }
})();
