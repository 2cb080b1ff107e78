import CKernels
import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// The four moves of an algorithm that learns from groups of completions.
///
/// An algorithm's file says in which order, and at which point of the axes. A prompt is a start, a
/// completion an episode, a token a step, and the reward of a completion is that of its last token.
/// A completion that the longest length cut off has ended, as one with an end token has.
struct LanguageTraining {
  let settings: PolicyGradientSettings
  private let run: LanguageRun
  private let update: LanguagePolicyUpdate
  private let steps = TokenSteps()
  private var average: MovingAverage
  private var coefficient: AdaptiveKLCoefficient
  private var batch = TokenBatch()
  private var iteration = 0

  /// The share of the budget that was used when the latest batch was begun; schedules follow it.
  private var progress = 0.0

  /// Prepares the buffers of a run.
  init(_ settings: PolicyGradientSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    update = LanguagePolicyUpdate(settings, run: run)
    average = MovingAverage(decay: settings.movingAverageDecay)
    coefficient = AdaptiveKLCoefficient(
      initial: settings.klCoefficient, target: settings.klTarget, horizon: settings.klHorizon)
  }

  /// Trains a run with the settings of any algorithm that learns from groups of completions.
  ///
  /// What sets these algorithms apart are their points on the axes alone, so they share the loop.
  static func train(
    _ settings: PolicyGradientSettings, _ run: LanguageRun
  ) throws(TrainingError) {
    var training = LanguageTraining(settings, run: run)
    while run.remaining > 0 {
      let groups = try training.collect()
      let estimation = try training.estimateAdvantages(of: groups)
      let minimization = try training.minimize(groups)
      try run.finishUpdate(estimation + minimization)
    }
  }

  /// Samples a batch of groups with the policy as it is, and has it paid; a batch that the budget cuts
  /// off is dropped.
  mutating func collect() throws(TrainingError) -> [PromptGroup] {
    progress = run.usedShare
    return try run.collect(
      prompts: settings.groupsPerBatch, size: settings.groupSize,
      greedy: settings.baseline == .greedy,
      sampling: SamplingSettings(
        temperature: settings.temperature, topK: settings.topK > 0 ? settings.topK : nil,
        topP: settings.topP < 1 ? settings.topP : nil), score: settings.score)
  }

  /// Estimates the advantages of a batch and writes them beside its tokens.
  mutating func estimateAdvantages(of groups: [PromptGroup]) throws(TrainingError) -> Diagnostics {
    guard !groups.isEmpty else { return [] }
    run.enter(.advantages)
    steps.fill(with: groups)
    var diagnostics = run.diagnostics(of: groups)
    // Without a penalty the divergence is only looked at.
    score(by: run.reference, counts: settings.usesReference)
    diagnostics.append(("reference_kl", referenceDivergence()))
    if let value = run.value?.transformer { predictValues(by: value) }
    var sequence = 0
    let evidence = groups.map { group in
      group.members.map { member in
        defer { sequence += 1 }
        return self.evidence(of: member, rows: steps.sequences[sequence].rows)
      }
    }
    let estimates = estimatedAdvantages(
      of: evidence,
      greedyRewards: groups.compactMap { group in
        group.greedy.map { tokenRewards(score: $0.score, length: $0.completion.tokens.count) }
      }, settings: settings, average: &average)
    write(estimates)
    diagnostics.append(("fraction_groups_without_signal", estimates.fractionWithoutSignal))
    if settings.usesValueNetwork,
      let explained = explainedVariance(
        predictions: Array(steps.values[0..<steps.count]),
        targets: Array(steps.targets[0..<steps.count]))
    {
      diagnostics.append(("explained_variance", explained))
    }
    if settings.usesReference && settings.klTarget != nil {
      diagnostics.append(("kl_coefficient", coefficient.value))
      // The batch at hand has the coefficient that the batches before it led to.
      update.klCoefficient = coefficient.value
      coefficient.update(divergence: referenceDivergence(), completions: steps.sequences.count)
    }
    return diagnostics
  }

