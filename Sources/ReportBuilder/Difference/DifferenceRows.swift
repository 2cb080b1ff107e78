/// The rows of a diff as words, the same for a terminal, Markdown and a report.
struct DifferenceRow: Equatable {
  var experiment: String
  var arm: String
  /// Empty in a row that speaks of the arm as a whole.
  var metric = ""
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
  /// One row per arm and metric; an arm whose records are all the same takes one row.
  var rows: [DifferenceRow] { arms.flatMap { $0.rows(experiment: name) } }
}

extension ArmDifference {
  fileprivate func rows(experiment: String) -> [DifferenceRow] {
    var rows: [DifferenceRow]
    if presence == .both, hasSameRecords, metrics.allSatisfy({ $0.verdict == .identical }),
      metrics.count > 1
    {
      let seeds = "\(commonSeeds) \(commonSeeds == 1 ? "seed" : "seeds")"
      rows = [
        DifferenceRow(
          experiment: experiment, arm: name, metric: "all \(metrics.count) metrics, \(seeds)",
          verdict: MetricDifference.Verdict.identical.rawValue)
      ]
    } else {
      rows = metrics.map { row(of: $0, experiment: experiment) }
    }
    if rows.isEmpty {
      rows = [
        DifferenceRow(
          experiment: experiment, arm: name,
          verdict: presence == .both ? "no metric in common" : presence.rawValue)
      ]
    }
    rows[0].changes = changes
    return rows
  }

  private func row(of metric: MetricDifference, experiment: String) -> DifferenceRow {
    func text(_ value: Double?) -> String {
      value.map { NumberText.fixed($0, decimals: metric.decimals) } ?? "—"
    }
    var row = DifferenceRow(
      experiment: experiment, arm: name, metric: metric.metric, old: text(metric.old),
      new: text(metric.new), verdict: metric.verdict?.rawValue ?? presence.rawValue)
    if let change = metric.change, metric.verdict != .identical {
      let sign = change.difference > 0 ? "+" : ""
      row.difference = sign + text(change.difference)
      row.interval = "[\(text(change.lower)), \(text(change.upper))]"
      row.pValue = change.adjustedP.map(NumberText.pValue) ?? "—"
    }
    row.isChange = metric.verdict == .changed
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
