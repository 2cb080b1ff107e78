/// What is paid for a step that leaves the reference policy, per unit of the coefficient.
public struct KLPenalty: Equatable, Sendable {
  /// The estimate of the divergence.
  public var estimator: KLEstimator
  /// The largest size of the estimate, in nats; beyond it the penalty is constant. None: as large as it is.
  ///
  /// Source: verl's `low_var_kl`, k3 within ±10.
  public var bound: Double?

  /// Creates a penalty.
  public init(_ estimator: KLEstimator, bound: Double? = nil) {
    self.estimator = estimator
    self.bound = bound
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

  /// Returns the penalty as a term of a loss, and its derivative with respect to log π(a|s).
  ///
  /// - Parameter logRatio: log π(a|s) − log π_ref(a|s).
  public func term(logRatio: Double) -> (loss: Double, gradient: Double) {
    (value(logRatio: logRatio), slope(logRatio: logRatio))
  }
}
