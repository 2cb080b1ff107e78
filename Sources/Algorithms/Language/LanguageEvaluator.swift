import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom

/// Evaluates a policy on test prompts of each level: greedily along the way and at the end, there on more
/// prompts and with sampled completions too.
///
/// The prompts are the same for all arms and seeds, and the cost of evaluation is counted nowhere.
/// Quantities are means over the levels that are not held out, each a mean over its prompts.
struct LanguageEvaluator: LanguageEvaluation {
  func evaluate(_ run: LanguageRun, step: Int) throws(TrainingError) -> Diagnostics {
    points(of: try greedyAnswers(run, perLevel: run.evaluation.prompts), run, step: step)
  }

  func evaluateFinally(_ run: LanguageRun) throws(TrainingError) -> FinalEvaluation {
    // The reward model counts what it judges, and here it judges for evaluation.
    let ledger = run.ledger
    defer { run.ledger = ledger }
    let answers = try greedyAnswers(run, perLevel: run.evaluation.largestPrompts)
    var final = FinalEvaluation(points: [], metrics: [:], items: [])
    addGreedy(answers, run, to: &final)
    try addMemorization(run, to: &final)
    final.metrics.merge(try hackRewards(run)) { $1 }
    let sampled = try run.sampledTestAnswers(
      by: run.generator, samples: run.evaluation.samples)
    try addSampled(sampled, run, to: &final)
    // Samples are shown once all numbers are known to be finite.
    final.points = points(of: answers, run, step: run.log.used)
    for group in sampled where group.index == 0 {
      run.samples += group.answers.prefix(1).map {
        sample(of: $0, run.task.levels[group.level], step: run.log.used, kind: "sampled")
      }
    }
    // The curve is known before its last point only, which is the value itself.
    final.metrics["test_accuracy_start"] =
      run.log.curves["test_accuracy"]?.values.first ?? final.metrics["test_accuracy"]
    return final
  }

  var curveMetrics: [(metric: String, curve: String)] {
    [("test_accuracy_auc", "test_accuracy")]
  }

  // MARK: Greedy completions

  /// Returns the greedy answers of the policy as it is to the first prompts of every level.
  private func greedyAnswers(
    _ run: LanguageRun, perLevel count: Int
  ) throws(TrainingError) -> [[TestAnswer]] {
    let levels = try run.testPrompts.levels.map { $0.prefix(count) }
    let completions = try run.greedyCompletions(of: levels.flatMap { $0.map(\.tokens) })
    var next = completions.startIndex
    var answers: [[TestAnswer]] = []
    for level in levels {
      var answersOfLevel: [TestAnswer] = []
      for prompt in level {
        try run.lookUp()
        answersOfLevel.append(TestAnswer(completions[next], to: prompt, task: run.task))
        next += 1
      }
      answers.append(answersOfLevel)
    }
    return answers
  }

  /// Returns the points of curves that greedy answers give, and shows one of each level.
  private func points(
    of answers: [[TestAnswer]], _ run: LanguageRun, step: Int
  ) -> Diagnostics {
    for (level, answers) in zip(run.task.levels, answers) {
      run.samples += answers.prefix(1).map { sample(of: $0, level, step: step, kind: "greedy") }
    }
    return means(of: answers, run).map { ($0.name, $0.mean.value) }
  }

  /// Returns the mean of each quantity of greedy answers; those without an answer are left out.
  private func means(
    of answers: [[TestAnswer]], _ run: LanguageRun
  ) -> [(name: String, mean: ItemMean)] {
    let levels = Array(zip(run.task.levels, answers))
    let trained = levels.lazy.filter { !$0.0.isHeldOut }.flatMap(\.1)
    return TestQuantity.all(of: trained).compactMap { quantity in
      let strata = levels.filter { $0.0.isHeldOut == quantity.isHeldOut }
        .map { $0.1.map(quantity.value) }
      return ItemMean(of: strata).map { (quantity.name, $0) }
    }
  }

  /// Adds the metrics of greedy answers by the final weights.
  private func addGreedy(
    _ answers: [[TestAnswer]], _ run: LanguageRun, to final: inout FinalEvaluation
  ) {
    for (level, answers) in zip(run.task.levels, answers) {
      let accuracy = answers.map { $0.reward.isCorrect ? 1.0 : 0 }
      final.metrics.add(ItemMean(of: [accuracy]), as: "test_accuracy_\(level.name)")
      final.add(accuracy, as: "test_accuracy_\(level.name)")
      final.add(answers.map(\.reward.total), as: "test_reward_\(level.name)")
    }
    for (name, mean) in means(of: answers, run) { final.metrics.add(mean, as: name) }
  }

