import Algorithms
import Settings
import Tensors
import Testing

@Suite struct ImportanceRatioTests {
  @Test(arguments: ["grpo", "rloo", "remax", "dr_grpo"])
  func `with one step per batch every kind of ratio is exactly 1, so all train alike`(
    algorithm: String
  ) throws {
    let weights = try ["none", "token", "sequence"].map {
      try train(smallRun(algorithm, ["ratio": .choice($0)], steps: 3000, every: 3000)).weights
    }
    #expect(Set(weights).count == 1)
  }

  @Test func `nothing is clipped in the first minibatch and the divergence is exactly 0`() throws {
    let result = try train(smallRun("grpo", steps: 3000, every: 500))
    #expect(result.curve("clip_fraction").values.allSatisfy { $0 == 0 })
    #expect(result.curve("approximate_kl").values.allSatisfy { $0 == 0 })
  }

  @Test func `several epochs move the ratio away from 1`() throws {
    let settings: [String: SettingValue] = ["epochs": .integer(4), "learning_rate": .number(0.01)]
    let result = try train(smallRun("grpo", settings, steps: 3000, every: 3000))
    #expect(result.curve("approximate_kl").values.allSatisfy { $0 > 0 })
    let weights = try ["none", "token", "sequence"].map {
      try train(
        smallRun(
          "grpo", settings.merging(["ratio": .choice($0)]) { $1 }, steps: 3000, every: 3000)
      ).weights
    }
    #expect(Set(weights).count == 3)
  }

  @Test(arguments: algorithmNames)
  func `OpenBLAS trains too, close to exact at first`(algorithm: String) throws {
    var configuration = smallRun(algorithm)
    configuration.numerics = .openblas
    let result = try train(configuration)
    #expect(result.metrics["environment_steps"] == 600)
    #expect(
      result.curve("evaluation_return").values[0]
        == (try train(smallRun(algorithm))).curve("evaluation_return").values[0])
  }
}
