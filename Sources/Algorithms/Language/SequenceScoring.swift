import NeuralNetworks
import Tensors

/// A prompt with a completion, as tokens.
struct TokenSequence: Hashable {
  var prompt: [Int32]
  var completion: [Int32]

  /// Tokens of both.
  var count: Int { prompt.count + completion.count }

  /// Tokens that a policy reads to predict the completion: all but the last.
  var readCount: Int { count - 1 }

  /// Adds the sequence to `batch`, with the rows that predict the completion scored.
  func append(to batch: inout TokenBatch) {
    batch.append(prompt + completion, firstScored: prompt.count)
  }

  /// Adds the sequence to `batch`, with the row of the last token scored, as a reward model reads it.
  func appendLast(to batch: inout TokenBatch) {
    batch.append(scoringLastOf: prompt + completion)
  }
}

extension LanguageRun {
  /// Returns the log-probabilities of completions' tokens at temperature 1, by a forward pass alone.
  ///
  /// - Parameters:
  ///   - sequences: They are fed a few at a time, which gives the same bits.
  ///   - model: The policy that scores.
  ///   - isCounted: Whether the ledger counts it; what evaluation scores it does not.
  ///   - work: The work that it is a part of.
  /// - Returns: One number for each token of each completion, in nats.
  /// - Throws: If training is to end.
  func tokenLogProbabilities(
    of sequences: [TokenSequence], by model: Transformer, isCounted: Bool,
    from work: LongWork = .betweenUpdates
  ) throws(TrainingError) -> [[Float]] {
    var result: [[Float]] = []
    result.reserveCapacity(sequences.count)
    var batch = TokenBatch()
    for chunk in parts(of: sequences.count, size: chunk) {
      try state.lookUp(from: work)
      batch.removeAll()
      for sequence in sequences[chunk] { sequence.append(to: &batch) }
      model.forward(batch, forBackward: false)
      if isCounted { countScoring(batch, by: model) }
      for position in 0..<chunk.count {
        result.append(batch.scoredRange(ofSequence: position).map { model.logProbabilities[$0] })
      }
    }
    return result
  }

  /// Returns a reward model's numbers for whole sequences, by a forward pass alone.
  ///
  /// - Parameters:
  ///   - sequences: Prompts with their completions.
  ///   - model: The reward model.
  ///   - count: Sequences in a pass. One alone never makes the buffers of a model in training grow, whose
  ///     size the ledger reads.
  ///   - isCounted: Whether the ledger counts it.
  ///   - work: The work that it is a part of.
  /// - Returns: One number for each sequence.
  /// - Throws: If training is to end.
  func rewards(
    of sequences: [TokenSequence], by model: Transformer, together count: Int,
    isCounted: Bool = false, from work: LongWork = .betweenUpdates
  ) throws(TrainingError) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(sequences.count)
    var batch = TokenBatch()
    for chunk in parts(of: sequences.count, size: count) {
      try state.lookUp(from: work)
      batch.removeAll()
      for sequence in sequences[chunk] { sequence.appendLast(to: &batch) }
      model.forward(batch, forBackward: false)
      if isCounted { countScoring(batch, by: model) }
      for row in 0..<chunk.count { result.append(Double(model.values[row])) }
    }
    return result
  }
}
