internal import CanonicalJSON

/// The page that finds words in all others, without a server: what it searches is inside it.
enum SiteSearch {
  /// A page that can be found.
  struct Entry {
    var title: String
    /// From the site's root.
    var place: String
    var text: String
  }

  /// Returns the page that finds `entries`.
  static func page(_ entries: [Entry]) -> SitePage {
    let index = JSONValue.array(
      entries.map { entry in
        .object([
          .init("title", .string(entry.title)), .init("place", .string(entry.place)),
          .init("text", .string(entry.text)),
        ])
      })
    // Nothing in a text ends the element that holds it.
    let data = index.compactText.replacing("<", with: "\\u003c")
    return SitePage(
      title: "Search",
      body: """
        <p><label>Words that a page has: <input type="search" id="words" autofocus></label></p>
        <p class="status" role="status" id="count"></p>
        <ol id="found"></ol>
        <noscript><p>The search needs JavaScript; the lists of weeks, experiments and terms do not.</p></noscript>
        <script type="application/json" id="pages">\(data)</script>

        """, script: script)
  }

  private static let script = """

    const pages = JSON.parse(document.getElementById("pages").textContent);
    const box = document.getElementById("words");
    const list = document.getElementById("found");
    const count = document.getElementById("count");
    for (const page of pages) page.lower = (page.title + " " + page.text).toLowerCase();
    function excerpt(page, words) {
      const text = page.text, lower = text.toLowerCase();
      const at = Math.max(0, Math.min(...words.map(w => lower.indexOf(w)).filter(i => i >= 0).concat([text.length])) - 60);
      const paragraph = document.createElement("p");
      const part = text.slice(at, at + 220);
      let rest = part, small = rest.toLowerCase();
      for (;;) {
        let first = -1, length = 0;
        for (const w of words) {
          const i = small.indexOf(w);
          if (i >= 0 && (first < 0 || i < first)) { first = i; length = w.length; }
        }
        if (first < 0) break;
        const mark = document.createElement("mark");
        mark.textContent = rest.slice(first, first + length);
        paragraph.append(rest.slice(0, first), mark);
        rest = rest.slice(first + length);
        small = rest.toLowerCase();
      }
      paragraph.append(rest, "…");
      return paragraph;
    }
    function show() {
      const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const found = words.length === 0 ? [] : pages.filter(p => words.every(w => p.lower.includes(w)))
        .map(page => ({page, score: words.reduce((sum, w) =>
          sum + (page.title.toLowerCase().includes(w) ? 20 : 0) + Math.min(9, page.lower.split(w).length - 1), 0)}))
        .sort((a, b) => b.score - a.score);
      list.replaceChildren(...found.slice(0, 50).map(({page}) => {
        const item = document.createElement("li"), link = document.createElement("a");
        link.href = page.place;
        link.textContent = page.title;
        item.append(link, excerpt(page, words));
        return item;
      }));
      count.textContent = words.length === 0 ? "" : found.length + (found.length === 1 ? " page" : " pages");
    }
    box.addEventListener("input", show);
    box.value = new URLSearchParams(location.search).get("q") || "";
    show();

    """
}
