import NeuralNetworks
import Objectives
import Tensors

/// Takes steps of the optimizer on minibatches of completions; the buffers are used again.
///
/// A minibatch passes through the models a few sequences at a time. The weights of its tokens are known
/// before, so the gradient is that of the whole minibatch, whatever the chunks.
final class LanguagePolicyUpdate {
  private let settings: PolicyGradientSettings
  private let run: LanguageRun
  private var rows = MinibatchRows()
  /// The entropies of the sequence gathered.
  private var entropies: [Float] = []
  private var batch = TokenBatch()
  /// Advantages, by position in the minibatch.
  private var minibatchAdvantages: [Float] = []
  /// Gradients that a sequence objective has given, by sequence of the minibatch.
  private var givenGradients: [Float] = []
  /// Whether all gradients of a sequence are exactly 0, by sequence of the minibatch.
  private var isSilent: [Bool] = []
  /// log π and entropies of silent sequences, by position in the minibatch.
  private var silentLogProbabilities: [Float] = []
  private var silentEntropies: [Float] = []

  /// β of a divergence in the loss, where it is adapted.
  var klCoefficient: Double

  /// Creates the buffers of a run.
  init(_ settings: PolicyGradientSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    klCoefficient = settings.klCoefficient
  }

  /// Minimizes the policy-gradient objective on one minibatch: one step of the optimizer.
  ///
  /// - Parameters:
  ///   - steps: The batch; advantages, targets and weights filled in.
  ///   - sequences: Which sequences the minibatch has.
  ///   - clipRange: ε after its schedule.
  ///   - learningRate: The step size after its schedule.
  ///   - valueLearningRate: That of the value model; none: the same.
  ///   - isFirst: Whether nothing was updated since the batch was sampled; log-probabilities must
  ///     then be what they were.
  /// - Returns: Losses and norms.
  /// - Throws: ``TrainingError`` for a number that is not finite, or a log-probability that is off.
  func minimize(
    _ steps: TokenSteps, sequences: [Int], clipRange: Double?, learningRate: Double,
    valueLearningRate: Double?, isFirst: Bool
  ) throws(TrainingError) -> UpdateSummary {
    var summary = UpdateSummary()
    gatherAdvantages(steps, sequences)
    if settings.ratio == .sequence {
      summary.loss = sequenceLoss(steps, sequences, clipRange: clipRange)
    }
    run.parameters.zeroGradients()
    run.value?.parameters.zeroGradients()
    forwardSilentSequences(steps, sequences)
    var position = 0
    for chunk in parts(of: sequences.count, size: run.chunk) {
      let active = chunk.filter { !isSilent[$0] }
      run.enter(.forward)
      if !active.isEmpty { forwardPolicy(steps, active.map { sequences[$0] }) }
      var nextActive = 0
      for index in chunk {
        let sequence = sequences[index]
        if isSilent[index] {
          gatherSilent(steps, sequence, position: position)
        } else {
          gather(steps, sequence, scored: batch.scoredRange(ofSequence: nextActive))
        }
        if isFirst { try check() }
        addPolicyLoss(to: &summary, sequence: index, position: position, clipRange: clipRange)
        addPenalties(to: &summary)
        if !isSilent[index] {
          writeGradients(scored: batch.scoredRange(ofSequence: nextActive))
          nextActive += 1
        }
        position += rows.weights.count
      }
      if !active.isEmpty {
        run.enter(.backward)
        run.policy.backward()
        run.countTraining(batch, by: run.policy)
      }
      if let value = run.value?.transformer {
        addValueLoss(to: &summary, by: value, steps, sequences[chunk])
      }
    }
    summary.loss.loss += settings.valueCoefficient * summary.valueLossSum / Double(position)
    summary.gradientNorm = try run.takeStep(
      loss: summary.loss.loss, learningRate: learningRate, valueLearningRate: valueLearningRate,
      maxGradientNorm: settings.maxGradientNorm)
    return summary
  }

  // MARK: Parts of a step

  /// Gathers the advantages of the minibatch, standardized if the settings say so.
  private func gatherAdvantages(_ steps: TokenSteps, _ sequences: [Int]) {
    minibatchAdvantages.removeAll(keepingCapacity: true)
    for sequence in sequences {
      minibatchAdvantages += steps.advantages[steps.sequences[sequence].rows]
    }
    if settings.scale == .minibatchStandardization {
      standardize(
        &minibatchAdvantages, count: minibatchAdvantages.count, epsilon: settings.scaleEpsilon)
    }
  }

