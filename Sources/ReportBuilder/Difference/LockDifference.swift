/// The difference between the locks of two weeks: experiments, arms and metrics, old beside new.
public struct LockDifference: Equatable, Sendable {
  /// The name of the earlier lock, such as `2026-W44`.
  public var oldName: String
  /// The name of the later lock.
  public var newName: String
  /// Sorted by name.
  public var experiments: [ExperimentDifference]
  /// The number of rows tested: the family that p-values are adjusted over.
  public var testedRows: Int
  /// Whether the family is so large that no result of its seeds could be called a change.
  public var isFamilyTooLarge = false

  /// Whether a verdict is *changed*, an arm has other seeds, or an experiment or arm is in one lock only.
  public var hasChanges: Bool {
    experiments.contains { experiment in
      experiment.presence != .both
        || experiment.arms.contains { arm in
          arm.presence != .both || arm.hasOtherSeeds
            || arm.metrics.contains { $0.verdict == .changed || $0.verdict == .notFinite }
        }
    }
  }
}

/// The locks, of two, that have something.
public enum Presence: String, Equatable, Sendable {
  case both
  /// Only the newer one has it.
  case added
  /// Only the older one has it.
  case removed
}

/// One experiment in two locks.
public struct ExperimentDifference: Equatable, Sendable {
  /// The name that both locks know it by.
  public var name: String
  /// The locks that have it.
  public var presence: Presence
  /// In the order of the newer lock; removed arms follow.
  public var arms: [ArmDifference]
}

/// One arm in two locks.
public struct ArmDifference: Equatable, Sendable {
  /// The label in the older lock; nil if the arm is added.
  public var oldLabel: String?
  /// The label in the newer lock; nil if the arm is removed.
  public var newLabel: String?
  /// The name that reports show, as the newer lock has it.
  public var title: String
  /// The fields of the run key that differ, sorted by name; empty unless both locks have the arm.
  public var changedFields: [ChangedField]
  /// The number of seeds in the older lock; 0 if the arm is added.
  public var oldSeeds: Int
  /// The number of seeds in the newer lock; 0 if the arm is removed.
  public var newSeeds: Int
  /// The number of seeds that both have.
  public var commonSeeds: Int
  /// Whether every common seed has records that agree in all parts, curves and weights included.
  public var hasSameRecords: Bool
  /// The experiment's own metric first, the others by name.
  public var metrics: [MetricDifference]

  /// The locks that have it.
  public var presence: Presence {
    oldLabel == nil ? .added : newLabel == nil ? .removed : .both
  }

  /// Whether both locks have the arm, with different seeds.
  public var hasOtherSeeds: Bool {
    presence == .both && (oldSeeds != commonSeeds || newSeeds != commonSeeds)
  }

  /// Whether both locks have the arm, under different labels.
  public var isRenamed: Bool { presence == .both && oldLabel != newLabel }

  /// The label, or `old → new` for a renamed arm.
  public var name: String {
    switch (oldLabel, newLabel) {
    case (let old?, let new?): old == new ? new : "\(old) → \(new)"
    case (let label?, nil), (nil, let label?): label
    case (nil, nil): ""
    }
  }
}

/// A field of the run key with another value; nil stands for a key without the field.
public struct ChangedField: Equatable, Sendable {
  /// The name of the field, such as `algorithm.clip_range`.
  public var name: String
  /// The value in the older lock.
  public var old: String?
  /// The value in the newer lock.
  public var new: String?

  /// `algorithm.clip_range: 0.2 → 0.1`.
  public var text: String { "\(name): \(old ?? "—") → \(new ?? "—")" }
}

/// One metric of an arm in two locks.
public struct MetricDifference: Equatable, Sendable {
  /// The name of the metric.
  public var metric: String
  /// The older mean over the common seeds, or over all seeds where none is common.
  public var old: Double?
  /// The newer mean over the same seeds.
  public var new: Double?
  /// The means over all seeds of either lock, as the weeks' own reports show them; nil where the seeds
  /// are the same.
  public var ofAllSeeds: (old: Double, new: Double)? {
    allOld.flatMap { old in allNew.map { (old, $0) } }
  }
  var allOld: Double?
  var allNew: Double?
  /// New minus old over the common seeds; nil if there is none.
  public var change: Change?
  /// The largest difference that counts as noise; nil if nothing is known of the metric's scale.
  public var margin: Double?
  /// The verdict; nil unless both locks have the arm, and for a counted cost that differs.
  public var verdict: Verdict?
  /// The number of digits after the point that show the metric.
  public var decimals: Int

  /// A mean of the differences of common seeds.
  public struct Change: Equatable, Sendable {
    /// The mean itself.
    public var difference: Double
    /// The lower end of the 95 % interval; nil where seeds are too few.
    public var lower: Double?
    /// The upper end.
    public var upper: Double?
    /// Adjusted over all tested rows; nil where values are the same, seeds too few, or nothing is tested.
    public var adjustedP: Double?
    /// The number of common seeds.
    public var pairs: Int
  }

  /// The verdict on a metric of an arm.
  public enum Verdict: String, CaseIterable, Equatable, Sendable {
    /// The same seeds, and the same bits on each.
    case identical
    /// The same records of a trainer that labbook did not compute: nothing was executed twice.
    case sameRecord = "same record"
    /// The same bits on every common seed, and there are others.
    case sameOnCommonSeeds = "the same on common seeds"
    /// The adjusted p-value is below 0.05.
    case changed
    /// The interval of the difference leaves out 0, and no adjusted test says more.
    case leavesOutZero = "interval leaves out 0"
    /// The interval of the difference lies inside the metric's margin.
    case withinNoise = "within seed noise"
    /// A value of either lock is no finite number, and they are not the same.
    case notFinite = "not finite"
    /// None of the others.
    case undecided = "not told apart"
    /// Fewer common seeds than a test needs.
    case tooFewSeeds = "too few seeds to tell"
    /// A value beside the metrics, such as a standard error over items.
    case notTested = "not tested"

    /// Whether the values of both locks are the same on every common seed.
    var isSame: Bool {
      switch self {
      case .identical, .sameRecord, .sameOnCommonSeeds: true
      default: false
      }
    }
  }
}
