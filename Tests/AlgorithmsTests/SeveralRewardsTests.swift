import Algorithms
import Settings
import TestSupport
import Testing

/// The preference task pays for six things: relevance, repetition, praise, what is off topic, length and an end.
@Suite struct SeveralRewardsTests {
  private func run(_ settings: [String: SettingValue], _ algorithm: String = "grpo") throws
    -> TrainingResult
  {
    try train(languageRun(algorithm, smallBatches(algorithm).merging(settings) { $1 }))
  }

  private func weights(_ weights: Double...) -> [String: SettingValue] {
    ["reward_weights": .numbers(weights)]
  }

  @Test func `with weights of 1 the reward is the task's own, bit for bit`() throws {
    let plain = try run([:])
    #expect((plain.metrics["updates"] ?? 0) >= 3)
    #expect(try run(weights(1, 1, 1, 1, 1, 1)).weights == plain.weights)
    #expect(try run(weights(1, 1, 1, 1, 0, 1)).weights != plain.weights)
  }

  @Test(arguments: ["sum_then_normalize", "normalize_then_sum"])
  func `with weights of 0 no group says anything`(aggregation: String) throws {
    let result = try run(
      weights(0, 0, 0, 0, 0, 0).merging(["reward_aggregation": .choice(aggregation)]) { $1 })
    #expect(result.curve("fraction_groups_without_signal").values.allSatisfy { $0 == 1 })
    #expect(result.curve("gradient_norm").values.allSatisfy { $0 == 0 })
  }

  @Test func `what is told of the reward is the task's, whatever the weights`() throws {
    let plain = try run(["learning_rate": .number(0)])
    let weighted = try run(
      weights(0, 0, 3, 0, 0, 0).merging(["learning_rate": .number(0)]) { $1 })
    for name in ["training_reward", "training_reward_praise", "training_reward_length"] {
      #expect(plain.curve(name) == weighted.curve(name), "\(name)")
    }
  }

  @Test func `twice the weights are half the penalty of the reference, and nothing else`() throws {
    func rloo(_ weight: Double, _ coefficient: Double, rate: Double) throws -> TrainingResult {
      try run(
        [
          "reward_weights": .numbers([Double](repeating: weight, count: 6)),
          "kl_placement": .choice("in_reward"), "kl_coefficient": .number(coefficient),
          "scale": .choice("group_std"), "scale_epsilon": .number(0),
          "learning_rate": .number(rate),
        ], "rloo")
    }
    // In units of the group's deviation a power of two is lost without a trace.
    #expect(
      try rloo(2, 0.5, rate: 0.002).weights == rloo(1, 0.25, rate: 0.002).weights)
    #expect(
      try rloo(2, 0.5, rate: 0.002).weights != rloo(1, 0.5, rate: 0.002).weights)
  }

  @Test func `weights for another number of components are refused in words`() {
    #expect(
      throws: TrainingError.invalidConfiguration(
        "reward_weights must be a list of 6, one for each of relevance, repetition, praise, off_topic, length, unfinished; it has 2"
      )
    ) { try run(weights(1, 0.5)) }
  }

  @Test func `components are normalized within groups alone`() throws {
    let grpo = try #require(AlgorithmRegistry.languageDeclaration(named: "grpo"))
    let remax = try #require(AlgorithmRegistry.languageDeclaration(named: "remax"))
    let normalized: [String: SettingValue] = [
      "reward_aggregation": .choice("normalize_then_sum")
    ]
    let words =
      "reward_aggregation normalize_then_sum compares the members of a group: it needs a group_size of 2 or more, and no baseline greedy"
    #expect(grpo.conflict(in: normalized) == nil)
    #expect(
      remax.conflict(in: normalized.merging(["group_size": .integer(2)]) { $1 })?.message == words)
    let reinforce = try #require(AlgorithmRegistry.languageDeclaration(named: "reinforce"))
    #expect(
      reinforce.conflict(in: normalized.merging(["group_size": .integer(1)]) { $1 })?.message
        == words)
  }
}
