import Algorithms
import NeuralNetworks
import Settings
import Testing

/// With top-k or top-p a policy is compared with what was sampled, and with the reference, over the tokens
/// that could be sampled.
@Suite struct TruncatedSamplingTests {
  private static let ways: [[String: SettingValue]] = [
    ["top_p": .number(0.7)], ["top_k": .integer(3)], ["top_k": .integer(1)],
    ["top_k": .integer(40), "top_p": .number(0.5), "temperature": .number(1.7)],
    // All tokens, but by way of a support.
    ["top_k": .integer(1_000_000)],
  ]

  /// Settings of a run that samples from a part of the softmax and updates on each batch four times.
  private func settings(
    _ algorithm: String, _ way: [String: SettingValue], learningRate: Double
  ) -> [String: SettingValue] {
    var settings = smallBatches(algorithm).merging(way) { $1 }
    settings["score"] = .choice("truncated")
    settings["learning_rate"] = .number(learningRate)
    settings["epochs"] = .integer(2)
    settings["minibatches"] = .integer(2)
    return settings
  }

  @Test(arguments: reinforcementLearners)
  func `a policy that never moves has not moved from anything`(algorithm: String) throws {
    for way in Self.ways {
      for (placement, estimator) in [("none", "k3"), ("in_reward", "k1"), ("in_loss", "k3")] {
        var settings = settings(algorithm, way, learningRate: 0)
        settings["kl_placement"] = .choice(placement)
        if placement != "none" {
          settings["kl_estimator"] = .choice(estimator)
          settings["kl_coefficient"] = .number(0.1)
        }
        settings["clip_range"] = .number(1e-6)
        let result = try train(languageRun(algorithm, settings, tokens: 1200, every: 300))
        for name in ["reference_kl", "approximate_kl", "clip_fraction"] {
          let values = result.curve(name).values
          #expect(values.count >= 3 && values.allSatisfy { $0 == 0 }, "\(way) \(name): \(values)")
        }
      }
    }
  }

  @Test func `one token to draw from leaves nothing to learn`() throws {
    let result = try train(
      languageRun("rloo", settings("rloo", ["top_k": .integer(1)], learningRate: 0.1)))
    #expect(result.curve("policy_entropy").values.allSatisfy { $0 == 0 })
    #expect(result.curve("gradient_norm").values.allSatisfy { $0 == 0 })
  }

  @Test(arguments: ["grpo", "ppo"])
  func `what is learned does not depend on how many sequences are computed together`(
    algorithm: String
  ) throws {
    var settings = settings(algorithm, ["top_p": .number(0.7)], learningRate: 0.01)
    settings["entropy_coefficient"] = .number(0.01)
    settings["kl_placement"] = .choice("in_loss")
    settings["kl_coefficient"] = .number(0.05)
    let configuration = languageRun(algorithm, settings)
    let one = try trainLanguage(configuration, chunk: 1)
    let all = try trainLanguage(configuration, chunk: 64)
    #expect(one.weights == all.weights && one.curves == all.curves)
    #expect(one.curve("approximate_kl").values.contains { $0 > 0 })
  }

  /// Settings of one step on each batch, with a ratio that would show a difference.
  private func settings(scored score: String, learningRate: Double) -> [String: SettingValue] {
    var settings = settings("grpo", ["top_p": .number(0.7)], learningRate: learningRate)
    settings["score"] = .choice(score)
    settings["epochs"] = .integer(1)
    settings["minibatches"] = .integer(1)
    return settings
  }

  @Test func `scored by the full softmax nevertheless, ratios are 1 and gradients are others`()
    throws
  {
    func result(_ score: String) throws -> TrainingResult {
      let settings = settings(scored: score, learningRate: 0.01)
      return try train(languageRun("grpo", settings, tokens: 600, every: 300))
    }
    let (right, wrong) = (try result("truncated"), try result("full_despite_truncation"))
    let divergences = wrong.curve("approximate_kl").values
    #expect(!divergences.isEmpty && divergences.allSatisfy { $0 == 0 })
    #expect(wrong.weights != right.weights)
  }

  @Test func `scored by the full softmax in training alone, a policy that never moves has moved`()
    throws
  {
    var settings = settings(scored: "full_in_training", learningRate: 0)
    let result = try train(languageRun("grpo", settings, tokens: 600, every: 300))
    // The ratio is the share of what could be sampled: k3 of its logarithm is above 0.
    let divergences = result.curve("approximate_kl").values
    #expect(!divergences.isEmpty && divergences.allSatisfy { $0 > 0 })
    settings["ratio"] = .choice("none")
    #expect(
      throws: TrainingError.invalidConfiguration(
        "grpo: score full_in_training is about log-probabilities of sampling, which ratio none does not read; set score: full_despite_truncation, or a ratio"
      )
    ) { try train(languageRun("grpo", settings)) }
  }

  @Test func `a ratio that begins elsewhere than at 1 is not said to change nothing`() throws {
    let algorithm = try #require(AlgorithmRegistry.languageDeclaration(named: "grpo"))
    func doubted(_ score: String) -> [String] {
      algorithm.cautions(in: settings(scored: score, learningRate: 0.01)).flatMap(\.settings)
    }
    #expect(doubted("truncated").contains("clip_range"))
    #expect(doubted("full_despite_truncation").contains("ratio"))
    #expect(!doubted("full_in_training").contains { $0 == "clip_range" || $0 == "ratio" })
  }

  /// Where nothing is left out the two ways of training are one.
  @Test func `a support of all tokens changes no bit`() throws {
    let whole = try train(
      languageRun("grpo", smallBatches("grpo").merging(["epochs": .integer(2)]) { $1 }))
    var settings = smallBatches("grpo").merging(["epochs": .integer(2)]) { $1 }
    settings["top_k"] = .integer(1000)
    settings["score"] = .choice("truncated")
    let supported = try train(languageRun("grpo", settings))
    #expect(supported.weights == whole.weights && supported.curves == whole.curves)
  }
}
