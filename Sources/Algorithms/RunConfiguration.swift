public import Settings
public import Tensors

/// The configuration of a run, which decides its result. It is the engine's only input beside the weights of
/// the stages that it names.
///
/// Settings are maps from names to values; a setting that is not named keeps its default. A run
/// trains either on an environment or on a language task.
public struct RunConfiguration: Hashable, Sendable {
  /// The name of the environment, such as `CartPole-v1`; empty for a run on a language task.
  public var environment: String
  /// The name of the language task, such as `knights-and-knaves`; none for a run on an
  /// environment.
  public var language: String?
  /// Settings of the environment or of the language task.
  public var taskSettings: [String: SettingValue]
  /// Settings of the network.
  public var policy: [String: SettingValue]
  /// Settings of ``BudgetSettings`` or of the language runs' budget.
  public var budget: [String: SettingValue]
  /// Settings of ``EvaluationSettings`` or of the language runs' evaluation.
  public var evaluation: [String: SettingValue]
  /// The name of the algorithm, such as `ppo`.
  public var algorithm: String
  /// Settings of the algorithm, presets already expanded.
  public var algorithmSettings: [String: SettingValue]
  /// The run key, in 64 hexadecimal digits, of the run whose final weights the policy starts from;
  /// none for initial weights.
  public var start: String?
  /// The run key, in 64 hexadecimal digits, of the reward model that pays the reward; none for the
  /// task's rule.
  public var reward: String?
  /// The numerics that the run computes with.
  public var numerics: NumericsProfile
  /// The replicate seed.
  public var seed: Int

  /// Creates a configuration of a run on an environment or, where `language` names one, on a
  /// language task.
  public init(
    environment: String = "", language: String? = nil, taskSettings: [String: SettingValue] = [:],
    policy: [String: SettingValue] = [:], budget: [String: SettingValue] = [:],
    evaluation: [String: SettingValue] = [:], algorithm: String,
    algorithmSettings: [String: SettingValue] = [:], start: String? = nil, reward: String? = nil,
    numerics: NumericsProfile = .exact, seed: Int = 0
  ) {
    self.environment = environment
    self.language = language
    self.taskSettings = taskSettings
    self.policy = policy
    self.budget = budget
    self.evaluation = evaluation
    self.algorithm = algorithm
    self.algorithmSettings = algorithmSettings
    self.start = start
    self.reward = reward
    self.numerics = numerics
    self.seed = seed
  }
}
