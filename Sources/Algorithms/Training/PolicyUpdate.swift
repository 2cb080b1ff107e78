import NeuralNetworks
import Objectives
import Tensors

/// What one step of the optimizer saw.
struct UpdateSummary {
  var loss = PolicyLoss()
  var entropySum = 0.0
  var valueLossSum = 0.0
  var gradientNorm = 0.0
}

/// Takes steps of the optimizer on minibatches of a batch; the buffers are used again.
///
/// A minibatch of more than ``Agent/chunk`` rows is fed in chunks, with the same bits.
final class PolicyUpdate {
  private let run: TrainingRun
  private let agent: Agent
  private var rows = MinibatchRows()
  /// Advantages, by position in the minibatch.
  private var minibatchAdvantages: [Float] = []
  /// Gradients that a sequence objective has given, by position in the minibatch.
  private var givenGradient: [Float] = []

  /// Creates the buffers of a run.
  init(run: TrainingRun) {
    self.run = run
    agent = run.agent
  }

  /// Minimizes the policy-gradient objective on one minibatch: one step of the optimizer.
  ///
  /// - Parameters:
  ///   - steps: The batch; advantages, targets and weights filled in.
  ///   - order: Rows of the batch.
  ///   - positions: Which positions in `order` the minibatch has.
  ///   - sequences: For a sequence ratio, the minibatch's sequences, as consecutive positions.
  ///   - settings: The objective.
  ///   - clipRange: ε after its schedule.
  ///   - learningRate: The step size after its schedule.
  ///   - isFirst: Whether nothing was updated since the batch was sampled; log-probabilities must
  ///     then be what they were.
  /// - Returns: Losses and norms.
  /// - Throws: ``TrainingError`` for a number that is not finite, or a log-probability that is off.
  func minimize(
    _ steps: StepBuffer, order: [Int], positions: Range<Int>, sequences: [Range<Int>] = [],
    settings: PolicyGradientSettings, clipRange: Double?, learningRate: Double, isFirst: Bool
  ) throws(TrainingError) -> UpdateSummary {
    var summary = UpdateSummary()
    run.enter(.advantages)
    gatherAdvantages(steps, order: order, positions: positions, settings: settings)
    if settings.ratio == .sequence {
      summary.loss = sequenceLoss(
        steps, order: order, positions: positions, sequences: sequences, clipRange: clipRange)
    }
    agent.parameters.zeroGradients()
    var start = positions.lowerBound
    while start < positions.upperBound {
      let chunk = start..<min(start + Agent.chunk, positions.upperBound)
      let offset = chunk.lowerBound - positions.lowerBound
      start = chunk.upperBound
      run.enter(.forward)
      forwardPolicy(steps, order: order, positions: chunk)
      if isFirst { try check(steps, order: order, positions: chunk) }
      addPolicyLoss(
        to: &summary, count: chunk.count, offset: offset, settings: settings, clipRange: clipRange)
      backwardPolicy(count: chunk.count)
      if let network = agent.value {
        addValueLoss(
          to: &summary, network: network, steps, order: order, positions: chunk,
          minibatchCount: positions.count, settings: settings)
      }
    }
    summary.loss.loss += settings.valueCoefficient * summary.valueLossSum / Double(positions.count)
    try takeStep(
      summary: &summary, maxGradientNorm: settings.maxGradientNorm, learningRate: learningRate)
    return summary
  }

  /// Steps along given gradients of the log-probabilities, such as those of preferences.
  ///
  /// - Parameters:
  ///   - gradientOfRow: ∂L/∂log π(a|s), by position in `order`.
  ///   - steps: The batch.
  ///   - order: Rows of the batch, all of them in the minibatch.
  ///   - loss: The loss, for the check that it is finite.
  ///   - maxGradientNorm: Where the gradient is clipped to.
  ///   - learningRate: The step size.
  /// - Returns: Entropy and norm.
  /// - Throws: ``TrainingError/notFinite(quantity:value:update:environmentSteps:)``.
  func follow(
    _ gradientOfRow: [Float], _ steps: StepBuffer, order: [Int], loss: Double,
    maxGradientNorm: Double?, learningRate: Double
  ) throws(TrainingError) -> UpdateSummary {
    var summary = UpdateSummary()
    summary.loss.loss = loss
    agent.parameters.zeroGradients()
    var start = 0
    while start < order.count {
      let chunk = start..<min(start + Agent.chunk, order.count)
      run.enter(.forward)
      forwardPolicy(steps, order: order, positions: chunk)
      for k in 0..<chunk.count {
        rows.gradient[k] = gradientOfRow[start + k]
        rows.entropyGradient[k] = 0
        summary.entropySum += Double(agent.policy.head.entropy(row: k))
      }
      backwardPolicy(count: chunk.count)
      start = chunk.upperBound
    }
    try takeStep(
      summary: &summary, maxGradientNorm: maxGradientNorm, learningRate: learningRate)
    return summary
  }

