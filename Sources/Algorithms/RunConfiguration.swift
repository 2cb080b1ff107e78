public import Settings
public import Tensors

/// The configuration of a run, which decides its result. It is the engine's only input beside the weights of
/// the stages that it names.
///
/// Settings are maps from names to values; a setting that is not named keeps its default. A run
/// trains either on an environment or on a language task.
public struct RunConfiguration: Hashable, Sendable {
  /// The kind of task that it trains on.
  public var world: World
  /// The name of the environment, such as `CartPole-v1`, or of the language task, such as `knights-and-knaves`.
  public var task: String
  /// Settings of the environment or of the language task.
  public var taskSettings: [String: SettingValue]
  /// Settings of the network.
  public var policy: [String: SettingValue]
  /// Settings of ``BudgetSettings``, or of ``LanguageBudgetSettings``.
  public var budget: [String: SettingValue]
  /// Settings of ``EvaluationSettings``, or of ``LanguageEvaluationSettings``.
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

  /// Creates a configuration; what it leaves out has its default.
  public init(
    world: World, task: String, taskSettings: [String: SettingValue] = [:],
    policy: [String: SettingValue] = [:], budget: [String: SettingValue] = [:],
    evaluation: [String: SettingValue] = [:], algorithm: String,
    algorithmSettings: [String: SettingValue] = [:], start: String? = nil, reward: String? = nil,
    numerics: NumericsProfile = .exact, seed: Int = 0
  ) {
    self.world = world
    self.task = task
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
