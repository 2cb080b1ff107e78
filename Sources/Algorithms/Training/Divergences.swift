/// Returns the divergence of the sampling policy from the reference: the log-ratio summed over the steps of a
/// sequence, a mean over sequences, in nats.
func sequenceDivergence(of steps: StepBuffer) -> Double {
  (0..<steps.count).reduce(0.0) { $0 + steps.referenceLogRatio($1) }
    / Double(steps.sequences.count)
}

/// Returns the mean log-ratio of the sampling policy to the reference, in nats of a step.
func stepDivergence(of steps: StepBuffer) -> Double {
  guard steps.count > 0 else { return 0 }
  // Added and taken off one by one: another order has other bits.
  let total = (0..<steps.count).reduce(0.0) {
    $0 + Double(steps.logProbabilities[$1]) - Double(steps.referenceLogProbabilities[$1])
  }
  return total / Double(steps.count)
}

/// Returns the divergence of the sampling policy from a reference: the log-ratio of a sequence as the difference
/// of two sums over its steps, a mean over sequences, in nats.
///
/// - Parameters:
///   - sampled: [sequences][steps] log-probabilities at sampling; at least one sequence.
///   - reference: [sequences][steps] those under the reference.
/// - Returns: The mean log-ratio of a sequence.
func sequenceDivergence(_ sampled: [[Float]], reference: [[Float]]) -> Double {
  zip(sampled, reference).reduce(0.0) { $0 + total(of: $1.0) - total(of: $1.1) }
    / Double(sampled.count)
}

/// Returns the sum in double precision, in ascending order.
private func total(of elements: [Float]) -> Double {
  elements.reduce(0) { $0 + Double($1) }
}
