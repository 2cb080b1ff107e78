import Algorithms
import Metrics
import Settings
import TestSupport
import Testing

/// What the points of curves and the final metrics are of.
@Suite struct EvaluationTests {
  @Test(arguments: algorithmNames)
  func `one evaluation along the way leaves the final value that of the end`(
    algorithm: String
  ) throws {
    let result = try train(smallRun(algorithm, steps: 600, every: 600, episodes: 3))
    let curve = result.curve("evaluation_return")
    #expect(curve.steps == [0, 600])
    #expect(result.metrics["evaluation_return"] == curve.values[1])
  }

  @Test(arguments: [599, 400, 300, 7])
  func `an interval that does not divide the budget has a point at its end`(every: Int) throws {
    let result = try train(smallRun("ppo", steps: 600, every: every))
    let curve = result.curve("evaluation_return")
    #expect(curve.steps == Array(stride(from: 0, to: 600, by: every)) + [600])
    #expect(result.metrics["evaluation_return"] == curve.values.last)
    // The end does not depend on what is evaluated before it.
    #expect(
      result.metrics["evaluation_return"]
        == (try train(smallRun("ppo", steps: 600, every: 1))).metrics["evaluation_return"])
  }

  @Test func `a point is of the policy that took the step it names`() throws {
    // A rollout of 4 × 128 steps: until the 512th the policy is the one before training.
    let result = try train(smallRun("ppo", steps: 1024, every: 128, episodes: 20))
    let curve = result.curve("evaluation_return")
    #expect(curve.steps == Array(stride(from: 0, through: 1024, by: 128)))
    #expect(Set(curve.values[0...3]).count == 1)
    // The 512th step ends the rollout, so that point has learned from it.
    #expect(curve.values[4] != curve.values[3])
    #expect(Set(curve.values[4...7]).count == 1)
    // Diagnostics are of updates, the first of which came at 512.
    #expect(result.curve("policy_loss").steps == [512, 640, 768, 896, 1024])
    #expect(result.curve("training_return").steps == [512, 640, 768, 896, 1024])
  }

  @Test func `normalized observations are evaluated as the latest update left them`() throws {
    let result = try train(
      smallRun(
        "ppo", ["observation_normalization": .choice("running")], steps: 512, every: 128,
        episodes: 20))
    #expect(Set(result.curve("evaluation_return").values[0...3]).count == 1)
  }

  @Test func `a language model's points are of the policy that wrote the token they name`() throws {
    var configuration = languageRun(
      "grpo", ["learning_rate": .number(0.01)], tokens: 8000, every: 100)
    for name in ["prompts", "final_prompts"] { configuration.evaluation[name] = .integer(20) }
    let result = try train(configuration)
    let rewards = result.curve("test_reward").values
    let first = try #require(result.curve("training_reward").steps.first)
    #expect(first > 100)
    #expect(Set(rewards.prefix(first / 100)).count == 1)
    #expect(Set(rewards).count > 2)
    #expect(result.metrics["test_reward"] == rewards.last)
  }

  @Test func `the final evaluation has its own number of items, and they are kept`() throws {
    var configuration = smallRun("ppo", steps: 600, every: 300, episodes: 2)
    configuration.evaluation["final_episodes"] = .integer(30)
    let result = try train(configuration)
    let items = try #require(result.items.first { $0.name == "evaluation_return" })
    #expect(result.items.count == 1 && items.steps == Array(0..<30))
    let mean = items.values.reduce(0, +) / 30
    let squares = items.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    expectClose(result.metrics["evaluation_return"] ?? .nan, mean, tolerance: 1e-12)
    expectClose(
      result.metrics["evaluation_return_standard_error"] ?? .nan,
      (squares / 29 / 30).squareRoot(), tolerance: 1e-12)
    // Episodes along the way are the first of them, never more.
    configuration.evaluation["final_episodes"] = .integer(1)
    #expect(try train(configuration).items[0].values == Array(items.values.prefix(2)))
  }

  @Test func `test prompts are kept one by one, and errors are those of means over levels`() throws
  {
    var configuration = stageRun(
      "sft", ["learning_rate": .number(0.01)], policy: ["width": .integer(32)], tokens: 20_000,
      every: 20_000, prompts: 10, samples: 4)
    configuration.evaluation["final_prompts"] = .integer(20)
    let result = try trainLanguage(configuration)
    func items(_ name: String) throws -> [Double] {
      try #require(result.items.first { $0.name == name }, "\(name)").values
    }
    let levels = [try items("test_accuracy_2"), try items("test_accuracy_3")]
    // Two of five letters make 25 words; a quarter of them are for testing, and none is asked for twice.
    #expect((2..<12).contains(levels[0].count) && levels[1].count == 20)
    var (accuracy, variance) = (0.0, 0.0)
    for level in levels {
      let mean = level.reduce(0, +) / Double(level.count)
      accuracy += mean / 2
      let squares = level.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      variance += squares / Double(level.count - 1) / Double(level.count)
    }
    expectClose(result.metrics["test_accuracy"] ?? .nan, accuracy, tolerance: 1e-12)
    expectClose(
      result.metrics["test_accuracy_standard_error"] ?? .nan, variance.squareRoot() / 2,
      tolerance: 1e-12)
    #expect(try items("correct_samples_3").count == 10)
    #expect(try items("correct_samples_2").allSatisfy { (0...4).contains($0) })
    let pass = try ["correct_samples_2", "correct_samples_3"].reduce(0.0) { sum, name in
      let counts = try items(name)
      return sum + counts.reduce(0, +) / Double(4 * counts.count) / 2
    }
    expectClose(result.metrics["pass_at_1"] ?? .nan, pass, tolerance: 1e-12)
    for name in result.metrics.keys {
      #expect(MetricDeclaration.named(name, in: .languageTasks)?.name == name)
    }
  }

  @Test(arguments: algorithmNames)
  func `every step of the optimizer leaves a digest that the ones before it enter`(
    algorithm: String
  ) throws {
    let short = try train(smallRun(algorithm, steps: 1200)).updateDigests
    let long = try train(smallRun(algorithm, steps: 2400))
    #expect(long.updateDigests.count == Int(long.metrics["updates"] ?? -1))
    guard algorithm != "ppo" else { return }
    // With constant rates the longer run begins as the shorter one.
    #expect(!short.isEmpty && Array(long.updateDigests.prefix(short.count)) == short)
    let other = try train(smallRun(algorithm, steps: 1200, seed: 1)).updateDigests
    #expect(zip(short, other).allSatisfy { $0 != $1 })
  }
}
