import LanguageTasks
import NeuralNetworks
import SeededRandom

/// A preferred and another completion of one prompt, as tokens.
struct RankedSequences: Hashable {
  var preferred: TokenSequence
  var other: TokenSequence
}

/// Two sampled completions of one prompt, and which of them a judge prefers.
struct CompletionPair {
  /// A judge's verdict on two completions.
  enum Verdict {
    case first
    case second
    /// Equally good to a judge without noise, or the same completion twice.
    case tied
  }

  var example: TaskExample
  /// The prompt's tokens.
  var prompt: [Int32]
  var first: Response
  var second: Response
  var verdict: Verdict

  /// Tokens that were sampled.
  var tokens: Int { first.completion.tokens.count + second.completion.tokens.count }

  /// The pair as a group of two.
  var group: PromptGroup {
    PromptGroup(example: example, prompt: prompt, members: [first, second])
  }

  /// The preferred completion and the other; `nil` for a tie.
  var ranked: (preferred: Completion, other: Completion)? {
    switch verdict {
    case .first: (first.completion, second.completion)
    case .second: (second.completion, first.completion)
    case .tied: nil
    }
  }

  /// The tokens of the preferred completion and of the other; `nil` for a tie.
  var rankedSequences: RankedSequences? {
    ranked.map { RankedSequences(preferred: sequence($0.preferred), other: sequence($0.other)) }
  }

  private func sequence(_ completion: Completion) -> TokenSequence {
    TokenSequence(prompt: prompt, completion: completion.tokens)
  }

  /// Compares two completions by a judge's view of their rewards by rule.
  ///
  /// - Parameters:
  ///   - example: The example that both complete.
  ///   - prompt: Its tokens.
  ///   - first: The first completion.
  ///   - second: The second completion.
  ///   - task: Says how noisy the judge is.
  ///   - uniform: In 0..<1; decides where the judge is noisy.
  init(
    example: TaskExample, prompt: [Int32], first: Response, second: Response,
    task: any LanguageTask, uniform: Double
  ) {
    self.example = example
    self.prompt = prompt
    self.first = first
    self.second = second
    let rewards = (first.reward.total, second.reward.total)
    let isTied =
      first.completion.tokens == second.completion.tokens
      || (task.preferenceNoise == 0 && rewards.0 == rewards.1)
    let probability = task.preferenceProbability(first: rewards.0, second: rewards.1)
    verdict = isTied ? .tied : uniform < probability ? .first : .second
  }
}

/// Samples pairs of completions of training prompts.
///
/// Pair k has the prompt k, the sampling streams of its members 0 and 1, and a verdict stream of its own:
/// it is a function of the sampling policy, the replicate seed and k, so that a reward model and DPO
/// that start from one policy learn from the same pairs.
struct PairSampler {
  let run: LanguageRun
  let temperature: Double

  /// Samples the pairs `indices`, as a part of some work.
  ///
  /// - Throws: If training is to end.
  func pairs(
    _ indices: Range<Int>, by generator: Generator, from work: LongWork
  ) throws(TrainingError) -> [CompletionPair] {
    run.enter(.rollout)
    let examples = indices.map { run.task.trainingExample($0) }
    var prompts: [[Int32]] = []
    for example in examples {
      let prompt = run.encoded(example.prompt)
      prompts += [prompt, prompt]
    }
    let streams = run.streams
    let completions = try generator.generate(
      prompts: prompts, longest: run.task.longestCompletion, endToken: run.tokenizer.endToken,
      sampling: SamplingSettings(temperature: temperature), score: .full,
      uniform: { row, step in
        var stream = streams.generator(
          for: .actions, indices.lowerBound + row / 2, row % 2, step)
        return stream.nextUnitFloat()
      }, lookingUp: { () throws(TrainingError) in try run.state.lookUp(from: work) })
    return zip(indices, examples).enumerated().map { position, pair in
      let (index, example) = pair
      var stream = streams.verdict(onPair: index)
      return CompletionPair(
        example: example, prompt: prompts[2 * position],
        first: run.response(completions[2 * position], to: example),
        second: run.response(completions[2 * position + 1], to: example), task: run.task,
        uniform: stream.nextUnitDouble())
    }
  }
}
