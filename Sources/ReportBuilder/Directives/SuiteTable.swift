internal import Notebook
internal import ResultStore
internal import Statistics

/// The content of a `suite` directive: the arms of several experiments side by side, as one.
struct SuiteTable {
  private let directive: Directive
  private let suite: Suite
  private let rows: [Row]

  private struct Row {
    var arm: Suite.Arm
    var mean: Double
    var interval: ConfidenceInterval
    var gap: Double
    var gapInterval: ConfidenceInterval
    /// Over the reference arm; nil in its own row and without one.
    var improvement: Improvement?
  }

  /// Normalized scores are shown with this many digits after the point.
  static let decimals = 3

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let suite = Suite(directive, catalog: catalog, names: &names),
      suite.isNormalized(directive, names: &names)
    else { return nil }
    self.directive = directive
    self.suite = suite
    rows = suite.arms.map { arm in
      let scores = suite.scores(of: arm)
      let pooled = scores.flatMap(\.self)
      var generator = suite.generator("suite interval")
      let interval = bootstrapInterval(
        strata: scores, level: ReportStatistics.level, resamples: ReportStatistics.resamples,
        using: &generator)
      var gapGenerator = suite.generator("suite gap")
      let gapInterval = bootstrapInterval(
        strata: scores, level: ReportStatistics.level, resamples: ReportStatistics.resamples,
        using: &gapGenerator
      ) { optimalityGap($0.flatMap(\.self)) }
      return Row(
        arm: arm, mean: interquartileMean(pooled), interval: interval, gap: optimalityGap(pooled),
        gapInterval: gapInterval,
        improvement: suite.reference.flatMap { reference in
          reference.label == arm.label ? nil : Improvement(of: arm, over: reference, in: suite)
        })
    }
  }

  /// The table, and the one of each task if the directive asks for it.
  var blocks: [ReportBlock] {
    var blocks = [ReportBlock.table(table)]
    if let each = directive["each"] { blocks.append(.table(eachTable(each.value))) }
    return blocks
  }

  private var table: ReportTable {
    var columns: [ReportTable.Column] = [
      .init("Arm", alignment: .leading), .init("Seeds", alignment: .trailing),
      .init("Normalized score", alignment: .trailing),
      .init("95 % interval", alignment: .trailing), .init("Optimality gap", alignment: .trailing),
    ]
    if let reference = suite.reference {
      columns.append(.init("P(better than \(reference.title))", alignment: .trailing))
    }
    return ReportTable(
      label: directive.label, caption: directive.caption, columns: columns,
      rows: rows.map { row in
        var cells = [
          ReportCell(row.arm.title), ReportCell(suite.seedsText),
          ReportCell(
            text(row.mean),
            provenance: suite.provenance("Interquartile mean of normalized scores", of: row.arm)),
          suite.hasTooFewSeeds
            ? ReportCell("too few seeds", emphasis: .muted) : ReportCell(text(row.interval)),
          ReportCell(
            suite.hasTooFewSeeds ? text(row.gap) : "\(text(row.gap)) \(text(row.gapInterval))"),
        ]
        if suite.reference != nil { cells.append(improvementCell(row.improvement)) }
        return cells
      }, note: [.text(note)])
  }

  private func improvementCell(_ improvement: Improvement?) -> ReportCell {
    guard let improvement else { return ReportCell("—", emphasis: .muted) }
    return suite.hasTooFewSeeds
      ? ReportCell("too few seeds", emphasis: .muted) : improvement.cell
  }

  private func text(_ value: Double) -> String {
    NumberText.fixed(value, decimals: Self.decimals)
  }

  private func text(_ interval: ConfidenceInterval) -> String {
    NumberText.interval(interval, decimals: Self.decimals)
  }

  private var note: String {
    var sentences = [
      "Interquartile means over the runs of all tasks together, \(suite.seedsPhrase), "
        + (suite.hasTooFewSeeds
          ? "too few of them on a task for intervals."
          : "with 95 % bootstrap intervals that resample "
            + "seeds within each task, over seeds alone."),
      suite.normalizationSentence,
      "Optimality gap: by how much runs fall short of 1 on average.",
    ]
    if let reference = suite.reference, !suite.hasTooFewSeeds {
      sentences.append(
        "P(better): how likely a run scores better than one of \(reference.title) on the same task, ties "
          + "½, averaged over tasks; seeds are resampled with the scores of both arms; bold where the interval "
          + "excludes ½.")
    }
    if !suite.omissionSentence.isEmpty { sentences.append(suite.omissionSentence) }
    return sentences.joined(separator: " ")
  }

  // MARK: Each task

  /// A row for each arm and a column for each task.
  private func eachTable(_ unit: String) -> ReportTable {
    let isNormalized = unit == "scores"
    return ReportTable(
      columns: [ReportTable.Column("Arm", alignment: .leading)]
        + suite.tasks.map { ReportTable.Column($0.title, alignment: .trailing) },
      rows: suite.arms.map { arm in
        let scores = isNormalized ? suite.scores(of: arm) : arm.values
        return [ReportCell(arm.title)]
          + suite.tasks.indices.map { index in
            cell(of: arm, task: index, scores: scores[index], isNormalized: isNormalized)
          }
      },
      note: [
        .text(
          "Each task by itself: interquartile means "
            + (isNormalized ? "of normalized scores " : "of \(metricWords) ")
            + "over seeds"
            + (suite.hasTooFewSeeds
              ? "; a task with too few seeds has no interval." : " with 95 % bootstrap intervals."))
      ])
  }

  private func cell(
    of arm: Suite.Arm, task index: Int, scores: [Double], isNormalized: Bool
  ) -> ReportCell {
    let task = suite.tasks[index]
    // A digit less than where a number stands alone: a cell holds three of them.
    let measured = task.experiment.decimals(of: task.metric, information: task.information)
    let decimals = (isNormalized ? Self.decimals : measured) - 1
    let summary = ArmSummary(
      SeedScores(
        experiment: task.experiment.name, arm: arm.label, metric: task.metric, seeds: task.seeds,
        values: scores))
    let mean = NumberText.fixed(summary.mean, decimals: max(0, decimals))
    let text =
      task.seeds.count < Suite.leastSeeds
      ? mean : "\(mean) \(NumberText.interval(summary.interval, decimals: max(0, decimals)))"
    return ReportCell(
      text,
      provenance: ReportProvenance(
        statistic: isNormalized
          ? "Interquartile mean of normalized scores" : "Interquartile mean", metric: task.metric,
        experiment: task.experiment, arm: arm.locked[index], decimals: max(0, measured)))
  }

  private var metricWords: String {
    let titles = suite.tasks.map(\.information.title).reduce(into: [String]()) { titles, title in
      if !titles.contains(title) { titles.append(title) }
    }
    return titles.map { $0.prefix(1).lowercased() + $0.dropFirst() }.joined(separator: ", ")
  }
}
