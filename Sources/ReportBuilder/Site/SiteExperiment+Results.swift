internal import Metrics
internal import ReportRendering
internal import ResultStore

/// The results of an experiment over the weeks.
extension SiteExperiment {
  /// A table of the metric that arms are compared by, with a row for each arm and a column for each week; those of all other
  /// metrics behind a line that opens.
  func results(_ weeks: [SiteWeek], _ catalog: MetricCatalog) -> String {
    let locked = weeks.compactMap { week in
      week.lock.experiment(name).map { (week: week.name, experiment: $0) }
    }
    guard !locked.isEmpty else { return "<p>No week reports it yet.</p>\n" }
    // Weeks may have compared arms by different metrics.
    let own = Set(locked.map(\.experiment.metric)).sorted()
    let others = Set(locked.flatMap(\.experiment.shownMetricNames)).sorted().filter { metric in
      !own.contains(metric) && !MetricDeclaration.isStandardError(metric)
    }
    var text = own.map { metric in
      table(of: metric, in: locked.filter { $0.experiment.metric == metric }, catalog)
    }.joined()
    if !others.isEmpty {
      text +=
        "<details><summary>\(others.count) other \(others.count == 1 ? "metric" : "metrics")</summary>\n"
        + others.map { table(of: $0, in: locked, catalog) }.joined() + "</details>\n"
    }
    return text
  }

  /// A row for each arm that measures a metric, a column for each week in which one does.
  private func table(
    of metric: String, in weeks: [(week: String, experiment: LockedExperiment)],
    _ catalog: MetricCatalog
  ) -> String {
    let weeks = weeks.filter { $0.experiment.arms.contains { $0.shows(metric) } }
    guard let newest = weeks.last?.experiment else { return "" }
    let information = newest.information(on: metric, from: catalog)
    let decimals =
      weeks.map { $0.experiment.decimals(of: metric, information: information) }.max() ?? 3
    var labels: [(label: String, title: String)] = []
    for arm in weeks.reversed().flatMap(\.experiment.arms)
    where arm.shows(metric) && !labels.contains(where: { $0.label == arm.label }) {
      labels.append((arm.label, arm.markedTitle))
    }
    // Cells name their seeds where not all have as many.
    let seeds = Set(weeks.flatMap(\.experiment.arms).filter { $0.shows(metric) }.map(\.runs.count))
    let over = seeds.count == 1 ? SeedNotes.seeds(Array(seeds)) : "seeds"
    func text(of label: String, in experiment: LockedExperiment) -> String {
      guard let arm = experiment.arm(label),
        let cell = cell(of: metric, arm, experiment, information, decimals)
      else { return "—" }
      return seeds.count == 1 ? cell : "\(cell), \(SeedNotes.seeds([arm.runs.count]))"
    }
    let rows = labels.map { label, title in
      [escaped(title)] + weeks.map { text(of: label, in: $0.experiment) }
    }
    // What is counted is the same in all seeds, or nearly, and has no interval.
    let words = information.isCount ? "mean over \(over)" : "mean with 95 % interval over \(over)"
    return SitePage.table(
      "\(information.columnTitle) (\(metric)): \(words), by week",
      head: ["Arm"]
        + weeks.map { "<a href=\"../weeks/\($0.week)/report.html\">\($0.week)</a>" }, rows: rows)
  }

  /// The mean of an arm with its interval; nil where it does not have the metric.
  func cell(
    of metric: String, _ arm: LockedArm, _ experiment: LockedExperiment,
    _ information: MetricInformation, _ decimals: Int
  ) -> String? {
    guard let scores = ShownScores(experiment: name, arm: arm, metric: metric) else { return nil }
    guard !scores.defined.values.isEmpty else { return escaped(scores.mark) }
    let summary = ArmSummary(scores.defined, range: information.range)
    let text =
      information.isCount
      ? experiment.countStyle(of: metric, information: information).text(summary.mean)
      : summary.text(decimals: decimals)
    return escaped(text + scores.mark)
  }
}
