internal import Notebook
internal import ResultStore
internal import Statistics

extension ReportDirective {
  /// Normalized scores of arms on tasks as a map of colours.
  static let heatMap = ReportDirective(
    DirectiveDeclaration(
      name: "heat_map",
      summary:
        "The normalized score of each arm in each experiment, one for each environment, as a map of colours.",
      argument: .names(.experiment),
      options: [.label(.figure), .caption, Suite.armsOption, Suite.metricOption],
      example: """
        ```{heat_map} cartpole, acrobot
        label: fig-map
        caption: What each arm reaches on each environment.
        ```
        """),
    comparesTasks: { _ in true }
  ) { directive, context, names in
    HeatMapFigure(directive, catalog: context.catalog, names: &names).map { map in
      .figure(
        PlannedFigure(directive, file: map.name, note: map.note) { _, _ in DrawnChart(map.chart) })
    }
  }
}

/// The content of a `heat_map` directive: the mean of each arm's normalized scores on each task.
struct HeatMapFigure {
  private let suite: Suite

  /// Resolves the names; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let suite = Suite(directive, catalog: catalog, names: &names),
      suite.isNormalized(directive, names: &names)
    else { return nil }
    self.suite = suite
  }

  /// The name of the figure's files where there is no label.
  var name: String { suite.tasks.map(\.experiment.name).joined(separator: "-") + "-map" }

  /// The chart; all of it follows from the lock.
  var chart: HeatMapChart {
    let scores = suite.arms.map { suite.scores(of: $0) }
    return HeatMapChart(
      title: "Mean normalized score", tasks: suite.tasks.map(\.title),
      arms: suite.arms.map(\.title),
      cells: suite.tasks.indices.map { task in
        scores.map { scores in
          let summary = ArmSummary(scores[task], range: nil)
          return HeatMapChart.Cell(
            score: summary.mean, interval: summary.interval, seeds: summary.seeds)
        }
      })
  }

  /// The small print: what a score is, and what is not shown.
  var note: String {
    let sentences =
      ["Means over \(suite.seedsPhrase).", suite.normalizationSentence] + suite.runSentences + [
        suite.omissionSentence
      ]
    return sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
