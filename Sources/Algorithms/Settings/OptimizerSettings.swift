public import NeuralNetworks
public import Settings

/// How a model is optimized, whatever is minimized: AdamW with a warm-up and a decay.
public protocol OptimizerSettings: DeclaredSettings {
  /// The step size of AdamW at the end of the warm-up.
  var learningRate: Double { get set }
  /// The course of the learning rate after the warm-up.
  var learningRateSchedule: LearningRateSchedule.Decay { get set }
  /// The steps of the optimizer over which the learning rate rises to its peak.
  var warmupUpdates: Int { get set }
  /// The decoupled weight decay of matrices, in units of the learning rate.
  var weightDecay: Double { get set }
  /// β₂ of Adam: the share that the mean of squared gradients keeps at each step.
  var adamBeta2: Double { get set }
  /// ε of Adam, which keeps its divisor from 0.
  var adamEpsilon: Double { get set }
  /// Where ε is added: before or after the correction of Adam's bias.
  var adamEpsilonPlacement: Adam.EpsilonPlacement { get }
  /// The norm that the gradients of all models together are clipped to; `nil`: they are not.
  var maxGradientNorm: Double? { get set }
}

extension OptimizerSettings {
  public var adamEpsilonPlacement: Adam.EpsilonPlacement { .afterBiasCorrection }

  /// The learning rate over training.
  var schedule: LearningRateSchedule {
    LearningRateSchedule(decay: learningRateSchedule, warmupUpdates: warmupUpdates)
  }

  /// The settings of Adam, as the optimizer is made from them.
  var adam: AdamNeeds {
    AdamNeeds(
      beta2: adamBeta2, epsilon: adamEpsilon, epsilonPlacement: adamEpsilonPlacement,
      weightDecay: weightDecay)
  }

  /// Warnings about the warm-up.
  var warmupCautions: [Caution] {
    warmupUpdates == 1
      ? [
        Caution(
          ["warmup_updates"], "is no warm-up with 1: the first update has the whole step size")
      ] : []
  }

  /// The declarations of these settings.
  static var optimizerSettings: [Setting<Self>] {
    [
      .number(
        "learning_rate", \.learningRate, in: 0...10,
        "Step size of AdamW at the end of the warm-up."),
      .choice(
        "learning_rate_schedule", \.learningRateSchedule,
        "What follows the warm-up: the same rate, or down to 0 as training ends, straight or along half a cosine."
      ),
      .integer(
        "warmup_updates", \.warmupUpdates, in: 0...1_000_000,
        "Steps of the optimizer over which the learning rate rises to its peak."),
      .number(
        "weight_decay", \.weightDecay, in: 0...10,
        "Decoupled weight decay of the matrices; each step takes off this times the learning rate."),
      .number(
        "adam_beta2", \.adamBeta2, in: 0...0.999999,
        "β₂ of Adam: what the mean of squared gradients keeps of the past at each step."),
      .number("adam_epsilon", \.adamEpsilon, in: 1e-30...1, "ε of Adam."),
      .optionalNumber(
        "max_gradient_norm", \.maxGradientNorm, in: 1e-6...1e6,
        "Global norm that gradients are clipped to, all models together."),
    ]
  }
}

/// The settings that an optimizer is made from, beside the parameters.
struct AdamNeeds {
  var beta2 = 0.999
  var epsilon = 1e-8
  var epsilonPlacement = Adam.EpsilonPlacement.afterBiasCorrection
  var weightDecay = 0.0

  /// Returns an optimizer of parameters that are all declared.
  func optimizer(of parameters: ParameterSet) -> Adam {
    Adam(
      parameters, beta2: beta2, epsilon: epsilon, epsilonPlacement: epsilonPlacement,
      weightDecay: weightDecay)
  }
}
