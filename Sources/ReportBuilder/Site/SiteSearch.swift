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
      title: "Search", hasSearch: false,
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
    // Words are looked for where they begin: a letter is in every page.
    const literal = w => w.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&");
    const pattern = words => new RegExp("(?<![\\\\p{L}\\\\p{N}])(?:" + words.map(literal).join("|") + ")", "giu");
    for (const page of pages) page.all = page.title + " " + page.text;
    function excerpt(page, words) {
      const longest = words.reduce((a, b) => b.length > a.length ? b : a);
      const at = Math.max(0, page.text.search(pattern([longest])) - 60);
      const part = page.text.slice(at, at + 220);
      const paragraph = document.createElement("p");
      let end = 0;
      for (const found of part.matchAll(pattern(words))) {
        const mark = document.createElement("mark");
        mark.textContent = found[0];
        paragraph.append(part.slice(end, found.index), mark);
        end = found.index + found[0].length;
      }
      paragraph.append(part.slice(end), "…");
      return paragraph;
    }
    function show() {
      const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const patterns = words.map(w => pattern([w]));
      const found = words.length === 0 ? [] : pages.filter(p => patterns.every(r => p.all.search(r) >= 0))
        .map(page => ({page, score: patterns.reduce((sum, r) =>
          sum + (page.title.search(r) >= 0 ? 20 : 0) + Math.min(9, page.all.match(r).length), 0)}))
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
