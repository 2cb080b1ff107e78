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

  // Code: copied by a button; a long block shows its beginning until it is asked for the rest. All their buttons are one
  // stop of the Tab key, and arrows lead from one to the next.
  const keep = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // A page that is a file may have no clipboard of its own.
      const area = make("textarea", { value: text, className: "unseen" });
      document.body.append(area);
      area.select();
      const isDone = document.execCommand("copy");
      area.remove();
      return isDone;
    }
  };
  const [mostLines, firstLines] = [24, 12];
  const blocks = all("main pre").filter((pre) => pre.textContent.trim() && !pre.closest(".words, td"));
  for (const pre of blocks) {
    const text = pre.textContent.replace(/\n$/, ""), count = text.split("\n").length;
    const box = make("div", { className: "code" });
    const button = (className, textContent) => make("button", { type: "button", className, textContent });
    const copied = button("copy", "Copy");
    copied.title = `Copy ${count === 1 ? "the line" : `${count} lines`}`;
    copied.setAttribute("aria-live", "polite");
    pre.replaceWith(box);
    box.append(pre, copied);
    copied.addEventListener("click", async () => {
      const isDone = await keep(text);
      copied.focus();
      copied.textContent = isDone ? "Copied" : "Not copied";
      setTimeout(() => { copied.textContent = "Copy"; }, 2000);
    });
    if (count <= mostLines || pre.closest("details")) continue;
    const fold = button("fold", "");
    const set = (isFolded) => {
      pre.classList.toggle("folded", isFolded);
      fold.setAttribute("aria-expanded", String(!isFolded));
      fold.textContent = isFolded ? `Show all ${count} lines` : `Show the first ${firstLines} lines`;
    };
    box.append(fold);
    set(true);
    fold.addEventListener("click", () => {
      set(!pre.classList.contains("folded"));
      // What is folded again is not left behind.
      if (box.getBoundingClientRect().top < 0) box.scrollIntoView();
    });
  }
  if (blocks.length) rove(document.querySelector("main"), () => all("main .code > button"), ["ArrowDown", "ArrowUp"]);
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
  // The part of a plot that is seen. Lines, intervals and axes of the drawing are placed anew; a plot whose axes are not
  // both linear, with numbers at their ticks, is seen as a whole.
  const zoomed = (svg) => {
    const at = (element) => { const base = element.transform.baseVal.consolidate(); return base ? [base.matrix.e, base.matrix.f] : [0, 0]; };
    const round = (value) => Math.round(value * 100) / 100;
    const units = { "%": 0.01, M: 1e6, G: 1e9, T: 1e12 };
    const grids = all(".axis-grid", svg).map((group) => all("line", group));
    const axes = all(".axis-label", svg).map((group, side) => {
      const words = all("text", group), ticks = all(".axis-tick", svg)[side];
      const sign = /[%MGT]$/.exec(words[0] ? words[0].textContent : ""), unit = sign ? units[sign] : 1;
      const values = words.map((word) => (/^[\u2212-]?[\d,.]+( [%MGT])?$/.test(word.textContent) ? number(word.textContent) * unit : NaN));
      const places = words.map((word) => at(word)[side]);
      const slope = (values[values.length - 1] - values[0]) / (places[places.length - 1] - places[0]);
      // Vertical words stand with their middle at the tick, their base line below it.
      const shift = grids[side] && grids[side][0] ? at(grids[side][0])[side] - places[0] : NaN;
      const start = values[0] - slope * (places[0] + shift);
      const isLinear = values.every((value, index) => Math.abs(value - start - slope * (places[index] + shift)) < 1e-3 * Math.abs(slope));
      const isCounted = side === 0 && unit === 1 && values.every(Number.isInteger);
      return { words, group, ticks, side, unit, sign: sign ? " " + sign : "", slope, start, shift, isLinear, isCounted, count: Math.max(words.length, 3) };
    });
    const size = [0, 1].map((side) => Math.max(...(grids[1 - side] || []).map((line) => Math.abs(Number(line.getAttribute(side ? "y2" : "x2"))))));
    const whole = [[0, size[0]], [0, size[1]]];
    const isWhole = (box) => box.every(([low, high], side) => low === 0 && high === size[side]);
    const view = { scales: axes.length === 2 && axes.every((axis) => axis.isLinear && axis.slope) ? axes : null, box: whole, last: null };
    view.place = (...point) => !view.scales ? point : point.map((value, side) => {
      const [low, high] = view.box[side];
      return (value - low) / (high - low) * size[side];
    });
    view.holds = (point) => !view.scales || [point.x, point.y].every((value, side) => value >= view.box[side][0] - 1e-6 && value <= view.box[side][1] + 1e-6);
    // A point that is told comes into sight.
    view.reach = (point) => {
      view.last = point;
      if (!view.holds(point)) view.move([point.x, point.y].map((value, side) => value - (view.box[side][0] + view.box[side][1]) / 2));
    };
    if (!view.scales) return view;
    const marks = all(".mark-area path[data-arm], .mark-line path[data-arm]", svg).map((path) => ({ path, d: path.getAttribute("d") }));
    const bars = all(".mark-rule line[data-arm]", svg).map((line) => ({ line, from: at(line), by: ["x2", "y2"].map((name) => Number(line.getAttribute(name) || 0)) }));
    const symbols = all(".mark-symbol path[data-arm]", svg).map((path) => ({ path, from: at(path) }));
    const clip = document.createElementNS(svg.namespaceURI, "clipPath"), frame = document.createElementNS(svg.namespaceURI, "rect");
    clip.id = `seen.${all("clipPath").length}`;
    frame.setAttribute("width", size[0]);
    frame.setAttribute("height", size[1]);
    clip.append(frame);
    svg.prepend(clip);
    const groups = axes.map((axis) => [axis.group, all(".axis-grid", svg)[axis.side], axis.ticks]);
    const originals = groups.map((parts) => parts.map((part) => [...part.children]));
    const drawAxis = (axis) => {
      const [low, high] = view.box[axis.side], parts = groups[axis.side];
      if (low === 0 && high === size[axis.side]) return parts.forEach((part, kind) => part.replaceChildren(...originals[axis.side][kind]));
      const ends = [low, high].map((place) => (axis.start + axis.slope * place) / axis.unit).sort((a, b) => a - b);
      const rough = (ends[1] - ends[0]) / axis.count, power = 10 ** Math.floor(Math.log10(rough));
      let step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
      if (axis.isCounted) step = Math.max(1, Math.round(step));
      const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs(step / power - 2.5) < 1e-6 ? 1 : 0));
      const values = [];
      for (let index = Math.ceil(ends[0] / step - 1e-9); index * step <= ends[1] + step * 1e-9; index++) values.push(index * step);
      const style = { minimumFractionDigits: Math.min(digits, 20), maximumFractionDigits: Math.min(digits, 20) };
      parts.forEach((part, kind) => part.replaceChildren(...values.map((value) => {
        const clone = originals[axis.side][kind][0].cloneNode(true);
        const place = view.place(...[0, 1].map((side) => (side === axis.side ? (value * axis.unit - axis.start) / axis.slope : 0)))[axis.side];
        const move = at(originals[axis.side][kind][0]);
        move[axis.side] = round(place - (kind ? 0 : axis.shift));
        clone.setAttribute("transform", `translate(${move})`);
        if (!kind) clone.textContent = value.toLocaleString("en", style).replace("-", "\u2212") + axis.sign;
        return clone;
      })));
    };
    // Shows a part of the plot, in its own pixels; all of it for null.
    view.show = (box) => {
      view.box = (box || whole).map(([low, high], side) => {
        const width = Math.min(Math.max(high - low, size[side] / 200), size[side]);
        const start = Math.min(Math.max(low, 0), size[side] - width);
        return [start, start + width];
      });
      if (isWhole(view.box)) view.box = whole;
      const isAll = view.box === whole;
      const moved = (x, y) => view.place(Number(x), Number(y)).map(round).join(",");
      for (const { path, d } of marks) path.setAttribute("d", isAll ? d : d.replace(/(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)/gi, (_, x, y) => moved(x, y)));
      for (const { path, from } of symbols) {
        path.setAttribute("transform", `translate(${isAll ? from : moved(...from)})`);
        path.style.visibility = view.holds({ x: from[0], y: from[1] }) ? "" : "hidden";
      }
      for (const { line, from, by } of bars) {
        // What leads from the end of a line to its name has no place where the end may not be seen.
        if (from[0] > size[0]) { line.style.visibility = isAll ? "" : "hidden"; continue; }
        const [start, end] = [from, from.map((value, side) => value + by[side])].map((point) => view.place(...point));
        line.setAttribute("transform", `translate(${isAll ? from : start.map(round)})`);
        ["x2", "y2"].forEach((name, side) => line.setAttribute(name, isAll ? by[side] : round(end[side] - start[side])));
        line.parentNode.setAttribute("clip-path", `url(#${clip.id})`);
      }
      for (const { path } of marks) isAll ? path.parentNode.removeAttribute("clip-path") : path.parentNode.setAttribute("clip-path", `url(#${clip.id})`);
      for (const axis of axes) drawAxis(axis);
      svg.classList.toggle("part", !isAll);
    };
    view.move = (by) => view.show(view.box.map(([low, high], side) => [low + by[side], high + by[side]]));
    // About the point told last, or else the one nearest to the middle.
    view.scale = (factor) => {
      const middle = view.box.map(([low, high]) => (low + high) / 2);
      const distance = (point) => Math.hypot(point.x - middle[0], point.y - middle[1]);
      const nearest = view.last && view.holds(view.last) ? view.last : view.seen().sort((a, b) => distance(a) - distance(b))[0];
      const about = nearest ? [nearest.x, nearest.y] : middle;
      view.show(view.box.map(([low, high], side) => [about[side] - (about[side] - low) / factor, about[side] + (high - about[side]) / factor]));
    };
    view.size = size;
    return view;
  };
  // A mouse draws a box around what it wants to see; a finger moves what is seen. Twice shows all.
  const drag = (svg, view, changed) => {
    const box = document.createElementNS(svg.namespaceURI, "rect");
    box.setAttribute("class", "selection");
    let from = null;
    const plot = all(".mark-line", svg)[0];
    const place = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(plot.getScreenCTM().inverse());
      return [point.x, point.y].map((value, side) => Math.min(Math.max(value, 0), view.size[side]));
    };
    const sides = (to) => [0, 1].map((side) => {
      const pair = [from[side], to[side]].sort((a, b) => a - b);
      // A box as flat as a line is meant along the line.
      return pair[1] - pair[0] < 12 ? [0, view.size[side]] : pair;
    });
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      changed();
      from = place(event);
      view.isDragged = true;
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = place(event);
      if (event.pointerType === "touch") {
        if (!svg.classList.contains("part")) return;
        view.move([0, 1].map((side) => (from[side] - to[side]) / view.size[side] * (view.box[side][1] - view.box[side][0])));
        from = to;
        return changed();
      }
      const [[left, right], [top, bottom]] = sides(to);
      Object.entries({ x: left, y: top, width: right - left, height: bottom - top }).forEach(([name, value]) => box.setAttribute(name, value));
      plot.parentNode.append(box);
    });
    const end = (event) => {
      const start = from;
      if (!start) return;
      const to = place(event);
      box.remove();
      if (event.type === "pointerup" && event.pointerType !== "touch" && Math.hypot(to[0] - start[0], to[1] - start[1]) >= 12) {
        view.show(sides(to).map(([low, high], side) => [low, high].map((value) => view.box[side][0] + value / view.size[side] * (view.box[side][1] - view.box[side][0]))));
        changed();
      }
      from = null;
      view.isDragged = false;
    };
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
    svg.addEventListener("dblclick", () => { view.show(null); changed(); });
  };
  const shorten = (text) => (text === "" || isNaN(text) ? text : Number(Number(text).toPrecision(4)).toLocaleString("en"));
  for (const figure of all("figure.drawing")) {
    const paper = figure.querySelector(".paper"), svg = figure.querySelector("svg");
    const lines = svg ? all(".mark-line path[data-arm]", svg) : [];
    const groups = svg && !lines.length ? all(".mark-symbol, .mark-rect", svg).map((group) => all("path[data-arm]", group)).filter((group) => group.length) : [];
    if (!lines.length && !groups.length) continue;
    const link = figure.querySelector("a[download$='.csv']");
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
    // Names that stand at the ends of their lines are not said again below, but where lines are chosen.
    const isNamed = arms.every((arm) => labels.some((label) => label.arm === arm));
    const choice = isNamed
      ? make("details", { className: "choice" }, make("summary", { textContent: "Choose lines" }), make("div", {}, ...buttons))
      : make("div", {}, ...buttons);
    const legend = make("div", { className: "legend" }, choice);
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", "Lines shown");
    if (lines.length) paper.after(legend);
    rove(choice, () => buttons);
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
    // Seeds and cells have a row each; a mean has the rows of its arm, and of its week where there are two.
    let summaries = 0;
    for (const group of groups) {
      const counts = new Map();
      const rowsOf = (arm) => data.filter((row) => row[column("arm")] === arm);
      const isEach = group.length === data.length;
      for (const shape of group) {
        const arm = shape.dataset.arm, rows = rowsOf(arm), begin = counts.get(arm) || 0;
        const weeks = column("week") < 0 ? [] : [...new Set(rows.map((row) => row[column("week")]))];
        const row = isEach ? rows[begin] : rows.find((other) => !weeks.length || other[column("week")] === weeks[summaries]);
        const base = shape.transform.baseVal.consolidate(), box = shape.getBBox();
        points.push({
          line: shape, arm, row, isMean: !isEach, isCell: shape.parentNode.classList.contains("mark-rect"),
          x: base ? base.matrix.e : box.x + box.width / 2, y: base ? base.matrix.f : box.y + box.height / 2,
        });
        counts.set(arm, begin + 1);
      }
      if (!isEach) summaries++;
    }
    const bubble = make("output", { className: "bubble", hidden: true });
    paper.append(bubble);
    const dot = document.createElementNS(svg.namespaceURI, "circle");
    dot.setAttribute("r", "4");
    dot.setAttribute("class", "dot");
    const view = zoomed(svg);
    const mark = (point) => {
      bubble.hidden = !point;
      if (!point) return dot.remove();
      view.reach(point);
      if (!point.isCell) point.line.parentNode.append(dot);
      const [x, y] = view.place(point.x, point.y);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      dot.setAttribute("fill", point.line.getAttribute("stroke") || point.line.getAttribute("fill"));
      const value = (name) => (point.row && column(name) >= 0 ? shorten(point.row[column(name)]) : "");
      const ends = value("lower") && value("lower") !== value("upper") ? ` [${value("lower")}, ${value("upper")}]` : "";
      const place = value("step") || value("size"), text = (name) => (column(name) < 0 ? "" : point.row[column(name)]);
      const name = [point.arm, text("task") && ` on ${text("task")}`, text("week") && !point.arm.endsWith(text("week")) && ` in ${text("week")}`, !point.isMean && text("seed") && `, seed ${text("seed")}`];
      const told = !point.isMean && text("seed") ? value("value") : (value("mean") || value("value")) + ends;
      bubble.textContent = name.filter(Boolean).join("") + `: ${told}${place ? ` at ${place}` : ""}`.replace(/-(?=\d)/g, "\u2212");
      const box = (point.isCell ? point.line : dot).getBoundingClientRect(), frame = paper.getBoundingClientRect(), own = bubble.getBoundingClientRect();
      bubble.style.left = Math.max(0, Math.min(box.left - frame.left + paper.scrollLeft + 10, frame.width - own.width)) + "px";
      bubble.style.top = Math.max(0, box.top - frame.top - own.height - 8) + "px";
    };
    const visible = () => points.filter((point) => point.row && !hidden.has(point.arm));
    svg.addEventListener("pointermove", (event) => {
      if (view.isDragged) return;
      const cell = points.find((point) => point.isCell && point.line === event.target);
      if (cell) return mark(cell);
      let best = null, least = 40;
      const matrices = new Map();
      for (const point of visible()) {
        if (point.isCell) continue;
        const place = point.line.parentNode;
        if (!matrices.has(place)) matrices.set(place, place.getScreenCTM());
        const matrix = matrices.get(place);
        if (!matrix) continue;
        if (!view.holds(point)) continue;
        const at = new DOMPoint(...view.place(point.x, point.y)).matrixTransform(matrix);
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
    if (view.scales) {
      const changed = () => { reset.hidden = !svg.classList.contains("part"); mark(null); };
      const button = (text, name, act) => {
        const element = make("button", { type: "button", className: "zoom", textContent: text, title: name });
        element.setAttribute("aria-label", name);
        element.addEventListener("click", () => { act(); changed(); });
        return element;
      };
      const reset = button("Reset", "Show the whole figure", () => { view.show(null); zooms.firstChild.focus(); });
      reset.hidden = true;
      const zooms = make("span", { className: "zooms" },
        button("+", "Zoom in", () => view.scale(2)), button("\u2212", "Zoom out", () => view.scale(0.5)), reset);
      legend.append(zooms);
      rove(zooms, () => all("button:not([hidden])", zooms));
      view.seen = () => visible().filter(view.holds);
      drag(svg, view, changed);
    }
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
