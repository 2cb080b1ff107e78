/// The inputs and outputs of the objective on a piece of a minibatch, by row of the piece.
///
/// The arrays have exactly as many elements as the piece has rows, and keep their memory.
package struct MinibatchRows {
  /// log π(a|s) under the policy being trained, at sampling, and under the reference.
  package var logProbabilities: [Float] = []
  package var oldLogProbabilities: [Float] = []
  package var referenceLogProbabilities: [Float] = []
  package var advantages: [Float] = []
  package var weights: [Float] = []
  /// ∂L/∂log π(a|s) and ∂L/∂H.
  package var gradient: [Float] = []
  package var entropyGradient: [Float] = []
  /// H of each row.
  package var entropies: [Float] = []
  /// V(s) being trained, V(s) when the batch was collected, and its target.
  package var values: [Float] = []
  package var oldValues: [Float] = []
  package var targets: [Float] = []
  /// ∂L/∂V(s).
  package var valueGradient: [Float] = []

  /// How many rows there are.
  package var count: Int { weights.count }

  /// Creates no rows.
  package init() {}

  /// Sets the number of rows.
  package mutating func resize(to count: Int) {
    guard weights.count != count else { return }
    resizeArray(&logProbabilities, to: count)
    resizeArray(&oldLogProbabilities, to: count)
    resizeArray(&referenceLogProbabilities, to: count)
    resizeArray(&advantages, to: count)
    resizeArray(&weights, to: count)
    resizeArray(&gradient, to: count)
    resizeArray(&entropyGradient, to: count)
    resizeArray(&entropies, to: count)
    resizeArray(&values, to: count)
    resizeArray(&oldValues, to: count)
    resizeArray(&targets, to: count)
    resizeArray(&valueGradient, to: count)
  }

  /// Gathers the inputs of the policy's objective from the rows `order[positions]` of a batch.
  mutating func gather(_ steps: StepBuffer, order: [Int], positions: Range<Int>) {
    resize(to: positions.count)
    copy(steps.logProbabilities, at: order, positions, to: &oldLogProbabilities)
    copy(steps.referenceLogProbabilities, at: order, positions, to: &referenceLogProbabilities)
    copy(steps.weights, at: order, positions, to: &weights)
  }

  /// Gathers the inputs of the value loss from the rows `order[positions]` of a batch.
  mutating func gatherTargets(_ steps: StepBuffer, order: [Int], positions: Range<Int>) {
    resize(to: positions.count)
    copy(steps.values, at: order, positions, to: &oldValues)
    copy(steps.targets, at: order, positions, to: &targets)
  }
}