  /// Finds the sequences whose gradients are all exactly 0, and runs the policy on them, since
  /// diagnostics hold them too.
  ///
  /// A sequence without advantages, divergence or entropy in its loss would add zeros to the gradients of the
  /// parameters, which changes no bit of them, so it takes no backward pass.
  private func forwardSilentSequences(_ steps: TokenSteps, _ sequences: [Int]) {
    isSilent.removeAll(keepingCapacity: true)
    silentLogProbabilities.removeAll(keepingCapacity: true)
    silentEntropies.removeAll(keepingCapacity: true)
    let mayBeSilent = settings.klPlacement != .inLoss && settings.entropyCoefficient == 0
    var starts: [Int] = []
    var position = 0
    for sequence in sequences {
      let range = position..<(position + steps.sequences[sequence].rows.count)
      isSilent.append(mayBeSilent && minibatchAdvantages[range].allSatisfy { $0 == 0 })
      starts.append(range.lowerBound)
      position = range.upperBound
    }
    let silent = sequences.indices.filter { isSilent[$0] }
    guard !silent.isEmpty else { return }
    run.enter(.forward)
    for _ in 0..<position {
      silentLogProbabilities.append(0)
      silentEntropies.append(0)
    }
    for chunk in parts(of: silent.count, size: run.chunk) {
      steps.write(silent[chunk].map { sequences[$0] }, to: &batch)
      run.policy.forward(batch, temperature: settings.temperature, forBackward: false)
      run.countScoring(batch, by: run.policy)
      for (index, place) in silent[chunk].enumerated() {
        for (k, row) in batch.scoredRange(ofSequence: index).enumerated() {
          silentLogProbabilities[starts[place] + k] = run.policy.logProbabilities[row]
          silentEntropies[starts[place] + k] = run.policy.entropies[row]
        }
      }
    }
  }

  /// Runs the policy on sequences of the batch.
  private func forwardPolicy(_ steps: TokenSteps, _ chosen: some Collection<Int>) {
    steps.write(chosen, to: &batch)
    run.policy.forward(batch, temperature: settings.temperature)
  }

  /// Gathers what the objective of one sequence needs.
  ///
  /// Losses are summed over a sequence first, so that not even diagnostics depend on the chunks.
  private func gather(_ steps: TokenSteps, _ sequence: Int, scored: Range<Int>) {
    gather(steps, sequence)
    for (k, row) in scored.enumerated() {
      rows.logProbabilities[k] = run.policy.logProbabilities[row]
      entropies[k] = run.policy.entropies[row]
    }
  }

  /// Gathers what the objective of a silent sequence needs, which begins at `position` of the minibatch.
  private func gatherSilent(_ steps: TokenSteps, _ sequence: Int, position: Int) {
    gather(steps, sequence)
    for k in rows.weights.indices {
      rows.logProbabilities[k] = silentLogProbabilities[position + k]
      entropies[k] = silentEntropies[position + k]
    }
  }

  /// Gathers what was known of a sequence before.
  private func gather(_ steps: TokenSteps, _ sequence: Int) {
    let range = steps.sequences[sequence].rows
    rows.resize(to: range.count)
    while entropies.count < range.count { entropies.append(0) }
    for (k, row) in range.enumerated() {
      rows.oldLogProbabilities[k] = steps.logProbabilities[row]
      rows.referenceLogProbabilities[k] = steps.referenceLogProbabilities[row]
      rows.weights[k] = steps.weights[row]
      rows.oldValues[k] = steps.values[row]
      rows.targets[k] = steps.targets[row]
    }
  }

