internal import CanonicalJSON

/// The runs and records that a week's report stands on, with every scalar metric.
///
/// Rendering, claims and `diff` read nothing else, so a fresh clone can do them all.
public struct Lock: Equatable, Sendable {
  /// Sorted by name.
  public let experiments: [LockedExperiment]
  /// The digests of notebook, figures and the works cited, by the relative name of their file.
  ///
  /// Locks made before week 47 hold the digest of the whole bibliography under its name.
  public let documents: [String: String]
  /// The experiments of which the report says what was planned, sorted by name.
  public let plans: [LockedPlan]
  /// The claims that were registered before their runs; nil where none were.
  public let preregistered: Preregistration?

  /// Creates a lock; experiments and plans are sorted by name.
  public init(
    experiments: [LockedExperiment], documents: [String: String] = [:], plans: [LockedPlan] = [],
    preregistered: Preregistration? = nil
  ) {
    self.experiments = experiments.sorted { CanonicalText.precedes($0.name, $1.name) }
    self.documents = documents
    self.plans = plans.sorted { CanonicalText.precedes($0.name, $1.name) }
    self.preregistered = preregistered
  }

  /// The experiment `name`, if the lock has it.
  public func experiment(_ name: String) -> LockedExperiment? {
    experiments.first { $0.name == name }
  }

  /// The keys of the external trainers' runs that promise the same bits each time.
  public var exactObservations: Set<String> {
    Set(experiments.filter(\.repeatsExactly).flatMap(\.arms).flatMap(\.runs).map(\.key))
  }

  /// The plan of the experiment `name`, if the lock has it.
  public func plan(_ name: String) -> LockedPlan? {
    plans.first { $0.name == name }
  }
}

/// One experiment as a report used it.
public struct LockedExperiment: Equatable, Sendable {
  /// The stem of its file.
  public var name: String
  /// The question that the experiment asks.
  public var question: String
  /// The metric that tables show unless they say otherwise.
  public var metric: String
  /// The settings in which the arms differ, and in no other; empty where the spec promises nothing.
  public var varied: [String]
  /// The scales that compare metrics and curves with those of other tasks, by name; only where the report
  /// normalizes scores of the experiment.
  public var normalizations: [String: ScoreScale]
  /// Titles, units and better sides that the spec states of an external trainer's metrics, by name; empty where the
  /// engine trains.
  public var stated: [String: StatedMetric]
  /// Whether the spec of an external trainer promises the same bits each time, so that another result is a conflict as
  /// it is of the engine's runs; false where the engine trains, and in locks made before locks said so.
  public var repeatsExactly: Bool
  /// In the order of the spec.
  public var arms: [LockedArm]

  /// Creates an experiment.
  public init(
    name: String, question: String, metric: String, varied: [String] = [],
    normalizations: [String: ScoreScale] = [:], stated: [String: StatedMetric] = [:],
    repeatsExactly: Bool = false, arms: [LockedArm]
  ) {
    self.name = name
    self.question = question
    self.metric = metric
    self.varied = varied
    self.normalizations = normalizations
    self.stated = stated
    self.repeatsExactly = repeatsExactly
    self.arms = arms
  }

  /// The arm `label`, if the experiment has it.
  public func arm(_ label: String) -> LockedArm? {
    arms.first { $0.label == label }
  }
}

/// One arm of a locked experiment.
public struct LockedArm: Equatable, Sendable {
  /// The label of the arm.
  public var label: String
  /// The name that reports show.
  public var title: String
  /// Whether other arms start from it, and it is not one of those that the experiment compares.
  public var isStage: Bool
  /// The fields that the preimages of its runs have in common.
  public let identity: ArmPreimage
  /// Sorted by seed.
  public let runs: [LockedRun]

  /// Creates an arm; the runs are sorted by seed.
  public init(
    label: String, title: String, isStage: Bool = false, identity: ArmPreimage, runs: [LockedRun]
  ) {
    self.label = label
    self.title = title
    self.isStage = isStage
    self.identity = identity
    self.runs = runs.sorted { $0.seed < $1.seed }
  }

  /// Creates an arm that starts from no other; a field `seed` of its preimage is dropped.
  public init(label: String, title: String, preimage: [String: String], runs: [LockedRun]) {
    self.init(label: label, title: title, identity: ArmPreimage(fields: preimage), runs: runs)
  }

  /// The fields of the run preimages, without `seed`; a stage's field holds the digest of its arm.
  public var preimage: [String: String] { identity.fields }

  /// The preimage of the run with `seed`.
  public func preimage(seed: Int) -> RunPreimage { identity.run(seed: seed) }

  /// The run with `seed`, if the arm has it.
  public func run(seed: Int) -> LockedRun? {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].seed < seed { low = middle + 1 } else { high = middle }
    }
    return low < runs.count && runs[low].seed == seed ? runs[low] : nil
  }
}

/// One run of a locked arm, with its record's metrics and digests.
public struct LockedRun: Equatable, Sendable {
  /// The seed of the run.
  public var seed: Int
  /// The run key.
  public var key: String
  /// The digest over all parts of the record.
  public var digest: String
  /// The digests of the parts that are not scalar metrics; their first digits alone where the lock was read from
  /// ``Lock/Form/byArm``.
  public var parts: [String: String] {
    get { values.parts }
    set { values = .named(metrics: values.metrics, parts: newValue) }
  }
  /// The metrics by name.
  public var metrics: [String: Double] {
    get { values.metrics }
    set { values = .named(metrics: newValue, parts: values.parts) }
  }
  /// Where the metrics and the digests of parts are.
  private(set) var values: LockedValues
  /// Why this result counts, where the run gave others too and somebody decided; nil for nearly all.
  public var resolution: Resolution?
  /// Further executions of a run whose record is an observation, in the order in which they were kept.
  public var repetitions: [LockedRepetition]

  /// Creates a run.
  init(
    seed: Int, key: String, digest: String, parts: [String: String], metrics: [String: Double],
    resolution: Resolution? = nil, repetitions: [LockedRepetition] = []
  ) {
    self.resolution = resolution
    self.repetitions = repetitions
    self.seed = seed
    self.key = key
    self.digest = digest
    values = .named(metrics: metrics, parts: parts)
  }

  /// Creates a run whose values are a row of a table.
  init(seed: Int, key: String, digest: String, values: LockedValues) {
    self.seed = seed
    self.key = key
    self.digest = digest
    self.values = values
    repetitions = []
  }

  /// Creates a run from its record.
  public init(seed: Int, key: RunKey, record: Record) {
    self.init(seed: seed, key: key, metrics: record.metrics, digest: record.digest)
  }

  /// Creates a run from the metrics and digest of its record.
  public init(seed: Int, key: RunKey, metrics: [String: Double], digest: RecordDigest) {
    self.init(
      seed: seed, key: key.hex, digest: digest.all,
      parts: Dictionary(digest.otherParts.map { ($0.name, $0.hex) }) { first, _ in first },
      metrics: metrics)
  }

  /// The digests that follow from the metrics and the other parts, as far as the lock holds these.
  public var recordDigest: RecordDigest {
    let others = parts.map { RecordDigest.Part(name: $0.key, hex: $0.value) }
    return hasWholeDigests
      ? RecordDigest(metrics: metrics, otherParts: others)
      : RecordDigest(metrics: metrics, abbreviatedParts: others, all: digest)
  }

  /// Whether the digests of its parts are known with all their digits.
  package var hasWholeDigests: Bool { values.hasWholeDigests }
}
