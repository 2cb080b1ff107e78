/// The value of a policy loss on a batch of steps, with the diagnostics that come with it.
public struct PolicyLoss: Equatable, Sendable {
  /// The weighted sum of the terms.
  public var loss = 0.0
  /// How many steps have a ratio further than the clip range from 1.
  public var clippedCount = 0
  /// The sum over steps of ρ − 1 − log ρ, the k3 estimate of KL(π_old ‖ π).
  public var approximateKLSum = 0.0
  /// How many steps were added up.
  public var count = 0

  /// Creates the loss of no steps.
  public init() {}

  /// The share of steps outside the clip range, 0 for no steps.
  public var clipFraction: Double { count > 0 ? Double(clippedCount) / Double(count) : 0 }

  /// The mean k3 estimate of KL(π_old ‖ π), 0 for no steps.
  ///
  /// Source: Schulman, "Approximating KL Divergence", 2020, http://joschu.net/blog/kl-approx.html.
  public var approximateKL: Double { count > 0 ? approximateKLSum / Double(count) : 0 }

  /// Adds the loss of further steps.
  public mutating func add(_ other: PolicyLoss) {
    loss += other.loss
    clippedCount += other.clippedCount
    approximateKLSum += other.approximateKLSum
    count += other.count
  }
}

/// Returns the policy-gradient loss of a batch of steps, without ratio, and writes its gradient.
///
///     L = −Σₖ wₖ Âₖ log π(aₖ|sₖ)
///
/// - Parameters:
///   - logProbabilities: [≥ count] log π(aₖ|sₖ) under the policy being trained.
///   - advantages: [≥ count] Âₖ.
///   - weights: [≥ count] wₖ, from ``lossWeights(lengths:normalizer:constant:)``.
///   - count: How many steps there are.
///   - gradient: [≥ count] receives ∂L/∂log π(aₖ|sₖ).
/// - Returns: L and the counts that diagnostics need.
/// - Complexity: O(count), without allocation.
public func policyGradientLoss(
  logProbabilities: [Float], advantages: [Float], weights: [Float], count: Int,
  gradient: inout [Float]
) -> PolicyLoss {
  var result = PolicyLoss()
  for k in 0..<count {
    let term = policyGradientTerm(
      logProbability: Double(logProbabilities[k]), advantage: Double(advantages[k]))
    let weight = Double(weights[k])
    result.loss += weight * term.loss
    gradient[k] = Float(weight * term.gradient)
  }
  result.count = count
  return result
}

/// Returns the policy-gradient loss of a batch of steps, without ratio, with diagnostics of the distance to the
/// policy that sampled, and writes its gradient.
///
/// - Parameters:
///   - logProbabilities: [≥ count] log π(aₖ|sₖ) under the policy being trained.
///   - oldLogProbabilities: [≥ count] the same under the policy that sampled; no part of the loss.
///   - advantages: [≥ count] Âₖ.
///   - weights: [≥ count] wₖ, from ``lossWeights(lengths:normalizer:constant:)``.
///   - count: How many steps there are.
///   - gradient: [≥ count] receives ∂L/∂log π(aₖ|sₖ).
/// - Returns: L and the counts that diagnostics need.
/// - Complexity: O(count), without allocation.
public func policyGradientLoss(
  logProbabilities: [Float], oldLogProbabilities: [Float], advantages: [Float],
  weights: [Float], count: Int, gradient: inout [Float]
) -> PolicyLoss {
  var result = policyGradientLoss(
    logProbabilities: logProbabilities, advantages: advantages, weights: weights, count: count,
    gradient: &gradient)
  for k in 0..<count {
    let logRatio = Double(logProbabilities[k]) - Double(oldLogProbabilities[k])
    result.approximateKLSum += KLEstimator.k3.value(logRatio: -logRatio)
  }
  return result
}

