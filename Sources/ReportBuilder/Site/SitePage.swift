internal import ReportRendering
internal import ResultStore

/// A page of the site, which needs nothing beside itself.
struct SitePage {
  /// The words of the tab, and the first heading.
  var title: String
  /// The path from the page to the site's root, such as `../` or nothing.
  var root = ""
  /// The list that the page belongs to, as the bar calls it; nil for none.
  var section: String?
  /// Whether the bar has the box of the search.
  var hasSearch = true
  /// The page below its heading.
  var body: String
  /// A style of its own beside the site's, such as that of formulas.
  var style = ""
  /// A script of its own; nil for none.
  var script: String?

  /// The page as HTML in the style of reports, ending with a line end.
  ///
  /// - Throws: If labbook's own files are not there.
  var html: String {
    get throws {
      var page = PageShell(
        title: title, style: "\(style)\(try PageShell.reportStyle)\(try SiteBar.style)",
        body: """
          \(SiteBar(root: root, section: section, hasSearch: hasSearch).html)<main id="main">
          <h1>\(escaped(title))</h1>
          \(body)</main>

          """, script: script)
      page.head = """
        <link rel="alternate" type="application/atom+xml" href="\(root)feed.xml">

        """
      page.bodyClass = "shelf"
      page.hasForm = true
      return page.html
    }
  }

  /// Returns the name of the file about something called `name`, which may be any text that a lock holds.
  static func fileName(_ name: String) -> String {
    (name == "index" ? PlainName.marked(name) : PlainName.of(name)) + ".html"
  }

  /// Returns a table; cells are HTML, and the first of each row names it. Cells of prose may wrap.
  static func table(
    _ caption: String, head: [String], rows: [[String]], isProse: Bool = false
  ) -> String {
    guard !rows.isEmpty else { return "" }
    let cells = head.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let lines = rows.map { row in
      "<tr><th scope=\"row\">\(row.first ?? "")</th>"
        + row.dropFirst().map { "<td>\($0)</td>" }.joined() + "</tr>\n"
    }
    return """
      <div class="scroll" role="region" aria-label="\(escaped(caption))" tabindex="0"><table\(isProse ? " class=\"prose\"" : "")>
      <caption>\(escaped(caption))</caption>
      <thead><tr>\(cells)</tr></thead>
      <tbody>
      \(lines.joined())</tbody>
      </table></div>

      """
  }
}
