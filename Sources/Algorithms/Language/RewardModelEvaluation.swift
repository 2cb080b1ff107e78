import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom

/// Measures a reward model on held-out pairs: completions of the evaluation's prompts that the start policy
/// samples at temperature 1, judged with the task's noise.
///
/// Each prompt of the levels that are not held out has `samples` completions, at least two, and each
/// two of them make a pair: 0 and 1, 2 and 3, and so on. Ties are left out.
struct RewardModelEvaluation: LanguageEvaluation {
  func evaluate(_ run: LanguageRun, step: Int) throws(TrainingError) -> Diagnostics {
    points(try measure(run))
  }

  func evaluateFinally(_ run: LanguageRun) throws(TrainingError) -> FinalEvaluation {
    let pairs = try measure(run)
    let points = points(pairs)
    let accuracy = pairs.map(\.accuracy)
    return FinalEvaluation(
      points: points, metrics: Dictionary(uniqueKeysWithValues: points.map { ($0.name, $0.value) }),
      items: [
        TrainingCurve(
          name: "held_out_preference_accuracy", steps: Array(accuracy.indices), values: accuracy)
      ])
  }

  var curveMetrics: [(metric: String, curve: String)] { [] }

  /// Held-out pairs are of the `prompts` of evaluations along the way, at the end too.
  let unreadSettings: Set<String> = ["final_prompts"]

  /// The model's accuracy and loss on one pair.
  private typealias Judgement = (accuracy: Double, loss: Double)

  private func points(_ pairs: [Judgement]) -> Diagnostics {
    [
      ("held_out_preference_accuracy", mean(of: pairs.map(\.accuracy))),
      ("held_out_preference_loss", mean(of: pairs.map(\.loss))),
    ]
  }

  /// Returns accuracy and loss of each pair; one of which the model pays both the same counts half.
  private func measure(_ run: LanguageRun) throws(TrainingError) -> [Judgement] {
    let pairs = try heldOutPairs(run)
    run.enter(.evaluation)
    let rewards = try run.rewards(
      of: pairs.flatMap { [$0.preferred, $0.other] }, by: run.policy, together: 1)
    for reward in rewards { try run.requireFinite(reward, "reward of a held-out completion") }
    guard !pairs.isEmpty else {
      throw .invalidConfiguration(
        "the start policy gives no two test completions that differ in reward; train it first, or raise evaluation.samples"
      )
    }
    return pairs.indices.map { index in
      let (preferred, other) = (rewards[2 * index], rewards[2 * index + 1])
      return (
        accuracy: preferenceAccuracy(ofMargin: preferred - other),
        loss: rewardModelTerm(preferredReward: preferred, otherReward: other).loss
      )
    }
  }

  /// The held-out pairs that are no ties, sampled at the first use.
  private func heldOutPairs(_ run: LanguageRun) throws(TrainingError) -> [RankedSequences] {
    if let pairs = run.evaluationCache.heldOutPairs { return pairs }
    let groups = try run.sampledTestAnswers(
      by: Generator(run.reference), samples: max(2, run.evaluation.samples))
    var pairs: [RankedSequences] = []
    for (prompt, group) in groups.enumerated() {
      try run.lookUp()
      for sample in stride(from: 0, to: group.answers.count - 1, by: 2) {
        func response(_ answer: TestAnswer) -> Response {
          Response(
            completion: answer.completion, text: answer.text, reward: answer.reward,
            paidReward: answer.reward.total)
        }
        let (first, second) = (group.answers[sample], group.answers[sample + 1])
        var stream = run.streams.heldOutVerdict(prompt: prompt, sample: sample)
        let pair = CompletionPair(
          example: first.prompt.example, prompt: first.prompt.tokens, first: response(first),
          second: response(second), task: run.task, uniform: stream.nextUnitDouble())
        if let sequences = pair.rankedSequences { pairs.append(sequences) }
      }
    }
    run.evaluationCache.heldOutPairs = pairs
    return pairs
  }
}
