/// Returns each return minus the mean of its group (Dr. GRPO).
///
///     Âᵢ = Rᵢ − R̄
///
/// - Parameter returns: [G] returns of the members of one group.
/// - Returns: [G] advantages in reward units; they sum to zero, and are exactly 0 if all returns are
///   equal.
///
/// Source: Liu et al., "Understanding R1-Zero-Like Training: A Critical Perspective", 2025,
/// https://arxiv.org/abs/2503.20783.
public func centeredAdvantages(returns: [Double]) -> [Double] {
  let center = mean(of: returns)
  return returns.map { $0 - center }
}

/// Returns what each member adds to the best return of its group (pass@k, k the size of the group).
///
///     Âᵢ = maxⱼ Rⱼ − max_{j≠i} Rⱼ
///
/// The group is credited with its best return, less what it would be without the member. So only a best member
/// without an equal has an advantage, by as much as it is above the second; two are each made dispensable
/// by the other. The baseline does not depend on the member, so the gradient of E[maxⱼ Rⱼ] is unbiased.
///
/// - Parameter returns: [G] returns of the members of one group.
/// - Returns: [G] advantages in reward units, not negative.
/// - Precondition: The group has at least two members.
///
/// Source: Tang et al., "Optimizing Language Models for Inference Time Objectives using Reinforcement
/// Learning", 2025, https://arxiv.org/abs/2503.19595; verl, `compute_grpo_passk_outcome_advantage`.
public func bestOfGroupAdvantages(returns: [Double]) -> [Double] {
  precondition(returns.count >= 2, "the best of others needs a group of 2 or more")
  var (best, second) = (0, 1)
  if returns[1] > returns[0] { swap(&best, &second) }
  for index in 2..<max(2, returns.count) {
    if returns[index] > returns[best] {
      (best, second) = (index, best)
    } else if returns[index] > returns[second] {
      second = index
    }
  }
  return returns.indices.map { $0 == best ? returns[best] - returns[second] : 0 }
}

/// Returns what advantages are multiplied by to be in units of the deviation of returns (GRPO).
///
///     1 / (s + ε)
///
/// - Parameters:
///   - returns: Those of a group, or of a whole batch.
///   - epsilon: ε ≥ 0, added to the deviation (1e-6 in verl, 1e-4 in TRL).
///   - variance: How s is estimated; unbiased in verl, TRL and OpenRLHF.
/// - Returns: The factor; exactly 0 if all returns are equal, for they say nothing, whatever their
///   rounding residue.
///
/// Source: Shao et al., "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language
/// Models", 2024, https://arxiv.org/abs/2402.03300; the unbiased deviation as in verl, TRL, OpenRLHF.
public func deviationScale(
  returns: [Double], epsilon: Double, variance: VarianceEstimator = .unbiased
) -> Double {
  let deviation = standardDeviation(of: returns, variance: variance)
  return deviation > 0 ? 1 / (deviation + epsilon) : 0
}

/// Returns what the return of a group of one is multiplied by where a library takes its mean for 0 and its deviation
/// for 1: a known mistake, since what is left is a return without a baseline.
///
///     1 / (1 + ε)
///
/// - Parameter epsilon: ε ≥ 0, added to the deviation.
/// - Returns: The factor.
///
/// Source: verl, `compute_grpo_outcome_advantage`, where `len(id2score[idx]) == 1`; TRL refuses such groups
/// (`GRPOConfig`: `num_generations` of 2 or more).
public func singletonScale(epsilon: Double) -> Double { 1 / (1 + epsilon) }

/// Returns what advantages are multiplied by to be in units of the mean of a group's returns (MaxRL).
///
///     1 / (R̄ + ε)
///
/// With rewards of 0 and 1 the mean is the share p of successes, and the centered advantages so scaled
/// follow the gradient of log p, up to order G, instead of that of p: starts that seldom succeed weigh more.
///
/// - Parameters:
///   - returns: [G] returns of the members of one group.
///   - epsilon: ε ≥ 0, added to the mean.
/// - Returns: The factor; exactly 0 if the mean is not positive, where there is no share of successes.
///
/// Source: Tajwar et al., "Maximum Likelihood Reinforcement Learning", 2026,
/// https://arxiv.org/abs/2602.02710, algorithm 1; `tajwarfahim/maxrl`, `compute_maxrl_outcome_advantage`.
public func meanScale(returns: [Double], epsilon: Double) -> Double {
  let center = mean(of: returns)
  return center > 0 ? 1 / (center + epsilon) : 0
}

/// Returns what advantages are multiplied by so that groups without signal do not thin out a batch (GPG).
///
///     α = B / (B − M),   M groups whose advantages are all 0
///
/// - Parameter hasSignal: [B] whether any advantage of the group is not 0.
/// - Returns: α ≥ 1; 0 if no group has a signal.
///
/// Source: Chu et al., "GPG: A Simple and Strong Reinforcement Learning Baseline for Model Reasoning", 2025,
/// https://arxiv.org/abs/2504.02546; verl's `compute_gpg_outcome_advantage` counts completions whose reward
/// is not 0 instead.
public func signalScale(hasSignal: [Bool]) -> Double {
  let signals = hasSignal.count { $0 }
  return signals > 0 ? Double(hasSignal.count) / Double(signals) : 0
}

/// Returns each return minus the mean of the other returns of its group (RLOO).
///
///     Âᵢ = Rᵢ − Σ_{j≠i} Rⱼ / (G − 1) = G/(G−1) (Rᵢ − R̄)
///
/// - Parameter returns: [G] returns of the members of one group.
/// - Returns: [G] advantages in reward units; they sum to zero.
/// - Precondition: The group has at least two members.
///
/// Source: Ahmadian et al., "Back to Basics", ACL 2024, https://arxiv.org/abs/2402.14740.
public func leaveOneOutAdvantages(returns: [Double]) -> [Double] {
  zip(returns, leaveOneOutBaselines(returns: returns)).map { $0 - $1 }
}
