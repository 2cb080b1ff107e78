import Objectives

/// The objective that every policy gradient minimizes, at an algorithm's point on the axes.
///
///     L = Σₖ wₖ [lₖ + β kₖ − c_e Hₖ] + c_v mean ½ (V − G)²
///
/// with lₖ the loss of a step's action: −Âₖ log πₖ without a ratio, the ``Surrogate`` of ρₖ with one; kₖ the
/// estimate of its divergence from the reference, and Hₖ the entropy. A piece is a part of a minibatch; weights
/// are those of the whole of it.
struct PolicyObjective {
  let settings: PolicyGradientSettings
  /// The function that turns a ratio into a loss, its clip range after the schedule.
  let surrogate: Surrogate
  /// β of a divergence in the loss, where it is steered.
  let klCoefficient: Double

  /// Adds the loss of a piece, and leaves its gradients by log-probabilities and entropies in `rows`.
  ///
  /// With a ratio of sequences the gradients are given, since a piece need not hold a whole one; their loss
  /// is ``sequenceLoss(logProbabilities:oldLogProbabilities:advantage:weight:ratio:gradient:)``.
  func addPolicyLoss(of rows: inout MinibatchRows, to summary: inout UpdateSummary) {
    if settings.ratio == .none {
      summary.loss.add(
        policyGradientLoss(
          logProbabilities: rows.logProbabilities, oldLogProbabilities: rows.oldLogProbabilities,
          advantages: rows.advantages, weights: rows.weights, count: rows.count,
          gradient: &rows.gradient))
    } else if settings.ratio.ofSequences == nil {
      summary.loss.add(PPO.policyLoss(of: &rows, surrogate: surrogate))
    }
    if settings.klPlacement == .inLoss {
      summary.loss.loss += addKLPenalty(
        logProbabilities: rows.logProbabilities, oldLogProbabilities: rows.oldLogProbabilities,
        referenceLogProbabilities: rows.referenceLogProbabilities, weights: rows.weights,
        count: rows.count, coefficient: klCoefficient, penalty: settings.klPenalty,
        gradient: &rows.gradient)
    }
    PPO.subtractEntropyBonus(
      of: &rows, coefficient: settings.entropyCoefficient, from: &summary)
  }

  /// Returns the loss of a sequence with one ratio, and writes its gradient by each of its log-probabilities, at
  /// their indices.
  func sequenceLoss(
    logProbabilities: ArraySlice<Float>, oldLogProbabilities: ArraySlice<Float>,
    advantage: Double, weight: Double, ratio: SequenceRatio, gradient: inout [Float]
  ) -> PolicyLoss {
    sequenceSurrogateLoss(
      logProbabilities: logProbabilities, oldLogProbabilities: oldLogProbabilities,
      advantage: advantage, weight: weight, ratio: ratio, surrogate: surrogate, gradient: &gradient)
  }

  /// Adds the value loss of a piece, and leaves its gradients in `rows`.
  func addValueLoss(
    of rows: inout MinibatchRows, minibatchCount: Int, to summary: inout UpdateSummary
  ) {
    summary.valueLossSum += PPO.valueLoss(
      of: &rows, minibatchCount: minibatchCount, settings: settings)
  }
}

/// The loss and the diagnostics of one step of the optimizer.
struct UpdateSummary {
  var loss = PolicyLoss()
  var entropySum = 0.0
  var valueLossSum = 0.0
  var gradientNorm = 0.0
}
