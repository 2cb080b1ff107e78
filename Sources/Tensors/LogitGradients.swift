import CKernels

/// Writes the gradient of a loss with respect to logits, through log-probability and entropy.
///
///     scale · (∂L/∂log π(a) · (δ_ac − p_c) − ∂L/∂H · p_c (log p_c + H))
///
/// - Parameters:
///   - targets: [rows] a, the column whose log-probability counts.
///   - scale: What the logits were multiplied by, 1 / temperature.
///   - logProbabilities: log p, [rows, n] without gaps; so are `probabilities` and `logitGradients`.
///   - probabilities: p.
///   - entropies: H, [rows].
///   - logProbabilityGradients: ∂L/∂log π(a), [rows].
///   - entropyGradients: ∂L/∂H, [rows].
///   - logitGradients: Overwritten.
public func writeLogitGradients(
  targets: ArraySlice<Int32>, scale: Float, logProbabilities: Matrix, probabilities: Matrix,
  entropies: Matrix, logProbabilityGradients: Matrix, entropyGradients: Matrix,
  into logitGradients: Matrix
) {
  let rows = targets.count
  precondition(
    [logProbabilities, probabilities, logitGradients].allSatisfy {
      $0.rows == rows && $0.columns == logProbabilities.columns && $0.isContiguous
    }
      && [entropies, logProbabilityGradients, entropyGradients].allSatisfy {
        $0.count == rows && $0.isContiguous
      },
    "gradients of \(rows) rows of logits")
  targets.withUnsafeBufferPointer { targets in
    guard let start = targets.baseAddress else { return }
    lb_logit_gradients_f32(
      rows, logProbabilities.columns, scale, start, logProbabilities.base, probabilities.base,
      entropies.base, logProbabilityGradients.base, entropyGradients.base, logitGradients.base)
  }
}
