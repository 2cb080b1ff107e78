/// Adds the cross-entropy of target tokens to a loss, and writes its gradient.
///
///     L = −w Σₖ log π(yₖ | y_<ₖ)
///
/// It is the policy gradient with an advantage of 1, apart from its sum, which runs on in double precision over all
/// sequences of a minibatch.
///
/// - Parameters:
///   - logProbabilities: [≥ count] log π(yₖ | y_<ₖ) under the model being trained.
///   - weight: w, 1 over the tokens of the minibatch for their mean.
///   - count: How many tokens there are.
///   - loss: The loss so far, in nats.
///   - gradient: [≥ count] receives ∂L/∂log π(yₖ | y_<ₖ) = −w.
/// - Complexity: O(count), without allocation.
public func addCrossEntropy(
  logProbabilities: [Float], weight: Double, count: Int, to loss: inout Double,
  gradient: inout [Float]
) {
  for k in 0..<count {
    loss -= Double(logProbabilities[k]) * weight
    gradient[k] = Float(-weight)
  }
}
