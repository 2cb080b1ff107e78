internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import SeededRandom
internal import Settings
internal import Statistics

/// One experiment or several, one for each task, whose arms are compared as one.
///
/// Arms share their streams within a task, so scores are those of the seeds that all arms have there.
struct Suite {
  var tasks: [Task]
  var arms: [Arm]
  /// The arm that the others are compared with.
  var reference: Arm?
  /// Arms that some experiment lacks, or that do not measure what is compared.
  var omitted: [String]

  /// One experiment with the metric that is compared in it.
  struct Task {
    var experiment: LockedExperiment
    var metric: String
    var information: MetricInformation
    /// The name of the task in tables.
    var title: String
    /// The seeds that all arms have, ascending.
    var seeds: [Int]
    /// The scale to 0 and 1; nil if nothing is declared for the metric.
    var normalization: ScoreScale? { experiment.normalizations[metric] }
  }

  /// One arm of all experiments.
  struct Arm {
    var label: String
    var title: String
    var look: ArmLook
    /// The arm in each task's experiment.
    var locked: [LockedArm]
    /// The scores as measured: a list for each task, in the order of its seeds.
    var values: [[Double]]
  }

  /// The option of a directive that names the arms of a suite.
  static let armsOption = DirectiveDeclaration.Option(
    "arms", .names(.arm), "The arms shown, in this order.", absent: "all that every experiment has")
  /// The option of a directive that names the metric of a suite.
  static let metricOption = DirectiveDeclaration.Option(
    "metric", .name(.metric), "The metric compared.", absent: "each experiment's own")

  /// Resolves the names of `directive`; nil if something does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    let asked = directive.argumentNames
    for (index, name) in asked.enumerated()
    where asked[..<index].contains(where: { $0.value == name.value }) {
      names.report("the experiment '\(name.value)' is named twice", at: name.position)
      return nil
    }
    let experiments = asked.compactMap { names.experiment($0) }
    guard experiments.count == asked.count, let first = experiments.first else { return nil }
    let problems = names.problems.count
    let metrics = experiments.map {
      directive["metric"] ?? Positioned($0.metric, at: directive.position)
    }
    for (experiment, metric) in zip(experiments, metrics)
    where !experiment.shownMetricNames.contains(metric.value) {
      names.report(
        experiment.lacks(metric.value, among: experiment.shownMetricNames), at: metric.position)
    }
    let against = directive["against"]
    let named = directive.names("arms")
    for experiment in experiments {
      if let against { _ = names.arm(against, of: experiment) }
      for name in named { _ = names.arm(name, of: experiment) }
    }
    for (index, name) in named.enumerated()
    where named[..<index].contains(where: { $0.value == name.value }) {
      names.report("the arm '\(name.value)' is named twice", at: name.position)
    }
    guard names.problems.count == problems else { return nil }

    // A suite has no place for them, and a method is not to look better by the runs that it lost.
    for (experiment, metric) in zip(experiments, metrics) {
      let chosen =
        named.isEmpty ? experiment.arms.filter { !$0.isStage }.map(\.label) : named.map(\.value)
      for arm in experiment.arms where chosen.contains(arm.label) || arm.label == against?.value {
        if arm.shows(metric.value) { _ = names.scores(metric, of: arm, in: experiment) }
      }
    }
    guard names.problems.count == problems else { return nil }

