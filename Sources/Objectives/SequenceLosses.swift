import CKernels

/// How the ratio of a sequence is made of those of its steps.
public enum SequenceRatio: Equatable, Sendable {
  /// Their product: the ratio of the two probabilities of the sequence.
  case product
  /// Their geometric mean, so that its size does not depend on the sequence's length (GSPO).
  case geometricMean
  /// The geometric mean of the ratios that were clipped one by one before (GMPO); the clip range is one of their
  /// logarithms then, and no surrogate clips their mean.
  case clippedGeometricMean
}

/// Returns the surrogate loss of one sequence with a single ratio, and writes its gradient.
///
///     product          L = w l(ρ, Â),     ρ = exp(Σₜ (log π(aₜ) − log π_old(aₜ)))
///     geometric mean   L = w T l(ρ, Â),   ρ = exp(1/T Σₜ (log π(aₜ) − log π_old(aₜ)))
///
/// Every step's log-probability enters ρ alike, so they share one gradient. At ρ = 1 it equals
/// that of the token ratio, −w Â. With the geometric mean every step has the loss of its sequence: weights
/// 1 / (N T) make the mean over sequences that GSPO is, and weights 1 / N scale each by its length (LUSPO).
///
/// - Parameters:
///   - logProbabilities: [T] log π(aₜ|sₜ) under the policy being trained.
///   - oldLogProbabilities: [T] the same under the policy that sampled.
///   - advantage: Â of the whole sequence.
///   - weight: w of each step, from ``lossWeights(lengths:normalizer:constant:)``.
///   - ratio: ρ.
///   - surrogate: l.
///   - gradient: Receives ∂L/∂log π(aₜ|sₜ), at the indices of `logProbabilities`.
/// - Returns: L and the counts that diagnostics need.
/// - Complexity: O(T), without allocation.
///
/// Source: TRL `RLOOTrainer`; Ahmadian et al., 2024, https://arxiv.org/abs/2402.14740, for the product; Zheng et al.,
/// "Group Sequence Policy Optimization", 2025, eq. 5 and 7, https://arxiv.org/abs/2507.18071, for the geometric mean;
/// Liu et al., "Length-Unbiased Sequence Policy Optimization", 2026, https://arxiv.org/abs/2602.05261, for LUSPO.
public func sequenceSurrogateLoss(
  logProbabilities: ArraySlice<Float>, oldLogProbabilities: ArraySlice<Float>, advantage: Double,
  weight: Double, ratio: SequenceRatio, surrogate: Surrogate, gradient: inout [Float]
) -> PolicyLoss {
  if ratio == .clippedGeometricMean {
    return clippedGeometricMeanLoss(
      logProbabilities: logProbabilities, oldLogProbabilities: oldLogProbabilities,
      advantage: advantage, weight: weight, logRange: surrogate.clipRange, gradient: &gradient)
  }
  var (logRatio, logProbability) = (0.0, 0.0)
  for (new, old) in zip(logProbabilities, oldLogProbabilities) {
    logRatio += Double(new) - Double(old)
    logProbability += Double(new)
  }
  // Losses of the sequence that are added up.
  var copies = 1.0
  if ratio == .geometricMean {
    copies = Double(logProbabilities.count)
    logRatio /= copies
    logProbability /= copies
  }
  let term = surrogate.term(
    logRatio: logRatio, logProbability: logProbability, advantage: advantage)
  var result = PolicyLoss()
  result.count = logProbabilities.count
  result.loss = weight * copies * term.loss
  result.approximateKLSum = copies * ((term.ratio - 1) - logRatio)
  if surrogate.clipRange.excludes(term.ratio) { result.clippedCount = result.count }
  for index in logProbabilities.indices { gradient[index] = Float(weight * term.gradient) }
  return result
}

/// Returns the loss of one sequence by the geometric mean of its clipped token ratios, and writes its gradient.
///
///     L = −w T Â exp(1/T Σₜ cₜ),   lₜ = log π(aₜ) − log π_old(aₜ)
///     cₜ = min(lₜ, ε_above) where Â > 0, max(lₜ, −ε_below) where Â < 0
///     ∂L/∂log π(aₜ) = −w Â exp(1/T Σₜ cₜ) where cₜ = lₜ, else 0
///
/// A step beyond the range keeps no gradient and the others do, unlike where the whole sequence is clipped.
///
/// - Parameters:
///   - logProbabilities: [T] log π(aₜ|sₜ) under the policy being trained.
///   - oldLogProbabilities: [T] the same under the policy that sampled.
///   - advantage: Â of the whole sequence.
///   - weight: w of each step, from ``lossWeights(lengths:normalizer:constant:)``.
///   - logRange: How far a log-ratio may move from 0 and gain, in nats.
///   - gradient: Receives ∂L/∂log π(aₜ|sₜ), at the indices of `logProbabilities`.
/// - Returns: L and the counts that diagnostics need.
/// - Complexity: O(T), without allocation.
///
/// Source: Zhao et al., "Geometric-Mean Policy Optimization", 2025, eq. 4, https://arxiv.org/abs/2507.20673, with 0.4
/// nats on both sides; TRL `GMPOTrainer`, verl's `loss_mode` `geo_mean`.
public func clippedGeometricMeanLoss(
  logProbabilities: ArraySlice<Float>, oldLogProbabilities: ArraySlice<Float>, advantage: Double,
  weight: Double, logRange: ClipRange, gradient: inout [Float]
) -> PolicyLoss {
  let upper = advantage > 0 ? logRange.above : .infinity
  let lower = advantage < 0 ? -logRange.below : -.infinity
  var result = PolicyLoss()
  result.count = logProbabilities.count
  var sum = 0.0
  for (index, old) in zip(logProbabilities.indices, oldLogProbabilities) {
    let logRatio = Double(logProbabilities[index]) - Double(old)
    sum += min(max(logRatio, lower), upper)
    gradient[index] = logRatio < lower || logRatio > upper ? 0 : 1
    result.approximateKLSum += KLEstimator.k3.value(logRatio: -logRatio)
    if logRange.excludes(1 + logRatio) { result.clippedCount += 1 }
  }
  let byStep = -weight * advantage * lb_exp(sum / Double(result.count))
  result.loss = Double(result.count) * byStep
  for index in logProbabilities.indices { gradient[index] *= Float(byStep) }
  return result
}
