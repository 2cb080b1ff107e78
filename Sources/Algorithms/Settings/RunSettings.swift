public import LanguageTasks
public import Settings

/// The budget of a run on an environment.
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

/// When and how the greedy policy is evaluated; at the end of the budget it always is.
public struct EvaluationSettings: DeclaredSettings {
  public var every = 5_000
  public var episodes = 20
  public var finalEpisodes = 100
  public var split = EvaluationSplit.test

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .integer(
      "every", \.every, in: 1...1_000_000_000,
      "Environment steps from one evaluation to the next; the first is before training."),
    .integer(
      "episodes", \.episodes, in: 1...10_000,
      "Greedy episodes of each evaluation along the way, from the same starts for every arm."),
    .integer(
      "final_episodes", \.finalEpisodes, in: 1...100_000,
      "Greedy episodes of the evaluation at the end of the budget, or as many as along the way if that is more."
    ),
    .choice(
      "split", \.split,
      "Which starts: those of reports, or others, for choosing settings by.", earlier: .test),
  ]

  /// The last index of an episode's stream, so that the two splits have nothing in common.
  var splitIndex: Int { split == .test ? 0 : 1 }
}

extension EvaluationSettings {
  public var idle: [String: String] {
    max(finalEpisodes, Self().finalEpisodes) <= episodes
      ? ["final_episodes": "episodes: \(episodes), which the evaluation at the end has, too"] : [:]
  }

  /// Episodes of the evaluation at the end.
  var largestEpisodes: Int { max(episodes, finalEpisodes) }
}

/// The budget of a run of a language model, in tokens.
///
/// Which tokens the budget pays for depends on the algorithm: those that training sampled, where it
/// samples (all algorithms of reinforcement learning, and `dpo`); those that went through the training
/// pass, prompts included and every epoch anew, where it does not (`sft`, `reward_model`).
public struct LanguageBudgetSettings: DeclaredSettings {
  public var tokens = 400_000

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .integer(
      "tokens", \.tokens, in: 1...1_000_000_000,
      "Tokens that training may generate; in sft and reward_model, tokens that it trains on, prompts included."
    )
  ]
}

/// When and how a language model is evaluated on test prompts; at the end of the budget it always is.
public struct LanguageEvaluationSettings: DeclaredSettings {
  public var every = 50_000
  public var prompts = 50
  public var finalPrompts = 200
  public var samples = 8
  public var split = EvaluationSplit.test

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .integer(
      "every", \.every, in: 1...1_000_000_000,
      "Tokens of the budget from one evaluation to the next; the first is before training."),
    .integer(
      "prompts", \.prompts, in: 1...10_000,
      "Test prompts of each level that are answered greedily along the way, the same for every arm and seed."
    ),
    .integer(
      "final_prompts", \.finalPrompts, in: 1...100_000,
      "Test prompts of each level that are answered greedily at the end of the budget, or as many as along the way if that is more; fewer where a level has no more."
    ),
    .integer(
      "samples", \.samples, in: 1...1024,
      "Completions sampled at the end for each of the `prompts` test prompts, for pass@k and the divergence."
    ),
    .choice(
      "split", \.split,
      "Which prompts stand for the test: those of reports, or others, for choosing settings by (every sweep).",
      earlier: .test),
  ]
}

extension LanguageEvaluationSettings {
  public var idle: [String: String] {
    max(finalPrompts, Self().finalPrompts) <= prompts
      ? ["final_prompts": "prompts: \(prompts), which the evaluation at the end has, too"] : [:]
  }

  /// Prompts of each level in the evaluation at the end.
  var largestPrompts: Int { max(prompts, finalPrompts) }
}
