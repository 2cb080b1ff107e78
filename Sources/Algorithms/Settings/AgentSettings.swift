public import Settings

/// How the weights of a multilayer perceptron are drawn.
public enum WeightInitialization: String, CaseIterable, Hashable, Sendable {
  /// Orthogonal matrices of gain √2, 0.01 for the policy's last layer and 1 for the value's; biases 0.
  case orthogonal
  /// Weights and biases uniform in ±1/√(inputs of the layer), as PyTorch does by default.
  case uniform
}

/// Where the noise of action vectors comes from.
public enum Exploration: String, CaseIterable, Hashable, Sendable {
  /// Drawn for each component and step.
  case independent
  /// A function of the state that is drawn now and then: gSDE.
  case stateDependent = "state_dependent"
}

/// Whether numbers are brought to a common scale by what a run has seen of them.
public enum RunningNormalization: String, CaseIterable, Hashable, Sendable {
  case none
  /// By the mean and variance so far.
  case running
}

/// The settings of an agent on environments that no algorithm is needed to explain.
public protocol AgentSettings: DeclaredSettings {
  var initialization: WeightInitialization { get set }
  var exploration: Exploration { get set }
  var explorationInterval: Int { get set }
  var initialLogDeviation: Double { get set }
  var observationNormalization: RunningNormalization { get set }
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

  /// Those that nothing reads while the others are as they are, each with the reason.
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

  /// Those that nothing reads on a task, each with the reason.
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
