import Algorithms
import LanguageTasks
import Settings
import Testing

@Suite struct LanguageTrainingTests {
  @Test(arguments: reinforcementLearners)
  func `every algorithm learns to write what is paid`(algorithm: String) throws {
    let settings: [String: SettingValue] = ["learning_rate": .number(0.005)]
    let result = try train(languageRun(algorithm, settings, tokens: 40_000, every: 4_000))
    let rewards = result.curve("training_reward").values
    let first = try #require(rewards.first)
    let last = try #require(rewards.last)
    #expect(last > first + 1, "\(algorithm): \(rewards)")
  }

  @Test(arguments: reinforcementLearners)
  func `training uses exactly its budget and drops the batch that does not fit`(
    algorithm: String
  ) throws {
    let result = try train(languageRun(algorithm, smallBatches(algorithm), tokens: 1999))
    #expect(result.metrics["tokens_generated"] == 1999)
    #expect(result.metrics["updates"].map { $0 >= 3 } == true)
    #expect(result.curve("training_reward").steps == [1000, 1999])
    // A budget that no batch fits into leaves the policy as it was.
    let none = try train(languageRun(algorithm, smallBatches(algorithm), tokens: 20))
    #expect(none.metrics["tokens_generated"] == 20)
    #expect(none.metrics["updates"] == 0)
    let other = try train(languageRun(algorithm, smallBatches(algorithm), tokens: 10))
    #expect(none.weights == other.weights)
  }

  @Test(arguments: reinforcementLearners)
  func `results do not depend on how many sequences are computed together`(
    algorithm: String
  ) throws {
    var settings = smallBatches(algorithm)
    settings["kl_placement"] = .choice("in_loss")
    settings["kl_coefficient"] = .number(0.05)
    settings["epochs"] = .integer(2)
    settings["minibatches"] = .integer(2)
    let configuration = languageRun(algorithm, settings)
    let one = try trainLanguage(configuration, chunk: 1)
    for chunk in [3, 64] {
      let other = try trainLanguage(configuration, chunk: chunk)
      #expect(other.weights == one.weights)
      #expect(other.curves == one.curves, "\(chunk)")
      #expect(other.samples == one.samples)
    }
  }

  @Test(arguments: reinforcementLearners)
  func `the divergence is measured in every update, and 0 in the first`(algorithm: String) throws {
    var settings = smallBatches(algorithm)
    settings["kl_placement"] = .choice("none")
    settings["learning_rate"] = .number(0.01)
    let result = try train(languageRun(algorithm, settings, tokens: 4000, every: 100))
    let values = result.curve("reference_kl").values
    #expect(values.first == 0)
    // Intervals are shorter than an update: each value is one update's.
    #expect(Set(values).count > 3 && (values.last ?? 0) > 0)
    #expect(result.metrics["reference_parameters"] == 0)
  }

  @Test(arguments: ["grpo", "ppo", "reinforce_plus_plus"])
  func `with one step on each batch every ratio is exactly 1`(algorithm: String) throws {
    var settings = smallBatches(algorithm)
    settings["epochs"] = .integer(1)
    if algorithm == "ppo" { settings["minibatches"] = .integer(1) }
    settings["temperature"] = .number(0.7)
    settings["clip_range"] = .number(1e-6)
    let result = try train(languageRun(algorithm, settings))
    #expect(result.metrics["updates"].map { $0 >= 3 } == true)
    #expect(result.curve("approximate_kl").values.allSatisfy { $0 == 0 })
    #expect(result.curve("clip_fraction").values.allSatisfy { $0 == 0 })
  }

  @Test func `a group whose rewards are equal costs no backward pass and moves nothing`() throws {
    // Arithmetic from scratch: no completion is right, no group says anything.
    var configuration = languageRun("grpo", smallBatches("grpo"), tokens: 600, every: 600)
    configuration.task = "arithmetic"
    configuration.taskSettings = [:]
    let result = try train(configuration)
    #expect(result.curve("fraction_groups_without_signal").values == [1])
    #expect(result.curve("gradient_norm").values == [0])
    #expect(result.curve("policy_entropy").values.allSatisfy { $0 > 2 })
    #expect(result.metrics["tokens_trained"] == 0)
    #expect(result.metrics["tokens_scored"].map { $0 > 600 } == true)
  }

