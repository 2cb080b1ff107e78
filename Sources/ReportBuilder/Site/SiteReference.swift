internal import ReportRendering

/// A declared thing that the site explains, such as an algorithm or a metric.
public struct SiteReference: Sendable {
  /// The kind, such as `algorithm`.
  public let kind: String
  /// The name in a spec or a record.
  public let name: String
  /// The name in print, such as *PPO*, or else the name.
  public let title: String
  /// The description in one sentence.
  public let summary: String
  /// The whole description as `labbook describe` prints it.
  public let text: String
  /// The formula that it stands for, as TeX; nil for none.
  public let formula: String?
  /// The words that running text has for it, beginning with a capital only where it is a name; nothing where prose could mean something else.
  var words: [String]

  /// Creates a reference; `title` is its name in print, such as *PPO*.
  public init(
    kind: String, name: String, title: String? = nil, summary: String, text: String,
    formula: String? = nil
  ) {
    self.kind = kind
    self.name = name
    self.title = title ?? name
    self.summary = summary
    self.text = text
    self.formula = formula
    words =
      switch kind {
      case "algorithm": [title ?? name]
      // An environment's version is not part of what it is called.
      case "environment": [name.replacing(#/-v\d+$/#, with: "")]
      // Of one word, such as *Updates*, prose has its own use.
      case "metric":
        title.flatMap { title in
          title.contains(" ") && !name.contains("<")
            ? [title.prefix(1).lowercased() + title.dropFirst()] : nil
        } ?? []
      default: []
      }
  }

  /// The page of an algorithm.
  ///
  /// - Parameters:
  ///   - experiments: The experiments that have an arm of it, with the weeks that report them.
  ///   - typesetter: The typesetter of its formula.
  /// - Returns: The page.
  /// - Throws: If the formula cannot be typeset.
  func page(
    experiments: [(experiment: SiteExperiment, weeks: [SiteWeek])], typesetter: FormulaTypesetter
  ) throws -> SitePage {
    var page = SitePage(
      title: name, root: "../", section: "Algorithms", body: "<p>\(escaped(summary))</p>\n")
    if let formula {
      let typeset = try typesetter.html(formula, isDisplay: true)
      page.style = try typesetter.styleSheet(for: typeset) + "\n"
      page.body +=
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Formula\">\(typeset)</div>\n"
    }
    page.body += SitePage.table(
      "Experiments with an arm of it", head: ["Experiment", "Weeks"],
      rows: experiments.map { experiment, weeks in
        [
          "<a href=\"../experiments/\(SitePage.fileName(experiment.name))\">\(escaped(experiment.name))</a>",
          weeks.map { "<a href=\"../weeks/\($0.name)/report.html\">\($0.name)</a>" }
            .joined(separator: ", "),
        ]
      })
    page.body +=
      "<h2 id=\"settings\">Settings and presets</h2>\n<pre tabindex=\"0\">\(escaped(text))</pre>\n"
    return page
  }

  /// The glossary: everything that is declared, by kind.
  static func glossary(_ references: [SiteReference]) -> SitePage {
    let references = readersWords + references
    var kinds: [String] = []
    for reference in references where !kinds.contains(reference.kind) {
      kinds.append(reference.kind)
    }
    let body = kinds.map { kind in
      let entries = references.filter { $0.kind == kind }.map { reference in
        let words = escaped(reference.name)
        let name = kind == "word" ? words : "<code>\(words)</code>"
        let title =
          kind == "algorithm"
          ? "<a href=\"algorithms/\(SitePage.fileName(reference.name))\">\(name)</a>" : name
        return
          "<dt id=\"\(reference.anchor)\">\(title)</dt><dd>\(escaped(reference.summary))</dd>\n"
      }
      let head =
        kind == "word" ? "Words of reports" : kind.prefix(1).uppercased() + kind.dropFirst()
      return "<h2>\(escaped(head))</h2>\n<dl>\n"
        + entries.joined() + "</dl>\n"
    }
    return SitePage(title: "Glossary", section: "Glossary", body: body.joined())
  }

  /// It as the search finds it.
  var entry: SiteSearch.Entry {
    kind == "algorithm"
      ? SiteSearch.Entry(
        kind: .algorithm, title: title, place: place,
        blocks: [summary]
          + text.split(separator: "\n\n").map { String($0.replacing(#/\s+/#, with: " ")) })
      : SiteSearch.Entry(
        kind: .term, title: kind == "word" ? name : "\(name) (\(kind))", place: place,
        blocks: [summary])
  }

  /// The name of its place in the glossary.
  var anchor: String {
    let name = kind + "-" + self.name
    return String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  /// Where its description stands, from the site's root.
  var place: String {
    kind == "algorithm" ? "algorithms/\(SitePage.fileName(name))" : "glossary.html#\(anchor)"
  }
}
