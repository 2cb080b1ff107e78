public import SeededRandom
public import Tensors

/// A categorical distribution over actions for each row of logits.
///
/// The buffers are made once; ``update(logits:rows:)`` fills them for a batch. With the profile `exact` the
/// log-probabilities of a row do not depend on the batch, so sampling and training agree bit for bit.
public final class CategoricalHead {
  /// How many actions there are.
  let actions: Int
  /// The most rows that one update can take.
  let capacity: Int
  /// log π, [capacity, actions].
  public let logProbabilities: Tensor
  /// π, [capacity, actions].
  public let probabilities: Tensor
  /// The entropy of each row in nats, [capacity, 1].
  public let entropies: Tensor

  /// Creates the buffers.
  public init(actions: Int, capacity: Int) {
    precondition(actions >= 1 && capacity >= 1, "\(actions) actions, \(capacity) rows")
    self.actions = actions
    self.capacity = capacity
    logProbabilities = Tensor(rows: capacity, columns: actions)
    probabilities = Tensor(rows: capacity, columns: actions)
    entropies = Tensor(rows: capacity, columns: 1)
  }

  /// Computes the distributions of the first `rows` rows of `logits`, [at least rows, actions].
  public func update(logits: Tensor, rows: Int) {
    precondition(rows >= 1 && rows <= capacity, "\(rows) rows, capacity \(capacity)")
    logSoftmax(
      of: logits.firstRows(rows), logProbabilities: logProbabilities.firstRows(rows),
      probabilities: probabilities.firstRows(rows), entropies: entropies.firstRows(rows))
  }

  /// Returns the action that a uniform number selects in `row`.
  ///
  /// The first action whose cumulative probability, summed in ascending order, exceeds `uniform`. Rounding
  /// can leave the total below 1; what is left goes to the last possible action. An action of
  /// probability 0 is never selected.
  ///
  /// - Parameters:
  ///   - row: A row of the last update.
  ///   - uniform: In 0..<1.
  /// - Returns: An action in 0..<actions.
  public func sampledAction(row: Int, uniform: Float) -> Int {
    var cumulative: Float = 0
    var lastPossible = 0
    for action in 0..<actions {
      let probability = probabilities[row, action]
      guard probability > 0 else { continue }
      cumulative += probability
      lastPossible = action
      if uniform < cumulative { return action }
    }
    return lastPossible
  }

  /// Writes the gradient of a loss with respect to the logits.
  ///
  /// With a the action taken, p = π and H the entropy of the row:
  ///
  ///     ∂L/∂x_c = ∂L/∂log π(a) · (δ_ac − p_c) − ∂L/∂H · p_c (log p_c + H)
  ///
  /// - Parameters:
  ///   - rows: How many rows of the last update there are.
  ///   - actions: [rows] the index of the action taken in each row.
  ///   - logProbabilityGradients: [rows] ∂L/∂log π(a).
  ///   - entropyGradients: [rows] ∂L/∂H; for a loss with the bonus −c·mean(H) it is −c / rows.
  ///   - logitGradients: [at least rows, actions], overwritten.
  public func writeLogitGradients(
    rows: Int, actions: [Float], logProbabilityGradients: [Float], entropyGradients: [Float],
    into logitGradients: Tensor
  ) {
    precondition(
      actions.count >= rows && logProbabilityGradients.count >= rows
        && entropyGradients.count >= rows && rows <= capacity
        && logitGradients.columns == self.actions && logitGradients.rows >= rows,
      "\(actions.count) actions, \(logProbabilityGradients.count) and \(entropyGradients.count) gradients for \(rows) rows"
    )
    Tensors.writeLogitGradients(
      taken: actions, logProbabilities: logProbabilities.firstRows(rows),
      probabilities: probabilities.firstRows(rows), entropies: entropies.firstRows(rows),
      logProbabilityGradients: logProbabilityGradients, entropyGradients: entropyGradients,
      into: logitGradients.firstRows(rows))
  }
}

/// Returns the action with the largest logit in `row`, the lowest one of several.
public func greedyAction(logits: Tensor, row: Int) -> Int {
  var best = 0
  for action in 1..<max(logits.columns, 1) where logits[row, action] > logits[row, best] {
    best = action
  }
  return best
}

extension CategoricalHead: ActionHead {
  public var actionWidth: Int { 1 }

  public func update(after network: MLP, rows: Int) { update(logits: network.output, rows: rows) }

  public func sampleAction(
    row: Int, using generator: inout SeededGenerator, noise: [Float], at noiseOffset: Int,
    into actions: inout [Float], at offset: Int
  ) {
    actions[offset] = Float(sampledAction(row: row, uniform: generator.nextUnitFloat()))
  }

  public func writeGreedyAction(
    of output: Tensor, row: Int, into actions: inout [Float], at offset: Int
  ) {
    actions[offset] = Float(greedyAction(logits: output, row: row))
  }

  public func logProbability(of actions: [Float], at offset: Int, row: Int) -> Float {
    logProbabilities[row, Int(actions[offset])]
  }

  public func entropy(row: Int) -> Float { entropies[row] }

  public func writeLogProbabilities(
    of actions: [Float], rows: Int, into logProbabilities: inout [Float]
  ) {
    self.logProbabilities.copyElements(rows, inColumns: actions, to: &logProbabilities)
  }

  public func writeEntropies(rows: Int, into entropies: inout [Float]) {
    self.entropies.copyElements(rows, to: &entropies)
  }

  /// ‖∇_logits log π(a)‖² = 1 − 2 π(a) + Σ π².
  public func squaredScoreNorm(of actions: [Float], at offset: Int, row: Int) -> Double {
    var squares = 0.0
    for action in 0..<self.actions {
      let probability = Double(probabilities[row, action])
      squares += probability * probability
    }
    return max(0, 1 - 2 * Double(probabilities[row, Int(actions[offset])]) + squares)
  }

  public func writeGradients(
    rows: Int, actions: [Float], logProbabilityGradients: [Float], entropyGradients: [Float],
    into network: MLP
  ) {
    writeLogitGradients(
      rows: rows, actions: actions, logProbabilityGradients: logProbabilityGradients,
      entropyGradients: entropyGradients, into: network.outputGradient)
  }
}
