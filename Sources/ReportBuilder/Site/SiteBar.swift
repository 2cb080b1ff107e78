internal import ReportRendering

/// The bar that every page of a site begins with: the ways to its lists, to a week's neighbours, and the search.
///
/// It is no `nav`: in the style of reports that is the contents.
struct SiteBar {
  /// The path from the page to the site's root, such as `../` or nothing.
  var root: String
  /// Where the page belongs, as its list is called; nil where it is in none.
  var section: String?
  /// The reports of the week before and of the week after, as far as there are such.
  var previous: String?
  var next: String?
  /// Whether it has the box of the search, which the page of the search has itself.
  var hasSearch = true

  private static let lists = [
    ("Weeks", "index.html"), ("Experiments", "experiments/index.html"),
    ("Algorithms", "algorithms/index.html"), ("Glossary", "glossary.html"),
  ]

  var html: String {
    let links = Self.lists.map { name, place in
      let mark = name == section ? " aria-current=\"true\"" : ""
      return "<a href=\"\(root)\(place)\"\(mark)>\(name)</a>"
    }
    var neighbours = ""
    if let previous {
      neighbours += "<a rel=\"prev\" href=\"../\(previous)/report.html\">← \(previous)</a>"
    }
    if let next { neighbours += "<a rel=\"next\" href=\"../\(next)/report.html\">\(next) →</a>" }
    if !neighbours.isEmpty { neighbours = "<span class=\"neighbours\">\(neighbours)</span>\n" }
    // A small screen has a picture that leads to the search in place of its box.
    let search = """
      <form action="\(root)search.html" role="search"><input type="search" name="q" aria-label="Search" placeholder="Search"></form>
      <a class="find" href="\(root)search.html" aria-label="Search">\
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M10 10 15 15M11.5 6.5a5 5 0 1 1-10 0a5 5 0 0 1 10 0"/></svg></a>

      """
    return
      "<div class=\"site\" role=\"navigation\" aria-label=\"Site\">\n\(links.joined(separator: "\n"))\n"
      + neighbours + (hasSearch ? search : "") + "</div>\n"
  }

  /// The style of what pages of a site have beside the style of reports.
  ///
  /// - Throws: If labbook's own files are not there.
  static var style: String {
    get throws { try BundledResource.text("site.css", in: .module) }
  }
}
