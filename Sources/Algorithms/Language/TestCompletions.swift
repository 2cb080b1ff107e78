import LanguageTasks
import NeuralNetworks
import SeededRandom

extension LanguageRun {
  /// The sampled completions of one test prompt.
  struct SampledTestAnswers {
    /// The index of the prompt's level, and of the prompt in it.
    var level: Int
    var index: Int
    var answers: [TestAnswer]
  }

  /// The test prompts, generated at the first use.
  var testPrompts: TestPrompts {
    get throws(TrainingError) {
      if let prompts = evaluationCache.testPrompts { return prompts }
      let prompts = try TestPrompts(of: self, perLevel: evaluation.largestPrompts)
      evaluationCache.testPrompts = prompts
      return prompts
    }
  }

  /// Returns the policy's greedy completions.
  func greedyCompletions(of prompts: [[Int32]]) throws(TrainingError) -> [Completion] {
    enter(.evaluation)
    let completions = try generator.generate(
      prompts: prompts, longest: task.longestCompletion, endToken: tokenizer.endToken,
      sampling: SamplingSettings(greedy: true), score: .full, uniform: { _, _ in 0 },
      lookingUp: lookUp)
    try requireFinite(completions)
    return completions
  }

  /// Samples completions at temperature 1 of the first test prompts of the levels that are not held out.
  ///
  /// Sample s of prompt p, counted over these levels, has the evaluation streams (p, s, step).
  ///
  /// - Parameters:
  ///   - generator: Of the policy, or of one it started from.
  ///   - samples: Completions of each prompt.
  /// - Returns: The judged completions of each prompt, level by level.
  /// - Throws: If a log-probability is not finite.
  func sampledTestAnswers(
    by generator: Generator, samples: Int
  ) throws(TrainingError) -> [SampledTestAnswers] {
    enter(.evaluation)
    var groups: [SampledTestAnswers] = []
    var rows: [(prompt: TestPrompts.Prompt, group: Int, sample: Int)] = []
    for (level, prompts) in try testPrompts.levels.enumerated()
    where !task.levels[level].isHeldOut {
      for (index, prompt) in prompts.prefix(evaluation.prompts).enumerated() {
        for sample in 0..<samples { rows.append((prompt, groups.count, sample)) }
        groups.append(SampledTestAnswers(level: level, index: index, answers: []))
      }
    }
    let completions = try generator.generate(
      prompts: rows.map(\.prompt.tokens), longest: task.longestCompletion,
      endToken: tokenizer.endToken, sampling: SamplingSettings(), score: .full,
      uniform: { row, step in
        var stream = streams.generator(
          for: .evaluation, rows[row].group, rows[row].sample, step)
        return stream.nextUnitFloat()
      }, lookingUp: lookUp)
    try requireFinite(completions)
    for (row, completion) in zip(rows, completions) {
      try lookUp()
      groups[row.group].answers.append(
        TestAnswer(completion, to: row.prompt, task: task))
    }
    return groups
  }

  /// Ends an evaluation where training is to end.
  func lookUp() throws(TrainingError) { try state.lookUp(from: .betweenUpdates) }

  /// Throws if the policy computed a log-probability that is not finite: its choice would mean nothing.
  private func requireFinite(_ completions: [Completion]) throws(TrainingError) {
    for value in completions.lazy.flatMap(\.logProbabilities) where !value.isFinite {
      try requireFinite(Double(value), "log-probability of a token of the evaluated policy")
    }
  }
}
