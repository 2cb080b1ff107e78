import CKernels
internal import Checkpoints
import LanguageTasks
import NeuralNetworks
import Objectives
import Settings
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
      if settings.dropsSilentGroups {
        groups.removeAll { areAllEqual($0.members.map(\.paidReward)) }
      }
      prompts += groups
      return groups.count
    }
    if hasBatch { steps.fill(with: prompts) }
    return hasBatch
  }

  /// Makes paid rewards of components; the reward of a reward model is its only one.
  private func aggregateRewards(of groups: inout [PromptGroup]) throws(TrainingError) {
    func components(_ response: Response) -> [Double] {
      run.rewardModel == nil ? response.reward.components.map(\.value) : [response.paidReward]
    }
    let names = run.rewardModel == nil ? run.task.leastReward.components.map(\.name) : ["reward"]
    var traits = TaskTraits()
    traits.rewardComponents = names
    if let conflict = settings.conflict(on: traits) {
      throw .invalidConfiguration(conflict.message)
    }
    let weights = settings.rewardWeights
    for group in groups.indices {
      let members = groups[group].members.map(components)
      let paid =
        settings.rewardAggregation == .normalizeThenSum
        ? sumsOfNormalized(
          components: members, weights: weights, epsilon: settings.scaleEpsilon,
          variance: settings.scaleVariance)
        : members.map { weightedSum(components: $0, weights: weights) }
      for (member, reward) in paid.enumerated() {
        groups[group].members[member].paidReward = reward
      }
      if let greedy = groups[group].greedy {
        groups[group].greedy?.paidReward = weightedSum(
          components: components(greedy), weights: weights)
      }
    }
  }

  /// Takes the penalty for coming near the longest length off the rewards of completions.
  private func penalizeLength(of groups: inout [PromptGroup]) {
    func penalty(_ response: Response) -> Double {
      settings.overlongPenalty
        * overlongPenalty(
          length: response.completion.tokens.count, longest: run.task.longestCompletion,
          buffer: settings.overlongBuffer)
    }
    for group in groups.indices {
      for member in groups[group].members.indices {
        groups[group].members[member].paidReward -= penalty(groups[group].members[member])
      }
      if let greedy = groups[group].greedy {
        groups[group].greedy?.paidReward -= penalty(greedy)
      }
    }
  }

  mutating func addReferenceAndValues() {
    // Without a penalty the divergence is only looked at.
    models.scoreByReference(run.reference, isCounted: settings.usesReference)
    models.predictValues()
  }

  func rewards() -> BatchRewards {
    BatchRewards(
      prompts.map { $0.members.map { rewards(of: $0) } },
      greedyRewards: prompts.compactMap { group in
        group.greedy.map {
          tokenRewards(reward: $0.paidReward, length: $0.completion.tokens.count)
        }
      })
  }

  private func rewards(of response: Response) -> SequenceRewards {
    let completion = response.completion
    var rewards = SequenceRewards(
      rewards: tokenRewards(reward: response.paidReward, length: completion.tokens.count))
    if baselines.contains(.optimalToken) {
      rewards.squaredScoreNorms = zip(
        completion.logProbabilities, completion.squaredProbabilities
      ).map {
        squaredScoreNorm(
          probability: lb_exp(Double($0)), squaredProbabilities: Double($1))
      }
    }
    return rewards
  }

  func isLearned(_ sequence: Int) -> Bool {
    guard settings.truncatedCompletions == .leftOut else { return true }
    let (group, member) = sequence.quotientAndRemainder(dividingBy: settings.groupSize)
    return !prompts[group].members[member].completion.isTruncated
  }

  func diagnostics() -> Diagnostics {
    run.diagnostics(of: sampled) + [("reference_kl", sequenceDivergence(of: steps))]
  }

  /// Completions end with their batch, and the run counts their prompts.
  func passState(through archive: inout CheckpointArchive) {}
}

/// Returns the rewards of a completion's tokens: the last one has the whole reward, the others 0.
///
/// - Parameters:
///   - reward: The reward of the completion.
///   - length: Its tokens, the end token included; at least 1.
/// - Returns: [length] rewards.
public func tokenRewards(reward: Double, length: Int) -> [Double] {
  [Double](repeating: 0, count: length - 1) + [reward]
}
