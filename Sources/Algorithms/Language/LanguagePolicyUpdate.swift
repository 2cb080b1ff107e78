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
  private var batch = TokenBatch()
  /// Advantages, by position in the minibatch.
  private var minibatchAdvantages: [Float] = []
  /// Gradients that a sequence objective has given, by sequence of the minibatch.
  private var givenGradients: [Float] = []

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
    var position = 0
    for chunk in parts(of: sequences.count, size: run.chunk) {
      let chosen = sequences[chunk]
      run.enter(.forward)
      forwardPolicy(steps, chosen)
      if isFirst { try check(steps, chosen) }
      addPolicyLoss(to: &summary, position: position, clipRange: clipRange)
      if settings.ratio == .sequence { useGivenGradients(steps, chosen, chunk) }
      addPenalties(to: &summary)
      backwardPolicy()
      if let value = run.value?.transformer {
        addValueLoss(to: &summary, by: value, steps, chosen)
      }
      position += batch.scoredCount
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

  /// Runs the policy on sequences of the batch, and gathers what its objective needs.
  private func forwardPolicy(_ steps: TokenSteps, _ chosen: ArraySlice<Int>) {
    steps.write(chosen, to: &batch)
    rows.resize(to: batch.scoredCount)
    var k = 0
    for sequence in chosen {
      for row in steps.sequences[sequence].rows {
        rows.oldLogProbabilities[k] = steps.logProbabilities[row]
        rows.referenceLogProbabilities[k] = steps.referenceLogProbabilities[row]
        rows.weights[k] = steps.weights[row]
        rows.oldValues[k] = steps.values[row]
        rows.targets[k] = steps.targets[row]
        k += 1
      }
    }
    run.policy.forward(batch, temperature: settings.temperature)
    for k in 0..<batch.scoredCount { rows.logProbabilities[k] = run.policy.logProbabilities[k] }
  }

  /// Adds the loss of a chunk, and leaves its gradients in the buffers.
  private func addPolicyLoss(
    to summary: inout UpdateSummary, position: Int, clipRange: Double?
  ) {
    let count = batch.scoredCount
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
      // The gradients are given.
      break
    }
  }

  /// Adds what the loss has beside the surrogate: the divergence and the entropy bonus.
  private func addPenalties(to summary: inout UpdateSummary) {
    let count = batch.scoredCount
    if settings.klPlacement == .inLoss {
      summary.loss.loss += addKLPenalty(
        logProbabilities: rows.logProbabilities,
        referenceLogProbabilities: rows.referenceLogProbabilities, weights: rows.weights,
        count: count, coefficient: klCoefficient, estimator: settings.klEstimator,
        gradient: &rows.gradient)
    }
    for k in 0..<count {
      let entropy = Double(run.policy.entropies[k])
      let weight = settings.entropyCoefficient * Double(rows.weights[k])
      rows.entropyGradient[k] = Float(-weight)
      summary.loss.loss -= weight * entropy
      summary.entropySum += entropy
    }
  }

  private func backwardPolicy() {
    run.enter(.backward)
    let policy = run.policy
    for k in 0..<batch.scoredCount {
      policy.logProbabilityGradients[k] = rows.gradient[k]
      policy.entropyGradients[k] = rows.entropyGradient[k]
    }
    policy.backward()
    run.countTraining(batch, by: policy)
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
      var k = 0
      for sequence in sequences[chunk] {
        let length = steps.sequences[sequence].rows.count
        var logRatio = 0.0
        for k in k..<(k + length) {
          logRatio += Double(rows.logProbabilities[k]) - Double(rows.oldLogProbabilities[k])
        }
        let (loss, gradient) = clippedSequenceLoss(
          logRatio: logRatio, advantage: Double(minibatchAdvantages[position]),
          weight: Double(rows.weights[k]), length: length, clipRange: clipRange,
          dualClip: settings.dualClip)
        total.add(loss)
        givenGradients.append(Float(gradient))
        k += length
        position += length
      }
    }
    return total
  }

  /// Writes the gradients that a sequence objective gave to the tokens of a chunk.
  private func useGivenGradients(
    _ steps: TokenSteps, _ chosen: ArraySlice<Int>, _ chunk: Range<Int>
  ) {
    var k = 0
    for (sequence, index) in zip(chosen, chunk) {
      for _ in steps.sequences[sequence].rows {
        rows.gradient[k] = givenGradients[index]
        k += 1
      }
    }
  }

  private func addValueLoss(
    to summary: inout UpdateSummary, by value: Transformer, _ steps: TokenSteps,
    _ chosen: ArraySlice<Int>
  ) {
    run.enter(.forward)
    let count = batch.scoredCount
    value.forward(batch)
    for k in 0..<count { rows.values[k] = value.values[k] }
    summary.valueLossSum += valueLoss(
      values: rows.values, oldValues: rows.oldValues, targets: rows.targets,
      weight: settings.valueCoefficient / Double(minibatchAdvantages.count), count: count,
      clipRange: settings.valueClip, gradient: &rows.valueGradient)
    run.enter(.backward)
    for k in 0..<count { value.valueGradients[k] = rows.valueGradient[k] }
    value.backward()
    run.countTraining(batch, by: value)
  }

  /// Throws if a row of the chunk just computed is not what it was at sampling.
  ///
  /// With OpenBLAS a row's result depends on its batch: there the two may differ by rounding. The full
  /// softmax gives a token at most the probability that a truncated one gave it.
  private func check(_ steps: TokenSteps, _ chosen: ArraySlice<Int>) throws(TrainingError) {
    for k in 0..<batch.scoredCount {
      let (recomputed, sampled) = (rows.logProbabilities[k], rows.oldLogProbabilities[k])
      let agrees =
        settings.score == .truncated
        ? recomputed <= sampled + 1e-4
        : run.isExact
          ? recomputed.bitPattern == sampled.bitPattern
          : (recomputed - sampled).magnitude < 1e-3
      // A model that has blown up is reported as such, by its loss.
      guard agrees || !recomputed.isFinite else {
        throw .offPolicy(
          row: k, sampled: sampled, recomputed: recomputed, environmentSteps: run.usedTokens)
      }
    }
  }
}
