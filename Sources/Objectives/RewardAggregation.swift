/// Returns the sum of a reward's components, each times its weight; without weights, the plain sum.
///
///     r = Σ_c w_c r_c
public func weightedSum(components: [Double], weights: [Double]) -> Double {
  precondition(weights.isEmpty || weights.count == components.count, "a weight is missing")
  return components.indices.reduce(0) {
    $0 + (weights.isEmpty ? 1 : weights[$1]) * components[$1]
  }
}

/// Returns the weighted sums of the components of a group's rewards, each in units of its own deviation (GDPO).
///
///     rᵢ = Σ_c w_c (rᵢ_c − r̄_c) / (s_c + ε),   mean and s over the group
///
/// Summed first, a component of large deviation hides the others; so each has a say by its weight alone.
///
/// - Parameters:
///   - components: [G][C] the components of each member's reward.
///   - weights: [C]; none: each is 1.
///   - epsilon: ε ≥ 0, added to the deviations.
///   - variance: How the deviations are estimated.
/// - Returns: [G] numbers without unit; they sum to zero. A component that all members share adds exactly 0.
///
/// Source: Liu et al., "GDPO: Group reward-Decoupled Normalization Policy Optimization", 2026,
/// https://arxiv.org/abs/2601.05242, equations 4 and 5; verl's `compute_gdpo_outcome_advantage`, TRL's
/// `multi_objective_aggregation: normalize_then_sum`.
public func sumsOfNormalized(
  components: [[Double]], weights: [Double], epsilon: Double,
  variance: VarianceEstimator = .unbiased
) -> [Double] {
  var normalized = components
  for component in (components.first ?? []).indices {
    let returns = components.map { $0[component] }
    let scale = deviationScale(returns: returns, epsilon: epsilon, variance: variance)
    for (member, advantage) in centeredAdvantages(returns: returns).enumerated() {
      normalized[member][component] = advantage * scale
    }
  }
  return normalized.map { weightedSum(components: $0, weights: weights) }
}
