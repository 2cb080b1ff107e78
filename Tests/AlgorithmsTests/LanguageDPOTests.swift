import Algorithms
import NeuralNetworks
import Settings
import TestSupport
import Testing

@Suite struct LanguageDPOTests {
  private static func configuration(
    _ settings: [String: SettingValue] = [:], noise: Double = 0, tokens: Int = 4_000,
    every: Int = 4_000
  ) -> RunConfiguration {
    stageRun(
      "dpo", settings, task: "preference", taskSettings: ["noise": .number(noise)],
      policy: ["context": .integer(40)], tokens: tokens, every: every, prompts: 30, samples: 4)
  }

  @Test func `a policy that leaves its reference for what is preferred is paid more`() throws {
    let start = try RewardModelTests.start()
    let result = try trainLanguage(
      Self.configuration(["learning_rate": .number(0.003)], tokens: 20_000, every: 10_000),
      weights: StageWeights(start: start.weights))
    let margins = result.curve("preference_margin").values
    #expect(margins.count == 2 && margins[0] > 0 && margins[1] > 2 * margins[0])
    #expect(result.curve("preference_accuracy").values[1] > 0.6)
    #expect(
      result.metrics["gold_reward"] ?? 0 > (start.metrics["gold_reward"] ?? 0) + 0.2)
    #expect(result.metrics["test_reference_kl"] ?? 0 > 0.1)
    #expect(result.metrics["tokens_generated"] == 20_000)
  }

  @Test(arguments: ["offline", "iterative"], ["initial", "previous_round"])
  func `at the reference the loss is that of no margin`(
    variant: String, reference: String
  ) throws {
    let settings: [String: SettingValue] = [
      "variant": .choice(variant), "reference": .choice(reference), "learning_rate": .number(0),
      "beta": .number(0.25), "epochs": .integer(2),
    ]
    let expected: [([String: SettingValue], Double)] = [
      ([:], 0.6931471805599453), (["label_smoothing": .number(0.1)], 0.6931471805599453),
      (["loss": .choice("ipo")], 4), (["temperature": .number(1.5)], 0.6931471805599453),
    ]
    for (changes, loss) in expected {
      let result = try trainLanguage(
        Self.configuration(settings.merging(changes) { $1 }, tokens: 1_000, every: 1_000))
      expectClose(result.curve("preference_loss").values, [loss], tolerance: 1e-12)
      #expect(result.curve("preference_margin").values == [0])
      #expect(result.curve("preference_accuracy").values == [0.5])
      #expect(result.metrics["test_reference_kl"] == 0)
    }
  }

  @Test func `its first gradient is half beta times the difference of the scores`() throws {
    // ∂L/∂log π = ∓β/2 at the reference, so doubling β doubles the gradient's norm exactly.
    func norm(_ beta: Double) throws -> Double {
      try #require(
        trainLanguage(
          Self.configuration(
            ["beta": .number(beta), "learning_rate": .number(0), "pairs": .integer(16)],
            tokens: 4_000, every: 1)
        ).curve("gradient_norm").values.last)
    }
    #expect(try norm(0.25) > 0)
    #expect(try norm(0.5) == 2 * norm(0.25))
    // IPO pulls with 2 · 1/(2β).
    let pull = try #require(
      trainLanguage(
        Self.configuration(
          [
            "beta": .number(0.25), "learning_rate": .number(0), "pairs": .integer(16),
            "loss": .choice("ipo"),
          ], tokens: 4_000, every: 1)
      ).curve("gradient_norm").values.last)
    #expect(try pull == 32 * norm(0.25))
  }

  @Test(arguments: ["iterative", "offline"])
  func `a reference that follows at every step leaves every minibatch at ln 2`(
    variant: String
  ) throws {
    func losses(_ changes: [String: SettingValue]) throws -> [Double] {
      let settings: [String: SettingValue] = [
        "variant": .choice(variant), "learning_rate": .number(0.003), "epochs": .integer(2),
        "pairs_per_round": .integer(8), "batch_size": .integer(4),
      ]
      return try trainLanguage(
        Self.configuration(settings.merging(changes) { $1 }, tokens: 2_000, every: 500)
      ).curve("preference_loss").values
    }
    let moving: [String: SettingValue] = [
      "reference": .choice("moving"), "reference_interval": .integer(1),
    ]
    for loss in try losses(moving) { expectClose(loss, 0.6931471805599453, tolerance: 1e-12) }
    // With nothing of the way it is the initial one, to the bit.
    let still = try losses(moving.merging(["reference_share": .number(0)]) { $1 })
    #expect(try still == losses([:]) && Set(still).count > 1)
  }

  @Test func `without a reference nothing is held, and the loss begins at its target margin`()
    throws
  {
    let algorithm = try #require(AlgorithmRegistry.languageDeclaration(named: "dpo"))
    let simpo = try #require(algorithm.preset("simpo", environment: "preference"))
    let result = try trainLanguage(
      Self.configuration(simpo.merging(["variant": .choice("iterative")]) { $1 }))
    #expect(result.metrics["reference_parameters"] == 0 && result.metrics["tokens_scored"] == 0)
    let margins = result.curve("preference_margin").values
    #expect(!margins.isEmpty && margins.allSatisfy { $0.isFinite && $0 != 0 })
  }

  @Test func `the reference is held, and asked, only where sampling has not told`() throws {
    func metrics(_ variant: String, _ reference: String) throws -> (held: Double?, asked: Double?) {
      let result = try trainLanguage(
        Self.configuration([
          "variant": .choice(variant), "reference": .choice(reference),
        ]))
      return (result.metrics["reference_parameters"], result.metrics["tokens_scored"])
    }
    let size = try #require(
      trainLanguage(Self.configuration()).metrics["policy_parameters"])
    #expect(try metrics("offline", "initial") == (size, 0))
    #expect(try metrics("iterative", "previous_round") == (0, 0))
    #expect(try metrics("iterative", "initial").held == size)
    #expect(try metrics("iterative", "initial").asked ?? 0 > 0)
    #expect(try metrics("offline", "previous_round").asked ?? 0 > 0)
  }

  @Test(arguments: [1, 3])
  func `how many sequences pass together changes no bit`(chunk: Int) throws {
    for variant in ["offline", "iterative"] {
      let configuration = Self.configuration(
        ["variant": .choice(variant), "pairs_per_round": .integer(9), "batch_size": .integer(4)],
        tokens: 1_000)
      #expect(
        try trainLanguage(configuration, chunk: chunk).withoutBuffers
          == trainLanguage(configuration, chunk: 64).withoutBuffers)
    }
  }

  @Test func `pairs of equal reward teach nothing and are paid for`() throws {
    // An untrained policy never reverses a sequence.
    let result = try trainLanguage(
      stageRun("dpo", ["pairs_per_round": .integer(8)], tokens: 500, every: 250))
    #expect(result.metrics["updates"] == 0)
    #expect(result.metrics["tokens_trained"] == 0)
    #expect(result.metrics["tokens_generated"] == 500)
    #expect(result.curve("fraction_tied_pairs").values == [1, 1])
  }

  @Test func `the divergence is that of the policy of the round from the start`() throws {
    func divergences(_ changes: [String: SettingValue]) throws -> [Double] {
      let settings: [String: SettingValue] = [
        "variant": .choice("iterative"), "learning_rate": .number(0.003),
        "pairs_per_round": .integer(8),
      ]
      return try trainLanguage(
        Self.configuration(settings.merging(changes) { $1 }, tokens: 20_000, every: 5_000)
      ).curves.first { $0.name == "reference_kl" }?.values ?? []
    }
    let values = try divergences([:])
    #expect(values.count == 4 && values[3] > 3 * values[0] && values[3] > 0.05, "\(values)")
    #expect(try divergences(["learning_rate": .number(0)]) == [0, 0, 0, 0])
    // The start samples its own pairs: there is nothing to diverge.
    #expect(try divergences(["variant": .choice("offline")]).isEmpty)
  }

  @Test func `the pair with which the budget ends is counted`() throws {
    let result = try trainLanguage(
      Self.configuration(["pairs_per_round": .integer(8)], tokens: 1_000))
    #expect(result.metrics["tokens_generated"] == 1_000)
  }

  @Test func `a noisy judge has no ties but between equal completions`() throws {
    let sure = try trainLanguage(Self.configuration(["learning_rate": .number(0)]))
    let noisy = try trainLanguage(
      Self.configuration(["learning_rate": .number(0)], noise: 1))
    #expect(sure.curve("fraction_tied_pairs").values[0] > 0)
    #expect(noisy.curve("fraction_tied_pairs").values == [0])
  }
}
