/// Returns baselines that pull each group's leave-one-out mean toward the mean of the other groups.
///
///     bⱼᵢ = (1 − λ) mean_{k≠i} Rⱼₖ + λ mean_{l≠j} R̄ₗ
///     λ = v / (v + s),   v = mean of the variances within groups / (G − 1),
///                        s = max(0, variance of the group means − mean variance within / G)
///
/// v estimates the squared error of a leave-one-out mean, s the variance of the groups' true
/// means: where starts differ little, or groups are small, the batch says more than the group. Both
/// means leave the trajectory out (two-level leave-one-out), so that λ, estimated from the whole
/// batch, is the only way in which a baseline depends on its own trajectory.
///
/// - Parameter returns: [groups][G] returns of the members of each group.
/// - Returns: [groups][G] baselines, in reward units.
/// - Precondition: Each group has at least two members.
///
/// Source: Zeng et al., "Shrinking the Variance: Shrinkage Baselines for Reinforcement Learning
/// with Verifiable Rewards", 2025, https://arxiv.org/abs/2511.03710 (two-level leave-one-out; λ
/// here is the moment estimate above).
public func shrinkageBaselines(returns: [[Double]]) -> [[Double]] {
  let own = returns.map(leaveOneOutBaselines(returns:))
  guard returns.count >= 2 else { return own }
  let means = returns.map(mean(of:))
  let variances = returns.map { group in
    let deviation = standardDeviation(of: group)
    return deviation * deviation
  }
  let size = Double(returns.reduce(0) { $0 + $1.count }) / Double(returns.count)
  let within = mean(of: variances)
  let spread = standardDeviation(of: means)
  let error = within / (size - 1)
  let between = max(0, spread * spread - within / size)
  let shrinkage = error + between > 0 ? error / (error + between) : 0
  return zip(own, leaveOneOutBaselines(returns: means)).map { baselines, others in
    baselines.map { (1 - shrinkage) * $0 + shrinkage * others }
  }
}
