import NeuralNetworks

/// The completion tokens of a batch, with the sequences that they are part of.
final class TokenSteps: StepBuffer {
  /// One prompt with one completion.
  struct Text {
    /// Prompt and completion.
    var tokens: [Int32]
    /// Tokens of the prompt.
    var promptLength: Int
    /// What the completion's tokens were drawn from.
    var supports: TokenSupports
  }

  /// What each sequence reads.
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
    batch.append(text.tokens, firstScored: text.promptLength, supports: text.supports)
  }
}
