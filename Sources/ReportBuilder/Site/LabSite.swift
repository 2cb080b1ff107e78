internal import ReportRendering
internal import ResultStore

/// All weeks of a lab as a folder of pages that needs no server.
///
/// Its bytes follow from weeks, specs and declarations alone.
public struct LabSite: Sendable {
  /// The title of the index and the feed.
  public var title: String
  /// The address that it is reached at, ending with a slash; nil if that is not known.
  public var address: String?
  /// The weeks, oldest first.
  public var weeks: [SiteWeek]
  /// The reports that belong to no week, sorted by name.
  public var standing: [SiteWeek]
  /// The experiments, sorted by name.
  public var experiments: [SiteExperiment]
  /// The declared things, in the order of lists.
  public var references: [SiteReference]
  /// The titles, ranges and units of metrics.
  public var catalog: MetricCatalog

  /// Creates a site.
  public init(
    title: String, address: String? = nil, weeks: [SiteWeek], standing: [SiteWeek] = [],
    experiments: [SiteExperiment], references: [SiteReference], catalog: MetricCatalog
  ) {
    self.title = title
    self.address = address
    self.weeks = weeks
    self.standing = standing
    self.experiments = experiments
    self.references = references
    self.catalog = catalog
  }

  /// Returns the files of the site, by their paths from its root, sorted.
  ///
  /// - Throws: If KaTeX, which typesets the formulas of algorithms, is not installed.
  public func files() throws -> [(path: String, bytes: [UInt8])] {
    var files: [String: [UInt8]] = [:]
    func add(_ path: String, _ text: String) { files[path] = Array(text.utf8) }
    add("index.html", try index.html)
    let reports = weeks + standing
    for report in reports {
      for link in report.links {
        if let place = link.place, let bytes = link.bytes { files[place] = bytes }
      }
    }
    for report in reports {
      for figure in report.figures { files["weeks/\(report.name)/\(figure.name)"] = figure.bytes }
    }
    let places = Set(files.keys).union(reports.map { "weeks/\($0.name)/report.html" })
    for (number, report) in reports.enumerated() {
      let page = try page(of: report, number < weeks.count ? number : nil)
      let dead = report.links.filter { $0.place.map { !places.contains($0) } ?? true }
      add("weeks/\(report.name)/report.html", dead.reduce(page) { $1.removed(from: $0) })
    }
    let titles = Dictionary(
      references.filter { $0.kind == "algorithm" }.map { ($0.name, $0.title) }
    ) { first, _ in first }
    add("experiments/index.html", try experimentList.html)
    for experiment in experiments {
      let reporting = weeks.filter { $0.lock.experiment(experiment.name) != nil }
      add(
        "experiments/\(SitePage.fileName(experiment.name))",
        try experiment.page(weeks: reporting, catalog: catalog, titles: titles).html)
    }
    let algorithms = references.filter { $0.kind == "algorithm" }
    add("algorithms/index.html", try list(of: algorithms).html)
    let typesetter = FormulaTypesetter()
    for algorithm in algorithms {
      let users = experiments.filter { $0.algorithms.contains(algorithm.name) }.map { experiment in
        (
          experiment: experiment,
          weeks: weeks.filter { $0.lock.experiment(experiment.name) != nil }
        )
      }
      add(
        "algorithms/\(SitePage.fileName(algorithm.name))",
        try algorithm.page(experiments: users, catalog: catalog, typesetter: typesetter).html)
    }
    add("glossary.html", try SiteReference.glossary(references).html)
    add("search.html", try SiteSearch.page(entries).html)
    add("feed.xml", SiteFeed(title: title, address: address, weeks: weeks).xml)
    return files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { (path: $0.key, bytes: $0.value) }
  }

  // MARK: Pages

  private var index: SitePage {
    SiteIndex(
      title: title,
      weeks: weeks.indices.map {
        .init(week: weeks[$0], changes: changes(of: $0), runs: runs(of: $0))
      }, standing: standing,
      terms: SiteTerms(SiteReference.readersWords + references)
    ).page
  }