  /// Returns log π(a|s) of rows of the batch under the policy as it is now.
  func logProbabilities(_ steps: StepBuffer, order: [Int]) -> [Float] {
    run.enter(.forward)
    var result: [Float] = []
    result.reserveCapacity(order.count)
    forEachChunk(of: order.indices) { chunk in
      forwardPolicy(steps, order: order, positions: chunk)
      result += rows.logProbabilities[0..<chunk.count]
    }
    return result
  }

  /// Throws if a log-probability, by position in `order`, is not what it was at sampling, bit for bit.
  func check(
    _ recomputed: [Float], _ steps: StepBuffer, order: [Int]
  ) throws(TrainingError) {
    for (k, row) in order.enumerated() {
      try check(recomputed[k], against: steps.logProbabilities[row], row: row)
    }
  }

  // MARK: Parts of a step

  /// Gathers the advantages of the minibatch, standardized if the settings say so.
  private func gatherAdvantages(
    _ steps: StepBuffer, order: [Int], positions: Range<Int>, settings: PolicyGradientSettings
  ) {
    while minibatchAdvantages.count < positions.count {
      minibatchAdvantages.append(0)
      givenGradient.append(0)
    }
    copy(steps.advantages, at: order, positions, to: &minibatchAdvantages)
    if settings.scale == .minibatchStandardization {
      standardize(
        &minibatchAdvantages, count: positions.count, epsilon: settings.scaleEpsilon)
    }
  }

  /// Runs the policy on rows of the batch, and gathers what its objective needs.
  private func forwardPolicy(_ steps: StepBuffer, order: [Int], positions: Range<Int>) {
    rows.gather(steps, order: order, positions: positions)
    let policy = agent.policy
    policy.network.input.copyRows(of: steps.observations, at: order, positions: positions)
    policy.forward(rows: positions.count)
    agent.countForward(policy.network, rows: positions.count)
    policy.head.writeLogProbabilities(
      of: rows.actions, rows: positions.count, into: &rows.logProbabilities)
  }

  private func backwardPolicy(count: Int) {
    run.enter(.backward)
    let policy = agent.policy
    policy.head.writeGradients(
      rows: count, actions: rows.actions, logProbabilityGradients: rows.gradient,
      entropyGradients: rows.entropyGradient, into: policy.network)
    policy.network.backward(rows: count)
    agent.countBackward(policy.network, rows: count)
  }

  /// Adds the loss of a chunk, and leaves its gradients in the buffers.
  private func addPolicyLoss(
    to summary: inout UpdateSummary, count: Int, offset: Int, settings: PolicyGradientSettings,
    clipRange: Double?
  ) {
    rows.advantages.replaceSubrange(
      0..<count, with: minibatchAdvantages[offset..<(offset + count)])
    switch settings.ratio {
    case .none:
      var loss = policyGradientLoss(
        logProbabilities: rows.logProbabilities, advantages: rows.advantages, weights: rows.weights,
        count: count, gradient: &rows.gradient)
      for k in 0..<count {
        let logRatio = Double(rows.logProbabilities[k]) - Double(rows.oldLogProbabilities[k])
        loss.approximateKLSum += KLEstimator.k3.value(logRatio: -logRatio)
      }
      summary.loss.add(loss)
    case .token:
      summary.loss.add(
        clippedSurrogateLoss(
          logProbabilities: rows.logProbabilities, oldLogProbabilities: rows.oldLogProbabilities,
          advantages: rows.advantages, weights: rows.weights, count: count, clipRange: clipRange,
          gradient: &rows.gradient))
    case .sequence:
      for k in 0..<count { rows.gradient[k] = givenGradient[offset + k] }
    }
    if settings.klPlacement == .inLoss {
      summary.loss.loss += addKLPenalty(
        logProbabilities: rows.logProbabilities,
        referenceLogProbabilities: rows.referenceLogProbabilities, weights: rows.weights,
        count: count,
        coefficient: settings.klCoefficient, estimator: settings.klEstimator,
        gradient: &rows.gradient)
    }
    agent.policy.head.writeEntropies(rows: count, into: &rows.entropies)
    var (loss, entropySum) = (summary.loss.loss, summary.entropySum)
    rows.addEntropyBonus(
      coefficient: settings.entropyCoefficient, count: count, to: &loss, &entropySum)
    summary.loss.loss = loss
    summary.entropySum = entropySum
  }

