import Algorithms
import Settings
import Testing

@Suite struct PreferenceTests {
  @Test func `a round of ties only costs steps and changes nothing`() throws {
    // On a bandit with rewards of 0 and 1, one pair is tied about half the time.
    var sawTie = false
    for seed in 0..<8 {
      let settings: [String: SettingValue] = ["pairs_per_round": .integer(1)]
      let result = try train(banditRun("dpo", settings, steps: 2, every: 2, seed: seed))
      #expect(result.metrics["environment_steps"] == 2)
      let fraction = result.curve("fraction_tied_pairs").values.last
      guard fraction == 1 else { continue }
      sawTie = true
      #expect(result.metrics["updates"] == 0)
      let untrained = try train(banditRun("dpo", settings, steps: 1, every: 1, seed: seed))
      #expect(result.weights == untrained.weights)
      #expect(result.curve("preference_loss").steps.isEmpty)
    }
    #expect(sawTie)
  }

  @Test func `at the reference the loss is ln 2`() throws {
    let settings: [String: SettingValue] = ["pairs_per_round": .integer(4), "epochs": .integer(1)]
    let result = try train(smallRun("dpo", settings, steps: 400, every: 20))
    let loss = try #require(result.curve("preference_loss").values.first)
    #expect((loss - 0.6931471805599453).magnitude < 1e-12)
    #expect(result.curve("preference_margin").values.first == 0)
    #expect(result.curve("approximate_kl").values.first == 0)
  }

  @Test func `with the previous round as reference every round begins at ln 2`() throws {
    let settings: [String: SettingValue] = [
      "reference": .choice("previous_round"), "epochs": .integer(1), "minibatches": .integer(1),
    ]
    let losses = try train(smallRun("dpo", settings, steps: 3000, every: 100)).curve(
      "preference_loss")
    #expect(losses.values.count > 5)
    #expect(losses.values.allSatisfy { ($0 - 0.6931471805599453).magnitude < 1e-12 })
  }

  @Test(arguments: ["iterative", "offline"])
  func `a reference that follows at every step leaves every minibatch at ln 2`(
    variant: String
  ) throws {
    let settings: [String: SettingValue] = [
      "reference": .choice("moving"), "reference_interval": .integer(1), "epochs": .integer(3),
      "minibatches": .integer(2), "variant": .choice(variant),
    ]
    let losses = try train(smallRun("dpo", settings, steps: 2000, every: 200)).curve(
      "preference_loss")
    #expect(losses.values.count > 3)
    #expect(losses.values.allSatisfy { ($0 - 0.6931471805599453).magnitude < 1e-12 })
  }

  @Test(arguments: ["iterative", "offline"])
  func `preferences without a reference are learned`(variant: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: "dpo"))
    let simpo = try #require(algorithm.preset("simpo", environment: "CartPole-v1"))
    let result = try train(
      smallRun(
        "dpo", simpo.merging(["variant": .choice(variant)]) { $1 }, steps: 4000, every: 500))
    let margins = result.curve("preference_margin").values
    #expect((margins.last ?? 0) > 0)
    #expect((result.curve("preference_accuracy").values.last ?? 0) > 0.5)
  }

  @Test func `offline pairs come in equal chunks of the budget`() throws {
    let settings: [String: SettingValue] = [
      "variant": .choice("offline"), "chunks": .integer(4), "epochs": .integer(1),
    ]
    final class Steps { var values: [Int] = [] }
    let steps = Steps()
    let result = try train(
      banditRun("dpo", settings, steps: 400), progress: { done, _ in steps.values.append(done) })
    // A batch of 8 pairs is 16 steps; a chunk of 100 ends with the 7th.
    #expect(steps.values == [112, 208, 304, 400])
    #expect(result.metrics["updates"] == 4)
  }

  @Test func `learning raises the preferred log-probability above the other`() throws {
    let result = try train(smallRun("dpo", steps: 4000, every: 500))
    let accuracy = result.curve("preference_accuracy").values
    #expect((accuracy.last ?? 0) > 0.5)
    #expect((result.curve("preference_margin").values.last ?? 0) > 0)
  }
}