    func isMeasured(_ label: String) -> Bool {
      zip(experiments, metrics).allSatisfy { experiment, metric in
        experiment.arm(label)?.measures(metric.value) ?? false
      }
    }
    var labels = named.map(\.value)
    omitted = []
    if named.isEmpty {
      let all = experiments.flatMap { $0.arms.filter { !$0.isStage }.map(\.label) }
      for label in all where !labels.contains(label) && !omitted.contains(label) {
        if isMeasured(label) { labels.append(label) } else { omitted.append(label) }
      }
    }
    if let against, !labels.contains(against.value) { labels.insert(against.value, at: 0) }
    for label in labels where !isMeasured(label) {
      names.report(
        "not every experiment measures its metric with the arm '\(label)'",
        at: directive["arms"]?.position ?? against?.position ?? directive.position)
      return nil
    }
    guard !labels.isEmpty else {
      names.report(
        "the experiments have no arm in common",
        at: directive.argument?.position ?? directive.position)
      return nil
    }
    tasks = []
    let titles = Self.titles(of: experiments)
    for (index, experiment) in experiments.enumerated() {
      let seeds = labels.map { Set((experiment.arm($0)?.runs ?? []).map(\.seed)) }
      let common = seeds.dropFirst().reduce(seeds.first ?? []) { $0.intersection($1) }.sorted()
      guard !common.isEmpty else {
        names.report(
          "the arms of '\(experiment.name)' have no seed in common", at: asked[index].position)
        return nil
      }
      let metric = metrics[index].value
      tasks.append(
        Task(
          experiment: experiment, metric: metric,
          information: experiment.information(on: metric, from: catalog), title: titles[index],
          seeds: common))
    }
    let resolved = tasks
    let looks = first.looks
    arms = labels.map { label in
      let locked = experiments.compactMap { $0.arm(label) }
      let values = zip(resolved, locked).map { task, arm in
        task.seeds.compactMap { arm.run(seed: $0)?.metric(task.metric) }
      }
      return Arm(
        label: label, title: locked.first?.title ?? label,
        look: looks[label] ?? ArmLook.look(of: label), locked: locked, values: values)
    }
    reference = arms.first { $0.label == against?.value }
  }

  /// Reports the tasks without a normalization of the metric compared; returns whether there is none.
  func isNormalized(_ directive: Directive, names: inout NameResolution) -> Bool {
    for (task, name) in zip(tasks, directive.argumentNames) where task.normalization == nil {
      names.report(
        "'\(task.experiment.name)' has no score normalization of '\(task.metric)'",
        at: name.position)
    }
    return tasks.allSatisfy { $0.normalization != nil }
  }

  /// The names of the tasks: their environments where those differ, else the experiments.
  private static func titles(of experiments: [LockedExperiment]) -> [String] {
    let environments = experiments.compactMap { experiment -> String? in
      let preimage = experiment.arms.first?.preimage
      return preimage?["environment"] ?? preimage?["language"]
    }
    return Set(environments).count == experiments.count
      ? environments : experiments.map(\.name)
  }

  /// The normalized scores of an arm, a list for each task.
  ///
  /// - Precondition: Every task has a normalization.
  func scores(of arm: Arm) -> [[Double]] {
    zip(tasks, arm.values).map { task, values in
      values.map { task.normalization?.normalized($0) ?? $0 }
    }
  }

  /// The range of normalized scores over all tasks; nil where that of one of them is not known.
  var normalizedRange: ClosedRange<Double>? {
    var ends: [Double] = []
    for task in tasks {
      guard let range = task.information.range, let scale = task.normalization else { return nil }
      ends += [scale.normalized(range.lowerBound), scale.normalized(range.upperBound)]
    }
    guard let lowest = ends.min(), let highest = ends.max() else { return nil }
    return lowest...highest
  }

  /// The values of an arm as measured, turned so that higher is better.
  func merits(of arm: Arm) -> [[Double]] {
    zip(tasks, arm.values).map { task, values in
      task.information.isLowerBetter ? values.map { 0 - $0 } : values
    }
  }

  /// The bootstrap's generator: the same for all arms, so that no arm's numbers depend on which others
  /// are shown or in what order.
  func generator(_ purpose: String) -> SeededGenerator {
    ReportStatistics.generator(
      [purpose] + tasks.flatMap { [$0.experiment.name, $0.metric] })
  }

  /// The number of seeds of each task: `10`, or `10, 8` where they differ.
  var seedsText: String {
    let counts = tasks.map(\.seeds.count)
    return Set(counts).count == 1
      ? "\(counts[0])" : counts.map { "\($0)" }.joined(separator: ", ")
  }

  /// The seeds of all tasks, as small print puts them.
  var seedsPhrase: String {
    let counts = tasks.map(\.seeds.count)
    let seeds = "\(seedsText) \(counts.max() == 1 ? "seed" : "seeds")"
    return tasks.count == 1 ? seeds : "\(seeds) on each of \(tasks.count) tasks"
  }

  /// Whether a task has so few seeds that they tell nothing of how scores spread.
  var hasTooFewSeeds: Bool { tasks.contains { $0.seeds.count < Self.leastSeeds } }

  /// Seeds that an interval needs.
  static let leastSeeds = leastScoresOfInterval

  /// The sentence that defines normalized scores.
  var normalizationSentence: String {
    let scales = tasks.compactMap { task in task.normalization.map { (task.title, $0) } }
    let ends = scales.map { title, scale in
      "\(title) \(NumberText.shortest(scale.zero)) and \(NumberText.shortest(scale.solved))"
    }
    let isRandomAlone = scales.allSatisfy { $0.1.constant == nil }
    let zero =
      isRandomAlone
      ? "at a random policy's score, which pays a policy for giving up where acting at random does harm,"
      : "at the better of two scores that need no learning, a random policy's and the best of one action "
        + "throughout,"
    return "A normalized score is 0 \(zero) and 1 where the task counts as solved ("
      + ends.joined(separator: "; ") + ")."
  }

  /// The claims that test a difference of two of the arms on one of the tasks.
  func claims(among claims: TestedPairs) -> [TestedPairs.Entry] {
    tasks.flatMap { task in
      claims.entries.filter { entry in
        entry.experiment == task.experiment.name && entry.metric == task.metric
          && entry.arms.allSatisfy { label in arms.contains { $0.label == label } }
      }
    }
  }

  /// The sentences on the runs: seeds that some arm lacks, and runs that diverged.
  var runSentences: [String] {
    let lacking = tasks.indices.compactMap { index -> String? in
      let most = arms.map { $0.locked[index].runs.count }.max() ?? 0
      let common = tasks[index].seeds.count
      return common < most ? "\(tasks[index].title) \(common) of \(most)" : nil
    }
    let diverged = tasks.indices.compactMap { index -> String? in
      let arms = arms.compactMap { arm in
        SeedNotes.divergedSeeds(of: arm.locked[index]).map { "\(arm.title) in \($0)" }
      }
      guard !arms.isEmpty else { return nil }
      return (tasks.count == 1 ? "" : "on \(tasks[index].title) ") + listed(arms)
    }
    return
      (lacking.isEmpty ? [] : ["Seeds that all arms have in common: \(listed(lacking))."])
      + (diverged.isEmpty
        ? []
        : [
          "Diverged: \(diverged.joined(separator: "; ")); these runs count with the values of their last "
            + "weights."
        ])
  }

  /// The sentence on arms that are not shown; empty if all are.
  var omissionSentence: String {
    omitted.isEmpty
      ? "" : "Not in every experiment, and left out: " + omitted.joined(separator: ", ") + "."
  }

  /// The origin of a statistic over all runs of `arm`.
  func provenance(_ statistic: String, of arm: Arm) -> ReportProvenance {
    let arms = zip(tasks, arm.locked).map { task, locked in
      ReportProvenance.Arm(
        metric: task.metric, experiment: task.experiment, arm: locked,
        decimals: task.experiment.decimals(of: task.metric, information: task.information),
        seeds: task.seeds)
    }
    let count = arms.reduce(0) { $0 + $1.runs.count }
    let metrics = tasks.map(\.metric).reduce(into: [String]()) { names, metric in
      if !names.contains(metric) { names.append(metric) }
    }
    return ReportProvenance(
      summary: "\(statistic) of \(metrics.joined(separator: ", ")), \(count) runs", arms: arms)
  }
}
