internal import Metrics
internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Statistics

/// The content of a `comparison` directive: the arms of an experiment side by side, or of several.
struct ComparisonTable {
  private let directive: Directive
  private let compared: ComparedExperiments
  private let metric: ComparedMetric
  private let costs: [MetricDeclaration]
  private let rows: [Row]

  private struct Row {
    /// The place of the experiment among those compared.
    var part: Int
    var arm: LockedArm
    /// The title that small print names the arm by.
    var notedTitle: String
    var scores: ShownScores
    /// Of the finite scores; nil where there is none.
    var summary: ArmSummary?
    var isBest: Bool
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
    guard
      let compared = ComparedExperiments(
        directive, names: &names, having: { $1.shows(directive["metric"]?.value ?? $0.metric) }),
      let metric = compared.metric(of: directive, catalog, &names)
    else { return nil }
    var rows: [Row] = []
    let information = compared.parts.map {
      $0.experiment.information(on: metric.value, from: catalog)
    }
    for (index, part) in compared.parts.enumerated() {
      var scores: [ShownScores] = []
      for arm in part.arms {
        guard let next = names.shownScores(metric, of: arm, in: part.experiment) else { return nil }
        scores.append(next)
      }
      guard !part.arms.isEmpty else { return nil }
      let (isLowerBetter, range) = (information[index].isLowerBetter, information[index].range)
      let reference = scores.first { $0.defined.arm == part.reference?.label }?.defined
      let best = BestArms.labels(
        of: scores.filter(\.undefined.isEmpty).map(\.defined),
        higherIsBetter: information[index].higherIsBetter)
      rows += zip(part.arms, scores).map { arm, scores in
        Row(
          part: index, arm: arm, notedTitle: part.noted(arm).title, scores: scores,
          summary: scores.defined.values.isEmpty ? nil : ArmSummary(scores.defined, range: range),
          isBest: best.contains(arm.label),
          comparison: reference.flatMap {
            Self.comparison(
              of: scores.defined, to: $0, claims: claims, isLowerBetter: isLowerBetter)
          })
      }
    }
    self.directive = directive
    self.compared = compared
    self.metric = ComparedMetric(metric.value, of: compared, information)
    self.rows = rows
    costs = catalog.costs
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
    let arm = compared.areSeveral ? 1 : 0
    return ReportTable(
      label: directive.label, caption: directive.caption,
      columns: columns.map { ReportTable.Column($0.title, alignment: $0.alignment) },
      rows: rows.map { row in columns.map { $0.cell(row) } }, note: note
    ).movingConstantColumns(keeping: [0, arm, arm + 2, arm + 3], said: [arm + 1])
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
    let experiment = Column("Experiment", alignment: .leading) { row in
      ReportCell(compared.parts[row.part].experiment.name)
    }
    return (compared.areSeveral ? [experiment] : []) + [
      Column("Arm", alignment: .leading) { ReportCell($0.arm.markedTitle) },
      Column("Seeds") { ReportCell("\($0.arm.runs.count)") },
      Column(metric.information.columnTitle) { mean($0) },
      Column("95 % interval") { row in
        ReportCell(
          row.summary?.intervalText(decimals: metric.decimals) ?? "—",
          emphasis: row.summary?.interval == nil ? .muted : .none)
      },
    ] + comparisonColumns + costColumns
  }

  /// The words for what the arms are compared with: the title of an arm, or a word for those of several experiments.
  private var reference: String? {
    compared.parts[0].reference.map { compared.areSeveral ? "baseline" : $0.title }
  }

