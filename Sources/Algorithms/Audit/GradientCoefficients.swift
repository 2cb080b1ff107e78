package import Objectives
public import Settings

/// The numbers in which a batch's advantages become factors of scores.
public enum EstimateArithmetic: CaseIterable, Sendable {
  /// Those of the update: advantages and weights rounded to f32, as the batch's buffers hold them.
  case training
  /// Double precision throughout, so that identities show to its last digits. Three things are rounded all the same,
  /// as training has them in f32 alone: GAE's recursion over values, standardization over a minibatch, and the ratio
  /// of a whole sequence.
  case double
}

/// Returns what the update multiplies the score of each step with when nothing was updated since the batch was
/// sampled: the c of
///
///     ĝ = −∇L = Σₖ cₖ ∇ log π(aₖ|sₖ),   cₖ = −∂L/∂log π(aₖ|sₖ) at ρ = 1
///
/// Advantages are those of training's estimation, weights the loss's, and the gradients are the objective's: the
/// whole batch is one minibatch.
///
/// - Parameters:
///   - batch: What is known of the batch.
///   - settings: The point on the axes.
///   - longestSequence: The C of the length normalizer `constant`, where the settings name none.
///   - arithmetic: The numbers that are computed in.
///   - average: The moving average, which is told the mean of this batch.
/// - Returns: [rows] c.
/// - Precondition: The settings have no ``PolicyGradientSettings/estimateConflict``.
package func gradientCoefficients(
  of batch: BatchRewards, settings: PolicyGradientSettings, longestSequence: Int,
  arithmetic: EstimateArithmetic, average: inout MovingAverage
) -> [Double] {
  let estimation = AdvantageEstimation(settings: settings, valueRounding: .credit)
  var advantages = estimation.estimates(of: batch, average: &average).advantages
  if settings.scale == .minibatchStandardization {
    var standardized = advantages.map { Float($0) }
    standardize(&standardized, count: standardized.count, epsilon: settings.scaleEpsilon)
    advantages = standardized.map { Double($0) }
  }
  let weights = batch.sequences.map {
    lossWeight(
      length: $0.count, sequences: batch.sequences.count, steps: advantages.count,
      normalizer: settings.lengthNormalizer,
      constant: settings.lengthConstant ?? Double(longestSequence))
  }
  let objective = PolicyObjective(
    settings: settings, surrogate: settings.surrogate(progress: 0), klCoefficient: 0)
  return arithmetic == .training || settings.ratio.ofSequences != nil
    ? objective.trainedCoefficients(batch.sequences, advantages, weights)
    : objective.doubleCoefficients(batch.sequences, advantages, weights)
}

extension PolicyObjective {
  /// Returns the factors of scores by way of the buffers of an update.
  fileprivate func trainedCoefficients(
    _ sequences: [Range<Int>], _ advantages: [Double], _ weights: [Double]
  ) -> [Double] {
    var rows = MinibatchRows()
    rows.resize(to: advantages.count)
    for (sequence, weight) in zip(sequences, weights) {
      for row in sequence {
        rows.advantages[row] = Float(advantages[row])
        rows.weights[row] = Float(weight)
      }
      guard let ratio = settings.ratio.ofSequences else { continue }
      _ = sequenceLoss(
        logProbabilities: rows.logProbabilities[sequence],
        oldLogProbabilities: rows.oldLogProbabilities[sequence],
        advantage: Double(rows.advantages[sequence.lowerBound]),
        weight: Double(rows.weights[sequence.lowerBound]), ratio: ratio, gradient: &rows.gradient)
    }
    var summary = UpdateSummary()
    addPolicyLoss(of: &rows, to: &summary)
    return rows.gradient.map { -Double($0) }
  }

  /// Returns the factors of scores by the terms of the loss themselves, in double precision.
  fileprivate func doubleCoefficients(
    _ sequences: [Range<Int>], _ advantages: [Double], _ weights: [Double]
  ) -> [Double] {
    var coefficients = advantages
    for (sequence, weight) in zip(sequences, weights) {
      for row in sequence {
        let term =
          settings.ratio == .none
          ? policyGradientTerm(logProbability: 0, advantage: advantages[row])
          : surrogate.term(logRatio: 0, logProbability: 0, advantage: advantages[row])
        coefficients[row] = -weight * term.gradient
      }
    }
    return coefficients
  }
}

extension PolicyGradientSettings {
  /// The settings by which an update's gradient is not the estimate that a batch alone gives; `nil` if it is.
  ///
  /// What is added to the policy gradient, what happens between sampling and estimation, and updates after the first
  /// are no part of an estimate.
  public var estimateConflict: SettingConflict? {
    if let conflict { return conflict }
    if klPlacement != .none {
      return SettingConflict(
        ["kl_placement"],
        "kl_placement \(klPlacement.rawValue) adds a divergence to the policy gradient; set it to none"
      )
    }
    if entropyCoefficient != 0 {
      return SettingConflict(
        ["entropy_coefficient"],
        "entropy_coefficient adds a bonus to the policy gradient; set it to 0")
    }
    if topEntropyShare < 1 {
      return SettingConflict(
        ["top_entropy_share"], "top_entropy_share needs the entropy of each step; set it to 1")
    }
    if epochs > 1 || minibatches > 1 {
      return SettingConflict(
        ["epochs", "minibatches"],
        "\(epochs) epochs of \(minibatches) minibatches move the policy away from the one that sampled; an estimate is of 1 and 1"
      )
    }
    if samplingRounds > 1 || truncatedCompletions == .leftOut {
      return SettingConflict(
        ["sampling_rounds", "truncated_completions"],
        "sampling_rounds and truncated_completions leave sequences out; an estimate is of all")
    }
    if groupStarts == .mixed {
      return SettingConflict(
        ["group_starts"], "group_starts mixed has no prompt that a group shares; set it to shared")
    }
    return nil
  }
}
