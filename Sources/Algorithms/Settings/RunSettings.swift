public import Settings

/// How much a run may spend.
public struct BudgetSettings: DeclaredSettings {
  public var environmentSteps = 100_000

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .integer(
      "environment_steps", \.environmentSteps, in: 1...1_000_000_000,
      "Environment steps that training may take, greedy and dropped rollouts included.")
  ]
}

/// When and how the greedy policy is evaluated.
public struct EvaluationSettings: DeclaredSettings {
  public var every = 5_000
  public var episodes = 20

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .integer(
      "every", \.every, in: 1...1_000_000_000,
      "Environment steps from one evaluation to the next; the first is before training."),
    .integer(
      "episodes", \.episodes, in: 1...10_000,
      "Greedy episodes of each evaluation, from the same starts for every arm."),
  ]
}