/// Returns the surrogate loss of a batch of steps, one ratio per step, and writes its gradient.
///
///     L = Σₖ wₖ l(ρₖ, Âₖ)
///
/// - Parameters:
///   - logProbabilities: [≥ count] log π(aₖ|sₖ) under the policy being trained.
///   - oldLogProbabilities: [≥ count] the same under the policy that sampled.
///   - advantages: [≥ count] Âₖ.
///   - weights: [≥ count] wₖ.
///   - count: How many steps there are.
///   - surrogate: l.
///   - gradient: [≥ count] receives ∂L/∂log π(aₖ|sₖ).
/// - Returns: L and the counts that diagnostics need.
/// - Complexity: O(count), without allocation.
///
/// Source: Schulman et al., 2017, eq. 7, https://arxiv.org/abs/1707.06347.
public func surrogateLoss(
  logProbabilities: [Float], oldLogProbabilities: [Float], advantages: [Float],
  weights: [Float], count: Int, surrogate: Surrogate, gradient: inout [Float]
) -> PolicyLoss {
  var result = PolicyLoss()
  let clipRange = surrogate.clipRange
  for k in 0..<count {
    let logProbability = Double(logProbabilities[k])
    let logRatio = logProbability - Double(oldLogProbabilities[k])
    let term = surrogate.term(
      logRatio: logRatio, logProbability: logProbability, advantage: Double(advantages[k]))
    let weight = Double(weights[k])
    result.loss += weight * term.loss
    result.approximateKLSum += (term.ratio - 1) - logRatio
    if clipRange.excludes(term.ratio) { result.clippedCount += 1 }
    gradient[k] = Float(weight * term.gradient)
  }
  result.count = count
  return result
}

/// Returns the penalty for leaving a reference policy, and adds its gradient.
///
///     L = β Σₖ wₖ k(log π(aₖ|sₖ) − log π_ref(aₖ|sₖ))
///
/// - Parameters:
///   - logProbabilities: [≥ count] log π(aₖ|sₖ) under the policy being trained.
///   - oldLogProbabilities: [≥ count] the same under the policy that sampled.
///   - referenceLogProbabilities: [≥ count] the same under the reference.
///   - weights: [≥ count] wₖ.
///   - count: How many steps there are.
///   - coefficient: β ≥ 0.
///   - penalty: k.
///   - gradient: [≥ count]; ∂L/∂log π(aₖ|sₖ) is added to it.
/// - Returns: L.
///
/// Source: Shao et al., 2024, eq. 4, https://arxiv.org/abs/2402.03300.
public func addKLPenalty(
  logProbabilities: [Float], oldLogProbabilities: [Float], referenceLogProbabilities: [Float],
  weights: [Float], count: Int, coefficient: Double, penalty: KLPenalty, gradient: inout [Float]
) -> Double {
  var loss = 0.0
  for k in 0..<count {
    let logProbability = Double(logProbabilities[k])
    let weight = coefficient * Double(weights[k])
    let term = penalty.term(
      logRatio: logProbability - Double(referenceLogProbabilities[k]),
      logImportanceRatio: logProbability - Double(oldLogProbabilities[k]))
    loss += weight * term.loss
    gradient[k] = Float(Double(gradient[k]) + weight * term.gradient)
  }
  return loss
}

/// Subtracts an entropy bonus from a loss, and writes its gradient.
///
///     L ← L − c Σₖ wₖ Hₖ
///
/// - Parameters:
///   - entropies: [≥ count] Hₖ of the policy at each step, in nats.
///   - weights: [≥ count] wₖ.
///   - count: How many steps there are.
///   - coefficient: c ≥ 0.
///   - loss: L, from which the terms are taken one by one.
///   - entropySum: Σₖ Hₖ is added to it.
///   - gradient: [≥ count] receives ∂L/∂Hₖ.
/// - Complexity: O(count), without allocation.
///
/// Source: Mnih et al., "Asynchronous Methods for Deep Reinforcement Learning", ICML 2016, section 4,
/// https://arxiv.org/abs/1602.01783.
public func subtractEntropyBonus(
  entropies: [Float], weights: [Float], count: Int, coefficient: Double, loss: inout Double,
  entropySum: inout Double, gradient: inout [Float]
) {
  for k in 0..<count {
    let weight = coefficient * Double(weights[k])
    loss -= weight * Double(entropies[k])
    entropySum += Double(entropies[k])
    gradient[k] = Float(-weight)
  }
}
