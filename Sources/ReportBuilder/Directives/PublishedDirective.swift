internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Statistics

extension ReportDirective {
  /// Published results beside ours.
  static let published = ReportDirective(
    DirectiveDeclaration(
      name: "published",
      summary: "Published results beside ours, each with a verdict.",
      argument: .none,
      options: [
        .label(.table), .caption,
        .init(
          "statistic", .choice(["mean", "interquartile_mean"]),
          "What of our seeds is held to the published number.", absent: "mean"),
      ],
      body: .publishedResults,
      example: """
        ```{published}
        label: tbl-held
        caption: What others report, and ours.
        - of: cartpole.PPO-cleanrl.training_return_last_100   # experiment.arm.metric
          mean: 490.04
          spread: 6.12                                        # mean ± spread; or threshold: 475
          spread_over: seeds                                  # or episodes of one run, or runs; unstated if absent
          protocol: mean of the last training episodes, 3 seeds
          cite: huang2022cleanrl
        ```
        """)
  ) { directive, context, names in
    PublishedTable(directive, catalog: context.catalog, names: &names).map { .table($0.table) }
  }
}

/// The content of a `published` directive: published results beside ours, each with a verdict.
struct PublishedTable {
  private let directive: Directive
  private let rows: [Row]

  private struct Row {
    var published: PublishedResult
    var experiment: LockedExperiment
    var arm: LockedArm
    var metric: String
    var information: MetricInformation
    var held: HeldResult

    /// The interval cut at the metric's range; the verdict is of the whole one.
    var shownInterval: ConfidenceInterval? {
      held.interval?.cut(at: information.range, around: held.estimate)
    }
  }

  /// Computes the verdicts; nil if something a row names does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    let isInterquartile = directive["statistic"]?.value == "interquartile_mean"
    var rows: [Row] = []
    for published in directive.published {
      guard let experiment = names.experiment(published.path[0]),
        let arm = names.arm(published.path[1], of: experiment),
        let scores = names.scores(published.path[2], of: arm, in: experiment)
      else { continue }
      let information = experiment.information(
        on: scores.metric, of: arm, from: catalog)
      rows.append(
        Row(
          published: published, experiment: experiment, arm: arm, metric: scores.metric,
          information: information,
          held: HeldResult(
            scores, to: published.value, isInterquartile: isInterquartile,
            isLowerBetter: information.isLowerBetter)))
    }
    guard rows.count == directive.published.count, !rows.isEmpty else { return nil }
    self.directive = directive
    self.rows = rows
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    ReportTable(
      label: directive.label, caption: directive.caption,
      columns: [
        .init("Task", alignment: .leading), .init("Arm", alignment: .leading),
        .init("Metric", alignment: .leading), .init("Published", alignment: .trailing),
        .init("Ours", alignment: .trailing), .init("Verdict", alignment: .leading),
        .init("Published for", alignment: .leading), .init("Source", alignment: .leading),
      ],
      rows: rows.map(cells), note: [.text(note)]
    ).movingConstantColumns(keeping: [3, 4, 5])
  }

  private func cells(of row: Row) -> [ReportCell] {
    // With a digit at least, so that a miss by less than one is seen.
    let decimals = max(1, row.published.value.decimals)
    let preimage = row.arm.preimage
    let words =
      row.shownInterval.map { interval in
        interval.lower == interval.upper
          ? "(all \(SeedNotes.seeds([row.arm.runs.count])) agree)"
          : NumberText.interval(interval, decimals: decimals)
      } ?? "(too few seeds)"
    let ours = "\(NumberText.fixed(row.held.estimate, decimals: decimals)) \(words)"
    return [
      ReportCell(preimage["environment"] ?? preimage["language"] ?? row.experiment.name),
      ReportCell(row.arm.markedTitle), ReportCell(row.information.title),
      ReportCell(publishedText(row)),
      ReportCell(
        ours,
        provenance: ReportProvenance(
          statistic: statisticWords(isInSentence: false), metric: row.metric,
          experiment: row.experiment, arm: row.arm,
          decimals: row.experiment.decimals(of: row.metric, information: row.information))),
      row.held.verdict.map { verdict in
        ReportCell(
          "\(verdict.mark) \(verdict.rawValue)", emphasis: verdict == .below ? .strong : .none)
      } ?? ReportCell("too few seeds", emphasis: .muted),
      ReportCell(row.published.measurement), ReportCell(row.published.source),
    ]
  }

  private func publishedText(_ row: Row) -> String {
    func text(_ number: PublishedResult.Number) -> String {
      NumberText.fixed(number.value, decimals: number.decimals)
    }
    switch row.published.value {
    case .mean(let mean, let spread):
      return text(mean) + (spread.map { " ± \(text($0.number))" } ?? "")
    case .threshold(let bound):
      return (row.information.isLowerBetter ? "≤ " : "≥ ") + text(bound)
    }
  }

  private func statisticWords(isInSentence: Bool) -> String {
    let words =
      directive["statistic"]?.value == "interquartile_mean" ? "interquartile mean" : "mean"
    return isInSentence ? words : words.prefix(1).uppercased() + words.dropFirst()
  }

  private var note: String {
    var sentences = [
      "Ours: the \(statisticWords(isInSentence: true)) over seeds with its 95 % interval."
    ]
    if rows.contains(where: { $0.shownInterval != $0.held.interval }) {
      sentences.append("Intervals are cut at what the metric can be.")
    }
    let verdicts = rows.compactMap(\.held.verdict)
    if verdicts.contains(.matches) {
      sentences.append(
        "Matches: the interval and the published mean ± its spread over seeds or runs have a value in common, or "
          + "ours reaches the published bound.")
    }
    if verdicts.contains(.withinEpisodes) {
      sentences.append(
        "Within one run's spread over episodes: the same, of a spread that says how the episodes of one run differ, "
          + "not how runs do; wide as it is, to lie within is little.")
    }
    if verdicts.contains(.withinUnstated) {
      sentences.append(
        "Within a spread of unstated kind: the same, where it is not known whether the spread is over seeds or "
          + "over the episodes of one run.")
    }
    if verdicts.contains(.better) || verdicts.contains(.below) {
      sentences.append("Better and below: the side on which ours lies apart.")
    }
    if verdicts.count < rows.count {
      sentences.append(
        "Too few seeds: ours has neither interval nor verdict.")
    }
    return sentences.joined(separator: " ")
  }
}