  @Test(arguments: ["none", "token", "sequence"])
  func `leaving out backward passes of zeros changes no bit`(ratio: String) throws {
    var settings: [String: SettingValue] = [
      "group_size": .integer(2), "groups_per_batch": .integer(8), "epochs": .integer(2),
      "learning_rate": .number(0.01), "ratio": .choice(ratio), "temperature": .number(0.3),
    ]
    let skipping = try train(languageRun("rloo", settings, tokens: 12_000, every: 3000))
    // A penalty of weight 0 has zeros as gradients too, but is not recognized as having none.
    settings["kl_placement"] = .choice("in_loss")
    settings["kl_coefficient"] = .number(0)
    let whole = try train(languageRun("rloo", settings, tokens: 12_000, every: 3000))
    #expect(skipping.curve("fraction_groups_without_signal").values.contains { $0 > 0 && $0 < 1 })
    let trained = try #require(whole.metrics["tokens_trained"])
    #expect(skipping.metrics["tokens_trained"].map { $0 < trained } == true)
    #expect(skipping.weights == whole.weights)
    for name in ["policy_loss", "policy_entropy", "gradient_norm", "approximate_kl"] {
      #expect(skipping.curve(name) == whole.curve(name), "\(name)")
    }
  }

  @Test func `with several epochs ratios move and some are clipped`() throws {
    var settings = smallBatches("grpo")
    settings["epochs"] = .integer(4)
    settings["learning_rate"] = .number(0.01)
    let result = try train(languageRun("grpo", settings))
    #expect(result.curve("approximate_kl").values.allSatisfy { $0 > 0 })
    #expect(result.curve("clip_fraction").values.contains { $0 > 0 })
  }

  @Test func `a penalty keeps the policy at its start`() throws {
    func divergence(_ coefficient: Double, _ placement: String) throws -> Double {
      let settings: [String: SettingValue] = [
        "learning_rate": .number(0.005), "kl_placement": .choice(placement),
        "kl_estimator": .choice(placement == "in_reward" ? "k1" : "k3"),
        "kl_coefficient": .number(coefficient),
      ]
      return try train(languageRun("grpo", settings, tokens: 60_000, every: 30_000))
        .curve("reference_kl").values.last ?? .nan
    }
    for placement in ["in_reward", "in_loss"] {
      let free = try divergence(0, placement)
      let tied = try divergence(5, placement)
      #expect(tied < 0.5 * free, "\(placement): \(tied) and \(free)")
    }
  }

  @Test func `an adapted coefficient rises while the divergence is above its target`() throws {
    let settings: [String: SettingValue] = [
      "learning_rate": .number(0.005), "kl_placement": .choice("in_reward"),
      "kl_estimator": .choice("k1"), "kl_coefficient": .number(0.001),
      "kl_target": .number(0.01), "kl_horizon": .number(100),
    ]
    let result = try train(languageRun("grpo", settings, tokens: 30_000, every: 5_000))
    let coefficients = result.curve("kl_coefficient").values
    #expect(coefficients.count >= 5)
    #expect(zip(coefficients.dropFirst(2), coefficients.dropFirst(3)).allSatisfy { $0 < $1 })
  }