  /// Computes the loss of sequences with one ratio each, and keeps the gradients of their steps.
  private func sequenceLoss(
    _ steps: StepBuffer, order: [Int], positions: Range<Int>, sequences: [Range<Int>],
    clipRange: Double?
  ) -> PolicyLoss {
    let current = logProbabilities(steps, order: Array(order[positions]))
    var total = PolicyLoss()
    for sequence in sequences {
      var logRatio = 0.0
      for position in sequence {
        logRatio +=
          Double(current[position - positions.lowerBound])
          - Double(steps.logProbabilities[order[position]])
      }
      let first = sequence.lowerBound - positions.lowerBound
      let (loss, gradient) = clippedSequenceLoss(
        logRatio: logRatio, advantage: Double(minibatchAdvantages[first]),
        weight: Double(steps.weights[order[sequence.lowerBound]]), length: sequence.count,
        clipRange: clipRange)
      total.add(loss)
      for k in first..<(first + sequence.count) { givenGradient[k] = Float(gradient) }
    }
    return total
  }

  private func addValueLoss(
    to summary: inout UpdateSummary, network: MLP, _ steps: StepBuffer, order: [Int],
    positions: Range<Int>, minibatchCount: Int, settings: PolicyGradientSettings
  ) {
    run.enter(.forward)
    // What the policy has just seen.
    network.input.copyRows(of: agent.policy.network.input, 0..<positions.count)
    rows.gatherTargets(steps, order: order, positions: positions)
    network.forward(rows: positions.count)
    agent.countForward(network, rows: positions.count)
    network.output.copyElements(positions.count, to: &rows.values)
    summary.valueLossSum += valueLoss(
      values: rows.values, oldValues: rows.oldValues, targets: rows.targets,
      weight: settings.valueCoefficient / Double(minibatchCount), count: positions.count,
      clipRange: settings.valueClip, gradient: &rows.valueGradient)
    run.enter(.backward)
    network.outputGradient.copy(from: rows.valueGradient)
    network.backward(rows: positions.count)
    agent.countBackward(network, rows: positions.count)
  }

  private func takeStep(
    summary: inout UpdateSummary, maxGradientNorm: Double?, learningRate: Double
  ) throws(TrainingError) {
    run.enter(.optimizer)
    agent.policy.head.finishGradients()
    summary.gradientNorm = clipGradients(of: agent.parameters, toGlobalNorm: maxGradientNorm)
    try requireBounded(
      loss: summary.loss.loss, gradientNorm: summary.gradientNorm,
      update: agent.optimizer.updates + 1, steps: run.log.environmentSteps,
      unit: "environment steps")
    agent.optimizer.update(learningRate: learningRate)
    run.log.recordStep(to: agent.parameters)
  }

  /// Throws if a row of the chunk just computed is not what it was at sampling.
  private func check(
    _ steps: StepBuffer, order: [Int], positions: Range<Int>
  ) throws(TrainingError) {
    for (k, position) in positions.enumerated() {
      try check(
        rows.logProbabilities[k], against: rows.oldLogProbabilities[k], row: order[position])
    }
  }

  /// With OpenBLAS a row's result depends on its batch: there the two may differ by rounding.
  private func check(
    _ recomputed: Float, against sampled: Float, row: Int
  ) throws(TrainingError) {
    let agrees =
      run.isExact
      ? recomputed.bitPattern == sampled.bitPattern : (recomputed - sampled).magnitude < 1e-3
    // A network that has blown up is reported as such, by its loss.
    guard agrees || !recomputed.isFinite else {
      throw .offPolicy(
        row: row, sampled: sampled, recomputed: recomputed,
        environmentSteps: run.log.environmentSteps)
    }
  }
}
