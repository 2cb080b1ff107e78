import Algorithms
import Settings
import TestSupport
import Testing

/// What is paid and learned of completions that come near the longest length, or are cut off by it.
@Suite struct OverlongCompletionsTests {
  private func run(_ settings: [String: SettingValue]) throws -> TrainingResult {
    // Nothing but length is paid.
    let silent: [String: SettingValue] = [
      "reward_weights": .numbers([Double](repeating: 0, count: 6)), "scale": .choice("none"),
    ]
    return try train(
      languageRun(
        "grpo", smallBatches("grpo").merging(silent) { $1 }.merging(settings) { $1 },
        tokens: 3000, every: 3000))
  }

  @Test func `the penalty is part of what is maximized, in proportion`() throws {
    let buffer: [String: SettingValue] = ["overlong_buffer": .integer(20)]
    let plain = try run([:])
    #expect(plain.curve("fraction_groups_without_signal").values == [1])
    let penalized = try run(buffer)
    #expect(penalized.curve("fraction_groups_without_signal").values.allSatisfy { $0 < 0.5 })
    // In units of the group's deviation a power of two is lost without a trace.
    let scaled = buffer.merging(["scale": .choice("group_std"), "scale_epsilon": .number(0)]) { $1 }
    let double = scaled.merging(["overlong_penalty": .number(2)]) { $1 }
    #expect(try run(double).weights == run(scaled).weights)
    #expect(
      try run(buffer.merging(["overlong_penalty": .number(2)]) { $1 }).weights != penalized.weights)
  }

  @Test func `that the mask voids most of the penalty is said, whichever of the two is set`() throws
  {
    let grpo = try #require(AlgorithmRegistry.languageDeclaration(named: "grpo"))
    let both: [String: SettingValue] = [
      "overlong_buffer": .integer(8), "truncated_completions": .choice("left_out"),
    ]
    let names = ["overlong_buffer", "truncated_completions"]
    #expect(grpo.cautions(in: both).contains { $0.settings == names })
    for name in names {
      #expect(!grpo.cautions(in: both.filter { $0.key == name }).contains { $0.settings == names })
    }
  }
}
