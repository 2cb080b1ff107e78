import Objectives

/// Takes steps of the optimizer on minibatches of pairs, in every world; the buffers are used again.
final class PreferenceUpdate<Models: TrainedModels> {
  private let objective: PreferenceObjective
  private let models: Models
  private var rows = MinibatchRows()
  /// log π and ∂L/∂log π, by position in the minibatch.
  private var logProbabilities: [Float] = []
  private var gradients: [Float] = []
  /// The pieces of a pass.
  private var passing: [Int] = []

  /// Creates the buffers of a run.
  init(_ objective: PreferenceObjective, models: Models) {
    self.objective = objective
    self.models = models
  }

  /// Minimizes the preference loss on one minibatch: one step of the optimizer.
  ///
  /// - Parameters:
  ///   - minibatch: Sequences of the batch, the preferred and the other of each pair in turn.
  ///   - learningRate: The step size.
  ///   - isFirst: Whether the policy as it is sampled them; log-probabilities must then be what they were.
  ///   - means: Records the pairs.
  /// - Throws: ``TrainingError`` for a number that is not finite, or a log-probability that is off.
  func minimize(
    _ minibatch: Minibatch, learningRate: Double, isFirst: Bool, means: inout PreferenceMeans
  ) throws(TrainingError) {
    resizeArray(&logProbabilities, to: minibatch.rows.count)
    resizeArray(&gradients, to: minibatch.rows.count)
    var loss = 0.0
    // A pair whose sequences pass together has its loss between forward and backward pass. Where pieces are no
    // sequences, all log-probabilities come first.
    let passesWhole = minibatch.rowsPerPiece == nil
    if !passesWhole {
      try models.forward(minibatch, for: .objective, passing: &passing, where: { _ in true }) {
        pieces throws(TrainingError) in
        try read(pieces[0]..<(pieces[0] + pieces.count), of: minibatch, isFirst: isFirst)
      }
      addLoss(of: minibatch.sequences.indices, minibatch, firstPosition: 0, to: &loss, &means)
    }
    try models.differentiate(
      minibatch, together: passesWhole ? 2 * max(1, models.piecesPerPass / 2) : nil,
      passing: &passing,
      read: { pass throws(TrainingError) in
        try read(pass, of: minibatch, isFirst: isFirst && passesWhole)
        if passesWhole {
          addLoss(
            of: pass, minibatch, firstPosition: minibatch.pieces[pass.lowerBound].lowerBound,
            to: &loss, &means)
        }
        writeGradients(of: pass, minibatch, means: &means)
      })
    let norm = try models.run.takeStep(
      loss: loss, learningRate: learningRate, maxGradientNorm: objective.settings.maxGradientNorm)
    means.addMinibatch(gradientNorm: norm, learningRate: learningRate)
  }

  /// Keeps the log-probabilities of the pieces of a pass.
  private func read(
    _ pass: Range<Int>, of minibatch: Minibatch, isFirst: Bool
  ) throws(TrainingError) {
    for (place, piece) in pass.enumerated() {
      let positions = minibatch.pieces[piece]
      rows.resize(to: positions.count)
      models.readLogProbabilities(at: place, into: &rows)
      put(rows.logProbabilities, at: positions, of: &logProbabilities)
      guard isFirst else { continue }
      for (k, position) in positions.enumerated() {
        let row = minibatch.rows[position]
        try models.run.requireUnchanged(
          rows.logProbabilities[k], since: models.steps.logProbabilities[row], row: row)
      }
    }
  }

  /// Adds the losses of the pairs of `sequences`, and keeps the gradients of their steps.
  private func addLoss(
    of sequences: Range<Int>, _ minibatch: Minibatch, firstPosition: Int, to loss: inout Double,
    _ means: inout PreferenceMeans
  ) {
    let count = Double(minibatch.sequences.count / 2)
    let current = logProbabilities
    let reference = models.steps.referenceLogProbabilities
    var next = firstPosition
    for index in stride(from: sequences.lowerBound, to: sequences.upperBound, by: 2) {
      let preferredRows = models.steps.sequences[minibatch.sequences[index]]
      let otherRows = models.steps.sequences[minibatch.sequences[index + 1]]
      let positions = next..<(next + preferredRows.count)
      let otherPositions = positions.upperBound..<(positions.upperBound + otherRows.count)
      next = otherPositions.upperBound
      let preferred = sums(of: current, positions, reference: reference, preferredRows)
      let other = sums(of: current, otherPositions, reference: reference, otherRows)
      let weight = objective.weight(ofLength: positions.count)
      let otherWeight = objective.weight(ofLength: otherPositions.count)
      let term = objective.term(
        preferredLogRatio: preferred.logRatio * weight,
        otherLogRatio: other.logRatio * otherWeight)
      loss += term.loss / count
      fill(&gradients, at: positions, with: Float(term.gradient * weight / count))
      fill(
        &gradients, at: otherPositions, with: Float(term.otherGradient * otherWeight / count))
      means.add(term, preferred: preferred.logProbability, other: other.logProbability)
    }
  }

  /// Returns the log-probability of a sequence, and its log-ratio to the reference.
  private func sums(
    of current: [Float], _ positions: Range<Int>, reference: [Float], _ rows: Range<Int>
  ) -> (logProbability: Double, logRatio: Double) {
    let offset = rows.lowerBound - positions.lowerBound
    var (logProbability, referenceSum, differences) = (0.0, 0.0, 0.0)
    for position in positions {
      let (now, then) = (Double(current[position]), Double(reference[position + offset]))
      logProbability += now
      referenceSum += then
      differences += now - then
    }
    switch objective.summation {
    case .byStepAndMinibatch: return (logProbability, differences)
    case .bySequenceAndRound: return (logProbability, logProbability - referenceSum)
    }
  }

  /// Hands the gradients of pieces to the policy.
  private func writeGradients(
    of pass: Range<Int>, _ minibatch: Minibatch, means: inout PreferenceMeans
  ) {
    for (place, piece) in pass.enumerated() {
      let positions = minibatch.pieces[piece]
      rows.gather(models.steps, order: minibatch.rows, positions: positions)
      take(logProbabilities, positions, into: &rows.logProbabilities)
      take(gradients, positions, into: &rows.gradient)
      fill(&rows.entropyGradient, at: 0..<positions.count, with: 0)
      models.readEntropies(at: place, into: &rows)
      means.addSteps(of: rows)
      models.writeGradients(at: place, rows.gradient, entropies: rows.entropyGradient)
    }
  }
}
