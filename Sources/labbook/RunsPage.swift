import CanonicalJSON
import ExperimentRunner
import ReportBuilder
import ReportRendering
import ResultStore

/// The preview's page of what runs now: the runs that train on the lab's store, whoever started them, with their curves.
enum RunsPage {
  /// The page; what it shows it asks the server for, every second.
  static let html: String = {
    var page = PageShell(
      title: "What runs now", style: style,
      body: """
        <main id="main">
        <h1>What runs now</h1>
        <p id="said" role="status">Asking …</p>
        <p id="choice" hidden><label>Curve <select id="curve"></select></label></p>
        <div id="experiments"></div>
        </main>
        <p><a href="/">The report</a></p>

        """, script: script)
    page.asksItsServer = true
    return page.html
  }()

  /// The answer to the page: the runs that train, each with a colour.
  static func live(in store: ResultStore) -> String {
    let runs = store.liveRuns
    let arms = runs.map { run in
      (run["run"]?.string ?? "").split(separator: "/").map(String.init)
    }
    let labels = arms.compactMap { $0.count > 1 ? $0[1] : nil }
    let looks = ArmLook.looks(of: Set(labels).sorted().map { ($0, nil) })
    let shown = zip(runs, arms).map { run, arm -> JSONValue in
      let look = arm.count > 1 ? looks[arm[1]] : nil
      return .object(
        (run.members ?? []) + [
          .init("ink", .string(look?.line ?? "#888888")),
          .init("dash", .string((look?.dash ?? []).map(String.init).joined(separator: ","))),
        ])
    }
    return JSONValue.object([.init("runs", .array(shown))]).compactText
  }

  private static let style = """
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1c1f; background: #fff }
    h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums }
    td, th { text-align: left; padding: .2rem .6rem .2rem 0; font-weight: 400 }
    td:last-child { text-align: right; white-space: nowrap }
    progress { width: 100%; min-width: 6rem; accent-color: #1d4f91 }
    figure { margin: 0 0 .5rem } svg { width: 100%; max-width: 40rem; height: auto; display: block }
    svg text { font: 12px system-ui, sans-serif; fill: #5a5e66 } svg .axis { stroke: #888; stroke-width: 1 }
    svg path { fill: none; stroke-width: 2; stroke-linejoin: round } .ended { opacity: .45 }
    a { color: #1d4f91 } .skip:not(:focus) { position: absolute; left: -99rem }
    @media (max-width: 34rem) {
      svg text { font-size: 19px } td:last-child { white-space: normal } progress { min-width: 4rem }
    }
    @media (prefers-color-scheme: dark) {
      body { color: #dcdee2; background: #15171b } svg text { fill: #a3a9b1 } a { color: #93b9ef }
    }

    """

  private static let script = """

    (() => {
      const find = (id) => document.getElementById(id);
      const make = (name, properties = {}, ...content) => {
        const element = Object.assign(document.createElement(name), properties);
        element.append(...content);
        return element;
      };
      const draw = (name, attributes, ...content) => {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.append(...content);
        return element;
      };
      const usual = ["evaluation_return", "test_accuracy", "gold_reward", "training_return", "training_reward"];
      const words = (number) => Number(number.toPrecision(4)).toLocaleString("en");
      // Every run that was seen since the page was opened; those that ended stay.
      const seen = new Map();
      const curveOf = (run, name) => run.curves.find((curve) => curve.name === name);
      function chart(runs, name) {
        const lines = runs.map((run) => ({ run, curve: curveOf(run, name) })).filter((line) => line.curve && line.curve.steps.length);
        if (!lines.length) return make("p", { textContent: "No point of " + name + " yet." });
        const values = lines.flatMap((line) => line.curve.values).filter((value) => value !== null);
        const end = Math.max(1, ...runs.map((run) => run.budget), ...lines.flatMap((line) => line.curve.steps));
        let low = Math.min(...values), high = Math.max(...values);
        if (low === high) { low -= 1; high += 1; }
        const x = (step) => 60 + 520 * step / end, y = (value) => 190 - 175 * (value - low) / (high - low);
        const svg = draw("svg", { viewBox: "0 0 600 215", role: "img", "aria-label": name + " of the runs that train" },
          draw("path", { class: "axis", d: "M60,15V190H580" }),
          ...[low, high].map((value) => draw("text", { x: 54, y: y(value) + 4, "text-anchor": "end" }, words(value))),
          draw("text", { x: 60, y: 208 }, "0"), draw("text", { x: 580, y: 208, "text-anchor": "end" }, words(end)));
        for (const { run, curve } of lines) {
          const points = curve.steps.map((step, index) => [step, curve.values[index]]).filter((point) => point[1] !== null);
          svg.append(draw("path", {
            d: "M" + points.map(([step, value]) => x(step).toFixed(1) + "," + y(value).toFixed(1)).join("L"),
            stroke: run.ink, "stroke-dasharray": run.dash, class: run.ended ? "ended" : "",
          }, draw("title", {}, run.run)));
          const last = points[points.length - 1];
          if (last && !run.ended) svg.append(draw("circle", { cx: x(last[0]), cy: y(last[1]), r: 3.5, fill: run.ink }));
        }
        return make("figure", {}, svg);
      }
      function show() {
        const runs = [...seen.values()].sort((a, b) => a.run.localeCompare(b.run, "en", { numeric: true }));
        const training = runs.filter((run) => !run.ended).length;
        find("said").textContent = training === 0 ? "No run trains at the moment." : training === 1 ? "One run trains." : training + " runs train.";
        const names = [...new Set(runs.flatMap((run) => run.curves.map((curve) => curve.name)))].sort();
        const select = find("curve"), chosen = select.value;
        find("choice").hidden = !names.length;
        if (names.join() !== [...select.options].map((option) => option.value).join()) {
          select.replaceChildren(...names.map((name) => make("option", { value: name, textContent: name })));
          select.value = names.includes(chosen) && chosen ? chosen : usual.find((name) => names.includes(name)) || names[0] || "";
        }
        const groups = new Map();
        for (const run of runs) {
          const experiment = run.run.split("/")[0];
          groups.set(experiment, [...(groups.get(experiment) || []), run]);
        }
        find("experiments").replaceChildren(...[...groups].map(([experiment, own]) => make("section", {},
          make("h2", { textContent: experiment }),
          ...(select.value ? [chart(own, select.value)] : []),
          make("table", {}, ...own.map((run) => {
            const bar = make("progress", { max: 1 });
            bar.setAttribute("aria-label", run.run);
            if (run.ended) bar.value = 1; else if (run.budget) bar.value = run.steps / run.budget;
            const curve = curveOf(run, select.value), value = curve && curve.values[curve.values.length - 1];
            const name = make("th", { textContent: run.run.split("/").slice(1).join("/") });
            name.style.color = "inherit";
            return make("tr", { className: run.ended ? "ended" : "" }, name, make("td", {}, bar),
              make("td", { textContent: typeof value === "number" ? words(value) : "" }),
              make("td", { textContent: run.ended ? "ended" : run.budget ? words(run.steps) + " of " + words(run.budget) : "begins" }));
          })))));
      }
      async function ask() {
        try {
          const { runs } = await (await fetch("/live", { cache: "no-store" })).json();
          const now = new Set(runs.map((run) => run.key));
          for (const run of seen.values()) if (!now.has(run.key)) run.ended = true;
          for (const run of runs) seen.set(run.key, run);
          show();
        } catch { find("said").textContent = "labbook preview has ended."; }
        setTimeout(ask, 1000);
      }
      find("curve").addEventListener("change", show);
      ask();
    })();

    """
}
