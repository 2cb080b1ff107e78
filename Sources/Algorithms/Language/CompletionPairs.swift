import LanguageTasks
import NeuralNetworks
import SeededRandom

/// A preferred and another completion of one prompt, as tokens.
struct RankedSequences: Hashable {
  var preferred: TokenSequence
  var other: TokenSequence

  /// Tokens of both.
  var count: Int { preferred.count + other.count }
}

/// Two sampled completions of one prompt, and which of them a judge prefers.
struct CompletionPair {
  /// What a judge says of two completions.
  enum Verdict {
    case first
    case second
    /// Equally good to a judge without noise, or the same completion twice.
    case tied
  }

  var prompt: [Int32]
  var first: Completion
  var second: Completion
  var verdict: Verdict

  /// Tokens that were sampled.
  var tokens: Int { first.tokens.count + second.tokens.count }

  /// The preferred completion and the other; `nil` for a tie.
  var ranked: (preferred: Completion, other: Completion)? {
    switch verdict {
    case .first: (first, second)
    case .second: (second, first)
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

  /// Compares two completions by what a judge thinks of them.
  ///
  /// - Parameters:
  ///   - prompt: What both complete.
  ///   - first: The first completion and what the rule pays for it.
  ///   - second: The second completion and what the rule pays for it.
  ///   - task: Says how noisy the judge is.
  ///   - uniform: In 0..<1; decides where the judge is noisy.
  init(
    prompt: [Int32], first: (completion: Completion, reward: Double),
    second: (completion: Completion, reward: Double), task: any LanguageTask, uniform: Double
  ) {
    self.prompt = prompt
    self.first = first.completion
    self.second = second.completion
    let isTied =
      first.completion.tokens == second.completion.tokens
      || (task.preferenceNoise == 0 && first.reward == second.reward)
    let probability = task.preferenceProbability(first: first.reward, second: second.reward)
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

  /// Samples the pairs `indices`.
  func pairs(_ indices: Range<Int>, by generator: Generator) -> [CompletionPair] {
    run.enter(.rollout)
    let examples = indices.map { run.task.trainingExample($0) }
    var prompts: [[Int32]] = []
    for example in examples {
      let prompt = run.encoded(example.prompt)
      prompts += [prompt, prompt]
    }
    let streams = run.streams
    let completions = generator.generate(
      prompts: prompts, longest: run.task.longestCompletion, endToken: run.tokenizer.endToken,
      sampling: SamplingSettings(temperature: temperature), score: .full,
      uniform: { row, step in
        var stream = streams.generator(
          for: .actions, indices.lowerBound + row / 2, row % 2, step)
        return stream.nextUnitFloat()
      })
    return examples.indices.map { position in
      let (first, second) = (completions[2 * position], completions[2 * position + 1])
      func reward(_ completion: Completion) -> Double {
        examples[position].reward(run.tokenizer.decode(completion.tokens)).total
      }
      var stream = streams.generator(
        for: .taskGeneration, indices.lowerBound + position, 1)
      return CompletionPair(
        prompt: prompts[2 * position], first: (first, reward(first)),
        second: (second, reward(second)), task: run.task, uniform: stream.nextUnitDouble())
    }
  }
}
