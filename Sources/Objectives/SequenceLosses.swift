/// What the ratio of a sequence is, given those of its steps.
public enum SequenceRatio: Equatable, Sendable {
  /// Their product: the ratio of the two probabilities of the sequence.
  case product
  /// Their geometric mean, so that its size does not depend on the sequence's length (GSPO).
  case geometricMean
}

/// Returns the surrogate loss of one sequence with a single ratio, and writes its gradient.
///
///     product          L = w l(ρ, Â),     ρ = exp(Σₜ (log π(aₜ) − log π_old(aₜ)))
///     geometric mean   L = w L l(ρ, Â),   ρ = exp(1/L Σₜ (log π(aₜ) − log π_old(aₜ)))
///
/// Every step's log-probability enters ρ alike, so they share one gradient. At ρ = 1 it equals
/// that of the token ratio, −w Â. With the geometric mean every step has the loss of its sequence: weights
/// 1 / (N L) make the mean over sequences that GSPO is, and weights 1 / N scale each by its length (LUSPO).
///
/// - Parameters:
///   - logProbabilities: [L] log π(aₜ|sₜ) under the policy being trained.
///   - oldLogProbabilities: [L] the same under the policy that sampled.
///   - advantage: Â of the whole sequence.
///   - weight: w of each step, from ``lossWeights(lengths:normalizer:constant:)``.
///   - ratio: ρ.
///   - surrogate: l.
///   - gradient: Receives ∂L/∂log π(aₜ|sₜ), at the indices of `logProbabilities`.
/// - Returns: L and the counts that diagnostics need.
/// - Complexity: O(L), without allocation.
///
/// Source: TRL `RLOOTrainer`; Ahmadian et al., 2024, https://arxiv.org/abs/2402.14740, for the product; Zheng et al.,
/// "Group Sequence Policy Optimization", 2025, eq. 5 and 7, https://arxiv.org/abs/2507.18071, for the geometric mean;
/// Liu et al., "Length-Unbiased Sequence Policy Optimization", 2026, https://arxiv.org/abs/2602.05261, for LUSPO.
public func sequenceSurrogateLoss(
  logProbabilities: ArraySlice<Float>, oldLogProbabilities: ArraySlice<Float>, advantage: Double,
  weight: Double, ratio: SequenceRatio, surrogate: Surrogate, gradient: inout [Float]
) -> PolicyLoss {
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
