internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings
internal import Statistics

/// The statistics that a value in the text may name after its metric.
enum ValueStatistic: String, CaseIterable {
  /// The ends of the 95 % interval of the mean.
  case lower, upper
  /// The extremes over seeds.
  case minimum = "min"
  case maximum = "max"
  /// The number of seeds.
  case seeds

  var words: String {
    switch self {
    case .lower: "Lower end of the 95 % interval of the mean"
    case .upper: "Upper end of the 95 % interval of the mean"
    case .minimum: "Smallest value"
    case .maximum: "Largest value"
    case .seeds: "Number of seeds"
    }
  }
}

/// Returns the number that a value in the text shows: the mean over seeds, or the statistic it names.
///
/// A name that stands for nothing is added to the problems of `names`.
func reportNumber(
  _ value: ValueReference, catalog: MetricCatalog, names: inout NameResolution
) -> ReportNumber? {
  guard value.path.count == 3 || value.path.count == 4 else {
    names.report(
      "a value is written {value}`experiment.arm.metric`, with a statistic after another dot if "
        + "it is not the mean", at: value.position)
    return nil
  }
  func part(_ index: Int) -> Positioned<String> {
    Positioned(value.path[index], at: value.position)
  }
  guard let experiment = names.experiment(part(0)), let arm = names.arm(part(1), of: experiment),
    let shown = names.shownScores(part(2), of: arm, in: experiment)
  else { return nil }
  var statistic: ValueStatistic?
  if value.path.count == 4 {
    statistic = ValueStatistic(rawValue: value.path[3])
    guard statistic != nil else {
      let all = ValueStatistic.allCases.map(\.rawValue)
      names.report(
        "there is no statistic '\(value.path[3])'" + suggestion(for: value.path[3], among: all)
          + "; the statistics are \(all.joined(separator: ", "))", at: value.position)
      return nil
    }
  }
  let scores = shown.defined
  let information = experiment.information(on: scores.metric, from: catalog)
  let decimals =
    value.decimals ?? experiment.decimals(of: scores.metric, information: information)
  func reported(_ text: String) -> ReportNumber {
    ReportNumber(
      text,
      provenance: ReportProvenance(
        statistic: statistic?.words ?? "Mean", metric: scores.metric,
        experiment: experiment, arm: arm, decimals: decimals))
  }
  if statistic == .seeds { return reported("\(arm.runs.count)") }
  guard shown.undefined.isEmpty else {
    // A sentence has no note below it that could say which runs a number leaves out.
    return reported(NumberText.fixed(shown.mean, decimals: decimals))
  }
  let summary = ArmSummary(scores, range: information.range)
  if statistic == .lower || statistic == .upper, summary.interval == nil {
    names.report(
      "'\(experiment.name)/\(arm.label)' has too few seeds for an interval: "
        + "\(summary.seeds), \(leastScoresOfInterval) needed", at: value.position)
    return nil
  }
  let number =
    switch statistic {
    case nil: summary.mean
    case .lower: summary.interval?.lower ?? 0
    case .upper: summary.interval?.upper ?? 0
    case .minimum: scores.values.min() ?? 0
    case .maximum: scores.values.max() ?? 0
    case .seeds: Double(summary.seeds)
    }
  let text =
    information.isCount && value.decimals == nil
    ? experiment.countStyle(of: scores.metric, information: information).text(number)
    : NumberText.fixed(number, decimals: decimals)
  return reported(text)
}
