import NeuralNetworks

/// What the evaluation of a run makes once and uses again.
final class EvaluationCache {
  var testPrompts: TestPrompts?
  /// The latest greedy answers, level by level, and after how many updates they were given.
  var greedyAnswers: (updates: Int, levels: [[TestAnswer]])?
  /// The pairs that measure a reward model, ties left out.
  var heldOutPairs: [RankedSequences]?
}
