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
  /// H of each row.
  var entropies: [Float] = []
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
    Self.resize(&entropies, to: count, with: 0)
    Self.resize(&values, to: count, with: 0)
    Self.resize(&oldValues, to: count, with: 0)
    Self.resize(&targets, to: count, with: 0)
    Self.resize(&valueGradient, to: count, with: 0)
  }

  /// Gathers what was stored with rows of a batch, `order[positions]`.
  mutating func gather(_ steps: StepBuffer, order: [Int], positions: Range<Int>) {
    let width = steps.actionWidth
    resize(to: positions.count, actionWidth: width)
    if width == 1 {
      copy(steps.actions, at: order, positions, to: &actions)
    } else {
      for (k, position) in positions.enumerated() {
        for index in 0..<width {
          actions[k * width + index] = steps.actions[order[position] * width + index]
        }
      }
    }
    copy(steps.logProbabilities, at: order, positions, to: &oldLogProbabilities)
    copy(steps.referenceLogProbabilities, at: order, positions, to: &referenceLogProbabilities)
    copy(steps.weights, at: order, positions, to: &weights)
  }

  /// Gathers what the value loss reads.
  mutating func gatherTargets(_ steps: StepBuffer, order: [Int], positions: Range<Int>) {
    copy(steps.values, at: order, positions, to: &oldValues)
    copy(steps.targets, at: order, positions, to: &targets)
  }

  /// Writes ∂L/∂H of the bonus −c Σ w H, and adds to the loss and to the sum of the entropies.
  mutating func addEntropyBonus(
    coefficient: Double, count: Int, to loss: inout Double, _ sum: inout Double
  ) {
    for k in 0..<count {
      let weight = coefficient * Double(weights[k])
      entropyGradient[k] = Float(-weight)
      loss -= weight * Double(entropies[k])
      sum += Double(entropies[k])
    }
  }

  private static func resize<Element>(
    _ array: inout [Element], to count: Int, with element: Element
  ) {
    if array.count > count { array.removeLast(array.count - count) }
    while array.count < count { array.append(element) }
  }
}

/// Copies `source[order[position]]` for each of `positions`, in their order.
func copy(
  _ source: [Float], at order: [Int], _ positions: Range<Int>, to target: inout [Float]
) {
  let first = positions.lowerBound
  for position in positions { target[position - first] = source[order[position]] }
}