  private var comparisonColumns: [Column] {
    guard let reference else { return [] }
    func column(
      _ title: String, reference: String = "—", _ cell: @escaping (Comparison) -> ReportCell
    ) -> Column {
      Column(title) { row in
        let isReference = row.arm.label == compared.parts[row.part].reference?.label
        return row.comparison.map(cell)
          ?? ReportCell(isReference ? reference : "—", emphasis: .muted)
      }
    }
    let claims = column("Tested by") { comparison in
      comparison.claims.isEmpty
        ? ReportCell("—", emphasis: .muted) : ReportCell(TestedPairs.links(comparison.claims))
    }
    let isClaimed = rows.contains { $0.comparison?.claims.isEmpty == false }
    return [
      column(
        "Difference to \(reference)", reference: compared.areSeveral ? reference : "—"
      ) { comparison in
        ReportCell(
          comparison.pair.text(decimals: metric.decimals),
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
      cost.name != metric.name && rows.allSatisfy { $0.arm.measures(cost.name) }
    }
    .map { cost in
      let style = ComparedMetric.counts(
        of: cost.name, in: compared.parts.map(\.experiment),
        isBytes: MetricInformation(cost, ofKey: [:]).isBytes)
      return Column(cost.costTitle ?? cost.title) { row in
        let scores = SeedScores(experiment: "", arm: row.arm, metric: cost.name)
        return ReportCell(scores.map { style.text(Statistics.mean($0.values)) } ?? "—")
      }
    }
  }

  private func mean(_ row: Row) -> ReportCell {
    ReportCell(
      (row.isBest ? BestArms.mark : "")
        + (row.summary.map { summary in
          metric.isCount
            ? metric.count(summary.mean)
            : NumberText.fixed(summary.mean, decimals: metric.decimals)
        } ?? "") + row.scores.mark,
      provenance: ReportProvenance(
        statistic: "Mean", metric: metric.name, experiment: compared.parts[row.part].experiment,
        arm: row.arm, decimals: metric.decimals))
  }

  private var note: [Inline] {
    let arms = compared.parts.flatMap(\.notedArms)
    let seeds = SeedNotes.seeds(rows.compactMap(\.summary?.seeds))
    let items = zip(compared.parts, metric.parts).compactMap { part, information in
      MeasuredItems(of: part.notedArms, information: information, decimals: metric.decimals)
        .map { (part.experiment.name, $0.words) }
    }
    let place = compared.areSeveral ? "" : items.first?.1 ?? ""
    var sentences = [
      "Means over \(seeds)\(place), with 95 % intervals over seeds, corrected for skewness."
    ]
    if compared.areSeveral {
      sentences.append(ComparedExperiments.scope)
      if !items.isEmpty {
        sentences.append("Measured: \(items.map { $0 + $1 }.joined(separator: "; ")).")
      }
    }
    sentences += BestArms.note(isMarked: rows.contains(where: \.isBest), of: compared.bestWords)
    let ranges = Set(
      rows.filter { $0.summary?.isCut == true }.compactMap { metric.parts[$0.part].range })
    sentences +=
      ranges.count > 1
      ? ["Intervals are cut at what the metric can be in each experiment."]
      : SeedNotes.cut(ranges.first, if: true)
    sentences += SeedNotes.coverage(
      rows.compactMap { row in row.summary.map { (row.notedTitle, $0) } })
    if let reference { sentences += differenceNote(to: reference) }
    sentences += ObservedNotes.marks(on: arms)
    sentences += ObservedNotes.repeatNoise(of: metric.name, on: arms, decimals: metric.decimals)
    sentences += SeedNotes.undefined(rows.map { ($0.notedTitle, $0.scores) })
    sentences += SeedNotes.diverged(arms)
    if !costColumns.isEmpty { sentences.append("Costs are counted per run, training only.") }
    return [.text(sentences.joined(separator: " "))] + compared.variedNote
  }

  private func differenceNote(to reference: String) -> [String] {
    var sentences = [
      "Differences are means of the differences of common seeds; their intervals hold what a sign-flip "
        + "test at .05 does not reject. P(better): how likely a run scores better than one of "
        + "\(compared.areSeveral ? "its experiment's baseline" : reference)."
    ]
    for (index, part) in compared.parts.enumerated() {
      guard let arm = part.reference else { continue }
      let own = rows.filter { $0.part == index }
      let seeds = part.arms.map(\.runs.count).max() ?? 0
      let title = part.noted(arm).title
      sentences += SeedNotes.commonSeeds(
        own.filter { $0.arm.label != arm.label }.map {
          (title: $0.notedTitle, pairs: $0.comparison?.pair.pairs ?? 0, seeds: seeds)
        }, reference: title)
      sentences += SeedNotes.spreads(
        own.compactMap { row in
          row.comparison.map { (title: row.notedTitle, pair: $0.pair) }
        }, reference: title)
    }
    return sentences
  }
}
