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
  /// Environment steps between evaluations.
  public var every = 5_000
  public var episodes = 20
  public var finalEpisodes = 100
  /// The starts that it is evaluated from.
  public var split = EvaluationSplit.test

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .every(\.every, "Environment steps"),
    .integer(
      "episodes", \.episodes, in: 1...10_000,
      "Greedy episodes of each evaluation along the way, from the same starts for every arm."),
    .integer(
      "final_episodes", \.finalEpisodes, in: 1...100_000,
      "Greedy episodes of the evaluation at the end of the budget, or as many as along the way if that is more."
    ),
    .split(
      \.split, "Which starts: those of reports, or others, for choosing settings by."),
  ]

  /// The last index of an episode's stream, so that the two splits have nothing in common.
  var splitIndex: Int { split == .test ? 0 : 1 }
}

extension EvaluationSettings {
  public var idle: [String: String] {
    idleFinalItems(finalEpisodes, default: Self().finalEpisodes, alongTheWay: episodes, "episodes")
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
  /// Tokens of the budget between evaluations.
  public var every = 50_000
  public var prompts = 50
  public var finalPrompts = 200
  public var samples = 8
  /// The prompts that it is evaluated on.
  public var split = EvaluationSplit.test

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .every(\.every, "Tokens of the budget"),
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
    .split(
      \.split,
      "Which prompts stand for the test: those of reports, or others, for choosing settings by (every sweep)."
    ),
  ]
}

extension LanguageEvaluationSettings {
  public var idle: [String: String] {
    idleFinalItems(finalPrompts, default: Self().finalPrompts, alongTheWay: prompts, "prompts")
  }

  /// Prompts of each level in the evaluation at the end.
  var largestPrompts: Int { max(prompts, finalPrompts) }
}

// MARK: Evaluations in every world

extension Setting {
  /// The interval of evaluations in steps of the budget, which `unit` names.
  fileprivate static func every(
    _ path: any WritableKeyPath<Root, Int> & Sendable, _ unit: String
  ) -> Self {
    .integer(
      "every", path, in: 1...1_000_000_000,
      "\(unit) from one evaluation to the next; the first is before training.")
  }

  /// The choice of the items that are evaluated on.
  fileprivate static func split(
    _ path: any WritableKeyPath<Root, EvaluationSplit> & Sendable, _ documentation: String
  ) -> Self {
    .choice("split", path, documentation, earlier: .test)
  }
}

/// Returns the number of items of the evaluation at the end as an idle setting, where those along the way are as
/// many, its default too; none elsewhere.
private func idleFinalItems(
  _ final: Int, default standard: Int, alongTheWay count: Int, _ name: String
) -> [String: String] {
  max(final, standard) <= count
    ? ["final_\(name)": "\(name): \(count), which the evaluation at the end has, too"] : [:]
}
