/// An experiment as its spec has it now: what a draft is built from.
public struct PlannedExperiment: Equatable, Sendable {
  /// The stem of the spec's file.
  public var name: String
  public var question: String
  /// The metric that tables show unless they say otherwise.
  public var metric: String
  /// In the order of the spec.
  public var arms: [Arm]

  /// Creates an experiment.
  public init(name: String, question: String, metric: String, arms: [Arm]) {
    self.name = name
    self.question = question
    self.metric = metric
    self.arms = arms
  }

  /// One arm with its seeds.
  public struct Arm: Equatable, Sendable {
    public var label: String
    /// The name that reports show.
    public var title: String
    /// The fields of the run preimages; `seed` is set for each run.
    public var preimage: [String: String]
    public var seeds: [Int]

    /// Creates an arm.
    public init(label: String, title: String, preimage: [String: String], seeds: [Int]) {
      self.label = label
      self.title = title
      self.preimage = preimage
      self.seeds = seeds
    }
  }
}
