import NeuralNetworks

/// What the evaluation of a run makes once and uses again.
final class EvaluationCache {
  var testPrompts: TestPrompts?
  /// The pairs that measure a reward model, ties left out.
  var heldOutPairs: [RankedSequences]?
}
