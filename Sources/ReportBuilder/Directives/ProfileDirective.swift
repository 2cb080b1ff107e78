internal import Notebook
internal import ResultStore
internal import Statistics

extension ReportDirective {
  /// Performance profiles of normalized scores.
  static let profile = ReportDirective(
    DirectiveDeclaration(
      name: "profile",
      summary: "Performance profiles: the share of runs above each normalized score.",
      argument: .names(.experiment),
      options: [.label(.figure), .caption, Suite.armsOption, Suite.metricOption],
      example: """
        ```{profile} cartpole, acrobot
        label: fig-profile
        caption: The share of runs above each score.
        arms: PPO, GRPO
        ```
        """),
    comparesTasks: { _ in true }
  ) { directive, context, names in
    ProfileFigure(directive, catalog: context.catalog, names: &names).map { profile in
      .figure(PlannedFigure(directive, file: profile.name) { _, _ in DrawnChart(profile.chart) })
    }
  }
}

/// The content of a `profile` directive: for each arm, the share of runs whose normalized score is above
/// each threshold.
struct ProfileFigure {
  private let suite: Suite

  /// Into how many steps the thresholds are divided.
  private static let steps = 100
  /// Scores beyond these are counted where they are, and not drawn.
  private static let widest = -0.5...1.5

  /// Resolves the names; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let suite = Suite(directive, catalog: catalog, names: &names),
      suite.isNormalized(directive, names: &names)
    else { return nil }
    self.suite = suite
  }

  /// The name of the figure's files where there is no label.
  var name: String {
    suite.tasks.map(\.experiment.name).joined(separator: "-") + "-profile"
  }

  /// The thresholds: from 0 or the lowest score to 1 or the highest, in tenths at either end.
  private var thresholds: [Double] {
    let scores = suite.arms.flatMap { suite.scores(of: $0).flatMap(\.self) }
    let lowest = max(min(0, scores.min() ?? 0), Self.widest.lowerBound)
    let highest = min(max(1, scores.max() ?? 1), Self.widest.upperBound)
    let lower = (lowest * 10).rounded(.down) / 10
    let upper = (highest * 10).rounded(.up) / 10
    return (0...Self.steps).map { step in
      significant(lower + (upper - lower) * Double(step) / Double(Self.steps), digits: 12)
    }
  }

  /// The chart; all of it follows from the lock.
  var chart: CurvesChart {
    let thresholds = thresholds
    let series = suite.arms.map { arm in
      let scores = suite.scores(of: arm)
      let shares = performanceProfile(scores.flatMap(\.self), thresholds: thresholds)
      let intervals = performanceProfileIntervals(strata: scores, thresholds: thresholds)
      return CurvesChart.Series(
        title: arm.title, look: arm.look,
        points: thresholds.indices.map { index in
          CurvesChart.Point(
            position: thresholds[index], mean: shares[index],
            interval: suite.hasTooFewSeeds ? nil : intervals[index])
        })
    }
    return CurvesChart(
      valueTitle: "Share of runs with a higher score", range: 0...1,
      horizontalTitle: "Normalized score", axis: .thresholds,
      lacksIntervals: suite.hasTooFewSeeds, series: series)
  }
}