  /// Minimizes the objective on the batch: every epoch, on minibatches of completions.
  mutating func minimize(_ groups: [PromptGroup]) throws(TrainingError) -> Diagnostics {
    guard !groups.isEmpty else { return [] }
    let clipRange = settings.clipRange.map {
      settings.clipSchedule.value($0, progress: progress)
    }
    var diagnostics = UpdateDiagnostics()
    let minibatches = min(settings.minibatches, steps.sequences.count)
    var order: [Int] = []
    var rate = 0.0
    for epoch in 0..<settings.epochs {
      permute(&order, count: steps.sequences.count, isShuffled: minibatches > 1) {
        run.streams.generator(for: .minibatchOrder, iteration, epoch)
      }
      for minibatch in 0..<minibatches {
        let chosen = Array(order[part(minibatch, of: minibatches, count: order.count)])
        weigh(chosen)
        rate = settings.learningRate(progress: progress, update: run.optimizer.updates)
        diagnostics.add(
          try update.minimize(
            steps, sequences: chosen, clipRange: clipRange, learningRate: rate,
            valueLearningRate: settings.valueLearningRate.map {
              settings.schedule.value(peak: $0, update: run.optimizer.updates, progress: progress)
            }, isFirst: epoch == 0 && minibatch == 0))
      }
    }
    iteration += 1
    return diagnostics.values(settings) + [("learning_rate", rate)]
  }

  // MARK: Parts of a move

  /// Returns what estimation needs to know of a completion.
  private func evidence(of response: Response, rows: Range<Int>) -> MemberEvidence {
    let completion = response.completion
    var evidence = MemberEvidence(
      rewards: tokenRewards(score: response.score, length: completion.tokens.count))
    if settings.baseline == .optimalToken {
      evidence.squaredScoreNorms = zip(
        completion.logProbabilities, completion.squaredProbabilities
      ).map {
        squaredScoreNorm(
          probability: lb_exp(Double($0)), squaredProbabilities: Double($1))
      }
    }
    if settings.klPlacement == .inReward {
      evidence.rewards = klPenalizedRewards(
        evidence.rewards, logRatios: rows.map(logRatio), coefficient: coefficient.value,
        estimator: settings.klEstimator)
    }
    if settings.usesValueNetwork { evidence.values = rows.map { Double(steps.values[$0]) } }
    return evidence
  }

  /// log π − log π_ref of a row, at sampling.
  private func logRatio(_ row: Int) -> Double {
    Double(steps.logProbabilities[row]) - Double(steps.referenceLogProbabilities[row])
  }

  /// Returns the divergence of the sampling policy from the reference: the log-ratio summed over the
  /// tokens of a completion, a mean over completions, in nats.
  private func referenceDivergence() -> Double {
    (0..<steps.count).reduce(0.0) { $0 + logRatio($1) } / Double(steps.sequences.count)
  }

  /// Writes estimates beside the tokens.
  private func write(_ estimates: AdvantageEstimates) {
    var row = 0
    for (advantages, targets) in zip(estimates.advantages.joined(), estimates.targets.joined()) {
      for (advantage, target) in zip(advantages, targets) {
        steps.advantages[row] = Float(advantage)
        steps.targets[row] = Float(target)
        row += 1
      }
    }
  }

  /// Writes the log-probabilities of all tokens under a frozen policy.
  private mutating func score(by reference: Transformer, counts: Bool) {
    for chunk in parts(of: steps.sequences.count, size: run.chunk) {
      steps.write(chunk, to: &batch)
      reference.forward(batch, temperature: settings.temperature, forBackward: false)
      if counts { run.countScoring(batch, by: reference) }
      let first = steps.sequences[chunk.lowerBound].rows.lowerBound
      for index in 0..<batch.scoredCount {
        steps.referenceLogProbabilities[first + index] = reference.logProbabilities[index]
      }
    }
  }

  /// Writes the value model's predictions at all tokens.
  private mutating func predictValues(by value: Transformer) {
    for chunk in parts(of: steps.sequences.count, size: run.chunk) {
      steps.write(chunk, to: &batch)
      value.forward(batch, forBackward: false)
      run.countScoring(batch, by: value)
      let first = steps.sequences[chunk.lowerBound].rows.lowerBound
      for index in 0..<batch.scoredCount { steps.values[first + index] = value.values[index] }
    }
  }

  /// Writes the weight of each token of a minibatch of completions.
  private func weigh(_ chosen: [Int]) {
    let weights = lossWeights(
      lengths: chosen.map { steps.sequences[$0].rows.count },
      normalizer: settings.lengthNormalizer,
      constant: settings.lengthConstant ?? Double(run.task.longestCompletion))
    for (sequence, weight) in zip(chosen, weights) {
      for row in steps.sequences[sequence].rows { steps.weights[row] = Float(weight) }
    }
  }
}

/// Returns the rewards of a completion's tokens: all of what it is paid comes with the last one.
///
/// - Parameters:
///   - score: What the completion is paid.
///   - length: Its tokens, the end token included; at least 1.
/// - Returns: [length] rewards.
public func tokenRewards(score: Double, length: Int) -> [Double] {
  [Double](repeating: 0, count: length - 1) + [score]
}