  @Test func `sampling from a part of the softmax needs a score that says so`() throws {
    for name in ["top_k", "top_p"] {
      let value: SettingValue = name == "top_k" ? .integer(5) : .number(0.9)
      #expect(
        throws: TrainingError.invalidConfiguration(
          "grpo: top_k and top_p sample from a part of the softmax, and score full stores log-probabilities of all of it; set score: truncated, or leave them out"
        )
      ) { try train(languageRun("grpo", [name: value])) }
      var settings = smallBatches("grpo")
      settings[name] = value
      settings["score"] = .choice("truncated")
      let result = try train(languageRun("grpo", settings))
      // The default is one step on each batch, by the very distribution that the batch was drawn from.
      #expect(result.curve("approximate_kl").values.allSatisfy { $0 == 0 })
      // Later the policy has moved away from its start, over what it can still draw.
      #expect(result.curve("reference_kl").values.contains { $0 > 0 })
    }
  }

  @Test func `a run starts from the weights of another and is compared with them`() throws {
    let first = try train(languageRun("grpo", smallBatches("grpo")))
    var configuration = languageRun("ppo", smallBatches("ppo"), tokens: 400, every: 400)
    configuration.start = String(repeating: "0", count: 64)
    let second = try train(configuration, weights: StageWeights(start: first.weights))
    let scratch = try train(languageRun("ppo", smallBatches("ppo"), tokens: 400, every: 400))
    #expect(second.weights != scratch.weights)
    // The first batch is the start's own.
    #expect(second.curve("reference_kl").values.first == 0)
    configuration.policy["width"] = .integer(32)
    #expect(throws: TrainingError.self) {
      try train(configuration, weights: StageWeights(start: first.weights))
    }
  }

  @Test func `a reward model pays in deviations from what the start is paid`() throws {
    let task = try #require(LanguageTaskRegistry.declaration(named: "preference")).make(
      ["topics": .integers([2])])
    var configuration = languageRun(
      "grpo", ["learning_rate": .number(0.005)], tokens: 60_000, every: 3000)
    configuration.reward = String(repeating: "1", count: 64)
    let weights = StageWeights(
      reward: try rewardModelWeights(
        of: configuration, vocabulary: task.tokenizer.vocabulary.count))
    let result = try train(configuration, weights: weights)
    let proxy = result.curve("training_proxy_reward").values
    let first = try #require(proxy.first)
    let last = try #require(proxy.last)
    #expect(first.magnitude < 0.7)
    #expect(last > first + 1)
    #expect(result.metrics["reward_parameters"].map { $0 > 0 } == true)
    // The budget does not pay for the completions that it is normalized with; the ledger knows of them.
    #expect(result.metrics["tokens_generated"].map { $0 > 60_000 + 256 } == true)
  }

  @Test func `a reward model pays for other prompts than those its pairs were made of`() throws {
    let task = try #require(LanguageTaskRegistry.declaration(named: "preference")).make(
      ["topics": .integers([2])])
    var configuration = languageRun("rloo", ["learning_rate": .number(0)])
    let byRule = try train(configuration).curve("training_reward").values
    configuration.reward = String(repeating: "1", count: 64)
    let weights = StageWeights(
      reward: try rewardModelWeights(
        of: configuration, vocabulary: task.tokenizer.vocabulary.count))
    let byModel = try train(configuration, weights: weights).curve("training_reward").values
    #expect(byRule.count == byModel.count && byRule != byModel)
  }

  @Test func `the value model is as large as the policy and only PPO holds one`() throws {
    for algorithm in ["ppo", "grpo"] {
      let metrics = try train(languageRun(algorithm, smallBatches(algorithm))).metrics
      let policy = try #require(metrics["policy_parameters"])
      // Body of the same size; the head has one row in place of the tied embedding.
      #expect(metrics["value_parameters"] == (algorithm == "ppo" ? policy + 16 : 0))
      #expect(metrics["reference_parameters"] == 0)
    }
    let tied = try train(languageRun("rloo", ["kl_placement": .choice("in_reward")]))
    #expect(tied.metrics["reference_parameters"] == tied.metrics["policy_parameters"])
  }

  @Test func `a context that prompts and completions do not fit into is refused`() {
    var configuration = languageRun("grpo")
    configuration.policy["context"] = .integer(20)
    #expect(throws: TrainingError.self) { try train(configuration) }
  }
}
