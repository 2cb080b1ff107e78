internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Statistics

extension ReportDirective {
  /// The arms of several experiments, compared as one.
  static let suite = ReportDirective(
    DirectiveDeclaration(
      name: "suite",
      summary:
        "The arms of several experiments, one for each environment, as one in normalized scores; "
        + "`each: returns` or `scores` adds every environment by itself.",
      argument: .names(.experiment),
      options: [
        .label(.table), .caption,
        .init("against", .name(.arm), "The arm that the others are compared with."),
        Suite.armsOption, Suite.metricOption,
        .init(
          "each", .choice(["returns", "scores"]),
          "Adds a table with each task by itself, as measured or in normalized scores."),
      ],
      example: """
        ```{suite} cartpole, acrobot
        label: tbl-suite
        caption: Two environments as one.
        against: PPO
        each: returns
        ```
        """), hasDifferences: true, comparesTasks: { _ in true }
  ) { directive, context, names in
    SuiteTable(
      directive, catalog: context.catalog, claims: context.claims.testedPairs, names: &names
    ).map { .blocks($0.blocks) }
  }
}

/// The content of a `suite` directive: the arms of several experiments side by side, as one.
struct SuiteTable {
  private let directive: Directive
  private let suite: Suite
  private let rows: [Row]
  private let claims: [TestedPairs.Entry]
  /// The labels of the arms that are marked as best.
  private let best: Set<String>

