import Algorithms
import LanguageTasks
import Settings
import Testing

/// Long pieces of work end where training is asked to end, and nothing of the result depends on where.
@Suite struct EndedWorkTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var configuration: RunConfiguration
    /// Whether a run that is ended in its last evaluation has its whole training behind it.
    var endsWithBudget = true
    var testDescription: String { name }
  }

  static var cases: [Case] {
    let groups: [String: SettingValue] = [
      "group_size": .integer(2), "groups_per_batch": .integer(2),
    ]
    return [
      Case(
        name: "ppo on an environment",
        configuration: smallRun("ppo", ["rollout_steps": .integer(32)], steps: 400, every: 100)),
      Case(name: "rloo on an environment", configuration: smallRun("rloo", groups, every: 300)),
      Case(
        name: "dpo on an environment",
        configuration: smallRun("dpo", ["pairs_per_round": .integer(2)], every: 300)),
      Case(
        name: "audit of an environment",
        configuration: smallRun(
          "audit",
          [
            "prompts": .integer(4), "completions": .integer(4), "projections": .integer(64),
            "credit": .choice("reward_to_go"),
          ], steps: 3_000, every: 3_000, seed: 3), endsWithBudget: false),
      Case(
        name: "grpo on a language task",
        configuration: languageRun("grpo", groups, tokens: 400, every: 100)),
      Case(
        name: "audit of a language task",
        configuration: languageRun(
          "audit",
          ["prompts": .integer(4), "completions": .integer(4), "projections": .integer(64)],
          every: 2_000), endsWithBudget: false),
      Case(
        name: "sft",
        configuration: stageRun(
          "sft", ["batch_size": .integer(4)], task: "sequences", policy: ["context": .integer(40)],
          tokens: 100, every: 50, seed: 3)),
      Case(
        name: "reward_model",
        configuration: stageRun(
          "reward_model", ["pairs": .integer(12), "batch_size": .integer(4)], task: "preference",
          policy: ["context": .integer(40)], tokens: 1_000, every: 500, seed: 3),
        endsWithBudget: false),
      Case(
        name: "dpo on a language task",
        configuration: stageRun(
          "dpo", ["pairs_per_round": .integer(5), "batch_size": .integer(3)], task: "preference",
          policy: ["context": .integer(40)], tokens: 600, every: 200, seed: 3)),
    ]
  }

  @Test(arguments: cases)
  func `a run that is ended within any piece of work has the result of one that was not`(
    golden: Case
  ) throws {
    let whole = try train(golden.configuration)
    let undisturbed = EndedWork(at: nil)
    #expect(try train(golden.configuration, checkpoints: undisturbed.checkpoints) == whole)
    #expect(undisturbed.kept == nil)
    let count = undisturbed.looks
    try #require(count >= 20, "\(count) looks")
    // The first look is in the evaluation before training, the last one in that after it.
    let looks = [1] + (1..<10).map { count * $0 / 10 } + [count]
    var places: [Int?] = []
    for look in looks {
      let (result, used) = try trainEnded(golden.configuration, at: look)
      #expect(result == whole, "look \(look) of \(count)")
      places.append(used)
    }
    #expect(places.first == .some(nil))
    #expect(places.last != .some(nil))
    if golden.endsWithBudget {
      let budget = golden.configuration.budget.values.first
      #expect(places.last.map { $0.map(SettingValue.integer) } == .some(budget))
    }
  }

  @Test func `a run paid by a reward model is ended while that is normalized, and while it judges`()
    throws
  {
    var configuration = languageRun("ppo", smallBatches("ppo"), tokens: 400, every: 200)
    let key = String(repeating: "0", count: 64)
    let vocabulary = try languageTask(of: configuration).tokenizer.vocabulary.count
    (configuration.reward, configuration.start) = (key, key)
    var start = configuration
    (start.reward, start.start) = (nil, nil)
    let weights = StageWeights(
      start: try train(start).weights,
      reward: try rewardModelWeights(of: configuration, vocabulary: vocabulary))
    let whole = try train(configuration, weights: weights)
    let undisturbed = EndedWork(at: nil)
    _ = try train(configuration, weights: weights, checkpoints: undisturbed.checkpoints)
    for tenth in 0...10 {
      let look = max(1, undisturbed.looks * tenth / 10)
      let (result, _) = try trainEnded(configuration, weights: weights, at: look)
      #expect(result == whole, "look \(look) of \(undisturbed.looks)")
    }
  }
}
