/// The Bradley–Terry loss of one pair of rewards, and its derivatives.
public struct RewardModelTerm: Equatable, Sendable {
  /// −log σ(r_w − r_l); ln 2 where the model pays both the same.
  public var loss: Double
  /// c (r_w + r_l)², which ties the rewards to zero; not part of ``loss``.
  public var centeringLoss: Double
  /// ∂(loss + centering loss) / ∂r_w.
  public var preferredGradient: Double
  /// ∂(loss + centering loss) / ∂r_l.
  public var otherGradient: Double
}

/// Returns the loss of a reward model on one pair (Bradley–Terry).
///
///     l = −log σ(r_w − r_l) + c (r_w + r_l)²
///
/// Without the second term only differences of rewards are determined: adding a number to all rewards
/// changes nothing.
///
/// - Parameters:
///   - preferredReward: r_w, what the model pays for the preferred completion.
///   - otherReward: r_l, what it pays for the other.
///   - centering: c ≥ 0.
/// - Returns: Both losses and the derivatives of their sum.
///
/// Source: Ouyang et al., "Training language models to follow instructions with human feedback", NeurIPS
/// 2022, eq. 1, https://arxiv.org/abs/2203.02155; Eisenstein et al., "Helping or Herding?", 2023,
/// https://arxiv.org/abs/2312.09244, for c (TRL's `center_rewards_coefficient`).
public func rewardModelTerm(
  preferredReward: Double, otherReward: Double, centering: Double = 0
) -> RewardModelTerm {
  let margin = preferredReward - otherReward
  let sum = preferredReward + otherReward
  let probabilityOfError = sigmoid(-margin)
  return RewardModelTerm(
    loss: softplus(-margin), centeringLoss: centering * (sum * sum),
    preferredGradient: 2 * centering * sum - probabilityOfError,
    otherGradient: 2 * centering * sum + probabilityOfError)
}
