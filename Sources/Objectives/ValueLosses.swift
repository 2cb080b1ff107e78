/// Returns the loss of one value prediction and its derivative, clipped if a range is given.
///
///     l = ½ (V − G)²,   or   ½ max((V − G)², (V_old + clip(V − V_old, −ε, ε) − G)²)
///
/// - Parameters:
///   - value: V, the prediction being trained.
///   - oldValue: V_old, the prediction when the rollout was collected.
///   - target: G, the return to predict.
///   - clipRange: ε > 0 in reward units, or `nil` for the plain loss.
/// - Returns: l and ∂l/∂V, which is 0 where the clipped error is the larger one outside the range.
///
/// Source: Schulman et al., `openai/baselines` ppo2; Huang et al., "The 37 Implementation Details of
/// Proximal Policy Optimization", 2022, detail 9.
public func valueTerm(
  value: Double, oldValue: Double, target: Double, clipRange: Double?
) -> (loss: Double, gradient: Double) {
  let error = value - target
  guard let clipRange else { return (0.5 * error * error, error) }
  let clippedError = oldValue + min(max(value - oldValue, -clipRange), clipRange) - target
  return clippedError * clippedError > error * error && (value - oldValue).magnitude > clipRange
    ? (0.5 * clippedError * clippedError, 0)
    : (0.5 * error * error, error)
}

/// Sums the value losses of a batch, and writes the gradient of their weighted sum.
///
///     L = c/n Σₖ lₖ
///
/// - Parameters:
///   - values: [≥ count] V(sₖ) being trained.
///   - oldValues: [≥ count] V_old(sₖ); read only with a clip range.
///   - targets: [≥ count] Gₖ.
///   - weight: c/n, the weight of each term.
///   - count: n.
///   - clipRange: ε, or `nil`.
///   - gradient: [≥ count] receives ∂L/∂V(sₖ).
/// - Returns: Σₖ lₖ, without the weight.
/// - Complexity: O(n), without allocation.
public func valueLoss(
  values: [Float], oldValues: [Float], targets: [Float], weight: Double, count: Int,
  clipRange: Double?, gradient: inout [Float]
) -> Double {
  var total = 0.0
  for k in 0..<count {
    let term = valueTerm(
      value: Double(values[k]), oldValue: Double(oldValues[k]), target: Double(targets[k]),
      clipRange: clipRange)
    total += term.loss
    gradient[k] = Float(weight * term.gradient)
  }
  return total
}

/// Returns the share of the targets' variance that predictions explain.
///
///     1 − Var(G − V) / Var(G)
///
/// - Parameters:
///   - predictions: [n] V.
///   - targets: [n] G.
/// - Returns: 1 for perfect predictions, 0 for a constant, negative for worse; `nil` where the
///   targets do not vary.
/// - Precondition: Both have the same count.
public func explainedVariance(predictions: [Float], targets: [Float]) -> Double? {
  precondition(
    predictions.count == targets.count,
    "expected one prediction per target, got \(predictions.count) for \(targets.count)")
  let deviation = standardDeviation(of: targets.map(Double.init))
  guard deviation > 0 else { return nil }
  let residual = standardDeviation(
    of: zip(targets, predictions).map { Double($0) - Double($1) })
  return 1 - (residual * residual) / (deviation * deviation)
}
