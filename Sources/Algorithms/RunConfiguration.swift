public import Settings
public import Tensors

/// Everything that decides a run's result: the engine's only input.
///
/// Settings are maps from names to values; a setting that is not named keeps its default.
public struct RunConfiguration: Hashable, Sendable {
  /// The name of the environment, such as `CartPole-v1`.
  public var environment: String
  public var environmentSettings: [String: SettingValue]
  /// Settings of the network.
  public var policy: [String: SettingValue]
  /// Settings of ``BudgetSettings``.
  public var budget: [String: SettingValue]
  /// Settings of ``EvaluationSettings``.
  public var evaluation: [String: SettingValue]
  /// The name of the algorithm, such as `ppo`.
  public var algorithm: String
  /// Settings of the algorithm, presets already expanded.
  public var algorithmSettings: [String: SettingValue]
  public var numerics: NumericsProfile
  /// The replicate seed.
  public var seed: Int

  /// Creates a configuration.
  public init(
    environment: String, environmentSettings: [String: SettingValue] = [:],
    policy: [String: SettingValue] = [:], budget: [String: SettingValue] = [:],
    evaluation: [String: SettingValue] = [:], algorithm: String,
    algorithmSettings: [String: SettingValue] = [:], numerics: NumericsProfile = .exact,
    seed: Int = 0
  ) {
    self.environment = environment
    self.environmentSettings = environmentSettings
    self.policy = policy
    self.budget = budget
    self.evaluation = evaluation
    self.algorithm = algorithm
    self.algorithmSettings = algorithmSettings
    self.numerics = numerics
    self.seed = seed
  }
}
