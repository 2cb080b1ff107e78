import Algorithms
import LanguageTasks
import Metrics
import NeuralNetworks
import Settings
import TestSupport
import Testing

@Suite struct LanguageEvaluatorTests {
  @Test(arguments: ["sft", "reward_model", "dpo"])
  func `every metric and curve is declared with a sentence`(algorithm: String) throws {
    let run = stageRun(
      algorithm, algorithm == "reward_model" ? ["pairs": .integer(40)] : [:],
      task: "preference", policy: ["context": .integer(40)], samples: 4)
    let result = try trainLanguage(run)
    let declared = try #require(AlgorithmRegistry.languageDeclaration(named: algorithm))
    let traits = try #require(LanguageTaskRegistry.declaration(named: "preference"))
      .traits(run.taskSettings)
    for metric in MetricDeclaration.all(.metric, in: .languageTasks) {
      let isPresent = declared.mayHave(
        metric.presence, in: run.algorithmSettings, isPaidByModel: false)
      for name in metric.names(on: traits, samples: 4) {
        #expect((result.metrics[name] != nil) == isPresent, "\(algorithm): \(name)")
        let error = result.metrics[name + MetricDeclaration.standardErrorSuffix]
        #expect((error != nil) == (isPresent && metric.items != nil), "\(algorithm): \(name)")
      }
    }
    for curve in MetricDeclaration.all(.curve, in: .languageTasks) where curve.family == nil {
      let isPresent =
        declared.mayHave(curve.presence, in: run.algorithmSettings, isPaidByModel: false)
        && !curve.names(on: traits, samples: 4).isEmpty
      #expect(
        result.curves.contains { $0.name == curve.name } == isPresent,
        "\(algorithm): \(curve.name)")
    }
    for name in result.metrics.keys.sorted() {
      let declaration = try #require(
        MetricDeclaration.named(name, in: .languageTasks), "\(algorithm): \(name)")
      #expect(declaration.name == name && declaration.documentation.hasSuffix("."))
      if case .fixed(let range) = declaration.range {
        #expect(range.contains(result.metrics[name] ?? .nan), "\(name)")
      }
    }
    for curve in result.curves {
      #expect(
        MetricDeclaration.named(curve.name, .curve, in: .languageTasks) != nil,
        "\(algorithm): \(curve.name)")
      #expect(curve.steps.count == curve.values.count && !curve.steps.isEmpty)
    }
  }

  @Test func `names of families end in letters, digits and underscores`() {
    for name in ["test_accuracy_3", "test_reward_off_topic", "pass_at_8", "hack_reward_filler"] {
      let declaration = MetricDeclaration.named(name, in: .languageTasks)
      #expect(declaration?.name == name)
      #expect(declaration?.member.map(name.hasSuffix) == true)
    }
    for name in ["test_accuracy_", "pass_at_", "pass_at_8!", "no_such_metric"] {
      #expect(MetricDeclaration.named(name, in: .languageTasks) == nil)
    }
    // What training is paid is a curve of every part of the reward, and no metric.
    let part = "training_reward_answer"
    #expect(MetricDeclaration.named(part, .curve, in: .languageTasks)?.name == part)
    #expect(MetricDeclaration.named(part, in: .languageTasks) == nil)
  }

  @Test func `accuracy is the mean over levels that are not held out`() throws {
    let result = try trainLanguage(
      stageRun(
        "sft", ["learning_rate": .number(0.01)], policy: ["width": .integer(32)], tokens: 20_000,
        every: 10_000, prompts: 40, samples: 8))
    let accuracy = try #require(result.metrics["test_accuracy"])
    let (two, three) = (
      try #require(result.metrics["test_accuracy_2"]),
      try #require(result.metrics["test_accuracy_3"])
    )
    #expect(two > 0)
    expectClose(accuracy, (two + three) / 2, tolerance: 1e-15)
    #expect(result.metrics["held_out_accuracy"] == result.metrics["test_accuracy_4"])
    // The rule pays 1 for what is right.
    #expect(result.metrics["test_reward"] == accuracy)
    #expect(result.metrics["test_reward_answer"] == accuracy)
    #expect(result.curve("test_accuracy").values.last == accuracy)
    let curve = result.curve("test_accuracy").values
    expectClose(
      result.metrics["test_accuracy_auc"] ?? .nan, (curve[0] + 2 * curve[1] + curve[2]) / 4,
      tolerance: 1e-15)
    let passes = [1, 2, 4, 8].compactMap { result.metrics["pass_at_\($0)"] }
    #expect(passes.count == 4 && passes == passes.sorted())
    expectClose(passes[0], result.metrics["gold_reward"] ?? .nan, tolerance: 1e-12)
    #expect(result.metrics["pass_at_16"] == nil)
    #expect(result.metrics["proxy_reward"] == nil)
    #expect(result.metrics["memorization_score"] == nil)
  }

  @Test func `samples show the first prompt of each level at each evaluation`() throws {
    let result = try trainLanguage(stageRun("sft", tokens: 2_000, every: 1_000))
    #expect(
      result.samples.map { "\($0.step) \($0.level) \($0.kind)" } == [
        "0 2 greedy", "0 3 greedy", "0 4 greedy", "1000 2 greedy", "1000 3 greedy",
        "1000 4 greedy", "2000 2 greedy", "2000 3 greedy", "2000 4 greedy", "2000 2 sampled",
        "2000 3 sampled",
      ])
    let task = try languageTask(of: stageRun("sft"))
    #expect(
      result.samples.prefix(3).map(\.prompt)
        == (0..<3).map { task.testExample(level: $0, 0).prompt })
    for sample in result.samples {
      let level = try #require(task.levels.firstIndex { $0.name == sample.level })
      let reward = task.testExample(level: level, 0).reward(sample.completion)
      #expect(sample.isCorrect == (reward.isCorrect && !sample.isTruncated))
      #expect(sample.reward == (sample.isCorrect ? 1 : 0))
    }
    // An untrained policy rarely stops by itself.
    #expect(result.samples.prefix(3).contains { $0.isTruncated })
  }

  @Test func `prompts do not depend on the seed, sampled completions do`() throws {
    let results = try (0..<2).map { seed in
      try trainLanguage(stageRun("sft", ["learning_rate": .number(0)], seed: seed))
    }
    #expect(results[0].samples.map(\.prompt) == results[1].samples.map(\.prompt))
    #expect(results[0].samples.map(\.completion) != results[1].samples.map(\.completion))
  }

  @Test func `evaluation changes no bit of training, and costs nothing`() throws {
    let often = try trainLanguage(stageRun("sft", every: 100, prompts: 9, samples: 4))
    let seldom = try trainLanguage(stageRun("sft", every: 2_000, prompts: 1, samples: 1))
    #expect(often.weights == seldom.weights)
    for name in [
      "tokens_trained", "tokens_generated", "tokens_scored", "floating_point_operations",
    ] {
      #expect(often.metrics[name] == seldom.metrics[name], "\(name)")
    }
  }

  @Test func `a task with twins has a memorization score, 0 for who solves nothing`() throws {
    let result = try trainLanguage(
      stageRun(
        "sft", task: "knights-and-knaves",
        taskSettings: ["people": .integers([2]), "held_out_people": .integers([])],
        policy: ["context": .integer(96)], tokens: 1, every: 1, prompts: 4))
    #expect(result.metrics["memorization_score"] == 0)
    #expect(result.metrics["held_out_accuracy"] == nil)
    #expect(result.metrics["test_accuracy_2"] == 0)
  }

  @Test func `a reward model pays sampled completions beside the rule`() throws {
    let model = try trainLanguage(
      RewardModelTests.configuration(["pairs": .integer(200)], noise: 1))
    let result = try trainLanguage(
      stageRun(
        "dpo", ["learning_rate": .number(0)], task: "preference",
        policy: ["context": .integer(40)], prompts: 60, samples: 4),
      weights: StageWeights(reward: model.weights))
    // Rewards are normalized over completions of this very policy.
    let proxy = try #require(result.metrics["proxy_reward"])
    #expect(proxy != 0 && proxy.magnitude < 0.5)
    #expect(result.metrics["gold_reward"] != proxy)
    #expect(
      result.metrics["reward_parameters"] == (result.metrics["policy_parameters"] ?? 0) + 16)
  }

  @Test func `a policy that computes no number fails the run`() throws {
    let start = try trainLanguage(stageRun("sft", tokens: 1))
    let broken = try tensors(ofSafetensors: start.weights).map { tensor in
      NamedTensor(
        name: tensor.name, shape: tensor.shape,
        elements: tensor.elements.map { tensor.name == "model.norm.weight" ? .nan : $0 })
    }
    #expect(
      throws: TrainingError.notFinite(
        quantity: "log-probability of a token of the evaluated policy", value: "not a number",
        update: 1, used: 0, unit: "tokens")
    ) {
      try trainLanguage(
        stageRun("sft"), weights: StageWeights(start: safetensors(of: broken)))
    }
  }
}
