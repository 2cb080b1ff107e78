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
  /// The page of an algorithm in parts; nil for anything else.
  public let algorithm: SiteAlgorithm?
  /// The words that running text has for it, beginning with a capital only where it is a name; nothing where prose could mean something else.
  var words: [String]

  /// Creates a reference; `title` is its name in print, such as *PPO*.
  public init(
    kind: String, name: String, title: String? = nil, summary: String, text: String,
    algorithm: SiteAlgorithm? = nil
  ) {
    self.kind = kind
    self.name = name
    self.title = title ?? name
    self.summary = summary
    self.text = text
    self.algorithm = algorithm
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

  /// The page of an algorithm: what makes it that, where it was used with which result, and its settings.
  ///
  /// - Parameters:
  ///   - experiments: The experiments that have an arm of it, with the weeks that report them.
  ///   - catalog: The titles, ranges and units of metrics.
  ///   - typesetter: The typesetter of its formula.
  /// - Returns: The page.
  /// - Throws: If the formula cannot be typeset.
  func page(
    experiments: [(experiment: SiteExperiment, weeks: [SiteWeek])], catalog: MetricCatalog,
    typesetter: FormulaTypesetter
  ) throws -> SitePage {
    let essence = try algorithm?.essence(typesetter)
    let settings = algorithm.map { "<h2 id=\"settings\">Settings</h2>\n\($0.settings)" }
    return SitePage(
      title: title, root: "../", section: "Algorithms",
      body: "<p class=\"lead\">\(escaped(summary))</p>\n" + (essence?.html ?? "")
        + "<p class=\"status\">Specs call it <code>\(escaped(name))</code>.</p>\n"
        + uses(experiments, catalog) + (settings ?? ""),
      style: essence?.style ?? "")
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
        let name =
          kind == "word"
          ? words : kind == "algorithm" ? escaped(reference.title) : "<code>\(words)</code>"
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