  /// Adds the surrogate loss of the sequence gathered, and leaves its gradients in the buffers.
  private func addPolicyLoss(
    to summary: inout UpdateSummary, sequence: Int, position: Int, clipRange: Double?
  ) {
    let count = rows.weights.count
    for k in 0..<count { rows.advantages[k] = minibatchAdvantages[position + k] }
    switch settings.ratio {
    case .none:
      var loss = policyGradientLoss(
        logProbabilities: rows.logProbabilities, advantages: rows.advantages,
        weights: rows.weights, count: count, gradient: &rows.gradient)
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
          dualClip: settings.dualClip, gradient: &rows.gradient))
    case .sequence:
      for k in 0..<count { rows.gradient[k] = givenGradients[sequence] }
    }
  }

  /// Adds what the loss of the sequence gathered has beside the surrogate: the divergence and the entropy
  /// bonus.
  private func addPenalties(to summary: inout UpdateSummary) {
    let count = rows.weights.count
    if settings.klPlacement == .inLoss {
      summary.loss.loss += addKLPenalty(
        logProbabilities: rows.logProbabilities,
        referenceLogProbabilities: rows.referenceLogProbabilities, weights: rows.weights,
        count: count, coefficient: klCoefficient, estimator: settings.klEstimator,
        gradient: &rows.gradient)
    }
    for k in 0..<count {
      let entropy = Double(entropies[k])
      let weight = settings.entropyCoefficient * Double(rows.weights[k])
      summary.loss.loss -= weight * entropy
      summary.entropySum += entropy
      rows.entropyGradient[k] = Float(-weight)
    }
  }

  /// Hands the gradients of the sequence gathered to the policy.
  private func writeGradients(scored: Range<Int>) {
    for (k, row) in scored.enumerated() {
      run.policy.logProbabilityGradients[row] = rows.gradient[k]
      run.policy.entropyGradients[row] = rows.entropyGradient[k]
    }
  }

  /// Computes the loss of completions with one ratio each, and keeps the gradients of their tokens.
  private func sequenceLoss(
    _ steps: TokenSteps, _ sequences: [Int], clipRange: Double?
  ) -> PolicyLoss {
    var total = PolicyLoss()
    givenGradients.removeAll(keepingCapacity: true)
    var position = 0
    run.enter(.forward)
    for chunk in parts(of: sequences.count, size: run.chunk) {
      forwardPolicy(steps, sequences[chunk])
      run.countScoring(batch, by: run.policy)
      for (index, sequence) in sequences[chunk].enumerated() {
        let scored = batch.scoredRange(ofSequence: index)
        gather(steps, sequence, scored: scored)
        var logRatio = 0.0
        for k in 0..<scored.count {
          logRatio += Double(rows.logProbabilities[k]) - Double(rows.oldLogProbabilities[k])
        }
        let (loss, gradient) = clippedSequenceLoss(
          logRatio: logRatio, advantage: Double(minibatchAdvantages[position]),
          weight: Double(rows.weights[0]), length: scored.count, clipRange: clipRange,
          dualClip: settings.dualClip)
        total.add(loss)
        givenGradients.append(Float(gradient))
        position += scored.count
      }
    }
    return total
  }

  private func addValueLoss(
    to summary: inout UpdateSummary, by value: Transformer, _ steps: TokenSteps,
    _ chosen: ArraySlice<Int>
  ) {
    run.enter(.forward)
    steps.write(chosen, to: &batch)
    value.forward(batch)
    for (index, sequence) in chosen.enumerated() {
      let scored = batch.scoredRange(ofSequence: index)
      gather(steps, sequence)
      for (k, row) in scored.enumerated() { rows.values[k] = value.values[row] }
      summary.valueLossSum += valueLoss(
        values: rows.values, oldValues: rows.oldValues, targets: rows.targets,
        weight: settings.valueCoefficient / Double(minibatchAdvantages.count),
        count: scored.count, clipRange: settings.valueClip, gradient: &rows.valueGradient)
      for (k, row) in scored.enumerated() { value.valueGradients[row] = rows.valueGradient[k] }
    }
    run.enter(.backward)
    value.backward()
    run.countTraining(batch, by: value)
  }

  /// Throws if a token of the sequence gathered does not have the log-probability that it was sampled
  /// with.
  ///
  /// With OpenBLAS a row's result depends on its batch: there the two may differ by rounding.
  private func check() throws(TrainingError) {
    for (k, sampled) in rows.oldLogProbabilities.enumerated() {
      let recomputed = rows.logProbabilities[k]
      let agrees =
        run.isExact
        ? recomputed.bitPattern == sampled.bitPattern : (recomputed - sampled).magnitude < 1e-3
      // A model that has blown up is reported as such, by its loss.
      guard agrees || !recomputed.isFinite else {
        throw .offPolicy(
          row: k, sampled: sampled, recomputed: recomputed, environmentSteps: run.usedTokens,
          unit: "tokens")
      }
    }
  }
}
