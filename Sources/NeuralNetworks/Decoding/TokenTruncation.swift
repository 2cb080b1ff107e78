public import Tensors

/// Sets the logits of the tokens that `settings` leave out to −∞, so that a softmax gives them exactly +0.
///
/// Tokens are ordered by probability, the lowest of equal ones first. Top-k keeps the first k; top-p keeps the
/// fewest of these whose cumulative probability reaches `topP` of what top-k kept, and at least one. A token
/// whose probability has underflowed to 0 is never kept.
///
/// - Parameters:
///   - logits: [1, n], the logits at the sampling temperature, changed in place.
///   - probabilities: [1, n], their softmax.
///   - settings: The tokens to keep.
///   - order: Storage for n numbers that is used again.
public func truncate(
  logits: Matrix, probabilities: Matrix, settings: SamplingSettings, order: inout [Int32]
) {
  let count = logits.columns
  precondition(
    logits.rows == 1 && probabilities.rows == 1 && probabilities.columns == count,
    "logits [\(logits.rows), \(count)], probabilities [\(probabilities.rows), \(probabilities.columns)]"
  )
  order.removeAll(keepingCapacity: true)
  // Insertion keeps equal tokens in ascending order and needs no memory; vocabularies here are small.
  for token in 0..<count where probabilities[0, token] > 0 {
    let probability = probabilities[0, token]
    order.append(Int32(token))
    var place = order.count - 1
    while place > 0 && probabilities[0, Int(order[place - 1])] < probability {
      order[place] = order[place - 1]
      place -= 1
    }
    order[place] = Int32(token)
  }
  var kept = min(settings.topK ?? order.count, order.count)
  if let topP = settings.topP {
    var total = 0.0
    for place in 0..<kept { total += Double(probabilities[0, Int(order[place])]) }
    var cumulative = 0.0
    for place in 0..<kept {
      cumulative += Double(probabilities[0, Int(order[place])])
      if cumulative >= topP * total {
        kept = place + 1
        break
      }
    }
  }
  for token in 0..<count where probabilities[0, token] == 0 { logits[0, token] = -.infinity }
  for place in kept..<order.count { logits[0, Int(order[place])] = -.infinity }
}

/// Returns the token that a uniform number selects by the inverse of the cumulative distribution.
///
/// The first token whose cumulative probability, summed in ascending order, exceeds `uniform`. Rounding can
/// leave the total below 1; what is left goes to the last possible token. A token of probability 0 is
/// never selected.
///
/// - Parameters:
///   - probabilities: [rows, n].
///   - row: The row to draw from.
///   - uniform: In 0..<1.
/// - Returns: A token in 0..<n.
public func sampledToken(probabilities: Tensor, row: Int, uniform: Float) -> Int32 {
  var cumulative: Float = 0
  var lastPossible = 0
  for token in 0..<probabilities.columns {
    let probability = probabilities[row, token]
    guard probability > 0 else { continue }
    cumulative += probability
    lastPossible = token
    if uniform < cumulative { return Int32(token) }
  }
  return Int32(lastPossible)
}
