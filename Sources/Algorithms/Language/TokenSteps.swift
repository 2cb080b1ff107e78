import NeuralNetworks

/// The completion tokens of a batch, with the sequences that they are part of.
final class TokenSteps: StepBuffer {
  /// One prompt with one completion.
  struct Text {
    /// Prompt and completion.
    var tokens: [Int32]
    /// Tokens of the prompt.
    var promptLength: Int
    /// The tokens that each token of a completion could be drawn from.
    var supports = TokenSupports()
    /// Whether the row of the last token is read, as by a reward model, and not those of the completion.
    var isReadAtItsEnd = false
  }

  /// The text that each sequence reads.
  private(set) var texts: [Text] = []

  /// Takes in the completions of a batch.
  func fill(with groups: [PromptGroup]) {
    fill(
      with: groups.flatMap { group in
        group.members.map { (prompt: group.prompt, completion: $0.completion) }
      })
  }

  /// Takes in completions, each with its prompt.
  func fill(with completions: [(prompt: [Int32], completion: Completion)]) {
    sequences.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    resize(to: completions.reduce(0) { $0 + $1.completion.logProbabilities.count })
    for (prompt, completion) in completions { append(completion, to: prompt) }
  }

  /// Takes in completions that nothing sampled.
  ///
  /// - Parameters:
  ///   - written: The sequences.
  ///   - atTheirEnd: Whether each is one row, that of its last token, and not those of the completion.
  func fill(with written: [TokenSequence], readAtTheirEnd atTheirEnd: Bool = false) {
    sequences.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    resize(to: atTheirEnd ? written.count : written.reduce(0) { $0 + $1.completion.count })
    for sequence in written {
      let start = sequences.last?.upperBound ?? 0
      sequences.append(start..<(start + (atTheirEnd ? 1 : sequence.completion.count)))
      texts.append(
        Text(
          tokens: sequence.prompt + sequence.completion, promptLength: sequence.prompt.count,
          isReadAtItsEnd: atTheirEnd))
    }
  }

  /// Takes in one completion; its rows follow those of the sequence before.
  private func append(_ completion: Completion, to prompt: [Int32]) {
    let start = sequences.last?.upperBound ?? 0
    let rows = start..<(start + completion.logProbabilities.count)
    for (row, logProbability) in zip(rows, completion.logProbabilities) {
      logProbabilities[row] = logProbability
    }
    sequences.append(rows)
    texts.append(
      Text(
        tokens: prompt + completion.tokens, promptLength: prompt.count,
        supports: completion.supports))
  }

  /// Adds a sequence to a batch of a transformer.
  func write(_ sequence: Int, to batch: inout TokenBatch) {
    let text = texts[sequence]
    guard !text.isReadAtItsEnd else { return batch.append(scoringLastOf: text.tokens) }
    batch.append(text.tokens, firstScored: text.promptLength, supports: text.supports)
  }
}
