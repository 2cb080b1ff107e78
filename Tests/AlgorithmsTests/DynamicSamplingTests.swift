import Algorithms
import Settings
import TestSupport
import Testing

/// Groups without a signal are sampled again, in both worlds through the same rounds.
@Suite struct DynamicSamplingTests {
  /// The groups that each round is asked for, if it keeps as many as are said.
  private func rounds(
    of count: Int, atMost rounds: Int, keeping kept: [Int?]
  ) throws -> (asked: [Int], hasBatch: Bool) {
    let run = try TableRun(TableTask(), hasValues: false)
    var asked: [Int] = []
    let hasBatch = try run.fillBatch(of: count, rounds: rounds) { missing in
      asked.append(missing)
      return kept[asked.count - 1]
    }
    return (asked, hasBatch)
  }

  @Test func `a round samples what is missing, until the batch is full or the rounds are used up`()
    throws
  {
    let full = try rounds(of: 4, atMost: 9, keeping: [1, 0, 3])
    #expect(full.asked == [4, 3, 3] && full.hasBatch)
    let short = try rounds(of: 4, atMost: 2, keeping: [1, 1])
    #expect(short.asked == [4, 3] && short.hasBatch)
    let silent = try rounds(of: 4, atMost: 3, keeping: [0, 0, 0])
    #expect(silent.asked == [4, 4, 4] && !silent.hasBatch)
    let single = try rounds(of: 4, atMost: 1, keeping: [4])
    #expect(single.asked == [4] && single.hasBatch)
    let cutOff = try rounds(of: 4, atMost: 9, keeping: [1, nil])
    #expect(cutOff.asked == [4, 3] && !cutOff.hasBatch)
  }

  private func bandit(rounds: Int) throws -> TrainingResult {
    try train(
      banditRun(
        "rloo",
        [
          "group_size": .integer(3), "groups_per_batch": .integer(4),
          "sampling_rounds": .integer(rounds), "learning_rate": .number(0.02),
        ], steps: 2000, every: 20))
  }

  @Test func `an environment's batches then have no group without a signal, and the budget pays`()
    throws
  {
    let plain = try bandit(rounds: 1)
    let dynamic = try bandit(rounds: 50)
    let silence = "fraction_groups_without_signal"
    #expect(plain.curve(silence).values.contains { $0 > 0 })
    #expect(dynamic.curve(silence).values.allSatisfy { $0 == 0 })
    for result in [plain, dynamic] { #expect(result.metrics["environment_steps"] == 2000) }
    // 166 batches of 12 steps, and 8 steps that are cut off; the others were sampled for nothing, or dropped with
    // what the same batch had found before.
    #expect(plain.metrics["updates"] == 166 && plain.metrics["dropped_steps"] == 8)
    let updates = try #require(dynamic.metrics["updates"])
    #expect(updates > 20 && updates < 150)
    let learned = dynamic.curve("expected_reward").values
    #expect((learned.last ?? 0) > (learned.first ?? 1) + 0.1)
  }

  @Test func `where every group has a signal more rounds change no bit`() throws {
    func cartPole(rounds: Int) throws -> TrainingResult {
      try train(
        smallRun(
          "grpo",
          [
            "group_size": .integer(4), "groups_per_batch": .integer(2),
            "sampling_rounds": .integer(rounds),
          ], steps: 1500))
    }
    let (plain, dynamic) = (try cartPole(rounds: 1), try cartPole(rounds: 4))
    #expect(plain.curve("fraction_groups_without_signal").values.allSatisfy { $0 == 0 })
    #expect((plain.metrics["updates"] ?? 0) >= 4)
    #expect(plain.weights == dynamic.weights && plain.curves == dynamic.curves)
    #expect(plain.metrics == dynamic.metrics)
  }

  @Test func `so have a language task's, whatever was paid for those that are left`() throws {
    func completions(rounds: Int) throws -> TrainingResult {
      try train(
        languageRun(
          "rloo",
          [
            "group_size": .integer(2), "groups_per_batch": .integer(8),
            "sampling_rounds": .integer(rounds), "learning_rate": .number(0.01),
            "temperature": .number(0.3),
          ], tokens: 12_000, every: 3000))
    }
    let (plain, dynamic) = (try completions(rounds: 1), try completions(rounds: 40))
    let silence = "fraction_groups_without_signal"
    #expect(plain.curve(silence).values.contains { $0 > 0 })
    #expect(dynamic.curve(silence).values.allSatisfy { $0 == 0 })
    #expect((dynamic.metrics["updates"] ?? 0) >= 3)
    #expect(dynamic.metrics["tokens_generated"] == 12_000)
  }

  @Test func `a batch of which no round finds anything is no update`() throws {
    // Arithmetic from scratch: no completion is right.
    var configuration = languageRun(
      "grpo", smallBatches("grpo").merging(["sampling_rounds": .integer(2)]) { $1 }, tokens: 3000,
      every: 3000)
    configuration.task = "arithmetic"
    configuration.taskSettings = [:]
    let result = try train(configuration)
    #expect(result.metrics["updates"] == 0)
    #expect(result.metrics["tokens_generated"] == 3000)
    configuration.budget = ["tokens": .integer(1)]
    #expect(try train(configuration).weights == result.weights)
  }

  @Test func `groups of one are never sampled again, which is said`() throws {
    for declaration in [
      AlgorithmRegistry.declaration(named: "reinforce"),
      AlgorithmRegistry.languageDeclaration(named: "reinforce"),
    ] {
      let reinforce = try #require(declaration)
      let rounds: [String: SettingValue] = ["sampling_rounds": .integer(4)]
      #expect(
        reinforce.idleSettings(in: rounds.merging(["group_size": .integer(1)]) { $1 })[
          "sampling_rounds"] == "group_size: 1")
      #expect(
        reinforce.idleSettings(in: rounds.merging(["group_size": .integer(2)]) { $1 })[
          "sampling_rounds"] == nil)
    }
  }
}
