internal import Metrics
internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Statistics

/// The content of a `comparison` directive: the arms of an experiment side by side.
struct ComparisonTable {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let arms: [LockedArm]
  private let metric: String
  private let information: MetricInformation
  private let costs: [MetricDeclaration]
  private let decimals: Int
  private let rows: [Row]
  /// The labels of the arms that are marked as best.
  private let best: Set<String>
  /// The arm that the others are compared with.
  private let reference: LockedArm?

  private struct Row {
    var arm: LockedArm
    var scores: ShownScores
    /// Of the finite scores; nil where there is none.
    var summary: ArmSummary?
    /// Against the reference arm; nil in its own row and without one.
    var comparison: Comparison?
  }

  private struct Comparison {
    var pair: PairSummary
    /// The claims about the two arms.
    var claims: [TestedPairs.Entry]
    /// The probability that a run of the arm does better than one of the reference arm; nil where there are too
    /// few common seeds.
    var improvement: (probability: Double, interval: ConfidenceInterval)?
  }

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(
    _ directive: Directive, catalog: MetricCatalog, claims: TestedPairs,
    names: inout NameResolution
  ) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let metric = directive["metric"] ?? Positioned(experiment.metric, at: directive.position)
    let against = directive["against"]
    let reference = against.flatMap { names.arm($0, of: experiment) }
    var arms = names.arms(directive.names("arms"), of: experiment) { $0.shows(metric.value) }
    if let reference, !arms.contains(where: { $0.label == reference.label }) {
      arms.insert(reference, at: 0)
    }
    var scores: [ShownScores] = []
    for arm in arms {
      guard let next = names.shownScores(metric, of: arm, in: experiment) else { return nil }
      scores.append(next)
    }
    guard against == nil || reference != nil, !arms.isEmpty else { return nil }
    self.directive = directive
    self.experiment = experiment
    self.arms = arms
    self.metric = metric.value
    self.reference = reference
    costs = catalog.costs
    information = experiment.information(on: metric.value, from: catalog)
    decimals = experiment.decimals(of: metric.value, information: information)
    let referenceScores = scores.first { $0.defined.arm == reference?.label }?.defined
    let (isLowerBetter, range) = (information.isLowerBetter, information.range)
    best = BestArms.labels(
      of: scores.filter(\.undefined.isEmpty).map(\.defined),
      higherIsBetter: information.higherIsBetter)
    rows = zip(arms, scores).map { arm, scores in
      Row(
        arm: arm, scores: scores,
        summary: scores.defined.values.isEmpty ? nil : ArmSummary(scores.defined, range: range),
        comparison: referenceScores.flatMap {
          Self.comparison(of: scores.defined, to: $0, claims: claims, isLowerBetter: isLowerBetter)
        })
    }
  }

  private static func comparison(
    of scores: SeedScores, to reference: SeedScores, claims: TestedPairs, isLowerBetter: Bool
  ) -> Comparison? {
    guard scores.arm != reference.arm, let pair = PairSummary(scores, minus: reference) else {
      return nil
    }
    func merits(_ values: [Double]) -> [Double] { isLowerBetter ? values.map { 0 - $0 } : values }
    let (own, others) = (merits(scores.values), merits(reference.values))
    return Comparison(
      pair: pair,
      claims: claims.claims(
        on: scores.experiment, scores.arm, reference.arm, metric: scores.metric),
      improvement: pair.pairs < ReportStatistics.leastSeeds
        ? nil
        : (
          probabilityOfImprovement(own, over: others),
          probabilityOfImprovementInterval(own, over: others)
        ))
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    let columns = columns
    return ReportTable(
      label: directive.label, caption: directive.caption,
      columns: columns.map { ReportTable.Column($0.title, alignment: $0.alignment) },
      rows: rows.map { row in columns.map { $0.cell(row) } }, note: note
    ).movingConstantColumns(keeping: [0, 2, 3], said: [1])
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
      Column("Arm", alignment: .leading) { ReportCell($0.arm.markedTitle) },
      Column("Seeds") { ReportCell("\($0.arm.runs.count)") },
      Column(information.columnTitle) { mean($0) },
      Column("95 % interval") { row in
        ReportCell(
          row.summary?.intervalText(decimals: decimals) ?? "—",
          emphasis: row.summary?.interval == nil ? .muted : .none)
      },
    ] + comparisonColumns + costColumns
  }

  private var comparisonColumns: [Column] {
    guard let reference else { return [] }
    func column(_ title: String, _ cell: @escaping (Comparison) -> ReportCell) -> Column {
      Column(title) { row in
        row.comparison.map(cell) ?? ReportCell("—", emphasis: .muted)
      }
    }
    let claims = column("Tested by") { comparison in
      comparison.claims.isEmpty
        ? ReportCell("—", emphasis: .muted) : ReportCell(TestedPairs.links(comparison.claims))
    }
    let isClaimed = rows.contains { $0.comparison?.claims.isEmpty == false }
    return [
      column("Difference to \(reference.title)") { comparison in
        ReportCell(
          comparison.pair.text(decimals: decimals),
          emphasis: comparison.claims.contains(where: \.holdsDifference)
            ? .strong : comparison.pair.interval == nil ? .muted : .none)
      }
    ] + (isClaimed ? [claims] : []) + [
      column("P(better)") { comparison in
        comparison.improvement.map { probability, interval in
          ReportCell(
            "\(NumberText.fixed(probability, decimals: 2)) "
              + NumberText.interval(interval, decimals: 2))
        } ?? ReportCell("too few seeds", emphasis: .muted)
      }
    ]
  }

  private var costColumns: [Column] {
    costs.filter { cost in
      cost.name != metric && arms.allSatisfy { $0.measures(cost.name) }
    }
    .map { cost in
      let style = experiment.countStyle(
        of: cost.name, information: MetricInformation(cost, ofKey: [:]))
      return Column(cost.costTitle ?? cost.title) { row in
        let scores = SeedScores(experiment: experiment.name, arm: row.arm, metric: cost.name)
        return ReportCell(scores.map { style.text(Statistics.mean($0.values)) } ?? "—")
      }
    }
  }

  private func mean(_ row: Row) -> ReportCell {
    ReportCell(
      (best.contains(row.arm.label) ? BestArms.mark : "")
        + (row.summary.map { summary in
          information.isCount
            ? experiment.countStyle(of: metric, information: information).text(summary.mean)
            : NumberText.fixed(summary.mean, decimals: decimals)
        } ?? "") + row.scores.mark,
      provenance: ReportProvenance(
        statistic: "Mean", metric: metric, experiment: experiment, arm: row.arm,
        decimals: decimals))
  }

  private var note: [Inline] {
    let items = MeasuredItems(of: arms, information: information, decimals: decimals)
    var sentences = [
      "Means over \(SeedNotes.seeds(rows.compactMap(\.summary?.seeds)))\(items?.words ?? ""), with 95 % intervals "
        + "over seeds, corrected for skewness."
    ]
    sentences += BestArms.note(isMarked: !best.isEmpty)
    sentences += SeedNotes.cut(information.range, if: rows.contains { $0.summary?.isCut == true })
    sentences += SeedNotes.coverage(
      rows.compactMap { row in row.summary.map { (row.arm.title, $0) } })
    if let reference {
      let pairs = rows.compactMap { row in row.comparison.map { (row.arm.title, $0.pair) } }
      sentences.append(
        "Differences are means of the differences of common seeds; their intervals hold what a sign-flip "
          + "test at .05 does not reject. P(better): how likely a run scores better than one of "
          + "\(reference.title).")
      let seeds = arms.map(\.runs.count).max() ?? 0
      sentences += SeedNotes.commonSeeds(
        rows.filter { $0.arm.label != reference.label }.map {
          (title: $0.arm.title, pairs: $0.comparison?.pair.pairs ?? 0, seeds: seeds)
        }, reference: reference.title)
      sentences += SeedNotes.spreads(
        pairs.map { (title: $0.0, pair: $0.1) }, reference: reference.title)
    }
    sentences += ObservedNotes.marks(on: arms)
    sentences += ObservedNotes.repeatNoise(of: metric, on: arms, decimals: decimals)
    sentences += SeedNotes.undefined(rows.map { ($0.arm.title, $0.scores) })
    sentences += SeedNotes.diverged(arms)
    if !costColumns.isEmpty { sentences.append("Costs are counted per run, training only.") }
    return [.text(sentences.joined(separator: " "))] + experiment.variedNote(of: arms)
  }
}
