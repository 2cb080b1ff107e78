import NeuralNetworks

extension LanguageRun {
  /// Counts a forward pass of `transformer` that no backward pass follows.
  func countScoring(_ batch: TokenBatch, by transformer: Transformer) {
    ledger.countScoring(
      tokens: batch.rowCount, operations: transformer.forwardOperations(of: batch))
    noteActivations()
  }

  /// Counts a forward and backward pass of `transformer`.
  func countTraining(_ batch: TokenBatch, by transformer: Transformer) {
    ledger.countTraining(
      tokens: batch.rowCount, operations: 3 * transformer.forwardOperations(of: batch))
    noteActivations()
  }

  /// Counts the sampling of completions.
  ///
  /// - Parameters:
  ///   - completions: [prompts] the completions of each prompt, greedy ones included.
  ///   - prompts: Their prompts, each computed once.
  ///   - tokens: Tokens that the budget pays for.
  ///   - transformer: The model that sampled them; none: the policy.
  func countGeneration(
    of completions: [[Completion]], prompts: [[Int32]], tokens: Int,
    by transformer: Transformer? = nil
  ) {
    let policy = transformer ?? policy
    var operations = 0
    for (prompt, completions) in zip(prompts, completions) {
      let known = prompt.count
      operations += policy.forwardOperations(
        rows: known, pairs: known * (known + 1) / 2, scored: 1)
      for completion in completions {
        // The last token is drawn, and nothing is computed from it.
        let rows = completion.tokens.count - 1
        operations += policy.forwardOperations(
          rows: rows, pairs: rows * known + rows * (rows + 1) / 2, scored: rows)
      }
    }
    ledger.countGeneration(tokens: tokens, operations: operations)
  }

  private func noteActivations() {
    let models = [policy, value?.transformer, rewardModel?.model.transformer]
    let held =
      models.compactMap(\.self) + (needs.reference ? [reference] : [])
      + addedReferences.map(\.transformer)
    ledger.noteActivations(bytes: held.reduce(0) { $0 + $1.activationBytes })
  }
}
