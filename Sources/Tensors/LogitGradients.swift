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

/// Writes the gradient of a loss with respect to few logits, in the order of operations of the formula:
///
///     ∂L/∂log π(a) · (δ_ac − p_c) − ∂L/∂H · (p_c (log p_c + H))
///
/// The second term is left out where p_c = 0.
///
/// - Parameters:
///   - taken: [≥ rows] a, the column whose log-probability counts, as a number.
///   - logProbabilities: log p, [rows, n] without gaps; so are `probabilities` and `logitGradients`.
///   - probabilities: p.
///   - entropies: H, [rows].
///   - logProbabilityGradients: [≥ rows] ∂L/∂log π(a).
///   - entropyGradients: [≥ rows] ∂L/∂H.
///   - logitGradients: Overwritten.
public func writeLogitGradients(
  taken: [Float], logProbabilities: Matrix, probabilities: Matrix, entropies: Matrix,
  logProbabilityGradients: [Float], entropyGradients: [Float], into logitGradients: Matrix
) {
  let (rows, columns) = (logitGradients.rows, logitGradients.columns)
  precondition(
    [logProbabilities, probabilities].allSatisfy {
      $0.rows == rows && $0.columns == columns && $0.isContiguous
    } && logitGradients.isContiguous && entropies.count == rows && entropies.isContiguous
      && min(taken.count, logProbabilityGradients.count, entropyGradients.count) >= rows,
    "gradients of \(rows) rows of logits")
  let (logP, p) = (logProbabilities.base, probabilities.base)
  let (entropyOfRow, result) = (entropies.base, logitGradients.base)
  for row in 0..<rows {
    let logProbabilityGradient = logProbabilityGradients[row]
    let entropyGradient = entropyGradients[row]
    let action = Int(taken[row])
    for column in 0..<columns {
      let index = row * columns + column
      let indicator: Float = column == action ? 1 : 0
      var gradient = logProbabilityGradient * (indicator - p[index])
      if p[index] > 0 {
        gradient -= entropyGradient * (p[index] * (logP[index] + entropyOfRow[row]))
      }
      result[index] = gradient
    }
  }
}
