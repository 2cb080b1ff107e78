internal import Metrics
internal import Notebook
internal import ResultStore
internal import Settings

/// A look-up of the names that a notebook uses in a lock, which collects their faults.
struct NameResolution {
  var path: String
  var lock: Lock
  var problems: [SourceProblem] = []

  /// Creates a resolution for the notebook at `path`.
  init(path: String, lock: Lock) {
    self.path = path
    self.lock = lock
  }

  /// Adds a problem.
  mutating func report(_ message: String, at position: SourcePosition) {
    problems.append(SourceProblem(path: path, position: position, message: message))
  }

  /// The experiment called `name`.
  mutating func experiment(_ name: Positioned<String>) -> LockedExperiment? {
    if let experiment = lock.experiment(name.value) { return experiment }
    let names = lock.experiments.map(\.name)
    report(
      "there are no results of an experiment '\(name.value)'"
        + suggestion(for: name.value, among: names), at: name.position)
    return nil
  }

  /// The plan of the experiment called `name`.
  mutating func plan(_ name: Positioned<String>) -> LockedPlan? {
    if let plan = lock.plan(name.value) { return plan }
    report(
      "there is no plan of an experiment '\(name.value)'"
        + suggestion(for: name.value, among: lock.plans.map(\.name)), at: name.position)
    return nil
  }

  /// The arm of `experiment` called `name`.
  mutating func arm(_ name: Positioned<String>, of experiment: LockedExperiment) -> LockedArm? {
    if let arm = experiment.arm(name.value) { return arm }
    report(
      "'\(experiment.name)' has no arm '\(name.value)'"
        + suggestions(for: name.value, among: experiment.arms.map(\.label)), at: name.position)
    return nil
  }

  /// The arms of `experiment` that an option names, in its order; without the option, those that
  /// have the values to be shown, or all if none has.
  mutating func arms(
    _ names: [Positioned<String>], of experiment: LockedExperiment,
    having isShown: (LockedArm) -> Bool
  ) -> [LockedArm] {
    guard !names.isEmpty else {
      let shown = experiment.arms.filter(isShown)
      return shown.isEmpty ? experiment.arms : shown
    }
    var arms: [LockedArm] = []
    for name in names {
      guard let arm = arm(name, of: experiment) else { continue }
      if arms.contains(where: { $0.label == arm.label }) {
        report("the arm '\(name.value)' is named twice", at: name.position)
      } else {
        arms.append(arm)
      }
    }
    return arms
  }

  /// The scores of `arm`, all of them finite; the metric is one that every run of the experiment has.
  mutating func scores(
    _ metric: Positioned<String>, of arm: LockedArm, in experiment: LockedExperiment
  ) -> SeedScores? {
    if let scores = SeedScores(experiment: experiment.name, arm: arm, metric: metric.value) {
      return scores
    }
    if let undefined = ShownScores(experiment: experiment.name, arm: arm, metric: metric.value)?
      .undefinedSeeds
    {
      report(
        "'\(experiment.name)/\(arm.label)' has no finite '\(metric.value)' in \(undefined), so nothing can be "
          + "computed of it here", at: metric.position)
      return nil
    }
    reportLack(of: metric, in: arm, of: experiment)
    return nil
  }

  /// The scores of `arm`, of which some may be no finite numbers; the metric is one that every run of the experiment has.
  mutating func shownScores(
    _ metric: Positioned<String>, of arm: LockedArm, in experiment: LockedExperiment
  ) -> ShownScores? {
    if let scores = ShownScores(experiment: experiment.name, arm: arm, metric: metric.value) {
      return scores
    }
    reportLack(of: metric, in: arm, of: experiment)
    return nil
  }

  private mutating func reportLack(
    of metric: Positioned<String>, in arm: LockedArm, of experiment: LockedExperiment
  ) {
    let message =
      experiment.metricNames.contains(metric.value)
      ? "'\(experiment.name)/\(arm.label)' "
        + (arm.runs.isEmpty ? "has no runs" : "does not measure '\(metric.value)'")
      : experiment.lacks(metric.value, among: experiment.metricNames)
    report(message, at: metric.position)
  }
}

extension LockedExperiment {
  /// The message that no run has a metric or curve: which runs have it where it is declared, else the nearest name.
  func lacks(
    _ quantity: String, _ form: MetricDeclaration.Form = .metric, among names: [String]
  ) -> String {
    let kind = form == .curve ? "curve" : "metric"
    let declared = MetricDeclaration.named(
      quantity, form, in: World(ofKey: arms.first?.preimage ?? [:]))
    // A member of a family, such as a level, may be one that the task does not have.
    let runs = declared.flatMap { $0.member == nil ? $0.presence.words : nil }
    return "'\(name)' has no \(kind) '\(quantity)'"
      + (runs.map { ": it is only \($0)" } ?? suggestion(for: quantity, among: names))
  }
}