  /// Returns a sentence on how the experiments of a week relate to those of the weeks before.
  func changes(of number: Int) -> String {
    var parts: [(words: String, names: [String])] = [
      ("new", []), ("with other settings or seeds", []),
    ]
    for experiment in weeks[number].lock.experiments {
      let earlier = weeks[..<number].last { $0.lock.experiment(experiment.name) != nil }
      let isSame = earlier?.lock.experiment(experiment.name)
        .map { Self.hasSameRuns(experiment, $0) }
      let words =
        switch isSame {
        case nil: "new"
        case false?: "with other settings or seeds"
        case true?: "with the same runs as \(earlier?.name ?? "before")"
        }
      if let index = parts.firstIndex(where: { $0.words == words }) {
        parts[index].names.append(experiment.name)
      } else {
        parts.append((words, [experiment.name]))
      }
    }
    let sentences = parts.filter { !$0.names.isEmpty }.map { words, names in
      "\(words): " + names.prefix(6).joined(separator: ", ")
        + (names.count > 6 ? " and \(names.count - 6) more" : "")
    }
    guard !sentences.isEmpty else { return "No experiments." }
    return "Experiments " + sentences.joined(separator: "; ") + "."
  }

  /// The number of a week's runs, with the first week before it that has them too.
  func runs(of number: Int) -> String {
    let own = Set(weeks[number].lock.runs.map(\.run.key))
    let words = SiteIndex.counted(weeks[number].lock.runs.count)
    for earlier in weeks[..<number] where !own.isEmpty {
      let common = own.intersection(earlier.lock.runs.map(\.run.key)).count
      let link = "<a href=\"weeks/\(earlier.name)/report.html\">\(earlier.name)</a>"
      if common == own.count { return "\(words), the same as in \(link)" }
    }
    return words
  }

  private static func hasSameRuns(_ one: LockedExperiment, _ other: LockedExperiment) -> Bool {
    Set(one.arms.flatMap { $0.runs.map(\.key) }) == Set(other.arms.flatMap { $0.runs.map(\.key) })
  }

  /// The report of a week between its neighbours; a standing report, whose `number` is nil, has none.
  private func page(of week: SiteWeek, _ number: Int?) throws -> String {
    var bar = SiteBar(root: "../../", section: "Weeks")
    if let number, number > 0 { bar.previous = weeks[number - 1].name }
    if let number, number + 1 < weeks.count { bar.next = weeks[number + 1].name }
    return try SiteReport(week: week, bar: bar).html
  }

  private var experimentList: SitePage {
    SitePage(
      title: "Experiments", root: "../", section: "Experiments",
      body: "<dl>\n"
        + experiments.map { experiment in
          let names = weeks.filter { $0.lock.experiment(experiment.name) != nil }.map(\.name)
          return
            "<dt><a href=\"\(SitePage.fileName(experiment.name))\">\(escaped(experiment.name))</a></dt>"
            + "<dd>\(escaped(experiment.question))"
            + (names.isEmpty
              ? "" : " <span class=\"status\">\(names.joined(separator: ", "))</span>")
            + "</dd>\n"
        }.joined() + "</dl>\n")
  }

  private func list(of algorithms: [SiteReference]) -> SitePage {
    SitePage(
      title: "Algorithms", root: "../", section: "Algorithms",
      body: "<dl>\n"
        + algorithms.map { algorithm in
          "<dt><a href=\"\(SitePage.fileName(algorithm.name))\">\(escaped(algorithm.title))</a></dt>"
            + "<dd>\(escaped(algorithm.summary))</dd>\n"
        }.joined() + "</dl>\n")
  }

  /// All that can be found.
  private var entries: [SiteSearch.Entry] {
    let reports = (weeks.reversed() + standing).map { report in
      SiteSearch.Entry(
        kind: report.isStanding ? .standing : .week,
        title: report.isStanding ? report.title : "\(report.title) (\(report.name))",
        place: "weeks/\(report.name)/report.html", blocks: report.blocks)
    }
    let specs = experiments.map { experiment in
      SiteSearch.Entry(
        kind: .experiment, title: experiment.name,
        place: "experiments/\(SitePage.fileName(experiment.name))",
        blocks: [
          experiment.question, "Arms: " + experiment.arms.map(\.title).joined(separator: ", "),
        ])
    }
    let algorithms = references.filter { $0.kind == "algorithm" }
    let terms = SiteReference.readersWords + references.filter { $0.kind != "algorithm" }
    return reports + specs + algorithms.map(\.entry) + terms.map(\.entry)
  }
}
