/// An experiment as its spec planned it when a report was built that says something of its plan.
public struct LockedPlan: Equatable, Sendable {
  /// The stem of its file.
  public var name: String
  /// The metric that its arms are to be compared by.
  public var metric: String
  /// The seeds that each arm is to have, ascending.
  public var seeds: [Int]
  /// The digest of the keys of all runs of these arms: ``digest(ofRuns:)``.
  public var runs: String
  /// In the order of the spec, without stages.
  public var arms: [Arm]

  /// One arm that is to be compared.
  public struct Arm: Equatable, Sendable {
    /// The label of the arm.
    public var label: String
    /// The name that reports show.
    public var title: String
    /// The digest of its settings: ``ArmPreimage/digest``.
    public var settings: String

    /// Creates an arm.
    public init(label: String, title: String, settings: String) {
      self.label = label
      self.title = title
      self.settings = settings
    }
  }

  /// Creates a plan.
  public init(name: String, metric: String, seeds: [Int], runs: String, arms: [Arm]) {
    self.name = name
    self.metric = metric
    self.seeds = seeds
    self.runs = runs
    self.arms = arms
  }

  /// Returns the digest of run keys, in any order.
  public static func digest(ofRuns keys: [RunKey]) -> String {
    Digest.hex(of: keys.map(\.hex).sorted().joined(separator: "\n"))
  }
}
