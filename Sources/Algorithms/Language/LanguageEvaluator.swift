import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom

/// Evaluates a policy on the first test prompts of each level: greedily along the way, and with
/// sampled completions at the end.
///
/// The prompts are the same for all arms and seeds, and what evaluation costs is counted nowhere.
/// Quantities are means over the levels that are not held out, each a mean over its prompts.
struct LanguageEvaluator: LanguageEvaluation {
  func evaluate(_ run: LanguageRun, step: Int) throws(TrainingError) -> Diagnostics {
    let answers = try greedyAnswers(run)
    for (level, answers) in zip(run.task.levels, answers) {
      run.samples += answers.prefix(1).map { sample(of: $0, level, step: step, kind: "greedy") }
    }
    var points: Diagnostics = []
    if let trained = summary(of: answers, run, heldOut: false) {
      points += [
        ("test_accuracy", trained.accuracy), ("format_rate", trained.formatRate),
        ("test_reward", trained.reward), ("test_response_length", trained.responseLength),
        ("test_truncated_fraction", trained.truncatedFraction),
      ]
      points += trained.components.map { ("test_reward_\($0.name)", $0.value) }
    }
    if let heldOut = summary(of: answers, run, heldOut: true) {
      points.append(("held_out_accuracy", heldOut.accuracy))
    }
    return points
  }

  func finalMetrics(_ run: LanguageRun) throws(TrainingError) -> [String: Double] {
    // The reward model counts what it scores, and here it scores for evaluation.
    let ledger = run.ledger
    defer { run.ledger = ledger }
    var metrics = greedyMetrics(try greedyAnswers(run), run)
    let curve = run.log.curves["test_accuracy"] ?? TrainingCurve(name: "test_accuracy")
    metrics["test_accuracy_start"] = curve.values.first
    metrics["test_accuracy_auc"] = areaUnderCurve(curve)
    metrics["memorization_score"] = try memorizationScore(run)
    metrics.merge(hackRewards(run)) { $1 }
    try sample(run, into: &metrics)
    return metrics
  }

  // MARK: Greedy completions

  /// Returns the greedy answers of the policy as it is to the prompts of every level.
  private func greedyAnswers(_ run: LanguageRun) throws(TrainingError) -> [[TestAnswer]] {
    let cache = run.evaluationCache
    if let (updates, levels) = cache.greedyAnswers, updates == run.optimizer.updates {
      return levels
    }
    let prompts = run.testPrompts
    let completions = try run.greedyCompletions(of: prompts.levels.flatMap { $0.map(\.tokens) })
    var next = completions.startIndex
    let levels = prompts.levels.map { level in
      level.map { prompt in
        defer { next += 1 }
        return TestAnswer(completions[next], to: prompt, tokenizer: run.tokenizer)
      }
    }
    cache.greedyAnswers = (run.optimizer.updates, levels)
    return levels
  }

  /// Returns the mean over the levels that are held out, or over those that are not.
  private func summary(
    of answers: [[TestAnswer]], _ run: LanguageRun, heldOut: Bool
  ) -> TestSummary? {
    TestSummary(
      meanOf: zip(run.task.levels, answers).filter { $0.0.isHeldOut == heldOut }
        .compactMap { TestSummary(of: $0.1) })
  }

  private func greedyMetrics(_ answers: [[TestAnswer]], _ run: LanguageRun) -> [String: Double] {
    var metrics: [String: Double] = [:]
    for (level, answers) in zip(run.task.levels, answers) {
      metrics["test_accuracy_\(level.name)"] = TestSummary(of: answers)?.accuracy
    }
    if let trained = summary(of: answers, run, heldOut: false) {
      metrics["test_accuracy"] = trained.accuracy
      metrics["format_rate"] = trained.formatRate
      metrics["test_reward"] = trained.reward
      metrics["response_length"] = trained.responseLength
      metrics["truncated_fraction"] = trained.truncatedFraction
      for part in trained.components { metrics["test_reward_\(part.name)"] = part.value }
    }
    metrics["held_out_accuracy"] = summary(of: answers, run, heldOut: true)?.accuracy
    return metrics
  }

  /// Returns the share of twins of which the original is answered right and its perturbed twin wrong.
  ///
  ///     LiMem = Acc · (1 − CR)
  ///
  /// with Acc the accuracy on the originals, and CR the share of the originals solved whose twin, with the
  /// same form and another solution, is solved as well. 0 for a policy that solves nothing, or whatever
  /// it solves also when perturbed; 1 for one that solves the originals alone.
  ///
  /// Source: Xie et al., "On Memorization of Large Language Models in Logical Reasoning", 2024, section 2.1,
  /// https://arxiv.org/abs/2410.23123; `AlphaPav/mem-kk-logic`.
  private func memorizationScore(_ run: LanguageRun) throws(TrainingError) -> Double? {
    let twins = run.testPrompts.twins
    guard !twins.isEmpty else { return nil }
    let completions = try run.greedyCompletions(
      of: twins.flatMap { [$0.original.tokens, $0.perturbed.tokens] })
    var memorized = 0
    for (index, twin) in twins.enumerated() {
      let answers = [twin.original, twin.perturbed].enumerated().map { side, prompt in
        TestAnswer(completions[2 * index + side], to: prompt, tokenizer: run.tokenizer)
      }
      memorized += answers[0].reward.isCorrect && !answers[1].reward.isCorrect ? 1 : 0
    }
    return Double(memorized) / Double(twins.count)
  }

  /// Returns what the rule pays for each known way of looking for it, in the form that it pays best, a
  /// mean over test prompts.
  private func hackRewards(_ run: LanguageRun) -> [String: Double] {
    var sums: [String: (sum: Double, count: Int)] = [:]
    for (level, prompts) in zip(run.task.levels, run.testPrompts.levels) where !level.isHeldOut {
      for prompt in prompts {
        var best: [String: Double] = [:]
        for hack in run.task.hacks(for: prompt.example) {
          let reward = prompt.example.reward(hack.completion).total
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

  /// Samples completions of the prompts of the levels that are not held out, and adds what they tell.
  private func sample(
    _ run: LanguageRun, into metrics: inout [String: Double]
  ) throws(TrainingError) {
    let sampled = try run.sampledTestAnswers(
      by: run.generator, samples: run.evaluation.samples)
    let answers = sampled.flatMap(\.answers)
    guard !answers.isEmpty else { return }
    for group in sampled where group.index == 0 {
      run.samples += group.answers.prefix(1).map {
        sample(of: $0, run.task.levels[group.level], step: run.usedTokens, kind: "sampled")
      }
    }
    var size = 1
    while size <= run.evaluation.samples {
      metrics["pass_at_\(size)"] = mean(
        of: sampled.map { group in
          passAtK(
            size, samples: group.answers.count,
            correct: group.answers.count { $0.reward.isCorrect })
        })
      size *= 2
    }
    metrics["gold_reward"] = mean(of: answers.map(\.reward.total))
    if let rewardModel = run.rewardModel {
      metrics["proxy_reward"] = mean(
        of: rewardModel.scores(
          of: answers.map { (prompt: $0.prompt.tokens, completion: $0.completion.tokens) },
          run: run))
    }
    let reference = run.tokenLogProbabilities(
      of: answers.map {
        TokenSequence(prompt: $0.prompt.tokens, completion: $0.completion.tokens)
      }, by: run.reference, isCounted: false)
    metrics["reference_kl"] = mean(
      of: zip(answers, reference).map { answer, reference in
        zip(answer.completion.logProbabilities, reference).reduce(0) {
          $0 + (Double($1.0) - Double($1.1))
        }
      })
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
