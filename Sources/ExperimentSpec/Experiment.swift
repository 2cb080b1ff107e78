public import Algorithms

/// One question, one task, several arms, several seeds: a spec file, read and fully resolved.
public struct Experiment: Hashable, Sendable {
  /// The file's name without its ending, such as `cartpole`.
  public var name: String
  /// The file's path from the lab's folder.
  public var path: String
  public var question: String
  public var title: String?
  /// The scalar that the arms are compared by.
  public var metric: String
  /// The replicate seeds, ascending, each once.
  public var seeds: [Int]
  /// The arms in the order of the file, sweeps expanded.
  public var arms: [Arm]

  /// The arm `label`, if there is one.
  public func arm(_ label: String) -> Arm? {
    arms.first { $0.label == label }
  }
}

/// One variant that an experiment compares.
public struct Arm: Hashable, Sendable {
  /// Letters, digits, `_`, `+` and `-`.
  public var label: String
  /// The name shown to people.
  public var title: String
  /// The resolved settings, with seed 0.
  public var configuration: RunConfiguration

  /// The configuration of the run with a replicate seed.
  public func run(seed: Int) -> RunConfiguration {
    var configuration = configuration
    configuration.seed = seed
    return configuration
  }
}
