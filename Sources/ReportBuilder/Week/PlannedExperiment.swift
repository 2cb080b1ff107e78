public import ResultStore

/// An experiment as its spec has it now, from which a draft is built.
public struct PlannedExperiment: Equatable, Sendable {
  /// The stem of the spec's file.
  public var name: String
  /// The question that it asks, in prose.
  public var question: String
  /// The metric that tables show unless they say otherwise.
  public var metric: String
  /// The settings in which the arms differ, and in no other; empty where the spec promises nothing.
  public var varied: [String]
  /// Titles, units and better sides that the spec states of an external trainer's metrics, by name; empty where the
  /// engine trains.
  public var stated: [String: StatedMetric]
  /// Whether it promises that a run gives the same bits each time, so that another result is a conflict.
  public var promisesBits: Bool
  /// In the order of the spec.
  public var arms: [Arm]

  /// Creates an experiment.
  public init(
    name: String, question: String, metric: String, varied: [String] = [],
    stated: [String: StatedMetric] = [:], promisesBits: Bool = true, arms: [Arm]
  ) {
    self.promisesBits = promisesBits
    self.name = name
    self.question = question
    self.metric = metric
    self.varied = varied
    self.stated = stated
    self.arms = arms
  }

  /// A digest of what identifies the runs of an external trainer, its inputs among it; nil where the engine trains.
  public var inputs: String? {
    guard arms.contains(where: \.identity.isObserved) else { return nil }
    return Digest.hex(
      of: arms.map { "\($0.label) \($0.identity.key(seed: 0).hex)\n" }.joined())
  }

  /// The plan as a lock holds it.
  var plan: LockedPlan {
    let compared = arms.filter { !$0.isStage }
    return LockedPlan(
      name: name, metric: metric, seeds: Set(compared.flatMap(\.seeds)).sorted(),
      runs: LockedPlan.digest(
        ofRuns: compared.flatMap { arm in arm.seeds.map { arm.identity.key(seed: $0) } }),
      arms: compared.map { arm in
        LockedPlan.Arm(label: arm.label, title: arm.title, settings: arm.identity.digest)
      })
  }

  /// One arm with its seeds.
  public struct Arm: Equatable, Sendable {
    /// The label in the spec.
    public var label: String
    /// The name that reports show.
    public var title: String
    /// Whether other arms start from it, and it is not one of those that the experiment compares.
    public var isStage: Bool
    /// The part that the preimages of its runs have in common.
    public var identity: ArmPreimage
    /// The seeds, one for each run.
    public var seeds: [Int]

    /// Creates an arm.
    public init(
      label: String, title: String, isStage: Bool = false, identity: ArmPreimage, seeds: [Int]
    ) {
      self.label = label
      self.title = title
      self.isStage = isStage
      self.identity = identity
      self.seeds = seeds
    }

    /// Creates an arm that starts from no other, from the fields of its run preimages.
    public init(label: String, title: String, preimage: [String: String], seeds: [Int]) {
      self.init(
        label: label, title: title, identity: ArmPreimage(fields: preimage), seeds: seeds)
    }
  }
}
