public import NeuralNetworks
public import Objectives
public import Settings

/// The settings of every policy-gradient algorithm: a point on the axes, and how it is optimized.
///
/// The defaults here are those of REINFORCE; each algorithm's file holds its own point, and the
/// names of the settings that its loop reads.
public struct PolicyGradientSettings: OptimizerSettings, AgentSettings {
  // The estimator.
  public var credit = CreditAssignment.rewardToGo
  public var discount = 0.99
  public var gaeLambda = 0.95
  public var truncation = TruncationHandling.bootstrap
  public var baseline = Baseline.none
  public var movingAverageDecay = 0.9
  public var scale = AdvantageScale.none
  public var scaleEpsilon = 1e-8
  public var scaleVariance = VarianceEstimator.unbiased
  public var groupArithmetic = GroupArithmetic.exact
  public var klPlacement = KLPlacement.none
  public var klEstimator = KLEstimator.k3
  public var klGradient = KLGradient.estimate
  public var klClamp: Double?
  public var klCoefficient = 0.0
  public var klTarget: Double?
  public var klHorizon = 10_000.0
  public var ratio = ImportanceRatio.none
  public var surrogate = SurrogateObjective.clipped
  public var clipRange: Double? = 0.2
  public var clipRangeHigh: Double?
  public var clipSchedule = Schedule.constant
  public var dualClip: Double?
  public var softGateTemperature = 1.0
  public var softGateTemperatureNegative = 1.05
  public var topEntropyShare = 1.0
  public var lengthNormalizer = LengthNormalizer.sequenceMeanTokenSum
  public var lengthConstant: Double?

  // The data.
  public var environments = 4
  public var rolloutSteps = 128
  public var groupSize = 1
  public var groupsPerBatch = 4
  public var groupStarts = GroupStarts.shared
  public var groupIdentifiers = GroupIdentifiers.start
  public var samplingRounds = 1
  public var truncatedCompletions = TruncatedCompletions.learned
  public var rewardWeights: [Double] = []
  public var rewardAggregation = RewardAggregation.sumThenNormalize
  public var overlongBuffer = 0
  public var overlongPenalty = 1.0
  public var temperature = 1.0
  public var topK = 0
  public var topP = 1.0
  public var score = SamplingScore.full

  // The optimization.
  public var epochs = 1
  public var minibatches = 1
  public var learningRate = 0.001
  public var learningRateSchedule = LearningRateSchedule.Decay.constant
  public var warmupUpdates = 0
  public var valueLearningRate: Double?
  public var weightDecay = 0.0
  public var adamBeta2 = 0.999
  public var adamEpsilon = 1e-8
  public var adamEpsilonPlacement = Adam.EpsilonPlacement.afterBiasCorrection
  public var maxGradientNorm: Double? = 0.5
  public var entropyCoefficient = 0.0
  public var valueCoefficient = 0.5
  public var valueClip: Double?

