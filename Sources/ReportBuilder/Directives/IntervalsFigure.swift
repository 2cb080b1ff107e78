internal import Notebook
internal import ResultStore
internal import Settings

/// The content of an `intervals` directive: the seeds of each arm, or their differences to one arm's, of one week or two.
struct IntervalsFigure {
  private let experiment: LockedExperiment
  private let information: MetricInformation
  private let metric: String
  private let arms: [LockedArm]
  /// The arm that differences are to; nil where means are drawn.
  private let reference: LockedArm?
  /// The weeks drawn, this one first.
  private let weeks: [Week]

  /// The results of an experiment in one week.
  private struct Week {
    var name: String
    var experiment: LockedExperiment
  }

  /// Resolves the names; nil if one does not exist, which `names` reports. `earlier` has the locks of earlier weeks by
  /// name, `week` is the notebook's own.
  init?(
    _ directive: Directive, earlier: [String: Lock], week: String, catalog: MetricCatalog,
    names: inout NameResolution
  ) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let metric = directive["metric"] ?? Positioned(experiment.metric, at: directive.position)
    let against = directive["against"]
    let reference = against.flatMap { names.arm($0, of: experiment) }
    let arms = names.arms(directive.names("arms"), of: experiment) { $0.shows(metric.value) }
      .filter { $0.label != reference?.label }
    guard against == nil || reference != nil else { return nil }
    guard !arms.isEmpty else {
      names.report(
        "'intervals' with 'against' needs another arm than '\(reference?.label ?? "")'",
        at: directive["arms"]?.position ?? directive.position)
      return nil
    }
    for arm in arms + (reference.map { [$0] } ?? [])
    where names.scores(metric, of: arm, in: experiment) == nil { return nil }
    var weeks = [Week(name: week, experiment: experiment)]
    if let option = directive["week"] {
      guard let lock = earlier[option.value], let former = lock.experiment(experiment.name) else {
        names.report(
          "'\(option.value)' has no results of '\(experiment.name)'", at: option.position)
        return nil
      }
      weeks.append(Week(name: option.value, experiment: former))
    }
    self.experiment = experiment
    self.metric = metric.value
    self.arms = arms
    self.reference = reference
    self.weeks = weeks
    information = experiment.information(on: metric.value, from: catalog)
  }

  /// The name of the figure's files where there is no label.
  var name: String {
    "\(experiment.name)-\(metric)-" + (reference.map { "against-\($0.label)" } ?? "intervals")
      + (weeks.count > 1 ? "-\(weeks[1].name)" : "")
  }

  /// The scores of an arm, and of the reference on the same seeds, in a week; nil where they are not there.
  private func scores(of label: String, in week: Week) -> SeedScores? {
    week.experiment.arm(label).flatMap {
      SeedScores(experiment: week.experiment.name, arm: $0, metric: metric)
    }
  }

  private func bar(of arm: LockedArm, in week: Week) -> IntervalsChart.Bar? {
    guard let scores = scores(of: arm.label, in: week) else { return nil }
    let name = weeks.count > 1 ? week.name : nil
    let isEarlier = weeks.count > 1 && week.name == weeks[1].name
    guard let reference else {
      let summary = ArmSummary(scores, range: information.range)
      return IntervalsChart.Bar(
        week: name, isEarlier: isEarlier, seeds: scores.seeds, values: scores.values,
        mean: summary.mean, interval: summary.interval)
    }
    guard let others = self.scores(of: reference.label, in: week),
      let pair = PairSummary(scores, minus: others)
    else { return nil }
    let (own, paired) = (scores.restricted(to: others), others.restricted(to: scores))
    return IntervalsChart.Bar(
      week: name, isEarlier: isEarlier, seeds: own.seeds,
      values: zip(own.values, paired.values).map { $0 - $1 }, mean: pair.difference,
      interval: pair.interval)
  }

  /// The chart; all of it follows from the locks.
  var chart: IntervalsChart {
    let looks = experiment.looks
    let title = information.axisTitle
    return IntervalsChart(
      title: reference.map { "\(title), less that of \($0.title)" } ?? title,
      range: reference == nil ? information.range : nil,
      decimals: experiment.decimals(of: metric, information: information),
      isOfDifferences: reference != nil,
      rows: arms.map { arm in
        IntervalsChart.Row(
          title: arm.title, look: looks[arm.label] ?? ArmLook.look(of: arm.label),
          bars: weeks.compactMap { bar(of: arm, in: $0) })
      })
  }

  /// The small print: what points and lines are, and what is not drawn.
  var note: String {
    let bars = chart.rows.flatMap(\.bars)
    let isOfDifferences = reference != nil
    var sentences = [
      isOfDifferences
        ? "Small points are differences of single seeds, large ones their means; lines are 95 % intervals, which hold "
          + "what a sign-flip test at .05 does not reject."
        : "Small points are seeds, large ones their means; lines are 95 % intervals over seeds, corrected for skewness."
    ]
    if bars.contains(where: { $0.interval == nil }) {
      let least = isOfDifferences ? ReportStatistics.leastSeeds : Suite.leastSeeds
      sentences.append("No interval below \(least) \(isOfDifferences ? "common " : "")seeds.")
    }
    if let reference {
      sentences += SeedNotes.commonSeeds(
        arms.map { arm in
          (
            title: arm.title, pairs: bar(of: arm, in: weeks[0])?.seeds.count ?? 0,
            seeds: arm.runs.count
          )
        }, reference: reference.title)
    }
    if weeks.count > 1 {
      sentences.append("Hollow and dashed: \(weeks[1].name).")
      let lacking = arms.filter { bar(of: $0, in: weeks[1]) == nil }.map(\.title)
      if !lacking.isEmpty { sentences.append("Not in that week: \(listed(lacking)).") }
    }
    return (sentences + SeedNotes.diverged(arms)).joined(separator: " ")
  }
}
