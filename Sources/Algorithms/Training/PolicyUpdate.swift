import NeuralNetworks
import Objectives

/// Takes steps of the optimizer along the policy-gradient objective, in every world; the buffers are used again.
///
/// ``PolicyObjective`` is what they minimize; here its gradients pass through the models.
final class PolicyUpdate<Models: TrainedModels> {
  private let settings: PolicyGradientSettings
  private let models: Models
  private var rows = MinibatchRows()
  /// Advantages, by position in the minibatch.
  private var minibatchAdvantages: [Float] = []
  /// Gradients that a sequence ratio has given, by position in the minibatch.
  private var givenGradient: [Float] = []
  /// log π and entropies that were computed before the passes with gradients, by position in the minibatch.
  private var knownLogProbabilities: [Float] = []
  private var knownEntropies: [Float] = []
  /// Entropies in any order.
  private var entropyScratch: [Float] = []
  /// Whether all gradients of a piece are exactly 0, by piece.
  private var isSilent: [Bool] = []
  /// The pieces of a pass.
  private var passing: [Int] = []

  /// Creates the buffers of a run.
  init(_ settings: PolicyGradientSettings, models: Models) {
    self.settings = settings
    self.models = models
  }

  /// Minimizes the policy-gradient objective on one minibatch: one step of the optimizer.
  ///
  /// - Parameters:
  ///   - minibatch: Rows of the batch, whose advantages, targets and weights are filled in.
  ///   - objective: The objective to minimize.
  ///   - learningRate: The step size after its schedule.
  ///   - valueLearningRate: That of a value model with an optimizer of its own; none: the same.
  ///   - isFirst: Whether nothing was updated since the batch was sampled; log-probabilities must
  ///     then be what they were.
  /// - Returns: Losses and norms.
  /// - Throws: ``TrainingError`` for a number that is not finite, or a log-probability that is off.
  func minimize(
    _ minibatch: Minibatch, of objective: PolicyObjective, learningRate: Double,
    valueLearningRate: Double? = nil, isFirst: Bool
  ) throws(TrainingError) -> UpdateSummary {
    var summary = try differentiate(minibatch, of: objective, isFirst: isFirst)
    summary.gradientNorm = try models.run.takeStep(
      loss: summary.loss.loss, learningRate: learningRate, valueLearningRate: valueLearningRate,
      maxGradientNorm: settings.maxGradientNorm)
    return summary
  }

  /// Leaves the gradient of the objective on one minibatch in the models' parameters.
  ///
  /// - Parameters:
  ///   - minibatch: Rows of the batch, whose advantages, targets and weights are filled in.
  ///   - objective: The objective to differentiate.
  ///   - isFirst: Whether nothing was updated since the batch was sampled.
  /// - Returns: Losses.
  /// - Throws: ``TrainingError`` for a log-probability that is off.
  func differentiate(
    _ minibatch: Minibatch, of objective: PolicyObjective, isFirst: Bool
  ) throws(TrainingError) -> UpdateSummary {
    var summary = UpdateSummary()
    gatherAdvantages(minibatch)
    if settings.topEntropyShare < 1 { keepHighestEntropies(minibatch) }
    if let ratio = settings.ratio.ofSequences {
      summary.loss = sequenceLoss(minibatch, objective, ratio)
    }
    runSilentPieces(minibatch)
    try models.differentiate(
      minibatch, leavingOut: isSilent, passing: &passing,
      read: { pass throws(TrainingError) in
        try readPolicy(pass, of: minibatch, objective, isFirst: isFirst, summary: &summary)
      }, trainsValues: models.hasValueModel,
      readValues: { pass in readValues(pass, of: minibatch, objective, summary: &summary) })
    summary.loss.loss +=
      settings.valueCoefficient * summary.valueLossSum / Double(minibatch.rows.count)
    return summary
  }

  // MARK: Passes

  /// Reads the pieces of a pass through the policy, and hands it their gradients.
  private func readPolicy(
    _ pass: Range<Int>, of minibatch: Minibatch, _ objective: PolicyObjective, isFirst: Bool,
    summary: inout UpdateSummary
  ) throws(TrainingError) {
    var place = 0
    for piece in pass {
      let positions = minibatch.pieces[piece]
      rows.gather(models.steps, order: minibatch.rows, positions: positions)
      if isSilent[piece] {
        take(knownLogProbabilities, positions, into: &rows.logProbabilities)
        take(knownEntropies, positions, into: &rows.entropies)
      } else {
        models.readLogProbabilities(at: place, into: &rows)
        models.readEntropies(at: place, into: &rows)
      }
      if isFirst { try check(minibatch, positions) }
      take(minibatchAdvantages, positions, into: &rows.advantages)
      if settings.ratio.ofSequences != nil { take(givenGradient, positions, into: &rows.gradient) }
      objective.addPolicyLoss(of: &rows, to: &summary)
      if !isSilent[piece] {
        models.writeGradients(at: place, rows.gradient, entropies: rows.entropyGradient)
        place += 1
      }
    }
  }

