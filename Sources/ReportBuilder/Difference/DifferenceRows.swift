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
  /// The difference and its interval as numbers; nil where there is no interval.
  var drawn: Drawn?
  var pValue = "—"
  var verdict: String
  var isChange = false
  /// The changes of the key and the seeds; only in an arm's first row.
  var changes: [String] = []

  /// The numbers that a drawing of the row shows.
  struct Drawn: Equatable {
    var lower: Double
    var estimate: Double
    var upper: Double
    /// The largest difference that counts as noise; nil if nothing is known of the metric's scale.
    var margin: Double?
  }
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
      let same = metrics.filter { $0.verdict?.isSame == true }
      let sharesRow = same.count > 1
      for (index, metric) in metrics.enumerated() {
        if !sharesRow || metric.verdict?.isSame != true { rows.append(fill(row(""), with: metric)) }
        // The experiment's own metric comes first, and shows the seeds even where its value stays.
        guard hasOtherSeeds, commonSeeds > 0, let all = metric.ofAllSeeds,
          index == 0 || all.old != all.new
        else { continue }
        rows.append(fill(row(seedsText), with: metric, ofAllSeeds: all))
      }
      if sharesRow, let verdict = same[0].verdict {
        var shared = row(text(of: verdict))
        shared.metric =
          same.count == metrics.count
          ? "all \(same.count) metrics" : "\(same.count) other metrics"
        rows.append(shared)
      }
    } else {
      rows = metrics.prefix(1).map { fill(row(""), with: $0) }
    }
    if rows.isEmpty { rows = [row(presence == .both ? "no metric in common" : presence.rawValue)] }
    rows[0].changes = changes
    return rows
  }

  /// `13 instead of 8 seeds`; where there are as many, how many stayed.
  private var seedsText: String {
    oldSeeds == newSeeds
      ? "\(newSeeds) seeds, \(commonSeeds) of them as before"
      : "\(newSeeds) instead of \(SeedNotes.seeds([oldSeeds]))"
  }

  /// The verdict in words, with how many seeds are common where there are others.
  private func text(of verdict: MetricDifference.Verdict) -> String {
    guard hasOtherSeeds, commonSeeds > 0, verdict != .tooFewSeeds else { return verdict.rawValue }
    return verdict == .sameOnCommonSeeds
      ? "the same on \(SeedNotes.seeds([commonSeeds])) in common"
      : "\(verdict.rawValue) (\(SeedNotes.seeds([commonSeeds])) in common)"
  }

  /// Means over all seeds of either lock, which are not compared.
  private func fill(
    _ row: DifferenceRow, with metric: MetricDifference, ofAllSeeds all: (old: Double, new: Double)
  ) -> DifferenceRow {
    var row = row
    row.metric = metric.metric
    row.isMetricName = true
    row.old = metric.text(all.old)
    row.new = metric.text(all.new)
    return row
  }

  private func fill(_ row: DifferenceRow, with metric: MetricDifference) -> DifferenceRow {
    var row = row
    row.metric = metric.metric
    row.isMetricName = true
    row.old = metric.text(metric.old)
    row.new = metric.text(metric.new)
    row.verdict =
      metric.verdict.map(text(of:)) ?? (presence == .both ? "counted" : presence.rawValue)
    row.isChange = metric.verdict == .changed
    let isSame = metric.verdict?.isSame == true
    if let change = metric.change, !isSame {
      row.difference = (change.difference > 0 ? "+" : "") + metric.text(change.difference)
      if let lower = change.lower, let upper = change.upper {
        row.drawn = .init(
          lower: lower, estimate: change.difference, upper: upper, margin: metric.margin)
        row.interval =
          lower == upper
          ? "(in all \(change.pairs) seeds)" : "[\(metric.text(lower)), \(metric.text(upper))]"
      }
      row.pValue = change.adjustedP.map(NumberText.pValue) ?? "—"
    }
    return row
  }

  /// The changes around the numbers: of the label, the fields of the key, the seeds.
  private var changes: [String] {
    guard presence == .both else { return [] }
    var changes = changedFields.map(\.text)
    if isRenamed { changes.insert("renamed", at: 0) }
    if hasOtherSeeds {
      changes.append("seeds: \(oldSeeds) → \(newSeeds), \(commonSeeds) in common")
    }
    return changes
  }
}

extension MetricDifference {
  /// A value as the metric is shown; counts with all their digits, for one of them may be what changed.
  fileprivate func text(_ value: Double?) -> String {
    value.map { NumberText.fixed($0, decimals: decimals) } ?? "—"
  }
}
