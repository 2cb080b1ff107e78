import CKernels

/// Writes the softmax of each row of `logits` to `probabilities`.
///
/// The exact maximum is subtracted first, so exp(0) = 1 is among the terms; P = e · (1 / Σe), the sum in
/// 16 lanes by column. A logit of −∞ gives exactly +0.
///
/// - Parameters:
///   - logits: [rows, n].
///   - probabilities: [rows, n]; may be `logits`.
public func softmax(of logits: Matrix, into probabilities: Matrix) {
  precondition(
    logits.rows == probabilities.rows && logits.columns == probabilities.columns
      && logits.columns > 0,
    "softmax of [\(logits.rows), \(logits.columns)] into [\(probabilities.rows), \(probabilities.columns)]"
  )
  lb_softmax_f32(
    logits.rows, logits.columns, logits.base, logits.stride, probabilities.base,
    probabilities.stride)
}

/// Writes log-softmax, softmax and the entropy of each row of `logits`.
///
///     log P = (x − max) − log Σe,   P = e · (1 / Σe),   H = −Σ P log P
///
/// - Parameters:
///   - logits: [rows, n].
///   - logProbabilities: [rows, n]; not `logits`.
///   - probabilities: [rows, n], with the same stride as `logProbabilities`.
///   - entropies: [rows, 1] or [1, rows], in nats.
public func logSoftmax(
  of logits: Matrix, logProbabilities: Matrix, probabilities: Matrix, entropies: Matrix
) {
  let (rows, columns) = (logits.rows, logits.columns)
  precondition(
    columns > 0 && logProbabilities.rows == rows && logProbabilities.columns == columns
      && probabilities.rows == rows && probabilities.columns == columns
      && logProbabilities.stride == probabilities.stride && entropies.count == rows
      && entropies.isContiguous,
    "log-softmax of [\(rows), \(columns)]")
  lb_log_softmax_f32(
    rows, columns, logits.base, logits.stride, logProbabilities.base, probabilities.base,
    probabilities.stride, entropies.base)
}
