import Algorithms
import LanguageTasks
import Settings
import Testing

/// A completion that is cut off is no answer, wherever completions are judged.
@Suite struct UnfinishedAnswerTests {
  /// Two letters to reverse, from scratch: policies soon write the answer, and often do not end.
  private func endless(
    _ algorithm: String, _ unfinished: String = "zero", seed: Int = 0
  ) -> RunConfiguration {
    stageRun(
      algorithm, ["learning_rate": .number(0.003), "group_size": .integer(16)],
      taskSettings: [
        "lengths": .integers([2]), "held_out_lengths": .integers([]), "symbols": .integer(5),
        "unfinished": .choice(unfinished),
      ], policy: ["width": .integer(32)], tokens: 60_000, every: 10_000, prompts: 25, samples: 4,
      seed: seed)
  }

  @Test(arguments: ["grpo", "rloo"])
  func `accuracy is at most the share of completions that end`(algorithm: String) throws {
    for seed in 0..<2 {
      let result = try trainLanguage(endless(algorithm, seed: seed))
      let (accuracy, truncated) = (
        result.curve("test_accuracy").values, result.curve("test_truncated_fraction").values
      )
      #expect(accuracy.count == truncated.count && accuracy.count >= 6)
      for curve in ["test_accuracy", "format_rate", "test_reward"] {
        for (value, truncated) in zip(result.curve(curve).values, truncated) {
          #expect(value <= 1 - truncated + 1e-12, "\(algorithm) \(curve)")
        }
      }
      let (paid, cut) = (
        result.curve("training_reward").values, result.curve("truncated_fraction").values
      )
      #expect(zip(paid, cut).allSatisfy { $0 <= 1 - $1 + 1e-12 })
      for sample in result.samples where sample.isTruncated {
        #expect(sample.reward == 0 && !sample.isCorrect)
      }
    }
  }

  @Test func `the setting changes what is paid and not what is sampled`() throws {
    func still(_ unfinished: String) throws -> TrainingResult {
      let settings: [String: SettingValue] = ["learning_rate": .number(0)]
      return try trainLanguage(
        stageRun(
          "grpo", settings, task: "preference",
          taskSettings: ["unfinished": .choice(unfinished)], policy: ["context": .integer(40)],
          tokens: 4000, prompts: 8, samples: 4))
    }
    let (zero, penalty, asIs) = (try still("zero"), try still("penalty"), try still("as_is"))
    for other in [penalty, asIs] {
      #expect(other.weights == zero.weights)
      #expect(other.samples.map(\.completion) == zero.samples.map(\.completion))
      #expect(other.samples.map(\.prompt) == zero.samples.map(\.prompt))
    }
    let cut = zero.samples.indices.filter { zero.samples[$0].isTruncated }
    #expect(!cut.isEmpty)
    for index in cut {
      #expect(zero.samples[index].reward == 0 && penalty.samples[index].reward == -18.25)
    }
    for index in zero.samples.indices where !zero.samples[index].isTruncated {
      let clean = ["<pad>", "<unknown>"].allSatisfy {
        !zero.samples[index].completion.contains($0)
      }
      if clean { #expect(zero.samples[index].reward == asIs.samples[index].reward) }
    }
    // An untrained policy seldom ends; what it writes is worth more as it is.
    #expect(penalty.metrics["gold_reward"].map { $0 < -8 } == true)
    #expect(penalty.metrics["test_reward_unfinished"].map { $0 < -8 } == true)
    #expect((asIs.metrics["gold_reward"] ?? 0) > (penalty.metrics["gold_reward"] ?? 0))
  }

  @Test func `DPO and reward models prefer a text with an end to one without`() throws {
    // Of untrained policies nearly all completions are cut off: those pairs are ties without noise.
    for algorithm in ["dpo", "reward_model"] {
      let result = try trainLanguage(
        stageRun(
          algorithm, ["pairs": .integer(64), "learning_rate": .number(0)], task: "preference",
          taskSettings: ["noise": .number(0)], policy: ["context": .integer(40)],
          tokens: 100_000, every: 500, prompts: 40, samples: 4))
      let tied = result.curve("fraction_tied_pairs").values.last ?? .nan
      #expect(tied > 0.3, "\(algorithm): \(tied)")
    }
  }
}
