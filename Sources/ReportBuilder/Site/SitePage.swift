internal import ReportRendering
internal import ResultStore

/// A page of the site, which needs nothing beside itself.
struct SitePage {
  /// The words of the tab, and the first heading.
  var title: String
  /// The path from the page to the site's root, such as `../` or nothing.
  var root = ""
  /// The page below its heading.
  var body: String
  /// A style of its own beside the site's, such as that of formulas.
  var style = ""
  /// A script of its own; nil for none.
  var script: String?

  /// The page as HTML, ending with a line end.
  var html: String {
    // A hash lets this script run, and none that a text might bring in.
    let allowed = script.map { "; script-src \(PageScript.policySource(of: $0))" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      font-src data:; img-src data:\(allowed)">
      <title>\(escaped(title))</title>
      <link rel="alternate" type="application/atom+xml" href="\(root)feed.xml">
      <style>
      \(style)\(Self.siteStyle)</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the text</a>
      <nav aria-label="Site"><a href="\(root)index.html">Weeks</a> <a href="\(root)experiments/index.html">Experiments</a> \
      <a href="\(root)algorithms/index.html">Algorithms</a> <a href="\(root)glossary.html">Glossary</a>
      <form action="\(root)search.html" role="search"><input type="search" name="q" aria-label="Search" \
      placeholder="Search"></form></nav>
      <main id="main">
      <h1>\(escaped(title))</h1>
      \(body)</main>
      \(script.map { "<script>\($0)</script>\n" } ?? "")</body>
      </html>

      """
  }

  /// Returns the name of the file about something called `name`, which may be any text that a lock holds.
  static func fileName(_ name: String) -> String {
    (name == "index" ? PlainName.marked(name) : PlainName.of(name)) + ".html"
  }

  /// Returns a table; cells are HTML, and the first of each row names it.
  static func table(_ caption: String, head: [String], rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let cells = head.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let lines = rows.map { row in
      "<tr><th scope=\"row\">\(row.first ?? "")</th>"
        + row.dropFirst().map { "<td>\($0)</td>" }.joined() + "</tr>\n"
    }
    return """
      <div class="table" role="region" aria-label="\(escaped(caption))" tabindex="0"><table>
      <caption>\(escaped(caption))</caption>
      <thead><tr>\(cells)</tr></thead>
      <tbody>
      \(lines.joined())</tbody>
      </table></div>

      """
  }

  private static let siteStyle = """
    :root { --ink: #1c1d1f; --quiet: #5b6068; --paper: #fdfdfc; --line: #d8dade; --link: #0b57a4 }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8e8e6; --quiet: #a5abb3; --paper: #17181a; --line: #3a3d42; --link: #8ec1f5 }
    }
    body { margin: 0 auto; padding: 0 1rem 4rem; max-width: 60rem; color: var(--ink); background: var(--paper);
      font: 1rem/1.55 "Charter", "Bitstream Charter", "Source Serif 4", Georgia, serif }
    h1, h2, h3, nav, table, dt, .status { font-family: "Source Sans 3", "Helvetica Neue", Arial, sans-serif; line-height: 1.25 }
    h1 { font-size: 1.8rem } h2 { font-size: 1.3rem; margin-top: 2.2rem }
    a { color: var(--link) } a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link) }
    nav { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; align-items: center; padding: .8rem 0; border-bottom: 1px solid var(--line) }
    nav form { margin-left: auto } input { font: inherit; padding: .2rem .5rem; max-width: 100%; box-sizing: border-box }
    .skip { position: absolute; left: -100rem } .skip:focus { left: 1rem }
    article { border-bottom: 1px solid var(--line); padding: 1.4rem 0 1rem }
    article h2 { margin: 0 } article p, article ul { margin: .35rem 0 } article li { margin: .15rem 0 }
    .answer { font-size: 1.15rem; line-height: 1.45; font-weight: 600 }
    .asked { font-size: .95rem; line-height: 1.45; color: var(--quiet) }
    a.term { color: inherit; text-decoration: underline dotted from-font; text-underline-offset: .2em }
    a.term:is(:hover, :focus-visible) { color: var(--link) }
    .status { color: var(--quiet); font-size: .9rem; margin: .2rem 0 }
    .table { overflow-x: auto } table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
    caption { text-align: left; padding: .4rem 0; color: var(--quiet); width: min(100%, calc(100vw - 2rem)) }
    th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap }
    tbody th, thead th:first-child { text-align: left; font-weight: normal; position: sticky; left: 0; background: var(--paper) }
    pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--line); font-size: .85rem; line-height: 1.4 }
    dt { font-weight: 600; margin-top: .9rem } dd { margin: 0 0 0 1.2rem } dt, dd { overflow-wrap: anywhere }
    mark { background: #ffe58a; color: #1c1d1f }
    details { margin: .8rem 0 } summary { cursor: pointer; font-family: "Source Sans 3", "Helvetica Neue", Arial, sans-serif; font-size: .95rem }
    @media (max-width: 34rem) {
      th, td { padding-inline: .4rem } :is(th, td):first-child { padding-left: 0 }
      tbody th { white-space: normal; min-width: 5.5rem; max-width: 9.5rem; overflow-wrap: break-word }
    }

    """
}
