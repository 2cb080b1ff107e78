internal import Notebook
internal import ResultStore
internal import Statistics

/// The content of a `suite` directive: the arms of several experiments side by side, as one.
struct SuiteTable {
  private let directive: Directive
  private let suite: Suite
  private let rows: [Row]
  private let claims: [TestedPairs.Entry]

  private struct Row {
    var arm: Suite.Arm
    var mean: Double
    /// Nil where a task has too few seeds, as the gap's.
    var interval: ConfidenceInterval?
    var gap: Double
    var gapInterval: ConfidenceInterval?
    /// Over the reference arm; nil in its own row and without one.
    var improvement: Improvement?
  }

  /// Normalized scores are shown with this many digits after the point.
  static let decimals = 3

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(
    _ directive: Directive, catalog: MetricCatalog, claims: TestedPairs,
    names: inout NameResolution
  ) {
    guard let suite = Suite(directive, catalog: catalog, names: &names),
      suite.isNormalized(directive, names: &names)
    else { return nil }
    self.directive = directive
    self.suite = suite
    self.claims = suite.claims(among: claims)
    rows = suite.arms.map { arm in
      let scores = suite.scores(of: arm)
      let pooled = scores.flatMap(\.self)
      var generator = suite.generator("suite interval")
      let interval = interquartileMeanInterval(
        strata: scores, resamples: ReportStatistics.resamples(ofRuns: pooled.count),
        using: &generator)
      return Row(
        arm: arm, mean: interquartileMean(pooled), interval: interval, gap: optimalityGap(pooled),
        gapInterval: optimalityGapInterval(strata: scores),
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
          ReportCell(text(row.interval), emphasis: row.interval == nil ? .muted : .none),
          ReportCell(gapText(row)),
        ]
        if suite.reference != nil {
          cells.append(row.improvement?.cell ?? ReportCell("—", emphasis: .muted))
        }
        return cells
      }, note: note)
  }

  private func text(_ value: Double) -> String {
    NumberText.fixed(value, decimals: Self.decimals)
  }

  private func gapText(_ row: Row) -> String {
    let words = text(row.gapInterval)
    return text(row.gap) + (words.hasPrefix("[") ? " \(words)" : " (\(words))")
  }

  private func text(_ interval: ConfidenceInterval?) -> String {
    guard let interval else { return "too few seeds" }
    return interval.lower == interval.upper
      ? "no spread over seeds" : NumberText.interval(interval, decimals: Self.decimals)
  }

  private var note: [Inline] {
    var sentences = [
      "Interquartile means over the runs of all tasks together, \(suite.seedsPhrase), with 95 % "
        + "intervals of a widened bootstrap that resamples seeds within each task.",
      suite.normalizationSentence,
      "Optimality gap: by how much runs fall short of 1 on average.",
    ]
    if let reference = suite.reference {
      sentences.append(
        "P(better): how likely a run scores better than one of \(reference.title) on the same task, ties "
          + "½, averaged over tasks.")
    }
    sentences += suite.runSentences
    if !suite.omissionSentence.isEmpty { sentences.append(suite.omissionSentence) }
    let text = sentences.joined(separator: " ")
    return claims.isEmpty
      ? [.text(text)]
      : [.text(text + " Differences on single tasks are tested by ")] + TestedPairs.links(claims)
        + [.text(".")]
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
          "Each task by itself: means "
            + (isNormalized ? "of normalized scores " : "of \(metricWords) ")
            + "over seeds with 95 % intervals, corrected for skewness.")
      ])
  }

  private func cell(
    of arm: Suite.Arm, task index: Int, scores: [Double], isNormalized: Bool
  ) -> ReportCell {
    let task = suite.tasks[index]
    // A digit less than where a number stands alone: a cell holds three of them.
    let measured = task.experiment.decimals(of: task.metric, information: task.information)
    let decimals = (isNormalized ? Self.decimals : measured) - 1
    let text = ArmSummary(scores).text(decimals: max(0, decimals))
    return ReportCell(
      text,
      provenance: ReportProvenance(
        statistic: isNormalized
          ? "Mean of normalized scores" : "Mean", metric: task.metric,
        experiment: task.experiment, arm: arm.locked[index], decimals: max(0, measured)))
  }

  private var metricWords: String {
    let titles = suite.tasks.map(\.information.title).reduce(into: [String]()) { titles, title in
      if !titles.contains(title) { titles.append(title) }
    }
    return titles.map { $0.prefix(1).lowercased() + $0.dropFirst() }.joined(separator: ", ")
  }
}
