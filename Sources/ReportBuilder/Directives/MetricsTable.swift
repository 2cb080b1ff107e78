internal import Notebook
internal import ResultStore
internal import Settings
internal import Statistics

/// The content of a `comparison` directive with several metrics: a row for each arm, a column for each
/// metric, each cell an interquartile mean with its interval.
struct MetricsTable {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let rows: [(arm: LockedArm, cells: [Cell?])]
  private let columns: [Column]
  private let reference: LockedArm?
  private let tests: Int

  private struct Column {
    var metric: String
    var information: MetricInformation
    var decimals: Int
  }

  private struct Cell {
    var summary: ArmSummary
    /// Adjusted over the cells of the table; nil in the reference's row and without one.
    var adjustedP: Double?
  }

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    if let metric = directive["metric"] {
      names.report(
        "'metric' shows one metric with its tests, 'metrics' shows several; give one of them",
        at: metric.position)
      return nil
    }
    let metrics = directive.names("metrics")
    for metric in metrics where !experiment.metricNames.contains(metric.value) {
      names.report(
        "'\(experiment.name)' has no metric '\(metric.value)'"
          + suggestion(for: metric.value, among: experiment.metricNames), at: metric.position)
      return nil
    }
    let against = directive["against"]
    let reference = against.flatMap { names.arm($0, of: experiment) }
    guard against == nil || reference != nil else { return nil }
    var arms = names.arms(directive.names("arms"), of: experiment) { arm in
      metrics.contains { arm.measures($0.value) }
    }
    if let reference, !arms.contains(where: { $0.label == reference.label }) {
      arms.insert(reference, at: 0)
    }
    let scores = arms.map { arm in
      metrics.map { SeedScores(experiment: experiment.name, arm: arm, metric: $0.value) }
    }
    let referenceScores = metrics.map { metric in
      reference.flatMap {
        SeedScores(experiment: experiment.name, arm: $0, metric: metric.value)
      }
    }
    let pValues: [[Double?]] = scores.map { row in
      zip(row, referenceScores).map { scores, reference in
        guard let scores, let reference, scores.arm != reference.arm else { return nil }
        return PairSummary(scores, minus: reference)?.pValue
      }
    }
    let adjusted = holmAdjusted(pValues.joined().compactMap(\.self))
    var next = adjusted.makeIterator()
    rows = zip(arms, zip(scores, pValues)).map { arm, row in
      let cells = zip(row.0, row.1).map { scores, pValue in
        let adjustedP = pValue == nil ? nil : next.next()
        return scores.map { Cell(summary: ArmSummary($0), adjustedP: adjustedP) }
      }
      return (arm, cells)
    }
    columns = metrics.map { metric in
      let arm = arms.first { $0.measures(metric.value) }
      let information = catalog.information(
        on: metric.value, preimage: (arm ?? experiment.arms[0]).preimage)
      return Column(
        metric: metric.value, information: information,
        // A digit less than where one metric stands alone: a cell holds three numbers.
        decimals: max(0, experiment.decimals(of: metric.value, information: information) - 1))
    }
    self.directive = directive
    self.experiment = experiment
    self.reference = reference
    tests = adjusted.count
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    ReportTable(
      label: directive.label, caption: directive.caption,
      columns: [ReportTable.Column("Arm", alignment: .leading)]
        + columns.map { ReportTable.Column($0.information.title, alignment: .trailing) },
      rows: rows.map { row in
        [ReportCell(row.arm.title)]
          + zip(columns, row.cells).map { column, cell in
            cell.map { reportCell($0, column: column, arm: row.arm) }
              ?? ReportCell("—", emphasis: .muted)
          }
      }, note: note)
  }

  private func reportCell(_ cell: Cell, column: Column, arm: LockedArm) -> ReportCell {
    let isClear = cell.adjustedP.map { $0 < ReportStatistics.significance } ?? false
    let provenance = ReportProvenance(
      statistic: "Interquartile mean", metric: column.metric, experiment: experiment, arm: arm,
      decimals: column.decimals)
    let (summary, decimals) = (cell.summary, column.decimals)
    if column.information.isCount {
      return ReportCell(
        NumberText.count(summary.mean), provenance: provenance, emphasis: isClear ? .strong : .none)
    }
    let interval = NumberText.interval(summary.interval, decimals: decimals)
    return ReportCell(
      "\(NumberText.fixed(summary.mean, decimals: decimals)) \(interval)", provenance: provenance,
      emphasis: isClear ? .strong : .none)
  }

  private var note: [Inline] {
    var sentences = ["Interquartile means over seeds."]
    if !columns.allSatisfy(\.information.isCount) {
      sentences = ["Interquartile means over seeds with 95 % bootstrap intervals."]
    }
    if let reference {
      sentences.append(
        "Bold: different from \(reference.title), paired by seed, p by exact sign flips below 0.05 "
          + "after Holm's adjustment over \(tests) \(tests == 1 ? "test" : "tests").")
    }
    return [.text(sentences.joined(separator: " "))]
  }
}
