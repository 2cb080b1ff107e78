internal import Notebook
internal import ResultStore
internal import Statistics

/// The content of a `comparison` directive: the arms of an experiment side by side.
struct ComparisonTable {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let arms: [LockedArm]
  private let metric: String
  private let information: MetricInformation
  private let decimals: Int
  private let rows: [Row]
  /// The arm that the others are compared with.
  private let reference: LockedArm?

  private struct Row {
    var arm: LockedArm
    var summary: ArmSummary
    /// Against the reference arm; nil in its own row and without one.
    var comparison: Comparison?
  }

  private struct Comparison {
    var pair: PairSummary
    /// Adjusted over the rows of the table; nil if there are too few common seeds to test.
    var adjustedP: Double?
    /// How likely a run of the arm is to do better than one of the reference arm.
    var improvement: Double
  }

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let metric = directive["metric"] ?? Positioned(experiment.metric, at: directive.position)
    let against = directive["against"]
    let reference = against.flatMap { names.arm($0, of: experiment) }
    var arms = names.arms(directive.names("arms"), of: experiment) { $0.measures(metric.value) }
    if let reference, !arms.contains(where: { $0.label == reference.label }) {
      arms.insert(reference, at: 0)
    }
    var scores: [SeedScores] = []
    for arm in arms {
      guard let next = names.scores(metric, of: arm, in: experiment) else { return nil }
      scores.append(next)
    }
    guard against == nil || reference != nil, !arms.isEmpty else { return nil }
    self.directive = directive
    self.experiment = experiment
    self.arms = arms
    self.metric = metric.value
    self.reference = reference
    information = experiment.information(on: metric.value, from: catalog)
    decimals = experiment.decimals(of: metric.value, information: information)
    let comparisons = Self.comparisons(
      scores, reference: scores.first { $0.arm == reference?.label },
      isLowerBetter: information.isLowerBetter)
    rows = arms.indices.map { index in
      Row(arm: arms[index], summary: ArmSummary(scores[index]), comparison: comparisons[index])
    }
  }

  private static func comparisons(
    _ scores: [SeedScores], reference: SeedScores?, isLowerBetter: Bool
  ) -> [Comparison?] {
    guard let reference else { return scores.map { _ in nil } }
    let pairs = scores.map { scores in
      scores.arm == reference.arm ? nil : PairSummary(scores, minus: reference)
    }
    var adjusted = holmAdjusted(pairs.compactMap { $0?.pValue })[...]
    return zip(scores, pairs).map { scores, pair in
      guard let pair else { return nil }
      let higher = probabilityOfImprovement(scores.values, over: reference.values)
      return Comparison(
        pair: pair, adjustedP: pair.pValue == nil ? nil : adjusted.popFirst(),
        improvement: isLowerBetter ? 1 - higher : higher)
    }
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    ReportTable(
      label: directive.label, caption: directive.caption,
      columns: columns.map { ReportTable.Column($0.title, alignment: $0.alignment) },
      rows: rows.map { row in columns.map { $0.cell(row) } }, note: note)
  }

  private struct Column {
    var title: [Inline]
    var alignment = ColumnAlignment.trailing
    var cell: (Row) -> ReportCell

    init(
      _ title: String, alignment: ColumnAlignment = .trailing, cell: @escaping (Row) -> ReportCell
    ) {
      self.title = [.text(title)]
      self.alignment = alignment
      self.cell = cell
    }
  }

  private var columns: [Column] {
    [
      Column("Arm", alignment: .leading) { ReportCell($0.arm.title) },
      Column("Seeds") { ReportCell("\($0.arm.runs.count)") },
      Column(information.title) { mean($0) },
      Column("95 % interval") { ReportCell(text(of: $0.summary.interval)) },
    ] + comparisonColumns + costColumns
  }

  private var comparisonColumns: [Column] {
    guard let reference else { return [] }
    func column(_ title: String, _ cell: @escaping (Comparison) -> ReportCell) -> Column {
      Column(title) { row in
        row.comparison.map(cell) ?? ReportCell("—", emphasis: .muted)
      }
    }
    return [
      column("Difference to \(reference.title)") { comparison in
        let isClear = comparison.adjustedP.map { $0 < ReportStatistics.significance } ?? false
        let difference = NumberText.fixed(comparison.pair.difference, decimals: decimals)
        return ReportCell(
          "\(difference) \(text(of: comparison.pair.interval))",
          emphasis: isClear ? .strong : .none)
      },
      column("p") { comparison in
        comparison.adjustedP.map { ReportCell(NumberText.pValue($0)) }
          ?? ReportCell("too few seeds", emphasis: .muted)
      },
      column("P(better)") { ReportCell(NumberText.fixed($0.improvement, decimals: 2)) },
    ]
  }

  private var costColumns: [Column] {
    CostMetrics.columns.filter { cost in
      cost.metric != metric && arms.allSatisfy { $0.measures(cost.metric) }
    }
    .map { cost in
      Column(cost.title) { row in
        let scores = SeedScores(experiment: experiment.name, arm: row.arm, metric: cost.metric)
        return ReportCell(
          scores.map { NumberText.count(interquartileMean($0.values)) } ?? "—")
      }
    }
  }

  private func mean(_ row: Row) -> ReportCell {
    ReportCell(
      NumberText.fixed(row.summary.mean, decimals: decimals),
      provenance: ReportProvenance(
        statistic: "Interquartile mean", metric: metric, experiment: experiment, arm: row.arm,
        decimals: decimals))
  }

  private func text(of interval: ConfidenceInterval) -> String {
    NumberText.interval(interval, decimals: decimals)
  }

  private var note: [Inline] {
    var sentences = ["Interquartile means over seeds with 95 % bootstrap intervals."]
    if let reference {
      let tests = rows.compactMap { $0.comparison?.adjustedP }.count
      sentences.append(
        "Differences are paired by seed; p by exact sign flips, Holm-adjusted over \(tests) "
          + "\(tests == 1 ? "comparison" : "comparisons"), bold below 0.05. "
          + "P(better): how likely a run scores better than one of \(reference.title).")
    }
    if !costColumns.isEmpty { sentences.append("Costs are counted per run, training only.") }
    return [.text(sentences.joined(separator: " "))]
  }
}
