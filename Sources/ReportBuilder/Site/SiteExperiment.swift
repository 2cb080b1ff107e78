internal import ReportRendering
public import ResultStore
internal import Settings

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
  /// - Returns: The page.
  func page(weeks: [SiteWeek], catalog: MetricCatalog) -> SitePage {
    var body = "<p>\(escaped(question))</p>\n"
    if !algorithms.isEmpty {
      let links = algorithms.map {
        "<a href=\"../algorithms/\(SitePage.fileName($0))\">\(escaped($0))</a>"
      }
      body += "<p class=\"status\">Algorithms: \(links.joined(separator: ", "))</p>\n"
    }
    body += "<h2 id=\"results\">Results</h2>\n" + results(weeks, catalog)
    body += "<h2 id=\"settings\">Settings</h2>\n" + settings
    if let spec {
      body +=
        "<h2 id=\"spec\">Spec</h2>\n<details><summary>experiments/\(escaped(name)).yaml</summary>\n"
        + "<pre>\(escaped(spec))</pre></details>\n"
    }
    return SitePage(title: name, root: "../", body: body)
  }

  /// A row for each arm, a column for each week.
  private func results(_ weeks: [SiteWeek], _ catalog: MetricCatalog) -> String {
    let locked = weeks.compactMap { week in week.lock.experiment(name).map { (week, $0) } }
    guard let (_, newest) = locked.last else { return "<p>No week reports it yet.</p>\n" }
    var text = ""
    // Weeks may have compared arms by different metrics; each has a table.
    for metric in Set(locked.map(\.1.metric)).sorted() {
      let own = locked.filter { $0.1.metric == metric }
      let information = newest.information(on: metric, from: catalog)
      let decimals = own.map { $0.1.decimals(of: metric, information: information) }.max() ?? 3
      var labels: [(label: String, title: String)] = []
      for arm in own.reversed().flatMap(\.1.arms)
      where arm.measures(metric) && !labels.contains(where: { $0.label == arm.label }) {
        labels.append((arm.label, arm.title))
      }
      let rows = labels.map { label, title in
        [escaped(title)]
          + own.map { _, experiment -> String in
            guard let arm = experiment.arm(label),
              let scores = SeedScores(experiment: name, arm: arm, metric: metric)
            else { return "—" }
            return escaped(
              ArmSummary(scores, range: information.range).text(decimals: decimals)
                + ", \(arm.runs.count) \(arm.runs.count == 1 ? "seed" : "seeds")")
          }
      }
      text += SitePage.table(
        "\(information.columnTitle): mean with 95 % interval over seeds, by week",
        head: ["Arm"]
          + own.map { week, _ in
            "<a href=\"../weeks/\(week.name)/report.html\">\(week.name)</a>"
          }, rows: rows)
    }
    return text
  }

  /// The settings that differ between arms as a table, those that are the same in all as a list.
  private var settings: String {
    let names = Set(arms.flatMap { $0.identity.fields.keys }).sorted()
    let differing = names.filter { name in
      Set(arms.map { $0.identity.fields[name] }).count > 1
    }
    let shared = names.filter { !differing.contains($0) }
    let rows = arms.map { arm in
      [escaped(arm.title)] + differing.map { escaped(shown(arm.identity.fields[$0])) }
    }
    let list = shared.map { name in
      "\(name) = \(shown(arms.first?.identity.fields[name]))"
    }
    return SitePage.table(
      "Settings in which arms differ", head: ["Arm"] + differing.map { escaped($0) },
      rows: differing.isEmpty ? [] : rows)
      + "<details><summary>\(shared.count) settings are the same in all arms</summary>\n"
      + "<pre>\(escaped(list.joined(separator: "\n")))</pre></details>\n"
  }

  /// A value of a setting; a digest by its first digits.
  private func shown(_ value: String?) -> String {
    guard let value else { return "—" }
    let isDigest = value.utf8.count == 64 && value.allSatisfy(\.isHexDigit)
    return isDigest ? value.prefix(12) + "…" : value
  }
}
