import CKernels

/// An estimator of KL(π ‖ π_ref) from one sampled action's log-ratio l = log π − log π_ref.
///
/// | | value | E value | E of its gradient as a loss |
/// |---|---|---|---|
/// | k1 | l | KL | 0 |
/// | k2 | l² / 2 | not KL | ∇KL |
/// | k3 | e^−l − 1 + l | KL | not ∇KL |
///
/// The second and third columns differ because a loss is differentiated through log π alone,
/// with the samples held fixed.
///
/// Source: Schulman, "Approximating KL Divergence", 2020, http://joschu.net/blog/kl-approx.html;
/// the gradients: verl pull request 2953.
public enum KLEstimator: String, CaseIterable, Sendable {
  case k1
  case k2
  case k3

  /// Returns the estimate for the log-ratio l = log π(a|s) − log π_ref(a|s).
  public func value(logRatio: Double) -> Double {
    switch self {
    case .k1: logRatio
    case .k2: logRatio * logRatio / 2
    case .k3: lb_expm1(-logRatio) + logRatio
    }
  }

  /// Returns the derivative of the estimate with respect to log π(a|s).
  public func gradient(logRatio: Double) -> Double {
    switch self {
    case .k1: 1
    case .k2: logRatio
    case .k3: -lb_expm1(-logRatio)
    }
  }
}

/// Returns rewards less the penalty of each step for leaving the reference policy.
///
///     r′ₜ = rₜ − β k(log π_old(aₜ) − log π_ref(aₜ))
///
/// - Parameters:
///   - rewards: [T] rewards of the environment.
///   - logRatios: [T] log π_old − log π_ref of the sampled actions, at sampling time.
///   - coefficient: β ≥ 0.
///   - penalty: k.
/// - Returns: [T] rewards, in the same units.
/// - Precondition: The two arrays have the same count.
///
/// Source: Ziegler et al., "Fine-Tuning Language Models from Human Preferences", 2019,
/// https://arxiv.org/abs/1909.08593.
public func klPenalizedRewards(
  _ rewards: [Double], logRatios: [Double], coefficient: Double, penalty: KLPenalty
) -> [Double] {
  precondition(
    rewards.count == logRatios.count,
    "expected one log-ratio per reward, got \(logRatios.count) for \(rewards.count)")
  return zip(rewards, logRatios).map { $0 - coefficient * penalty.value(logRatio: $1) }
}
