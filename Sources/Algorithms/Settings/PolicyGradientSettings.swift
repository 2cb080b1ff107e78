public import NeuralNetworks
public import Objectives
public import Settings

/// The settings of every policy-gradient algorithm: a point on the axes, and how it is optimized.
///
/// The defaults here are those of REINFORCE; each algorithm's file holds its own point, and the
/// names of the settings that its loop reads.
public struct PolicyGradientSettings: DeclaredSettings {
  // The estimator.
  public var credit = CreditAssignment.rewardToGo
  public var discount = 0.99
  public var gaeLambda = 0.95
  public var truncation = TruncationHandling.bootstrap
  public var baseline = Baseline.none
  public var movingAverageDecay = 0.9
  public var scale = AdvantageScale.none
  public var scaleEpsilon = 1e-8
  public var klPlacement = KLPlacement.none
  public var klEstimator = KLEstimator.k3
  public var klCoefficient = 0.0
  public var ratio = ImportanceRatio.none
  public var clipRange: Double? = 0.2
  public var clipSchedule = Schedule.constant
  public var lengthNormalizer = LengthNormalizer.sequenceMeanTokenSum
  public var lengthConstant: Double?

  // The data.
  public var environments = 4
  public var rolloutSteps = 128
  public var groupSize = 1
  public var groupsPerBatch = 4

  // The optimization.
  public var epochs = 1
  public var minibatches = 1
  public var learningRate = 0.001
  public var learningRateSchedule = Schedule.constant
  public var adamEpsilon = 1e-8
  public var adamEpsilonPlacement = Adam.EpsilonPlacement.afterBiasCorrection
  public var maxGradientNorm: Double? = 0.5
  public var entropyCoefficient = 0.0
  public var valueCoefficient = 0.5
  public var valueClip: Double?

  /// Creates the defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
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
    .number("scale_epsilon", \.scaleEpsilon, in: 0...1, "Added to that deviation."),
    .choice(
      "kl_placement", \.klPlacement,
      "Where the penalty for leaving the initial policy enters: nowhere, the reward or the loss."),
    .choice("kl_estimator", \.klEstimator, "Estimator of the divergence from the initial policy."),
    .number(
      "kl_coefficient", \.klCoefficient, in: 0...1000, "Weight of the divergence, in reward units."),
    .choice("ratio", \.ratio, "Importance ratio: none, of each step, or of the trajectory."),
    .optionalNumber(
      "clip_range", \.clipRange, in: 1e-6...1000, "ε: how far a ratio may move from 1 and gain."),
    .choice(
      "clip_schedule", \.clipSchedule,
      "Clip range constant, or falling linearly to 0 with the share of the budget that is used."),
    .choice(
      "length_normalizer", \.lengthNormalizer, "How the losses of steps become that of a batch."),
    .optionalNumber(
      "length_constant", \.lengthConstant, in: 1...1e9,
      "Divisor of the constant length normalizer; none: the environment's step limit."),
    .integer("environments", \.environments, in: 1...4096, "Environments stepped side by side."),
    .integer(
      "rollout_steps", \.rolloutSteps, in: 1...1_000_000, "Steps of each environment in a rollout."),
    .integer(
      "group_size", \.groupSize, in: 1...4096,
      "Rollouts sampled from each start; a greedy rollout is not among them."),
    .integer("groups_per_batch", \.groupsPerBatch, in: 1...4096, "Starts in a batch."),
    .integer("epochs", \.epochs, in: 1...1000, "Passes over each batch."),
    .integer(
      "minibatches", \.minibatches, in: 1...4096,
      "Minibatches in each epoch: of steps in PPO, of trajectories elsewhere."),
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
      "Global norm that gradients are clipped to, policy and value network together."),
    .number(
      "entropy_coefficient", \.entropyCoefficient, in: 0...1000, "Weight of the entropy bonus."),
    .number(
      "value_coefficient", \.valueCoefficient, in: 0...1000,
      "Weight of the value loss, which is half the mean squared error."),
    .optionalNumber(
      "value_clip", \.valueClip, in: 1e-6...1e9,
      "How far a value may move from its old prediction and gain, in reward units."),
  ]

}

extension PolicyGradientSettings: AlgorithmSettings {
  /// Whether the algorithm trains a value network.
  var usesValueNetwork: Bool { baseline == .value }

  /// Whether a frozen copy of the initial policy is held.
  var usesReference: Bool { klPlacement != .none }

  var needs: AgentNeeds {
    AgentNeeds(
      valueNetwork: usesValueNetwork, reference: usesReference, adamEpsilon: adamEpsilon,
      adamEpsilonPlacement: adamEpsilonPlacement)
  }

  var conflict: String? {
    if baseline.needsGroup && groupSize < 2 {
      return
        "baseline \(baseline.rawValue) compares the members of a group; group_size is \(groupSize)"
    }
    if scale == .groupStd && groupSize < 2 {
      return "scale group_std needs the deviation of a group; group_size is \(groupSize)"
    }
    if ratio == .sequence
      && (credit != .trajectory || baseline == .value || baseline == .optimalToken)
    {
      return
        "ratio sequence needs one advantage per trajectory: credit trajectory and a baseline other than value and optimal_token"
    }
    if credit == .trajectory && groupSize * groupsPerBatch < 2
      && (baseline == .batchMean || scale == .batchStd || scale == .minibatchStandardization)
    {
      return
        "a batch of one trajectory has nothing to be compared with; raise group_size or groups_per_batch"
    }
    if groupSize * groupsPerBatch > largestBatch || environments * rolloutSteps > largestBatch {
      return
        "a batch holds at most \(largestBatch) episodes or steps; lower groups_per_batch or rollout_steps"
    }
    return nil
  }

  var idle: [String: String] {
    var idle: [String: String] = [:]
    func note(_ names: String..., reason: String) { for name in names { idle[name] = reason } }
    if ratio == .none { note("clip_range", "clip_schedule", reason: "ratio none") }
    if clipRange == nil { note("clip_schedule", reason: "clip_range none") }
    if klPlacement == .none {
      note("kl_coefficient", "kl_estimator", reason: "kl_placement none")
    }
    if credit != .gae { note("gae_lambda", reason: "credit \(credit.rawValue)") }
    if baseline != .value {
      note(
        "value_coefficient", "value_clip", "truncation", reason: "baseline \(baseline.rawValue)")
    }
    if baseline != .movingAverage {
      note("moving_average_decay", reason: "baseline \(baseline.rawValue)")
    }
    if scale == .none { note("scale_epsilon", reason: "scale none") }
    if lengthNormalizer != .constant {
      note("length_constant", reason: "length_normalizer \(lengthNormalizer.rawValue)")
    }
    return idle
  }
}

/// The episodes or steps of a batch that memory is sure to hold.
private let largestBatch = 10_000_000