  // The agent on environments.
  public var initialization = WeightInitialization.orthogonal
  public var exploration = Exploration.independent
  public var explorationInterval = 0
  public var initialLogDeviation = 0.0
  public var observationNormalization = RunningNormalization.none
  public var observationClip: Double? = 10
  public var rewardNormalization = RunningNormalization.none
  public var rewardClip: Double? = 10

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] =
    commonSettings + optimizerSettings + lossSettings + agentSettings + rewardNormalizationSettings

  private static let commonSettings: [Setting<Self>] = [
    .choice("credit", \.credit, "What a step is credited with."),
    .number("discount", \.discount, in: 0...1, "γ: what a reward loses in worth with each step."),
    .number(
      "gae_lambda", \.gaeLambda, in: 0...1,
      "λ of generalized advantages: 0 trusts the value network, 1 the sampled return."),
    .choice(
      "truncation", \.truncation,
      "What follows a step that a time limit cut off: the value there, or nothing."),
    .choice("baseline", \.baseline, "What is taken off the credit."),
    .number(
      "moving_average_decay", \.movingAverageDecay, in: 0...0.9999,
      "Share that the moving average keeps of the past at each batch."),
    .choice("scale", \.scale, "What advantages are divided by."),
    .number(
      "scale_epsilon", \.scaleEpsilon, in: 0...1, "ε, added to what advantages are divided by."),
    .choice(
      "scale_variance", \.scaleVariance,
      "The variance that a deviation is the root of: unbiased, over n − 1, as PyTorch's, or biased, over n.",
      earlier: .unbiased),
    .choice(
      "group_arithmetic", \.groupArithmetic,
      "How a group's mean and deviation are computed: exact where returns are equal, or, a known mistake, in single precision, whose residue then passes for a deviation.",
      earlier: .exact),
    .choice(
      "kl_placement", \.klPlacement,
      "Where the penalty for leaving the initial policy enters: nowhere, the reward or the loss."),
    .choice("kl_estimator", \.klEstimator, "Estimator of the divergence from the initial policy."),
    .choice(
      "kl_gradient", \.klGradient,
      "How the divergence in the loss is differentiated: as the estimate, or without bias, on-policy or for older samples.",
      earlier: .estimate),
    .optionalNumber(
      "kl_clamp", \.klClamp, in: 1e-6...1e6,
      "Largest size of the estimate at a step, in nats; none: as large as it is. verl has 10.",
      earlier: SettingValue.none),
    .number(
      "kl_coefficient", \.klCoefficient, in: 0...1000, "Weight of the divergence, in reward units."),
    .optionalNumber(
      "kl_target", \.klTarget, in: 1e-6...1e6,
      "Divergence of a trajectory, in nats, that the coefficient is steered to; none: it stays."),
    .number(
      "kl_horizon", \.klHorizon, in: 1...1e9,
      "Trajectories over which the coefficient follows: larger is slower."),
    .choice(
      "ratio", \.ratio,
      "Importance ratio: none, of each step, or of the trajectory: the product of its steps' or their geometric mean, whole or each clipped first."
    ),
    .choice("surrogate", \.surrogate, "How a ratio becomes a loss.", earlier: .clipped),
    .optionalNumber(
      "clip_range", \.clipRange, in: 1e-6...1000,
      "ε: how far a ratio may move from 1 and gain; with clipped_geometric_mean its logarithm from 0, in nats."
    ),
    .optionalNumber(
      "clip_range_high", \.clipRangeHigh, in: 1e-6...1000,
      "ε above 1, where more room is given upward than downward; none: that of clip_range.",
      earlier: SettingValue.none),
    .choice(
      "clip_schedule", \.clipSchedule,
      "Clip range constant, or falling linearly to 0 with the share of the budget that is used."),
    .optionalNumber(
      "dual_clip", \.dualClip, in: 1.000001...1e6,
      "c: the loss of a step with negative advantage grows to c times the advantage at most."),
    .number(
      "soft_gate_temperature", \.softGateTemperature, in: 1e-3...1000,
      "τ of the soft gate where the advantage is positive: larger fades faster off ratio 1.",
      earlier: 1),
    .number(
      "soft_gate_temperature_negative", \.softGateTemperatureNegative, in: 1e-3...1000,
      "The same where the advantage is 0 or negative.", earlier: 1.05),
    .number(
      "top_entropy_share", \.topEntropyShare, in: 0...1,
      "Share of the steps of a minibatch that the policy loss is of, those with the highest entropy; 1: all.",
      earlier: 1),
    .choice(
      "length_normalizer", \.lengthNormalizer, "How the losses of steps become that of a batch."),
    .optionalNumber(
      "length_constant", \.lengthConstant, in: 1...1e9,
      "Divisor of the constant length normalizer; none: the step limit, or the longest completion."),
    .integer("environments", \.environments, in: 1...4096, "Environments stepped side by side."),
    .integer(
      "rollout_steps", \.rolloutSteps, in: 1...1_000_000, "Steps of each environment in a rollout."),
    .integer(
      "group_size", \.groupSize, in: 1...4096,
      "Rollouts sampled from each start; a greedy rollout is not among them."),
    .integer("groups_per_batch", \.groupsPerBatch, in: 1...4096, "Starts in a batch."),
    .choice(
      "group_starts", \.groupStarts,
      "Whether the members of a group begin in one state, or each in a reset of its own.",
      earlier: .shared),
    .choice(
      "group_identifiers", \.groupIdentifiers,
      "What tells groups apart: their starts, or, known mistakes, identifiers that mix starts, or one for each member, whose advantage then is its return.",
      earlier: .start),
    .integer(
      "sampling_rounds", \.samplingRounds, in: 1...1000,
      "Rounds in which groups of equal returns may be sampled again, each for another start; 1: they are kept.",
      earlier: 1),
    .choice(
      "truncated_completions", \.truncatedCompletions,
      "Whether completions that the longest length cut off are learned from, or left out of the loss.",
      earlier: .learned),
    .numbers(
      "reward_weights", \.rewardWeights, in: -1000...1000,
      "Weights of the components of the task's reward, in their order; none: the reward as it is.",
      earlier: []),
    .choice(
      "reward_aggregation", \.rewardAggregation,
      "Whether components are summed before they are normalized, or after, each within its group.",
      earlier: .sumThenNormalize),
    .integer(
      "overlong_buffer", \.overlongBuffer, in: 0...1_000_000,
      "Tokens before the longest completion in which a penalty for length grows; 0: none.",
      earlier: 0),
    .number(
      "overlong_penalty", \.overlongPenalty, in: 0...1000,
      "What a completion of the longest length is paid less, in reward units.", earlier: 1),
    .number(
      "temperature", \.temperature, in: 1e-3...1000,
      "Divisor of the logits, at sampling and in training."),
    .integer(
      "top_k", \.topK, in: 0...1_000_000, "Most probable tokens that are sampled from; 0: all."),
    .number(
      "top_p", \.topP, in: 1e-6...1,
      "Share of the probability that is sampled from, the most probable tokens first; 1: all."),
    .choice(
      "score", \.score,
      "What probabilities are shares of, in sampling, training and reference: full, or what is sampled from; or, known mistakes beside top_k and top_p, full nevertheless, or in training alone."
    ),
    .integer("epochs", \.epochs, in: 1...1000, "Passes over each batch."),
    .integer(
      "minibatches", \.minibatches, in: 1...4096,
      "Minibatches in each epoch: of steps in PPO on environments, else of sequences."),
  ]

  private static let lossSettings: [Setting<Self>] = [
    .optionalNumber(
      "value_learning_rate", \.valueLearningRate, in: 0...10,
      "Step size of the value model; none: that of the policy."),
    .choice(
      "adam_epsilon_placement", \.adamEpsilonPlacement,
      "Where ε is added: after the bias correction (PyTorch) or before (TensorFlow)."),
    .number(
      "entropy_coefficient", \.entropyCoefficient, in: 0...1000, "Weight of the entropy bonus."),
    .number(
      "value_coefficient", \.valueCoefficient, in: 0...1000,
      "Weight of the value loss, which is half the mean squared error."),
    .optionalNumber(
      "value_clip", \.valueClip, in: 1e-6...1e9,
      "How far a value may move from its old prediction and gain, in reward units."),
  ]

  private static let rewardNormalizationSettings: [Setting<Self>] = [
    .choice(
      "reward_normalization", \.rewardNormalization,
      "Whether rewards are divided by the running deviation of discounted returns.",
      earlier: RunningNormalization.none),
    .optionalNumber(
      "reward_clip", \.rewardClip, in: 1e-3...1e6,
      "Where normalized rewards are clipped, on both sides.", earlier: .number(10)),
  ]
}

