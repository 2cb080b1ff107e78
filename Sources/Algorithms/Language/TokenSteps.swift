import NeuralNetworks

/// The completion tokens that a batch is trained on, a row each; the tokens of a completion are
/// consecutive rows.
///
/// The buffers grow to the largest batch and are then used again.
final class TokenSteps {
  /// One prompt with one completion.
  struct Sequence {
    /// Prompt and completion.
    var tokens: [Int32] = []
    /// Tokens of the prompt.
    var promptLength = 0
    /// The rows of the completion's tokens.
    var rows = 0..<0
    /// What its tokens were drawn from.
    var supports = TokenSupports()
  }

  /// The sequences in use, in the order of their rows.
  private(set) var sequences: [Sequence] = []
  /// The log-probability of each token when it was sampled.
  private(set) var logProbabilities: [Float] = []
  /// Its log-probability under the reference; filled in only if it is needed.
  var referenceLogProbabilities: [Float] = []
  /// The value model's prediction when the batch was collected; 0 without one.
  var values: [Float] = []
  var advantages: [Float] = []
  /// What the value model is to predict.
  var targets: [Float] = []
  /// The weight of the token's loss in its minibatch.
  var weights: [Float] = []

  /// How many rows are in use.
  var count: Int { logProbabilities.count }

  /// Takes in the completions of a batch.
  func fill(with groups: [PromptGroup]) {
    sequences.removeAll(keepingCapacity: true)
    logProbabilities.removeAll(keepingCapacity: true)
    for group in groups {
      for member in group.members {
        let start = logProbabilities.count
        logProbabilities += member.completion.logProbabilities
        sequences.append(
          Sequence(
            tokens: group.prompt + member.completion.tokens, promptLength: group.prompt.count,
            rows: start..<logProbabilities.count, supports: member.completion.supports))
      }
    }
    for path in [
      \TokenSteps.referenceLogProbabilities, \.values, \.advantages, \.targets, \.weights,
    ] {
      let missing = count - self[keyPath: path].count
      if missing > 0 { self[keyPath: path] += [Float](repeating: 0, count: missing) }
    }
  }

  /// Puts sequences into a batch of a transformer, in order.
  func write(_ chosen: some Collection<Int>, to batch: inout TokenBatch) {
    batch.removeAll()
    for index in chosen {
      batch.append(
        sequences[index].tokens, firstScored: sequences[index].promptLength,
        supports: sequences[index].supports)
    }
  }
}
