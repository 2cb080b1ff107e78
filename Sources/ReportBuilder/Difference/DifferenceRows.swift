/// A row of a diff as words, the same for a terminal, Markdown and a report.
struct DifferenceRow: Equatable {
  var experiment: String
  /// The arm's label, or `old → new`.
  var arm: String
  /// The name that reports show; the labels of a renamed arm.
  var title: String
  /// Empty in a row that speaks of the arm as a whole.
  var metric = ""
  /// Whether `metric` is the name of one metric, and not a phrase about several.
  var isMetricName = false
  var old = "—"
  var new = "—"
  var difference = "—"
  var interval = ""
  var pValue = "—"
  var verdict: String
  var isChange = false
  /// What changed in the key or the seeds; only in an arm's first row.
  var changes: [String] = []
}

extension ExperimentDifference {
  /// One row per arm and metric.
  ///
  /// Identical metrics of an arm share a row, unless there is one, and an arm that only one lock has
  /// shows its first metric alone.
  var rows: [DifferenceRow] { arms.flatMap { $0.rows(experiment: name) } }
}

extension ArmDifference {
  fileprivate func rows(experiment: String) -> [DifferenceRow] {
    let title = presence == .both && isRenamed ? name : title
    func row(_ verdict: String) -> DifferenceRow {
      DifferenceRow(experiment: experiment, arm: name, title: title, verdict: verdict)
    }
    var rows: [DifferenceRow] = []
    if presence == .both {
      let identical = metrics.filter { $0.verdict == .identical }
      let shown = identical.count > 1 ? metrics.filter { $0.verdict != .identical } : metrics
      rows = shown.map { fill(row(""), with: $0) }
      if identical.count > 1 {
        var shared = row(MetricDifference.Verdict.identical.rawValue)
        shared.metric =
          shown.isEmpty ? "all \(identical.count) metrics" : "\(identical.count) other metrics"
        rows.append(shared)
      }
    } else {
      rows = metrics.prefix(1).map { fill(row(""), with: $0) }
    }
    if rows.isEmpty { rows = [row(presence == .both ? "no metric in common" : presence.rawValue)] }
    rows[0].changes = changes
    return rows
  }

  private func fill(_ row: DifferenceRow, with metric: MetricDifference) -> DifferenceRow {
    func text(_ value: Double?) -> String {
      value.map {
        metric.decimals == 0
          ? NumberText.count($0) : NumberText.fixed($0, decimals: metric.decimals)
      } ?? "—"
    }
    var row = row
    row.metric = metric.metric
    row.isMetricName = true
    row.old = text(metric.old)
    row.new = text(metric.new)
    row.verdict =
      metric.verdict?.rawValue ?? (presence == .both ? "counted" : presence.rawValue)
    row.isChange = metric.verdict == .changed
    if let change = metric.change, metric.verdict != .identical {
      row.difference = (change.difference > 0 ? "+" : "") + text(change.difference)
      row.interval = "[\(text(change.lower)), \(text(change.upper))]"
      row.pValue = change.adjustedP.map(NumberText.pValue) ?? "—"
    }
    return row
  }

  /// What changed around the numbers: the label, the fields of the key, the seeds.
  private var changes: [String] {
    guard presence == .both else { return [] }
    var changes = changedFields.map(\.text)
    if isRenamed { changes.insert("renamed", at: 0) }
    if oldSeeds != commonSeeds || newSeeds != commonSeeds {
      changes.append("seeds: \(oldSeeds) → \(newSeeds), \(commonSeeds) in common")
    }
    return changes
  }
}