  /// Adds the share of twins of which the original is answered right and its perturbed twin wrong.
  ///
  ///     LiMem = Acc · (1 − CR)
  ///
  /// with Acc the accuracy on the originals, and CR the share of the originals solved whose twin, with the
  /// same form and another solution, is solved as well. 0 for a policy that solves nothing, or whatever
  /// it solves also when perturbed; 1 for one that solves the originals alone.
  ///
  /// Source: Xie et al., "On Memorization of Large Language Models in Logical Reasoning", 2024, section 2.1,
  /// https://arxiv.org/abs/2410.23123; `AlphaPav/mem-kk-logic`.
  private func addMemorization(
    _ run: LanguageRun, to final: inout FinalEvaluation
  ) throws(TrainingError) {
    let twins = try run.testPrompts.twins
    let completions = try run.greedyCompletions(
      of: twins.flatMap { [$0.original.tokens, $0.perturbed.tokens] })
    let memorized = twins.enumerated().map { index, twin in
      let answers = [twin.original, twin.perturbed].enumerated().map { side, prompt in
        TestAnswer(completions[2 * index + side], to: prompt, task: run.task)
      }
      return answers[0].reward.isCorrect && !answers[1].reward.isCorrect ? 1.0 : 0
    }
    final.metrics.add(ItemMean(of: [memorized]), as: "memorization_score")
    final.add(memorized, as: "memorization_score")
  }

  /// Returns the reward of each known hack in the form that the rule pays best, a mean over test prompts.
  private func hackRewards(
    _ run: LanguageRun
  ) throws(TrainingError) -> [String: Double] {
    var sums: [String: (sum: Double, count: Int)] = [:]
    for (level, prompts) in zip(run.task.levels, try run.testPrompts.levels)
    where !level.isHeldOut {
      for prompt in prompts.prefix(run.evaluation.prompts) {
        try run.lookUp()
        var best: [String: Double] = [:]
        for hack in run.task.hacks(for: prompt.example) {
          let tokens = run.encoded(hack.completion) + [run.tokenizer.endToken]
          let reward = run.task.judge(tokens, answering: prompt.example).reward.total
          best[hack.name] = max(best[hack.name] ?? reward, reward)
        }
        for (name, reward) in best {
          let sofar = sums[name] ?? (0, 0)
          sums[name] = (sofar.sum + reward, sofar.count + 1)
        }
      }
    }
    return Dictionary(
      uniqueKeysWithValues: sums.map {
        ("hack_reward_\($0.key)", $0.value.sum / Double($0.value.count))
      })
  }

  // MARK: Sampled completions

  /// Adds the metrics of sampled completions of the prompts of the levels that are not held out.
  private func addSampled(
    _ sampled: [LanguageRun.SampledTestAnswers], _ run: LanguageRun,
    to final: inout FinalEvaluation
  ) throws(TrainingError) {
    let answers = sampled.flatMap(\.answers)
    guard !answers.isEmpty else { return }
    /// The means over each prompt's completions, level by level.
    func strata(_ value: (LanguageRun.SampledTestAnswers) -> Double) -> [[Double]] {
      run.task.levels.indices.map { level in sampled.filter { $0.level == level }.map(value) }
    }
    func strata(ofEach values: [Double]) -> [[Double]] {
      var next = 0
      return strata { group in
        defer { next += group.answers.count }
        return mean(of: Array(values[next..<(next + group.answers.count)]))
      }
    }
    var size = 1
    while size <= run.evaluation.samples {
      final.metrics.add(
        ItemMean(
          of: strata { group in
            passAtK(
              size, samples: group.answers.count,
              correct: group.answers.count { $0.reward.isCorrect })
          }), as: "pass_at_\(size)")
      size *= 2
    }
    let gold = strata { mean(of: $0.answers.map(\.reward.total)) }
    final.metrics.add(ItemMean(of: gold), as: "gold_reward")
    let correct = strata { Double($0.answers.count { $0.reward.isCorrect }) }
    for (level, (gold, correct)) in zip(run.task.levels, zip(gold, correct)) where !gold.isEmpty {
      final.add(gold, as: "gold_reward_\(level.name)")
      final.add(correct, as: "correct_samples_\(level.name)")
    }
    if let rewardModel = run.rewardModel {
      let rewards = try rewardModel.rewards(
        of: answers.map { (prompt: $0.prompt.tokens, completion: $0.completion.tokens) },
        run: run)
      final.metrics.add(ItemMean(of: strata(ofEach: rewards)), as: "proxy_reward")
    }
    let reference = try run.tokenLogProbabilities(
      of: answers.map {
        TokenSequence(prompt: $0.prompt.tokens, completion: $0.completion.tokens)
      }, by: run.reference, isCounted: false)
    let logRatios = zip(answers, reference).map { answer, reference in
      zip(answer.completion.logProbabilities, reference).reduce(0) {
        $0 + (Double($1.0) - Double($1.1))
      }
    }
    final.metrics.add(ItemMean(of: strata(ofEach: logRatios)), as: "test_reference_kl")
  }

  private func sample(
    of answer: TestAnswer, _ level: TaskLevel, step: Int, kind: String
  ) -> TrainingSample {
    TrainingSample(
      step: step, level: level.name, prompt: answer.prompt.example.prompt,
      completion: answer.text, reward: answer.reward.total, isCorrect: answer.reward.isCorrect,
      isTruncated: answer.completion.isTruncated, kind: kind)
  }
}

extension FinalEvaluation {
  /// Keeps the results of items under a name.
  fileprivate mutating func add(_ values: [Double], as name: String) {
    guard !values.isEmpty else { return }
    items.append(TrainingCurve(name: name, steps: Array(values.indices), values: values))
  }
}