  /// Reads the pieces of a pass through the value model, and hands it their gradients.
  private func readValues(
    _ pass: Range<Int>, of minibatch: Minibatch, _ objective: PolicyObjective,
    summary: inout UpdateSummary
  ) {
    for (place, piece) in pass.enumerated() {
      rows.gatherTargets(
        models.steps, order: minibatch.rows, positions: minibatch.pieces[piece])
      models.readValues(at: place, into: &rows)
      objective.addValueLoss(of: &rows, minibatchCount: minibatch.rows.count, to: &summary)
      models.writeValueGradients(at: place, rows.valueGradient)
    }
  }

  /// Runs the policy on pieces that take no backward pass or none yet, and keeps their log-probabilities and entropies.
  private func runForward(
    _ minibatch: Minibatch, for purpose: PassPurpose, where isChosen: (Int) -> Bool
  ) {
    resizeArray(&knownLogProbabilities, to: minibatch.rows.count)
    resizeArray(&knownEntropies, to: minibatch.rows.count)
    models.forward(minibatch, for: purpose, passing: &passing, where: isChosen) { pieces in
      for (place, piece) in pieces.enumerated() {
        let positions = minibatch.pieces[piece]
        rows.resize(to: positions.count)
        models.readLogProbabilities(at: place, into: &rows)
        if purpose == .diagnostics { models.readEntropies(at: place, into: &rows) }
        put(rows.logProbabilities, at: positions, of: &knownLogProbabilities)
        if purpose == .diagnostics { put(rows.entropies, at: positions, of: &knownEntropies) }
      }
    }
  }

  /// Finds the pieces whose gradients are all exactly 0, and runs the policy on them, since diagnostics hold
  /// them too.
  ///
  /// A piece without advantages, divergence or entropy in its loss would add zeros to the gradients of the
  /// parameters, which changes no bit of them, so it takes no backward pass.
  private func runSilentPieces(_ minibatch: Minibatch) {
    let mayBeSilent =
      models.leavesOutSilentPieces && settings.klPlacement != .inLoss
      && settings.entropyCoefficient == 0
    isSilent.removeAll(keepingCapacity: true)
    var areSome = false
    for positions in minibatch.pieces {
      let silent = mayBeSilent && positions.allSatisfy { minibatchAdvantages[$0] == 0 }
      isSilent.append(silent)
      areSome = areSome || silent
    }
    if areSome { runForward(minibatch, for: .diagnostics) { isSilent[$0] } }
  }

  // MARK: The objective's inputs

  /// Gathers the advantages of the minibatch, standardized if the settings say so.
  private func gatherAdvantages(_ minibatch: Minibatch) {
    models.run.enter(.advantages)
    let count = minibatch.rows.count
    while minibatchAdvantages.count < count {
      minibatchAdvantages.append(0)
      givenGradient.append(0)
    }
    copy(models.steps.advantages, at: minibatch.rows, 0..<count, to: &minibatchAdvantages)
    if settings.scale == .minibatchStandardization {
      standardize(&minibatchAdvantages, count: count, epsilon: settings.scaleEpsilon)
    }
  }

  /// Sets the advantages of the steps with the lowest entropies to 0, which takes them out of the policy loss and
  /// leaves their weights as they are.
  private func keepHighestEntropies(_ minibatch: Minibatch) {
    runForward(minibatch, for: .diagnostics) { _ in true }
    let count = minibatch.rows.count
    let threshold = entropyThreshold(
      of: knownEntropies, count: count, share: settings.topEntropyShare,
      scratch: &entropyScratch)
    for position in 0..<count where Double(knownEntropies[position]) < threshold {
      minibatchAdvantages[position] = 0
    }
  }

  /// Computes the loss of sequences with one ratio each, and keeps the gradients of their steps.
  private func sequenceLoss(
    _ minibatch: Minibatch, _ objective: PolicyObjective, _ ratio: SequenceRatio
  ) -> PolicyLoss {
    runForward(minibatch, for: .objective) { _ in true }
    let steps = models.steps
    var total = PolicyLoss()
    var first = 0
    for sequence in minibatch.sequences {
      let range = steps.sequences[sequence]
      let positions = first..<(first + range.count)
      total.add(
        objective.sequenceLoss(
          logProbabilities: knownLogProbabilities[positions],
          oldLogProbabilities: steps.logProbabilities[range],
          advantage: Double(minibatchAdvantages[first]),
          weight: Double(steps.weights[range.lowerBound]), ratio: ratio,
          gradient: &givenGradient))
      first = positions.upperBound
    }
    return total
  }

  /// Throws if a row of the piece gathered does not have the log-probability that it was sampled with.
  private func check(
    _ minibatch: Minibatch, _ positions: Range<Int>
  ) throws(TrainingError) {
    for (k, position) in positions.enumerated() {
      try models.run.requireUnchanged(
        rows.logProbabilities[k], since: rows.oldLogProbabilities[k], row: minibatch.rows[position])
    }
  }
}
