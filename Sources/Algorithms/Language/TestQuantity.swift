import LanguageTasks
import NeuralNetworks

/// A quantity of an answer; curves and metrics are means of it over the prompts of the levels, and over levels.
struct TestQuantity {
  var name: String
  /// Whether the levels are those that are held out.
  var isHeldOut = false
  var value: (TestAnswer) -> Double

  /// Returns the quantities of greedy answers, the parts of their rewards among them.
  ///
  /// A part of the reward that a rule leaves out of an answer is worth 0 there.
  ///
  /// - Parameter answers: Those to the prompts of levels that are not held out.
  /// - Returns: The quantities; each has a curve and a metric of its name.
  static func all(of answers: some Sequence<TestAnswer>) -> [TestQuantity] {
    var parts: [String] = []
    for answer in answers {
      for part in answer.reward.components where !parts.contains(part.name) {
        parts.append(part.name)
      }
    }
    let quantities: [TestQuantity] = [
      .init(name: "test_accuracy") { $0.reward.isCorrect ? 1 : 0 },
      .init(name: "held_out_accuracy", isHeldOut: true) { $0.reward.isCorrect ? 1 : 0 },
      .init(name: "format_rate") { $0.reward.isWellFormed ? 1 : 0 },
      .init(name: "test_reward") { $0.reward.total },
      .init(name: "test_response_length") { Double($0.completion.tokens.count) },
      .init(name: "test_truncated_fraction") { $0.completion.isTruncated ? 1 : 0 },
    ]
    return quantities
      + parts.map { part in
        TestQuantity(name: "test_reward_\(part)") { answer in
          answer.reward.components.first { $0.name == part }?.value ?? 0
        }
      }
  }
}
