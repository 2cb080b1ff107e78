import NeuralNetworks

/// The test prompts and pairs that a run makes for its first evaluation and uses in all others.
final class EvaluationCache {
  var testPrompts: TestPrompts?
  /// The pairs that measure a reward model, ties left out.
  var heldOutPairs: [RankedSequences]?
}
