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

/// Returns 1 / (1 + e^−x), without overflow for any x.
public func sigmoid(_ x: Double) -> Double {
  let decay = lb_exp(-x.magnitude)
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
}

/// Returns log(1 + e^x), without overflow for any x.
public func softplus(_ x: Double) -> Double {
  max(x, 0) + lb_log1p(lb_exp(-x.magnitude))
}
