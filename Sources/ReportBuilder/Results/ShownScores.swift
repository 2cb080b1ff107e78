internal import ResultStore
internal import Statistics

/// The values of one metric of one arm, those that are no finite numbers apart from the others.
struct ShownScores {
  /// The finite values with their seeds; there may be none.
  var defined: SeedScores
  /// The other values, ascending by seed.
  var undefined: [(seed: Int, value: UndefinedValue)]

  /// Reads the values from a lock; nil if a run of the arm has none.
  init?(experiment: String, arm: LockedArm, metric: String) {
    var defined = SeedScores(
      experiment: experiment, arm: arm.label, metric: metric, seeds: [], values: [])
    undefined = []
    for (run, value) in zip(arm.runs, arm.values(of: metric)) {
      if let value {
        defined.seeds.append(run.seed)
        defined.values.append(value)
      } else if let value = run.undefined(metric) {
        undefined.append((run.seed, value))
      } else {
        return nil
      }
    }
    guard !arm.runs.isEmpty else { return nil }
    self.defined = defined
  }

  /// The arithmetic mean over all seeds, which is no number where one of them has none.
  var mean: Double { undefined.isEmpty ? Statistics.mean(defined.values) : undefinedMean }

  private var undefinedMean: Double {
    let kinds = Set(undefined.map(\.value))
    return kinds.count == 1 ? undefined[0].value.number : .nan
  }

  /// `NaN` where no seed has a finite value; else ` (1 NaN)`, to follow the mean of the others; empty if all have.
  var mark: String {
    guard let first = undefined.first else { return "" }
    if defined.values.isEmpty { return Self.word(undefinedMean) }
    let isOne = undefined.allSatisfy { $0.value == first.value }
    return " (\(undefined.count) \(isOne ? Self.word(first.value.number) : "not finite"))"
  }

  /// `2 of 3 seeds (0 NaN, 2 ∞)`; nil where all values are finite.
  var undefinedSeeds: String? {
    guard !undefined.isEmpty else { return nil }
    let count = defined.seeds.count + undefined.count
    let named = undefined.map { "\($0.seed) \(Self.word($0.value.number))" }
    return "\(undefined.count) of \(SeedNotes.seeds([count])) (\(named.joined(separator: ", ")))"
  }

  /// Whether the seeds and values of two arms are the same, bit for bit.
  func isSame(as other: Self) -> Bool {
    defined.seeds == other.defined.seeds
      && defined.values.map(\.bitPattern) == other.defined.values.map(\.bitPattern)
      && undefined.elementsEqual(other.undefined) { $0 == $1 }
  }

  private static func word(_ value: Double) -> String { NumberText.fixed(value, decimals: 0) }
}

extension SeedNotes {
  /// The note on values that are no finite numbers, which means leave out.
  static func undefined(_ arms: [(title: String, scores: ShownScores)]) -> [String] {
    let names = arms.compactMap { arm in
      arm.scores.undefinedSeeds.map { "\(arm.title) in \($0)" }
    }
    guard !names.isEmpty else { return [] }
    return [
      "No finite number: \(names.joined(separator: "; ")); means and intervals leave these runs out, and ★ leaves out these arms."
    ]
  }
}

extension LockedArm {
  /// The metrics that every run of the arm has, as a finite number or another, sorted.
  var shownMetricNames: [String] {
    guard isObserved, let first = runs.first else { return metricNames }
    return Set(first.metricNames).union(first.undefinedMetrics).filter(shows).sorted()
  }

  /// Whether every run of the arm has the metric, as a finite number or another.
  func shows(_ metric: String) -> Bool {
    !runs.isEmpty
      && zip(runs, values(of: metric)).allSatisfy { $1 != nil || $0.undefined(metric) != nil }
  }
}

extension LockedExperiment {
  /// The metrics that some arm of the experiment has in every run, as a finite number or another, sorted.
  var shownMetricNames: [String] {
    arms.reduce(into: Set<String>()) { $0.formUnion($1.shownMetricNames) }.sorted()
  }
}
