public import NeuralNetworks
public import Settings

/// Where DPO's pairs come from.
public enum PreferenceVariant: String, CaseIterable, Sendable {
  /// Each round samples pairs with the policy of the moment.
  case iterative
  /// All pairs are sampled with the reference policy, in equal chunks of the budget.
  case offline
}

/// The policy that DPO's log-ratios are taken against.
public enum PreferenceReference: String, CaseIterable, Sendable {
  /// The initial policy, throughout.
  case initial
  /// The policy at the beginning of the round, or chunk.
  case previousRound = "previous_round"
}

/// The settings of direct preference optimization on pairs of trajectories from one start.
public struct DPOSettings: AgentSettings {
  public var variant = PreferenceVariant.iterative
  public var reference = PreferenceReference.initial
  public var beta = 0.1
  public var labelSmoothing = 0.0
  public var pairsPerRound = 8
  public var chunks = 20
  public var epochs = 4
  public var minibatches = 1
  public var learningRate = 0.003
  public var learningRateSchedule = Schedule.constant
  public var adamEpsilon = 1e-8
  public var adamEpsilonPlacement = Adam.EpsilonPlacement.afterBiasCorrection
  public var maxGradientNorm: Double? = 10
  public var initialization = WeightInitialization.orthogonal
  public var exploration = Exploration.independent
  public var explorationInterval = 0
  public var initialLogDeviation = 0.0
  public var observationNormalization = RunningNormalization.none
  public var observationClip: Double? = 10

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = preferenceSettings + agentSettings

  private static let preferenceSettings: [Setting<Self>] = [
    .choice(
      "variant", \.variant, "Where pairs come from: the policy of each round, or the reference."),
    .choice("reference", \.reference, "The policy that log-ratios are taken against."),
    .number("beta", \.beta, in: 1e-6...1000, "β: the strength of the tie to the reference."),
    .number(
      "label_smoothing", \.labelSmoothing, in: 0...0.5,
      "Assumed probability that a label is wrong (cDPO)."),
    .integer(
      "pairs_per_round", \.pairsPerRound, in: 1...4096,
      "Pairs sampled together: a round of the iterative variant."),
    .integer(
      "chunks", \.chunks, in: 1...10_000,
      "Equal parts of the budget that the offline variant collects and then trains on."),
    .integer("epochs", \.epochs, in: 1...1000, "Passes over each round's or chunk's pairs."),
    .integer("minibatches", \.minibatches, in: 1...4096, "Minibatches in each epoch."),
    .number("learning_rate", \.learningRate, in: 0...10, "Step size of Adam."),
    .choice(
      "learning_rate_schedule", \.learningRateSchedule,
      "Constant, or falling linearly to 0 with the share of the budget that is used."),
    .number("adam_epsilon", \.adamEpsilon, in: 1e-30...1, "ε of Adam."),
    .choice(
      "adam_epsilon_placement", \.adamEpsilonPlacement,
      "Where ε is added: after the bias correction (PyTorch) or before (TensorFlow)."),
    .optionalNumber(
      "max_gradient_norm", \.maxGradientNorm, in: 1e-6...1e6,
      "Global norm that gradients are clipped to."),
  ]
}

extension DPOSettings: EnvironmentAlgorithmSettings {
  var conflict: String? { nil }

  public var idle: [String: String] {
    var idle = idleAgentSettings
    if variant == .iterative { idle["chunks"] = "variant: iterative" }
    return idle
  }

  func idle(on task: TaskTraits) -> [String: String] { idleAgentSettings(on: task) }

  var needs: AgentNeeds {
    AgentNeeds(
      valueNetwork: false, reference: true, adamEpsilon: adamEpsilon,
      adamEpsilonPlacement: adamEpsilonPlacement, settings: self)
  }
}
