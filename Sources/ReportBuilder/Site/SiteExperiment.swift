internal import ReportRendering
public import ResultStore

/// An experiment as the site shows it.
public struct SiteExperiment: Sendable {
  /// The stem of the spec's file.
  public let name: String
  /// The question that it asks.
  public let question: String
  /// The text of its spec; nil if there is none any more.
  public let spec: String?
  /// The arms, as the spec has them, or else the newest lock.
  public let arms: [(label: String, title: String, identity: ArmPreimage)]

  /// Creates an experiment.
  public init(
    name: String, question: String, spec: String?,
    arms: [(label: String, title: String, identity: ArmPreimage)]
  ) {
    self.name = name
    self.question = question
    self.spec = spec
    self.arms = arms
  }

  /// Creates an experiment that a lock alone tells of.
  public init(_ locked: LockedExperiment) {
    self.init(
      name: locked.name, question: locked.question, spec: nil,
      arms: locked.arms.map { ($0.label, $0.title, $0.identity) })
  }

  /// The names of the algorithms of its arms, sorted.
  var algorithms: [String] { Set(arms.compactMap { $0.identity.fields["algorithm"] }).sorted() }

  /// The page.
  ///
  /// - Parameters:
  ///   - weeks: The weeks whose locks have the experiment, oldest first.
  ///   - catalog: The titles, ranges and units of metrics.
  ///   - titles: The names of algorithms in print.
  /// - Returns: The page.
  func page(
    weeks: [SiteWeek], catalog: MetricCatalog, titles: [String: String] = [:]
  ) -> SitePage {
    var body = "<p class=\"lead\">\(escaped(question))</p>\n"
    if !algorithms.isEmpty {
      let links = algorithms.map {
        "<a href=\"../algorithms/\(SitePage.fileName($0))\">\(escaped(titles[$0] ?? $0))</a>"
      }
      body += "<p class=\"status\">Algorithms: \(links.joined(separator: ", "))</p>\n"
    }
    body += found(in: weeks)
    body += "<h2 id=\"results\">Results over the weeks</h2>\n" + results(weeks, catalog)
    body += "<h2 id=\"settings\">Settings</h2>\n" + settings
    if let spec {
      body +=
        "<h2 id=\"spec\">Spec</h2>\n<details><summary>experiments/\(escaped(name)).yaml</summary>\n"
        + "<pre tabindex=\"0\">\(escaped(spec))</pre></details>\n"
    }
    return SitePage(title: name, root: "../", section: "Experiments", body: body)
  }
}
