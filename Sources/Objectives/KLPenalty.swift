/// What is paid for a step that leaves the reference policy, per unit of the coefficient.
public struct KLPenalty: Equatable, Sendable {
  /// The estimate of the divergence.
  public var estimator: KLEstimator

  /// Creates a penalty.
  public init(_ estimator: KLEstimator) {
    self.estimator = estimator
  }

  /// Returns the penalty for the log-ratio l = log π(a|s) − log π_ref(a|s).
  public func value(logRatio: Double) -> Double { estimator.value(logRatio: logRatio) }

  /// Returns the penalty as a term of a loss, and its derivative with respect to log π(a|s).
  ///
  /// - Parameter logRatio: log π(a|s) − log π_ref(a|s).
  public func term(logRatio: Double) -> (loss: Double, gradient: Double) {
    (value(logRatio: logRatio), estimator.gradient(logRatio: logRatio))
  }
}