extension PolicyGradientSettings: EnvironmentAlgorithmSettings, LanguageAlgorithmSettings {
  static let languageOnly: Set<String> = [
    "overlong_buffer", "overlong_penalty", "reward_aggregation", "reward_weights", "score",
    "temperature", "top_k", "top_p", "truncated_completions",
  ]

  static let earlierOnEnvironments: [String: SettingValue] = [
    "adam_beta2": .number(0.999), "dual_clip": .none, "kl_horizon": .number(10_000),
    "kl_target": .none, "value_learning_rate": .none, "warmup_updates": .integer(0),
    "weight_decay": .number(0),
  ]

  /// A completion that the longest length cuts off has ended: nothing is bootstrapped after it.
  static let environmentOnly: Set<String> = agentSettingNames.union([
    "environments", "group_starts", "rollout_steps", "truncation", "reward_normalization",
    "reward_clip",
  ])

  /// Returns the step size after its schedule.
  ///
  /// - Parameters:
  ///   - progress: The share of the budget that is used.
  ///   - update: Steps of the optimizer so far; the warm-up counts them.
  /// - Returns: The step size of the next update.
  func learningRate(progress: Double, update: Int = 0) -> Double {
    schedule.value(peak: learningRate, update: update, progress: progress)
  }

  /// Whether the algorithm trains a value network.
  var usesValueNetwork: Bool { baseline == .value }

  /// The penalty for leaving the initial policy.
  var klPenalty: KLPenalty { KLPenalty(klEstimator, bound: klClamp, gradient: klGradient) }

  /// Whether rewards are made of their components.
  var aggregatesRewards: Bool {
    !rewardWeights.isEmpty || rewardAggregation == .normalizeThenSum
  }

  /// Whether groups whose members all have one return are sampled again, and not learned from.
  var dropsSilentGroups: Bool { samplingRounds > 1 && groupSize > 1 }

  /// Whether a frozen copy of the initial policy is held.
  var usesReference: Bool { klPlacement != .none }

  var needs: AgentNeeds {
    AgentNeeds(
      valueNetwork: usesValueNetwork, reference: usesReference, adam: adam, settings: self,
      rewardNormalization: rewardNormalization, rewardClip: rewardClip)
  }

  var languageNeeds: LanguageNeeds {
    LanguageNeeds(valueModel: usesValueNetwork, reference: usesReference, adam: adam)
  }

  /// Returns these settings with the sizes that suit language models: batches of 64 completions, 8 of
  /// each prompt, and step sizes for transformers of some 100,000 parameters.
  func withLanguageSizes() -> Self {
    var settings = self
    settings.groupSize = 8
    settings.groupsPerBatch = 8
    settings.learningRate = 0.0005
    settings.maxGradientNorm = 1
    return settings
  }

  /// Whether tokens are sampled from less than the full softmax.
  var truncatesSampling: Bool { topK > 0 || topP < 1 }

  /// Whether the first ratio after sampling is exactly 1, which the trainer then asserts.
  var beginsOnPolicy: Bool { !(truncatesSampling && score == .fullInTraining) }

  /// Whether the log-probabilities of sampling enter the loss or the reward.
  var readsSampledProbabilities: Bool {
    ratio != .none || klPlacement == .inReward
      || klPlacement == .inLoss && klGradient == .importanceCorrected
  }

  /// Whether rounding passes for a deviation where the returns of a group are equal.
  var hasRoundingResidue: Bool {
    groupArithmetic == .singlePrecision && baseline == .groupMean && scale == .groupStd
      && groupIdentifiers != .own
  }
}
