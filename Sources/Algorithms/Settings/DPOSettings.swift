internal import Metrics
public import NeuralNetworks
public import Objectives
public import Settings

/// Where DPO's pairs come from.
public enum PreferenceVariant: String, CaseIterable, Sendable {
  /// Each round samples pairs with the policy of the moment.
  case iterative
  /// All pairs are sampled with the policy that the run starts from.
  case offline
}

/// The policy that DPO's log-ratios are taken against.
public enum PreferenceReference: String, CaseIterable, Sendable {
  /// The initial policy, throughout.
  case initial
  /// The policy at the beginning of the round, or chunk.
  case previousRound = "previous_round"
  /// None: log-probabilities stand for log-ratios, as if the reference found all sequences alike.
  case none
  /// One that follows the policy, every few steps of the optimizer: TR-DPO.
  case moving
}

/// How the log-ratios of a sequence's steps become one.
public enum SequenceLogRatio: String, CaseIterable, Sendable {
  /// Their sum, which is the log-ratio of the sequence.
  case sum
  /// Their mean, so that length is no reward.
  case mean
}

/// The settings of direct preference optimization on pairs of sequences from one start: of episodes, or of
/// completions.
///
/// The defaults here are those of environments.
public struct DPOSettings: OptimizerSettings, AgentSettings {
  // The pairs.
  public var variant = PreferenceVariant.iterative
  public var pairsPerRound = 8
  public var chunks = 20
  public var pairs = 1_000_000
  public var temperature = 1.0

  // The loss.
  public var reference = PreferenceReference.initial
  public var referenceInterval = 8
  public var referenceShare = 1.0
  public var loss = PreferenceLoss.sigmoid
  public var beta = 0.1
  public var labelSmoothing = 0.0
  public var targetMargin = 0.0
  public var logRatio = SequenceLogRatio.sum

  // The optimization.
  public var epochs = 4
  public var minibatches = 1
  public var batchSize = 32
  public var learningRate = 0.003
  public var learningRateSchedule = LearningRateSchedule.Decay.constant
  public var warmupUpdates = 0
  public var weightDecay = 0.0
  public var adamBeta2 = 0.999
  public var adamEpsilon = 1e-8
  public var adamEpsilonPlacement = Adam.EpsilonPlacement.afterBiasCorrection
  public var maxGradientNorm: Double? = 10

  // The agent on environments.
  public var initialization = WeightInitialization.orthogonal
  public var exploration = Exploration.independent
  public var explorationInterval = 0
  public var initialLogDeviation = 0.0
  public var observationNormalization = RunningNormalization.none
  public var observationClip: Double? = 10

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] =
    preferenceSettings + optimizerSettings
    + [
      .choice(
        "adam_epsilon_placement", \.adamEpsilonPlacement,
        "Where ε is added: after the bias correction (PyTorch) or before (TensorFlow).")
    ] + agentSettings

  private static let preferenceSettings: [Setting<Self>] = [
    .choice(
      "variant", \.variant,
      "Who samples the pairs: the policy of each round, or the one that the run starts from."),
    .choice("reference", \.reference, "The policy that log-ratios are taken against."),
    .integer(
      "reference_interval", \.referenceInterval, in: 1...1_000_000,
      "Steps of the optimizer after which the moving reference follows the policy (TR-DPO).",
      earlier: 8),
    .number(
      "reference_share", \.referenceShare, in: 0...1,
      "α: how far it goes; 1 makes it the policy, less keeps a share of its parameters.",
      earlier: 1),
    .choice(
      "loss", \.loss,
      "The loss of a margin: log-sigmoid (DPO), squared distance (IPO), hinge (SLiC), robust (rDPO), or each side by itself (APO-zero)."
    ),
    .number("beta", \.beta, in: 1e-6...1000, "β: the strength of the tie to the reference."),
    .number(
      "label_smoothing", \.labelSmoothing, in: 0...0.5,
      "Assumed probability that a label is wrong (cDPO, rDPO)."),
    .number(
      "target_margin", \.targetMargin, in: 0...1000,
      "γ: what the margin is to have more than 0 before the loss takes it for right (SimPO).",
      earlier: 0),
    .choice(
      "log_ratio", \.logRatio,
      "What is taken of the log-ratios of a sequence's steps: their sum, or their mean.",
      earlier: .sum),
    .integer(
      "pairs_per_round", \.pairsPerRound, in: 1...1_000_000,
      "Pairs that are sampled together, tied ones included; a round trains on them and throws them away."
    ),
    .integer(
      "chunks", \.chunks, in: 1...10_000,
      "Equal parts of the budget that the offline variant collects and then trains on."),
    .integer(
      "pairs", \.pairs, in: 1...1_000_000,
      "The most pairs that are sampled, tied ones included; the budget may end them earlier."),
    .number(
      "temperature", \.temperature, in: 0.01...100, "Sampling temperature of the completions."),
    .integer("epochs", \.epochs, in: 1...1000, "Passes over each round's or chunk's pairs."),
    .integer("minibatches", \.minibatches, in: 1...4096, "Minibatches in each epoch."),
    .integer("batch_size", \.batchSize, in: 1...65_536, "Pairs in each step of the optimizer."),
  ]
}

