public import Settings

/// How the weights of a multilayer perceptron are drawn.
public enum WeightInitialization: String, CaseIterable, Hashable, Sendable {
  /// Orthogonal matrices of gain √2, 0.01 for the policy's last layer and 1 for the value's; biases 0.
  case orthogonal
  /// Weights and biases uniform in ±1/√(inputs of the layer), as PyTorch does by default.
  case uniform
}

/// The source of the noise of action vectors.
public enum Exploration: String, CaseIterable, Hashable, Sendable {
  /// Drawn for each component and step.
  case independent
  /// A function of the state that is drawn anew every few steps: gSDE.
  case stateDependent = "state_dependent"
}

/// Whether numbers are brought to a common scale by their running moments.
public enum RunningNormalization: String, CaseIterable, Hashable, Sendable {
  case none
  /// By the mean and variance so far.
  case running
}

/// The settings of the agent on environments that algorithms share.
public protocol AgentSettings: DeclaredSettings {
  /// How initial weights are drawn.
  var initialization: WeightInitialization { get set }
  /// The noise of action vectors.
  var exploration: Exploration { get set }
  /// The steps after which state-dependent noise is drawn anew; 0: with each rollout or episode.
  var explorationInterval: Int { get set }
  /// The initial logarithm of the deviations of action vectors.
  var initialLogDeviation: Double { get set }
  /// Whether the policy sees observations by their running moments.
  var observationNormalization: RunningNormalization { get set }
  /// The bound of normalized observations, on both sides; `nil`: none.
  var observationClip: Double? { get set }
}

extension AgentSettings {
  /// The declarations of these settings; each has the value of runs from before it existed.
  public static var agentSettings: [Setting<Self>] {
    [
      .choice(
        "initialization", \.initialization, "How initial weights are drawn.", earlier: .orthogonal),
      .choice(
        "exploration", \.exploration,
        "Noise of action vectors: of each step, or a function of the state (gSDE).",
        earlier: .independent),
      .integer(
        "exploration_interval", \.explorationInterval, in: 0...1_000_000,
        "Steps after which state-dependent noise is drawn anew; 0: with each rollout or episode.",
        earlier: 0),
      .number(
        "initial_log_deviation", \.initialLogDeviation, in: -20...5,
        "Initial logarithm of the deviations of action vectors.", earlier: 0),
      .choice(
        "observation_normalization", \.observationNormalization,
        "Whether the policy sees observations less their running mean, in units of their deviation.",
        earlier: RunningNormalization.none),
      .optionalNumber(
        "observation_clip", \.observationClip, in: 1e-3...1e6,
        "Where normalized observations are clipped, on both sides.", earlier: .number(10)),
    ]
  }

  /// The settings that nothing reads beside the values of the others, each with the reason.
  var idleAgentSettings: [String: String] {
    var idle: [String: String] = [:]
    if exploration == .independent {
      idle["exploration_interval"] = "exploration: independent"
    }
    if observationNormalization == .none {
      idle["observation_clip"] = "observation_normalization: none"
    }
    return idle
  }

  /// Returns the settings that nothing reads on a task, each with the reason.
  func idleAgentSettings(on task: TaskTraits) -> [String: String] {
    guard task.hasDiscreteActions == true else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: ["exploration", "exploration_interval", "initial_log_deviation"].map {
        ($0, "discrete actions, which need no noise")
      })
  }

  /// The names of these settings.
  public static var agentSettingNames: Set<String> { Set(agentSettings.map(\.name)) }
}
