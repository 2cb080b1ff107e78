internal import Checkpoints
import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// A trained reward model that is frozen: the reward of a completion is its scalar at the last token.
///
/// Preferences determine rewards up to a constant only, so they are shifted and scaled to mean 0
/// and deviation 1 over completions that the run's start policy samples for the training prompts that
/// the run begins with; the budget does not pay for them.
///
/// A completion that was cut off is judged like any other, at its last token. The model has learned its worth
/// from pairs that the task judged, some of which were cut off.
///
/// Source: Huang et al., "The N Implementation Details of RLHF with PPO", 2023, details on the reward
/// model's normalization; Ziegler et al., 2019, https://arxiv.org/abs/1909.08593.
final class RewardModel {
  /// How many completions the normalization is computed from.
  static let normalizationSamples = 256

  let model: LanguageModel
  private(set) var mean = 0.0
  private(set) var deviation = 1.0

  /// Creates a reward model that is not normalized yet.
  init(_ model: LanguageModel) {
    self.model = model
  }

  /// Passes the constants of the normalization through an archive; the weights are those of its run.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - rows: The rows of the largest batch that the run has.
  /// - Throws: If the archive has other fields, or numbers that no normalization has.
  func passState(
    through archive: inout CheckpointArchive, largestBatch rows: Int
  ) throws(CheckpointProblem) {
    try archive.pass("reward_model.mean", &mean)
    try archive.pass(
      "reward_model.deviation", &deviation, in: Double.leastNonzeroMagnitude...1e300)
    try model.transformer.passBufferSizes(through: &archive, largestBatch: rows)
  }

  /// Computes the constants of the normalization from completions of the run's policy as it is.
  func normalize(by run: LanguageRun) throws(TrainingError) {
    run.enter(.rollout)
    let prompts = (0..<Self.normalizationSamples).map { index in
      run.encoded(run.task.trainingExample(run.nextPrompt + index).prompt)
    }
    let completions = try run.generator.generate(
      prompts: prompts, longest: run.task.longestCompletion, endToken: run.tokenizer.endToken,
      sampling: SamplingSettings(), score: .full,
      uniform: { row, step in
        var generator = run.streams.rewardNormalization(row: row, step: step)
        return generator.nextUnitFloat()
      }, lookingUp: { () throws(TrainingError) in try run.state.lookUp(from: .betweenUpdates) })
    run.countGeneration(
      of: completions.map { [$0] }, prompts: prompts,
      tokens: completions.reduce(0) { $0 + $1.tokens.count })
    let rewards = try rewards(
      of: zip(prompts, completions).map { (prompt: $0, completion: $1.tokens) }, run: run)
    for reward in rewards { try run.requireFinite(reward, "reward model's output") }
    mean = meanOfLast(rewards.count, of: rewards)
    deviation = standardDeviation(of: rewards)
    if deviation == 0 { deviation = 1 }
  }

  /// Returns the normalized rewards of completions.
  ///
  /// - Parameters:
  ///   - sequences: Prompts and completions, end tokens included.
  ///   - run: The run whose ledger counts their cost.
  ///   - work: The work that it is a part of.
  /// - Returns: One reward for each, in deviations from the mean.
  /// - Throws: If training is to end.
  func rewards(
    of sequences: [(prompt: [Int32], completion: [Int32])], run: LanguageRun,
    from work: LongWork = .betweenUpdates
  ) throws(TrainingError) -> [Double] {
    try run.rewards(
      of: sequences.map { TokenSequence(prompt: $0.prompt, completion: $0.completion) },
      by: model.transformer, together: run.chunk, isCounted: true, from: work
    ).map { ($0 - mean) / deviation }
  }
}