/// A result of ours, held to a published one.
struct HeldResult: Equatable {
  /// The mean or interquartile mean over seeds.
  var estimate: Double
  /// The 95 % interval of the estimate; nil where there are too few seeds.
  var interval: ConfidenceInterval?
  /// The verdict on ours; nil where there are too few seeds.
  var verdict: Verdict?

  /// The verdict on ours beside the published one.
  enum Verdict: String, CaseIterable {
    case matches
    case withinEpisodes = "within one run's spread over episodes"
    case withinUnstated = "within a spread of unstated kind"
    case better, below

    /// One character that tells the verdict apart without colour; what says less than a match has a mark of its
    /// own.
    var mark: String {
      switch self {
      case .matches: "✓"
      case .withinEpisodes, .withinUnstated: "≈"
      case .better: "▲"
      case .below: "▼"
      }
    }
  }

  /// Compares `scores` with a published result.
  init(
    _ scores: SeedScores, to published: PublishedResult.Value, isInterquartile: Bool,
    isLowerBetter: Bool
  ) {
    var generator = ReportStatistics.generator(
      ["published", scores.experiment, scores.arm, scores.metric])
    let summary = ArmSummary(scores, range: nil)
    estimate = isInterquartile ? interquartileMean(scores.values) : summary.mean
    interval =
      isInterquartile
      ? interquartileMeanInterval(
        strata: [scores.values], resamples: ReportStatistics.resamples(ofRuns: scores.values.count),
        using: &generator)
      : summary.interval
    guard let interval else { return }
    verdict = Self.verdict(
      estimate, interval, published: published, isLowerBetter: isLowerBetter)
  }

  /// Returns how an estimate with its interval compares with a published result.
  static func verdict(
    _ estimate: Double, _ interval: ConfidenceInterval, published: PublishedResult.Value,
    isLowerBetter: Bool
  ) -> Verdict {
    // Turned so that higher is better.
    let sign = isLowerBetter ? -1.0 : 1.0
    let ours = [interval.lower * sign, interval.upper * sign].sorted()
    switch published {
    case .mean(let mean, let spread):
      let half = spread?.number.value ?? 0
      if ours[0] > mean.value * sign + half { return .better }
      if ours[1] < mean.value * sign - half { return .below }
      guard let spread else { return .matches }
      return switch spread.over {
      case .seeds, .runs: .matches
      case .episodes: .withinEpisodes
      case nil: .withinUnstated
      }
    case .threshold(let bound):
      if ours[0] > bound.value * sign { return .better }
      return estimate * sign >= bound.value * sign ? .matches : .below
    }
  }
}

extension PublishedResult.Value {
  /// The number of digits after the point of the published number; ours is shown with as many.
  fileprivate var decimals: Int {
    switch self {
    case .mean(let mean, let spread): max(mean.decimals, spread?.number.decimals ?? 0)
    case .threshold(let bound): bound.decimals
    }
  }
}
