import CKernels

/// The direct preference loss of one pair of trajectories, and its derivatives.
public struct PreferenceTerm: Equatable, Sendable {
  /// The loss; ln 2 where policy and reference agree.
  public var loss: Double
  /// ∂loss / ∂Σₜ log π of the preferred trajectory; that of the other is its negative.
  public var gradient: Double
  /// β (log-ratio of the preferred − log-ratio of the other): the implicit reward margin.
  public var margin: Double
}

/// Returns how right a margin is.
///
/// - Parameter margin: The reward of the preferred less that of the other, implicit or by a model.
/// - Returns: 1 where the preferred side has more, 0 where the other has, ½ for a tie.
public func preferenceAccuracy(ofMargin margin: Double) -> Double {
  margin > 0 ? 1 : margin == 0 ? 0.5 : 0
}

/// Returns the direct preference loss (DPO) of one pair.
///
///     z = β [(log π(y_w) − log π_ref(y_w)) − (log π(y_l) − log π_ref(y_l))]
///     l = −(1 − ε) log σ(z) − ε log σ(−z)
///     ∂l/∂log π(y_w) = −β (σ(−z) − ε),   ∂l/∂log π(y_l) = +β (σ(−z) − ε)
///
/// Log-probabilities are summed over the steps of a trajectory, dynamics left out: they do not
/// depend on the policy and cancel.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0, the strength of the tie to the reference.
///   - labelSmoothing: ε in 0...0.5, the probability that a label is wrong (cDPO); 0 is DPO.
/// - Returns: The loss, its gradient and the implicit reward margin.
///
/// Source: Rafailov et al., "Direct Preference Optimization: Your Language Model Is Secretly a Reward
/// Model", NeurIPS 2023, eq. 7, https://arxiv.org/abs/2305.18290; Mitchell, "A note on DPO with noisy
/// preferences", 2023, for ε.
public func preferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double, labelSmoothing: Double = 0
) -> PreferenceTerm {
  let margin = beta * (preferredLogRatio - otherLogRatio)
  let probabilityOfError = sigmoid(-margin)
  return PreferenceTerm(
    loss: (1 - labelSmoothing) * softplus(-margin) + labelSmoothing * softplus(margin),
    gradient: -beta * (probabilityOfError - labelSmoothing),
    margin: margin)
}

/// Returns the identity preference loss (IPO) of one pair.
///
///     h = (log π(y_w) − log π_ref(y_w)) − (log π(y_l) − log π_ref(y_l))
///     l = (1 − ε) (h − 1/(2β))² + ε (h + 1/(2β))²
///     ∂l/∂log π(y_w) = 2 (h − (1 − 2ε)/(2β)),   ∂l/∂log π(y_l) is its negative
///
/// It pulls the difference of the log-ratios to a finite value, where the sigmoid loss pushes it to
/// infinity on a pair that is always labelled the same way. Log-probabilities are summed over the
/// completion, as in the paper; TRL divides them by its length.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0; the paper's τ.
///   - labelSmoothing: ε in 0...0.5, the probability that a label is wrong; 0 is IPO.
/// - Returns: The loss, 1/(4β²) where policy and reference agree; its gradient; and the implicit reward
///   margin β h, whose target is ½.
///
/// Source: Azar et al., "A General Theoretical Paradigm to Understand Learning from Human Preferences",
/// AISTATS 2024, eq. 17, https://arxiv.org/abs/2310.12036; `eric-mitchell/direct-preference-optimization`,
/// `trainers.py`.
public func identityPreferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double, labelSmoothing: Double = 0
) -> PreferenceTerm {
  let difference = preferredLogRatio - otherLogRatio
  let target = 1 / (2 * beta)
  let (short, long) = (difference - target, difference + target)
  return PreferenceTerm(
    loss: (1 - labelSmoothing) * (short * short) + labelSmoothing * (long * long),
    gradient: 2 * ((1 - labelSmoothing) * short + labelSmoothing * long),
    margin: beta * difference)
}

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

/// Returns 1 / (1 + e^−x), without overflow for any x.
public func sigmoid(_ x: Double) -> Double {
  let decay = lb_exp(-x.magnitude)
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
}

/// Returns log(1 + e^x), without overflow for any x.
public func softplus(_ x: Double) -> Double {
  max(x, 0) + lb_log1p(lb_exp(-x.magnitude))
}
