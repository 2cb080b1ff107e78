import Algorithms
import NeuralNetworks
import Settings
import TestSupport
import Testing

/// Runs whose numbers leave all bounds: they end there, and have a result that says so.
@Suite struct DivergenceTests {
  /// A step of 10 makes the policy deterministic at once; e^(−log-ratio) then grows beyond all bounds.
  func leavesItsReference(coefficient: Double) -> RunConfiguration {
    var configuration = smallRun(
      "grpo",
      [
        "learning_rate": .number(10), "max_gradient_norm": .none,
        "kl_placement": .choice("in_loss"), "kl_estimator": .choice("k3"),
        "kl_coefficient": .number(coefficient), "epochs": .integer(50),
      ], steps: 5000, every: 1000)
    configuration.policy = [:]
    return configuration
  }

  /// Twenty layers and a step of 10: one update overflows every output.
  var ruinedByItsLastUpdate: RunConfiguration {
    var configuration = smallRun(
      "dpo",
      ["pairs_per_round": .integer(1), "epochs": .integer(1), "learning_rate": .number(10)],
      steps: 110, every: 110)
    configuration.policy = [
      "hidden": .integers([Int](repeating: 64, count: 20)), "activation": .choice("relu"),
    ]
    return configuration
  }

  func expectWhole(_ result: TrainingResult, budget: Int) throws {
    #expect(result.metrics["diverged"] == 1)
    #expect(result.metrics.values.allSatisfy { $0.isFinite })
    #expect(result.curves.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    #expect(
      try tensors(ofSafetensors: result.weights).allSatisfy {
        $0.elements.allSatisfy(\.isFinite)
      })
    // The curve goes on to the end of the budget with the policy that was left.
    let curve = result.curve("evaluation_return")
    #expect(curve.steps.last == budget && curve.values.last == result.metrics["evaluation_return"])
  }

  @Test(arguments: [1000, 0.001])
  func `a run that leaves all bounds ends there and is a result`(coefficient: Double) throws {
    let result = try train(leavesItsReference(coefficient: coefficient))
    try expectWhole(result, budget: 5000)
    #expect(result.curve("evaluation_return").steps == [0, 1000, 2000, 3000, 4000, 5000])
    #expect(result.metrics["environment_steps"].map { $0 < 5000 } == true)
    // No step was taken along a gradient that large.
    #expect(result.curve("gradient_norm").values.allSatisfy { $0 <= largestGradientNorm })
    #expect(result.updateDigests.count == Int(result.metrics["updates"] ?? -1))
  }

  @Test func `a last update that ruins the policy gives way to the last sound one`() throws {
    let result = try train(ruinedByItsLastUpdate)
    try expectWhole(result, budget: 110)
    // The only sound policy is the one before training.
    var untrained = ruinedByItsLastUpdate
    untrained.algorithmSettings["learning_rate"] = .number(0)
    #expect(result.weights == (try train(untrained)).weights)
  }

  @Test func `a language model that leaves all bounds is a result too`() throws {
    let settings: [String: SettingValue] = [
      "learning_rate": .number(5), "max_gradient_norm": .none, "kl_placement": .choice("in_loss"),
      "kl_estimator": .choice("k3"), "kl_coefficient": .number(1000), "epochs": .integer(4),
    ]
    let result = try train(languageRun("grpo", settings, tokens: 4000, every: 2000))
    #expect(result.metrics["diverged"] == 1)
    #expect(result.metrics.values.allSatisfy { $0.isFinite })
    #expect(result.curve("test_reward").steps == [0, 2000, 4000])
    #expect(result.curve("test_reward").values.last == result.metrics["test_reward"])
  }

  @Test(arguments: algorithmNames)
  func `a run that stays within bounds says that it did not diverge`(algorithm: String) throws {
    #expect(try train(smallRun(algorithm)).metrics["diverged"] == 0)
  }
}
