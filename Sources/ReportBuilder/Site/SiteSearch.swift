internal import CanonicalJSON

/// The page that finds words in all others, without a server: what it searches is inside it.
enum SiteSearch {
  /// The kind of a page to who looks for something, in the order of results.
  enum Kind: String, CaseIterable {
    case week = "Weeks"
    case standing = "Standing reports"
    case experiment = "Experiments"
    case algorithm = "Algorithms"
    case term = "Terms"
  }

  /// A page that can be found.
  struct Entry {
    var kind: Kind
    var title: String
    /// From the site's root.
    var place: String
    /// Paragraphs, items and rows: an excerpt shows a part of one of them.
    var blocks: [String]
  }

  /// Returns the page that finds `entries`.
  static func page(_ entries: [Entry]) -> SitePage {
    let index = JSONValue.array(
      entries.map { entry in
        .object([
          .init("kind", .string(entry.kind.rawValue)), .init("title", .string(entry.title)),
          .init("place", .string(entry.place)),
          .init("text", .array(entry.blocks.filter { !$0.isEmpty }.map { .string($0) })),
        ])
      })
    // Nothing in a text ends the element that holds it.
    let data = index.compactText.replacing("<", with: "\\u003c")
    return SitePage(
      title: "Search", hasSearch: false,
      body: """
        <form role="search" action="search.html" class="search"><label>Words that a page has <input type="search" name="q" id="words" autofocus></label></form>
        <p class="status" role="status" id="count"></p>
        <div id="found"></div>
        <noscript><p>The search needs JavaScript; the lists of weeks, experiments and terms do not.</p></noscript>
        <script type="application/json" id="pages">\(data)</script>

        """, script: script)
  }

  private static let script = """

    const pages = JSON.parse(document.getElementById("pages").textContent);
    const box = document.getElementById("words");
    const list = document.getElementById("found");
    const count = document.getElementById("count");
    const make = (name, content = [], more = {}) => {
      const element = Object.assign(document.createElement(name), more);
      element.append(...content);
      return element;
    };
    // Words are looked for where they begin: a letter is in every page.
    const literal = w => w.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&");
    const pattern = words => new RegExp("(?<![\\\\p{L}\\\\p{N}])(?:" + words.map(literal).join("|") + ")", "giu");
    for (const page of pages) page.all = page.title + "\\n" + page.text.join("\\n");
    function marked(text, words) {
      const parts = [];
      let end = 0;
      for (const found of text.matchAll(pattern(words))) {
        parts.push(text.slice(end, found.index), make("mark", [found[0]]));
        end = found.index + found[0].length;
      }
      return [...parts, text.slice(end)];
    }
    // The part of a page that has most of the words, from before the first of them.
    function excerpt(page, words) {
      const tests = words.map(w => pattern([w]));
      const worth = text => tests.reduce((sum, test) => sum + (text.search(test) >= 0 ? 1 : 0), 0);
      const best = page.text.reduce((best, text) => { const own = worth(text); return own > best.own ? {own, text} : best; }, {own: 0, text: page.text[0] || ""});
      let text = best.text;
      const at = text.search(pattern(words));
      let start = 0;
      if (at > 110) start = text.indexOf(" ", at - 90) + 1;
      let stop = text.length;
      if (stop - start > 240) stop = text.lastIndexOf(" ", start + 230);
      if (stop <= start) stop = Math.min(text.length, start + 230);
      text = text.slice(start, stop);
      return make("p", [start ? "… " : "", ...marked(text, words), stop < best.text.length ? " …" : ""]);
    }
    function item({page}, words) {
      return make("li", [make("a", marked(page.title, words), {href: page.place}), excerpt(page, words)]);
    }
    function show() {
      const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const patterns = words.map(w => pattern([w]));
      const found = words.length === 0 ? [] : pages.filter(p => patterns.every(r => p.all.search(r) >= 0))
        .map(page => ({page, score: patterns.reduce((sum, r) =>
          sum + (page.title.search(r) >= 0 ? 20 : 0) + Math.min(9, page.all.match(r).length), 0)}))
        .sort((a, b) => b.score - a.score);
      const kinds = [...new Set(pages.map(p => p.kind))].map(kind => ({kind, own: found.filter(f => f.page.kind === kind)})).filter(k => k.own.length);
      list.replaceChildren(...kinds.map(({kind, own}) => {
        const few = own.slice(0, 5), rest = own.slice(5);
        const parts = [make("h2", [kind + " ", make("span", [String(own.length)], {className: "count"})]), make("ol", few.map(f => item(f, words)))];
        if (rest.length) parts.push(make("details", [make("summary", [rest.length + " more"]), make("ol", rest.map(f => item(f, words)), {start: 6})]));
        return make("section", parts);
      }));
      count.textContent = words.length === 0 ? "" : found.length + (found.length === 1 ? " page" : " pages");
    }
    box.addEventListener("input", show);
    box.value = new URLSearchParams(location.search).get("q") || "";
    show();

    """
}