extension DPOSettings: EnvironmentAlgorithmSettings, LanguageAlgorithmSettings {
  static let languageOnly: Set<String> = ["batch_size", "pairs", "temperature"]

  static let environmentOnly: Set<String> = agentSettingNames.union(["chunks", "minibatches"])

  static let earlierOnEnvironments: [String: SettingValue] = [
    "adam_beta2": .number(0.999), "loss": .choice("sigmoid"), "warmup_updates": .integer(0),
    "weight_decay": .number(0),
  ]

  static let earlierOnLanguageTasks: [String: SettingValue] = [
    "adam_epsilon_placement": .choice("after_bias_correction")
  ]

  /// Returns these settings as they suit a language model: one pass over pairs that the start samples.
  func withLanguageSizes() -> Self {
    var settings = self
    settings.variant = .offline
    settings.pairsPerRound = 64
    settings.epochs = 1
    settings.learningRate = 0.0005
    settings.warmupUpdates = 10
    return settings
  }

  var conflict: SettingConflict? {
    guard loss == .robust, labelSmoothing == 0.5 else { return nil }
    return SettingConflict(
      ["loss", "label_smoothing"],
      "loss robust takes labels for right more often than wrong; label_smoothing is 0.5")
  }

  /// On environments one model is both the reference and what offline pairs are sampled with.
  func conflict(on task: TaskTraits) -> SettingConflict? {
    guard task.longestEpisode != nil, variant == .offline,
      reference == .previousRound || reference == .moving
    else { return nil }
    return SettingConflict(
      ["variant", "reference"],
      "variant offline samples with the policy that the run starts from, and reference \(reference.rawValue) moves it on environments; set reference: initial, or variant: iterative"
    )
  }

  func recorded(in world: World) -> Set<MetricDeclaration.Presence> {
    var recorded: Set<MetricDeclaration.Presence> = [.pairs, .preferences]
    if world == .environments {
      recorded.insert(.policyUpdates)
    } else {
      recorded.insert(.sampledCompletions)
      if variant == .iterative { recorded.insert(.ownSamples) }
    }
    return recorded
  }

  var cautions: [Caution] {
    loss == .robust && labelSmoothing == 0
      ? warmupCautions + [
        Caution(["loss"], "is the sigmoid loss with label_smoothing: 0: no label is ever wrong")
      ] : warmupCautions
  }

  public var idle: [String: String] {
    var idle = idleAgentSettings
    if variant == .iterative { idle["chunks"] = "variant: iterative" }
    if reference != .moving {
      idle["reference_interval"] = "reference: \(reference.rawValue)"
      idle["reference_share"] = "reference: \(reference.rawValue)"
    }
    if !loss.readsDifference { idle["target_margin"] = "loss: \(loss.rawValue)" }
    if loss == .hinge || loss == .apoZero { idle["label_smoothing"] = "loss: \(loss.rawValue)" }
    return idle
  }

  func idle(on task: TaskTraits) -> [String: String] {
    var idle = idleAgentSettings(on: task)
    if task.longestEpisode == 1 { idle["log_ratio"] = "episodes of one step" }
    return idle
  }

  var needs: AgentNeeds {
    AgentNeeds(
      valueNetwork: false, reference: variant == .offline || reference != .none, adam: adam,
      settings: self)
  }

  var languageNeeds: LanguageNeeds {
    LanguageNeeds(reference: variant == .offline || reference == .initial, adam: adam)
  }
}
