import Algorithms
import NeuralNetworks
import Settings
import TestSupport
import Testing

@Suite struct RewardModelTests {
  /// A policy that has seen some demonstrations of the preference task.
  static func start() throws -> TrainingResult {
    try trainLanguage(
      stageRun(
        "sft", ["learning_rate": .number(0.01)], task: "preference",
        policy: ["context": .integer(40)], tokens: 20_000, every: 20_000))
  }

  /// A run whose budget lasts for all epochs.
  static func configuration(
    _ settings: [String: SettingValue] = [:], noise: Double = 0, tokens: Int = 1_000_000,
    seed: Int = 0
  ) -> RunConfiguration {
    stageRun(
      "reward_model", settings, task: "preference", taskSettings: ["noise": .number(noise)],
      policy: ["context": .integer(40)], tokens: tokens, every: 1_000_000, prompts: 30,
      samples: 8, seed: seed)
  }

  @Test func `it learns which of two held-out completions is better`() throws {
    let result = try trainLanguage(
      Self.configuration([
        "pairs": .integer(1000), "epochs": .integer(2), "learning_rate": .number(0.01),
      ]), weights: StageWeights(start: try Self.start().weights))
    let before = result.curve("held_out_preference_accuracy").values
    #expect(before.count == 2 && abs(before[0] - 0.5) < 0.12)
    #expect(result.metrics["held_out_preference_accuracy"] ?? 0 > 0.65)
    #expect(result.metrics["held_out_preference_loss"] ?? 1 < 0.65)
  }

  @Test func `its trunk starts from the policy that sampled the pairs`() throws {
    let start = try Self.start()
    let result = try trainLanguage(
      Self.configuration(["pairs": .integer(40), "learning_rate": .number(0)]),
      weights: StageWeights(start: start.weights))
    let policy = try tensors(ofSafetensors: start.weights)
    let model = try tensors(ofSafetensors: result.weights)
    #expect(model.filter { $0.name != "score.weight" } == policy)
    let head = try #require(model.first { $0.name == "score.weight" })
    #expect(head.shape == [1, 16])
    // Sixteen draws from N(0, 1/17).
    let squares = head.elements.reduce(0) { $0 + $1 * $1 }
    #expect(squares > 0.3 && squares < 2.5)
    #expect(
      result.metrics["held_out_preference_loss"]
        == result.curve("held_out_preference_loss").values[0])
  }

  @Test func `it learns from the pairs that DPO learns from`() throws {
    let weights = StageWeights(start: try Self.start().weights)
    for noise in [0, 1.0] {
      let model = try trainLanguage(
        Self.configuration(["pairs": .integer(48)], noise: noise, seed: 3), weights: weights)
      // In other rounds, and with no more than that many pairs.
      let dpo = try trainLanguage(
        stageRun(
          "dpo",
          [
            "pairs": .integer(48), "pairs_per_round": .integer(24), "learning_rate": .number(0),
          ], task: "preference", taskSettings: ["noise": .number(noise)],
          policy: ["context": .integer(40)], tokens: 100_000, every: 100_000, seed: 3),
        weights: weights)
      #expect(model.metrics["tokens_generated"] == dpo.metrics["tokens_generated"])
      // Each pair is read twice by both: the model reads every token, the policy all but the last.
      let decided =
        (model.metrics["tokens_trained"] ?? 0) - (dpo.metrics["tokens_trained"] ?? 0)
      #expect(decided > 48 && decided <= 96)
      #expect(decided.truncatingRemainder(dividingBy: 2) == 0)
    }
  }

  @Test func `what it costs does not depend on how much it is evaluated`() throws {
    func metrics(prompts: Int, samples: Int) throws -> [String: Double] {
      try trainLanguage(
        stageRun(
          "reward_model", ["pairs": .integer(20), "batch_size": .integer(4)], task: "preference",
          taskSettings: ["noise": .number(1)], policy: ["context": .integer(40)],
          tokens: 1_000_000, every: 1_000_000, prompts: prompts, samples: samples)
      ).metrics
    }
    let (few, many) = (try metrics(prompts: 3, samples: 2), try metrics(prompts: 40, samples: 8))
    for name in CostLedger().metrics.keys { #expect(few[name] == many[name], "\(name)") }
  }

  @Test(arguments: [1, 3])
  func `how many sequences pass together changes no bit`(chunk: Int) throws {
    let configuration = Self.configuration(
      ["pairs": .integer(20), "batch_size": .integer(7), "centering_coefficient": .number(0.1)],
      noise: 1)
    #expect(
      try trainLanguage(configuration, chunk: chunk).withoutBuffers
        == trainLanguage(configuration, chunk: 64).withoutBuffers)
  }

  @Test func `the budget ends training before the epochs do`() throws {
    let all = try trainLanguage(
      Self.configuration(["pairs": .integer(40), "batch_size": .integer(10)], noise: 1))
    #expect(all.metrics["updates"] == 4)
    let tokens = try #require(all.metrics["tokens_trained"])
    let half = try trainLanguage(
      Self.configuration(
        ["pairs": .integer(40), "batch_size": .integer(10)], noise: 1, tokens: Int(tokens) / 2))
    #expect(half.metrics["updates"] == 2)
    let used = try #require(half.metrics["tokens_trained"])
    #expect(used >= (tokens / 2).rounded(.down) && used < tokens / 2 + 60)
    #expect(half.metrics["tokens_generated"] == all.metrics["tokens_generated"])
  }

  @Test func `a start policy that is never paid gives no pairs, which is said`() {
    #expect(
      throws: TrainingError.invalidConfiguration(
        "the start policy gives no two test completions that differ in reward; train it first, or raise evaluation.samples"
      )
    ) {
      try trainLanguage(stageRun("reward_model"))
    }
  }
}
