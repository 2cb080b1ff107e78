import CKernels

/// How a penalty in the loss is differentiated.
///
/// The samples are held fixed and log π of the sampled action alone is differentiated, so that the expectation of a
/// penalty's derivative is not the derivative of its expectation.
///
/// | | ∂/∂log π | its expectation on-policy |
/// |---|---|---|
/// | `estimate` | k′(l) | ∇KL for k2; 0 for k1; neither for k3 |
/// | `divergence` | l | ∇KL |
/// | `importance_corrected` | ρ (k(l) + k′(l)) | ∇KL for k1 and k3 |
///
/// Source: Tang & Munos, "On a few pitfalls in KL divergence gradient estimation for RL", 2025,
/// https://arxiv.org/abs/2506.09477; verl, `kl_loss_type` with `+`; DeepSeek-AI, "DeepSeek-V3.2", 2025, eq. 7,
/// https://arxiv.org/abs/2512.02556, and TRL's `use_bias_correction_kl` for the importance ratio.
public enum KLGradient: String, CaseIterable, Sendable {
  /// The estimate's own.
  case estimate
  /// That of the divergence, without bias: of k2, whatever the estimate is.
  case divergence
  /// That of the estimate times the step's importance ratio ρ = π/π_old, which holds for samples of the policy of
  /// before, too.
  case importanceCorrected = "importance_corrected"
}

/// The penalty for a step that leaves the reference policy, per unit of the coefficient.
public struct KLPenalty: Equatable, Sendable {
  /// The estimate of the divergence.
  public var estimator: KLEstimator
  /// The largest size of the estimate, in nats; beyond it the penalty is constant. None: as large as it is.
  ///
  /// Source: verl's `low_var_kl`, k3 within ±10.
  public var bound: Double?
  /// How it is differentiated in a loss.
  public var gradient: KLGradient

  /// Creates a penalty.
  public init(
    _ estimator: KLEstimator, bound: Double? = nil, gradient: KLGradient = .estimate
  ) {
    self.estimator = estimator
    self.bound = bound
    self.gradient = gradient
  }

  /// Returns the penalty for the log-ratio l = log π(a|s) − log π_ref(a|s).
  public func value(logRatio: Double) -> Double {
    let value = estimator.value(logRatio: logRatio)
    return bound.map { min(max(value, -$0), $0) } ?? value
  }

  /// Returns the derivative of that with respect to log π(a|s).
  private func slope(logRatio: Double) -> Double {
    if let bound, estimator.value(logRatio: logRatio).magnitude > bound { return 0 }
    return estimator.gradient(logRatio: logRatio)
  }

  /// Returns the penalty as a term of a loss, and what stands for its derivative with respect to log π(a|s).
  ///
  /// - Parameters:
  ///   - logRatio: log π(a|s) − log π_ref(a|s).
  ///   - logImportanceRatio: log ρ = log π(a|s) − log π_old(a|s), 0 on-policy.
  /// - Returns: The loss and the gradient.
  public func term(
    logRatio: Double, logImportanceRatio: Double = 0
  ) -> (loss: Double, gradient: Double) {
    let value = value(logRatio: logRatio)
    return switch gradient {
    case .estimate: (value, slope(logRatio: logRatio))
    case .divergence: (value, KLEstimator.k2.gradient(logRatio: logRatio))
    case .importanceCorrected: corrected(value, logRatio, lb_exp(logImportanceRatio))
    }
  }

  private func corrected(
    _ value: Double, _ logRatio: Double, _ ratio: Double
  ) -> (loss: Double, gradient: Double) {
    (ratio * value, ratio * (value + slope(logRatio: logRatio)))
  }
}
