public import Algorithms
public import ExternalTrainers

/// A spec file, read and fully resolved: one question, one task, several arms, several seeds.
public struct Experiment: Hashable, Sendable {
  /// The file's name without its ending, such as `cartpole`.
  public var name: String
  /// The file's path from the lab's folder.
  public var path: String
  /// The question that the experiment asks, in prose.
  public var question: String
  /// The name shown to people where that is not ``name``.
  public var title: String?
  /// The scalar that the arms are compared by.
  public var metric: String
  /// The replicate seeds, ascending, each once.
  public var seeds: [Int]
  /// The settings in which the arms differ, and in no other, as the key `vary` promises; empty without it.
  public var varied: [String] = []
  /// The stages that something starts from, then the arms, each in the order of the file, sweeps
  /// expanded.
  public var arms: [Arm]
  /// The command that trains the arms; nil where the engine does.
  public var trainer: ExternalTrainer?
  /// Where the states of the trainer's inputs are looked up.
  public var inputStates = InputStates()
  /// Warnings about what can be run and is likely not meant, in the order of the file.
  public var warnings: [SpecWarning] = []

  /// The arm or stage `label`, if there is one.
  public func arm(_ label: String) -> Arm? {
    arms.first { $0.label == label }
  }
}

/// One variant that an experiment compares, or a stage that variants start from.
public struct Arm: Hashable, Sendable {
  /// The name in specs: letters, digits, `_`, `+` and `-`; in an arm of a sweep also `=` and `.`, as in
  /// `RLOO-learning_rate=0.001`.
  public var label: String
  /// The name shown to people.
  public var title: String
  /// Whether it stands under `stages`.
  public var isStage = false
  /// The arm whose final weights the policy starts from; none for initial weights.
  public var start: String?
  /// The arm that trained the reward model; none where the task's rule pays the reward.
  public var reward: String?
  /// The trainer, with its settings for the arm.
  public var training: Training

  /// The settings of an arm, by who trains it.
  public enum Training: Hashable, Sendable {
    /// The engine: the resolved settings, with seed 0 and without the run keys of ``start`` and ``reward``.
    case engine(RunConfiguration)
    /// The experiment's external trainer, with the file's settings below those of the arm.
    case external(SettingsTree)
  }

  /// Creates an arm that the engine trains.
  public init(label: String, title: String, configuration: RunConfiguration) {
    self.init(label: label, title: title, training: .engine(configuration))
  }

  /// Creates an arm.
  public init(label: String, title: String, training: Training) {
    self.label = label
    self.title = title
    self.training = training
  }

  /// The engine's settings.
  ///
  /// - Precondition: The engine trains the arm.
  public var configuration: RunConfiguration {
    get {
      guard case .engine(let configuration) = training else {
        preconditionFailure("the arm \(label) is of an external trainer")
      }
      return configuration
    }
    set { training = .engine(newValue) }
  }

  /// The labels of the arms that it stands on, by the field of the run key that names them.
  public var stages: [String: String] {
    var stages: [String: String] = [:]
    stages["start"] = start
    stages["reward"] = reward
    return stages
  }

  /// The settings of the run with a replicate seed, without the run keys of its stages.
  public func run(seed: Int) -> RunConfiguration {
    var configuration = configuration
    configuration.seed = seed
    return configuration
  }
}
