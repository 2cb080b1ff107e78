import CKernels
import LanguageTasks
import NeuralNetworks
import Objectives
import Tensors

/// Batches of groups of completions of one prompt each.
///
/// A token is a step, and the reward of a completion is that of its last token. A completion that the longest
/// length cut off has ended, as one with an end token has.
struct CompletionSampler: SequenceSampler {
  let models: LanguageModels
  private let settings: PolicyGradientSettings
  /// The baselines that batches are sampled for.
  private let baselines: Set<Baseline>
  private let run: LanguageRun
  private let steps = TokenSteps()
  /// The groups of the batch.
  private var prompts: [PromptGroup] = []
  /// All groups that were sampled for it.
  private var sampled: [PromptGroup] = []

  /// Prepares the buffers of a run.
  ///
  /// - Parameters:
  ///   - settings: The point on the axes.
  ///   - run: Whose prompts are completed.
  ///   - baselines: Those that the batches serve; none: that of the settings.
  init(_ settings: PolicyGradientSettings, run: LanguageRun, baselines: Set<Baseline>? = nil) {
    self.settings = settings
    self.baselines = baselines ?? [settings.baseline]
    self.run = run
    models = LanguageModels(run: run, buffer: steps, temperature: settings.temperature)
  }

  let minibatchUnit = MinibatchUnit.sequences
  let valueRounding = ValueBaselineRounding.credit
  let unrecorded: Set<String> = []
  var longestSequence: Int { run.task.longestCompletion }

  mutating func collect() throws(TrainingError) -> Bool {
    (prompts, sampled) = ([], [])
    let hasBatch = try run.fillBatch(
      of: settings.groupsPerBatch, rounds: settings.samplingRounds
    ) { missing throws(TrainingError) in
      var groups = try run.collect(
        prompts: missing, size: settings.groupSize, greedy: baselines.contains(.greedy),
        sampling: SamplingSettings(
          temperature: settings.temperature, topK: settings.topK > 0 ? settings.topK : nil,
          topP: settings.topP < 1 ? settings.topP : nil), score: settings.score)
      guard !groups.isEmpty else { return nil }
      if settings.aggregatesRewards { try aggregateRewards(of: &groups) }
      if settings.overlongBuffer > 0 { penalizeLength(of: &groups) }
      sampled += groups
      if settings.dropsSilentGroups { groups.removeAll { areAllEqual($0.members.map(\.score)) } }
      prompts += groups
      return groups.count
    }
    if hasBatch { steps.fill(with: prompts) }
    return hasBatch
  }

  /// Makes scores of the components of rewards; a reward model's score is its only one.
  private func aggregateRewards(of groups: inout [PromptGroup]) throws(TrainingError) {
    func components(_ response: Response) -> [Double] {
      run.rewardModel == nil ? response.reward.components.map(\.value) : [response.score]
    }
    let names = run.rewardModel == nil ? run.task.leastReward.components.map(\.name) : ["score"]
    let weights = settings.rewardWeights
    guard weights.isEmpty || weights.count == names.count else {
      throw .invalidConfiguration(
        "reward_weights must be a list of \(names.count), one for each of \(names.joined(separator: ", ")); it has \(weights.count)"
      )
    }
    for group in groups.indices {
      let members = groups[group].members.map(components)
      let scores =
        settings.rewardAggregation == .normalizeThenSum
        ? sumsOfNormalized(components: members, weights: weights, epsilon: settings.scaleEpsilon)
        : members.map { weightedSum(components: $0, weights: weights) }
      for (member, score) in scores.enumerated() { groups[group].members[member].score = score }
      if let greedy = groups[group].greedy {
        groups[group].greedy?.score = weightedSum(
          components: components(greedy), weights: weights)
      }
    }
  }

  /// Takes the penalty for coming near the longest length off the scores of completions.
  private func penalizeLength(of groups: inout [PromptGroup]) {
    func penalty(_ response: Response) -> Double {
      settings.overlongPenalty
        * overlongPenalty(
          length: response.completion.tokens.count, longest: run.task.longestCompletion,
          buffer: settings.overlongBuffer)
    }
    for group in groups.indices {
      for member in groups[group].members.indices {
        groups[group].members[member].score -= penalty(groups[group].members[member])
      }
      if let greedy = groups[group].greedy { groups[group].greedy?.score -= penalty(greedy) }
    }
  }

  mutating func score() {
    // Without a penalty the divergence is only looked at.
    models.scoreByReference(run.reference, isCounted: settings.usesReference)
    models.predictValues()
  }

  func evidence() -> BatchEvidence {
    BatchEvidence(
      prompts.map { $0.members.map { evidence(of: $0) } },
      greedyRewards: prompts.compactMap { group in
        group.greedy.map { tokenRewards(score: $0.score, length: $0.completion.tokens.count) }
      })
  }

  private func evidence(of response: Response) -> MemberEvidence {
    let completion = response.completion
    var evidence = MemberEvidence(
      rewards: tokenRewards(score: response.score, length: completion.tokens.count))
    if baselines.contains(.optimalToken) {
      evidence.squaredScoreNorms = zip(
        completion.logProbabilities, completion.squaredProbabilities
      ).map {
        squaredScoreNorm(
          probability: lb_exp(Double($0)), squaredProbabilities: Double($1))
      }
    }
    return evidence
  }

  func isLearned(_ sequence: Int) -> Bool {
    guard settings.truncatedCompletions == .leftOut else { return true }
    let (group, member) = sequence.quotientAndRemainder(dividingBy: settings.groupSize)
    return !prompts[group].members[member].completion.isTruncated
  }

  func diagnostics() -> Diagnostics {
    run.diagnostics(of: sampled) + [("reference_kl", sequenceDivergence(of: steps))]
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