  private struct Row {
    var arm: Suite.Arm
    var mean: Double
    /// Nil where a task has too few seeds, as the gap's.
    var interval: ConfidenceInterval?
    /// Whether an interval was longer than the range of the scores lets it be.
    var isCut: Bool
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
    let range = suite.normalizedRange
    let gaps = range.map { max(0, 1 - $0.upperBound)...max(0, 1 - $0.lowerBound) }
    rows = suite.arms.map { arm in
      let scores = suite.scores(of: arm)
      let pooled = scores.flatMap(\.self)
      var generator = suite.generator("suite interval")
      let interval = interquartileMeanInterval(
        strata: scores, resamples: ReportStatistics.resamples(ofRuns: pooled.count),
        using: &generator)
      let (mean, gap) = (interquartileMean(pooled), optimalityGap(pooled))
      let gapInterval = optimalityGapInterval(strata: scores)
      let shown = interval?.cut(at: range, around: mean)
      let shownGap = gapInterval?.cut(at: gaps, around: gap)
      return Row(
        arm: arm, mean: mean, interval: shown, isCut: shown != interval || shownGap != gapInterval,
        gap: gap, gapInterval: shownGap,
        improvement: suite.reference.flatMap { reference in
          reference.label == arm.label ? nil : Improvement(of: arm, over: reference, in: suite)
        })
    }
    best = Self.best(rows, in: suite)
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
      .init("Normalized score ↑", alignment: .trailing),
      .init("95 % interval", alignment: .trailing), .init("Optimality gap ↓", alignment: .trailing),
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
            (best.contains(row.arm.label) ? BestArms.mark : "") + text(row.mean),
            provenance: suite.provenance("Interquartile mean of normalized scores", of: row.arm)),
          ReportCell(text(row.interval), emphasis: row.interval == nil ? .muted : .none),
          ReportCell(gapText(row)),
        ]
        if suite.reference != nil {
          cells.append(row.improvement?.cell ?? ReportCell("—", emphasis: .muted))
        }
        return cells
      }, note: note
    ).movingConstantColumns(keeping: [0, 2, 3], said: [1])
  }

  /// The arm with the best score and all that it is not seen to improve on.
  private static func best(_ rows: [Row], in suite: Suite) -> Set<String> {
    guard rows.count > 1, !suite.hasTooFewSeeds,
      let first = rows.max(by: { $0.mean < $1.mean })
    else { return [] }
    var labels: Set = [first.arm.label]
    for row in rows where row.arm.label != first.arm.label {
      guard let interval = Improvement(of: first.arm, over: row.arm, in: suite).interval else {
        return []
      }
      if interval.contains(0.5) { labels.insert(row.arm.label) }
    }
    return labels
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
    if !best.isEmpty {
      sentences.append(
        "★: best, the arm with the best score and all that it is not seen to improve on (the 95 % interval "
          + "of how likely it does holds ½).")
    }
    if rows.contains(where: \.isCut) {
      sentences.append("Intervals are cut at what normalized scores can be.")
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
    let columns = suite.tasks.indices.map { TaskColumn($0, of: suite, isNormalized: isNormalized) }
    var sentences = [
      "Each task by itself: means "
        + (isNormalized ? "of normalized scores " : "of \(metricWords) ")
        + "over seeds with 95 % intervals, corrected for skewness."
    ]
    sentences += BestArms.note(isMarked: columns.contains { !$0.best.isEmpty })
    if columns.contains(where: \.isCut) {
      sentences.append("Intervals are cut at what each score can be.")
    }
    return ReportTable(
      columns: [ReportTable.Column("Arm", alignment: .leading)]
        + columns.map { ReportTable.Column($0.title, alignment: .trailing) },
      rows: suite.arms.enumerated().map { index, arm in
        [ReportCell(arm.title)]
          + columns.map { cell(of: arm, $0.summaries[index], $0, isNormalized: isNormalized) }
      }, note: [.text(sentences.joined(separator: " "))]
    ).movingConstantColumns(keeping: [0])
  }

  /// The arms of a suite on one of its tasks.
  private struct TaskColumn {
    var index: Int
    var title: String
    /// In the order of the suite's arms.
    var summaries: [ArmSummary]
    /// The labels of the arms that are marked as best.
    var best: Set<String>

    var isCut: Bool { summaries.contains(where: \.isCut) }

    init(_ index: Int, of suite: Suite, isNormalized: Bool) {
      self.index = index
      let task = suite.tasks[index]
      let scale = isNormalized ? task.normalization : nil
      let range = task.information.range.map { range in
        let ends = [range.lowerBound, range.upperBound].map { scale?.normalized($0) ?? $0 }.sorted()
        return ends[0]...ends[1]
      }
      summaries = suite.arms.map { arm in
        ArmSummary(arm.values[index].map { scale?.normalized($0) ?? $0 }, range: range)
      }
      best = BestArms.labels(
        of: suite.arms.map { arm in
          SeedScores(
            experiment: task.experiment.name, arm: arm.label, metric: task.metric,
            seeds: task.seeds, values: arm.values[index])
        }, higherIsBetter: task.information.higherIsBetter)
      // A normalized score is the higher the better, whatever the metric is.
      title =
        isNormalized
        ? task.title + " ↑"
        : task.title + (task.information.higherIsBetter.map { $0 ? " ↑" : " ↓" } ?? "")
    }
  }

  private func cell(
    of arm: Suite.Arm, _ summary: ArmSummary, _ column: TaskColumn, isNormalized: Bool
  ) -> ReportCell {
    let task = suite.tasks[column.index]
    // A digit less than where a number stands alone: a cell holds three of them.
    let measured = task.experiment.decimals(of: task.metric, information: task.information)
    let decimals = (isNormalized ? Self.decimals : measured) - 1
    return ReportCell(
      (column.best.contains(arm.label) ? BestArms.mark : "")
        + summary.text(decimals: max(0, decimals)),
      provenance: ReportProvenance(
        statistic: isNormalized
          ? "Mean of normalized scores" : "Mean", metric: task.metric,
        experiment: task.experiment, arm: arm.locked[column.index], decimals: max(0, measured)))
  }

  private var metricWords: String {
    let titles = suite.tasks.map(\.information.title).reduce(into: [String]()) { titles, title in
      if !titles.contains(title) { titles.append(title) }
    }
    return titles.map { $0.prefix(1).lowercased() + $0.dropFirst() }.joined(separator: ", ")
  }
}
