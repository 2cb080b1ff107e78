internal import ResultStore
internal import Statistics

/// The values of one metric of one arm, one per seed.
struct SeedScores: Equatable, Sendable {
  var experiment: String
  var arm: String
  var metric: String
  /// Ascending.
  var seeds: [Int]
  /// In the order of `seeds`.
  var values: [Double]

  /// Reads the scores from a lock; nil if a run of the arm has no such metric.
  init?(experiment: String, arm: LockedArm, metric: String) {
    // The runs of a locked arm ascend by seed.
    let runs = arm.runs
    let values = arm.values(of: metric).compactMap(\.self)
    guard values.count == runs.count, !runs.isEmpty else { return nil }
    self.init(
      experiment: experiment, arm: arm.label, metric: metric, seeds: runs.map(\.seed),
      values: values)
  }

  /// Creates scores; `seeds` ascend and have a value each.
  init(experiment: String, arm: String, metric: String, seeds: [Int], values: [Double]) {
    self.experiment = experiment
    self.arm = arm
    self.metric = metric
    self.seeds = seeds
    self.values = values
  }

  /// The scores of the seeds that `other` has too.
  func restricted(to other: SeedScores) -> SeedScores {
    if seeds == other.seeds { return self }
    let common = Set(other.seeds)
    let kept = seeds.indices.filter { common.contains(seeds[$0]) }
    var result = self
    result.seeds = kept.map { seeds[$0] }
    result.values = kept.map { values[$0] }
    return result
  }
}

extension LockedExperiment {
  /// The metrics that some arm of the experiment has in every run, sorted.
  ///
  /// Stages of one experiment measure different things: a reward model has no test accuracy.
  var metricNames: [String] {
    arms.reduce(into: Set<String>()) { $0.formUnion($1.metricNames) }.sorted()
  }

  /// The information on `metric` in this experiment.
  func information(on metric: String, from catalog: MetricCatalog) -> MetricInformation {
    information(on: metric, of: arms.first, from: catalog)
  }

  /// The information on `metric` of an arm of this experiment.
  func information(
    on metric: String, of arm: LockedArm?, from catalog: MetricCatalog
  ) -> MetricInformation {
    let known = catalog.information(on: metric, preimage: arm?.preimage ?? [:])
    return stated[metric].map(known.stated(as:)) ?? known
  }

  /// The style in which counts of `metric` are written in this experiment, in tables and in the text alike: one way for
  /// the means of all of its arms.
  func countStyle(of metric: String, information: MetricInformation) -> CountStyle {
    let means = arms.compactMap { arm in
      SeedScores(experiment: name, arm: arm, metric: metric).map { mean($0.values) }
    }
    return CountStyle(means, isBytes: information.isBytes)
  }

  /// The number of digits after the point that show `metric` in this experiment.
  func decimals(of metric: String, information: MetricInformation) -> Int {
    MetricScales(only: metric, of: self).decimals(of: metric, information: information)
  }
}

/// The magnitudes of an experiment's metrics, which decide the digits that show them.
struct MetricScales {
  private var largest: [String: Double] = [:]

  /// Looks through all runs of `experiment` once.
  init(_ experiment: LockedExperiment) {
    for arm in experiment.arms {
      for metric in arm.allMetricNames { note(metric, in: arm) }
    }
  }

  /// Looks for one metric alone.
  init(only metric: String, of experiment: LockedExperiment) {
    for arm in experiment.arms { note(metric, in: arm) }
  }

  private mutating func note(_ metric: String, in arm: LockedArm) {
    let values = arm.values(of: metric).lazy.compactMap(\.self)
    guard let most = values.map(\.magnitude).max() else { return }
    largest[metric] = max(largest[metric] ?? 0, most)
  }

  /// The number of digits after the point that show `metric`.
  func decimals(of metric: String, information: MetricInformation) -> Int {
    if information.isCount { return 0 }
    if let range = information.range {
      return NumberText.decimals(forScale: range.upperBound - range.lowerBound)
    }
    return NumberText.decimals(forScale: largest[metric] ?? 1)
  }
}

extension LockedArm {
  /// The metrics that every run of the arm has, sorted.
  var metricNames: [String] {
    commonMetricNames.sorted()
  }

  /// Whether every run of the arm has the metric.
  func measures(_ metric: String) -> Bool {
    !runs.isEmpty && values(of: metric).allSatisfy { $0 != nil }
  }
}
