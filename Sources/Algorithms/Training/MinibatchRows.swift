/// What the objective of a chunk of a minibatch reads and writes, by row of the chunk.
///
/// The arrays have exactly as many elements as the chunk has rows, and keep their memory.
struct MinibatchRows {
  /// The actions, each as ``StepBuffer/actionWidth`` numbers.
  var actions: [Float] = []
  /// log π(a|s) under the policy being trained, at sampling, and under the reference.
  var logProbabilities: [Float] = []
  var oldLogProbabilities: [Float] = []
  var referenceLogProbabilities: [Float] = []
  var advantages: [Float] = []
  var weights: [Float] = []
  /// ∂L/∂log π(a|s) and ∂L/∂H.
  var gradient: [Float] = []
  var entropyGradient: [Float] = []
  /// V(s) being trained, when the batch was collected, and what it is to be.
  var values: [Float] = []
  var oldValues: [Float] = []
  var targets: [Float] = []
  /// ∂L/∂V(s).
  var valueGradient: [Float] = []

  /// Sets the number of rows.
  mutating func resize(to count: Int, actionWidth: Int = 1) {
    guard weights.count != count else { return }
    Self.resize(&actions, to: count * actionWidth, with: 0)
    Self.resize(&logProbabilities, to: count, with: 0)
    Self.resize(&oldLogProbabilities, to: count, with: 0)
    Self.resize(&referenceLogProbabilities, to: count, with: 0)
    Self.resize(&advantages, to: count, with: 0)
    Self.resize(&weights, to: count, with: 0)
    Self.resize(&gradient, to: count, with: 0)
    Self.resize(&entropyGradient, to: count, with: 0)
    Self.resize(&values, to: count, with: 0)
    Self.resize(&oldValues, to: count, with: 0)
    Self.resize(&targets, to: count, with: 0)
    Self.resize(&valueGradient, to: count, with: 0)
  }

  private static func resize<Element>(
    _ array: inout [Element], to count: Int, with element: Element
  ) {
    if array.count > count { array.removeLast(array.count - count) }
    while array.count < count { array.append(element) }
  }
}
