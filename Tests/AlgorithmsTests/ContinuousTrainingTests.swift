import Algorithms
import NeuralNetworks
import Settings
import Tensors
import TestSupport
import Testing

private let explorations = ["independent", "state_dependent"]

/// Every algorithm on action vectors; that first ratios are exactly 1 is asserted by training itself.
@Suite struct ContinuousTrainingTests {
  private func settings(_ exploration: String) -> [String: SettingValue] {
    ["exploration": .choice(exploration), "exploration_interval": .integer(0)]
  }

  @Test(arguments: algorithmNames, explorations)
  func `the same configuration gives the same bits, and takes exactly its budget`(
    algorithm: String, exploration: String
  ) throws {
    let configuration = pendulumRun(algorithm, settings(exploration))
    let result = try train(configuration)
    #expect(try train(configuration) == result)
    #expect(result.metrics["environment_steps"] == 1200)
    #expect((result.metrics["updates"] ?? 0) >= 2)
    for (name, value) in result.metrics { #expect(value.isFinite, "\(name)") }
    let deviations = try tensors(ofSafetensors: result.weights).first {
      $0.name == "policy.log_deviation"
    }
    #expect(deviations?.shape == (exploration == "independent" ? [1] : [8, 1]))
    #expect(deviations?.elements.contains { $0 != 0 } == true)
  }

  @Test(arguments: algorithmNames, explorations)
  func `OpenBLAS trains on action vectors too`(algorithm: String, exploration: String) throws {
    var configuration = pendulumRun(algorithm, settings(exploration), steps: 800)
    configuration.numerics = .openblas
    #expect(try train(configuration).metrics["environment_steps"] == 800)
  }

  @Test(arguments: ["none", "token", "sequence"], explorations)
  func `with one step per batch every kind of ratio is exactly 1`(
    ratio: String, exploration: String
  ) throws {
    func weights(_ ratio: String) throws -> [UInt8] {
      try train(
        pendulumRun(
          "rloo", settings(exploration).merging(["ratio": .choice(ratio)]) { $1 })
      ).weights
    }
    #expect(try weights(ratio) == weights("token"))
  }

  @Test func `all arms with one seed start from the same policy`() throws {
    let untrained = try algorithmNames.map { algorithm in
      try tensors(
        ofSafetensors: train(
          pendulumRun(algorithm, ["learning_rate": .number(0)], steps: 400)
        ).weights
      ).filter { $0.name.hasPrefix("policy") }
    }
    #expect(untrained[0].count == 5)
    #expect(untrained.allSatisfy { $0 == untrained[0] })
  }

  @Test(arguments: explorations)
  func `members of a group share their start and nothing else`(exploration: String) throws {
    let groups = try sampledGroups(
      of: pendulumRun("rloo", settings(exploration), steps: 10_000), groups: 2, size: 3,
      greedy: true)
    for group in groups {
      #expect(Set(group.episodes.map { $0.observations[0] }).count == 1)
      #expect(Set(group.episodes.map { $0.actions[0] }).count == 3)
      #expect(group.greedyRewards?.count == 200)
    }
    #expect(groups[0].episodes[0].observations[0] != groups[1].episodes[0].observations[0])
  }

  @Test func `a start is the same for every group size, with noise of the state too`() throws {
    let settings = settings("state_dependent")
    let many = try sampledGroups(
      of: pendulumRun("rloo", settings, steps: 10_000), groups: 2, size: 3)
    let few = try sampledGroups(
      of: pendulumRun("remax", settings, steps: 10_000), groups: 1, size: 1, greedy: true)
    #expect(few[0].episodes[0] == many[0].episodes[0])
  }

  @Test func `state-dependent noise is drawn anew as often as the interval says`() throws {
    func weights(_ interval: Int) throws -> [UInt8] {
      try train(
        pendulumRun(
          "ppo",
          [
            "exploration": .choice("state_dependent"), "exploration_interval": .integer(interval),
            "rollout_steps": .integer(64),
          ])
      ).weights
    }
    // Once a rollout, be it by 0 or because the interval is its length.
    #expect(try weights(0) == weights(64))
    #expect(try weights(0) != weights(4))
  }

  @Test func `noise that depends on the state is refused where actions are discrete`() {
    do throws(TrainingError) {
      _ = try train(smallRun("ppo", ["exploration": .choice("state_dependent")]))
      Issue.record("the run was not refused")
    } catch {
      #expect(
        "\(error)"
          == "CartPole-v1 has discrete actions; exploration state_dependent is for action vectors")
    }
  }
}

@Suite struct NormalizationTests {
  private let running: [String: SettingValue] = [
    "observation_normalization": .choice("running"), "reward_normalization": .choice("running"),
  ]

  @Test(arguments: algorithmNames)
  func `normalized runs give the same bits again, and other ones than without`(
    algorithm: String
  ) throws {
    let names = Set(AlgorithmRegistry.declaration(named: algorithm)?.settings.map(\.name) ?? [])
    let settings = running.filter { names.contains($0.key) }
    let result = try train(smallRun(algorithm, settings, steps: 900))
    #expect(try train(smallRun(algorithm, settings, steps: 900)) == result)
    #expect(try train(smallRun(algorithm, steps: 900)).weights != result.weights)
    #expect(names.contains("reward_normalization") == (algorithm != "dpo"))
  }

  @Test func `evaluating more often changes nothing: evaluation adds nothing to the moments`()
    throws
  {
    let seldom = try train(smallRun("ppo", running, every: 600))
    let often = try train(smallRun("ppo", running, every: 30, episodes: 5))
    #expect(seldom.weights == often.weights)
  }

  @Test func `more environments than one forward pass takes are looked at as one batch`() throws {
    // 1030 environments are two passes; the moments are those of all of them.
    var settings = running
    settings["environments"] = .integer(1030)
    settings["rollout_steps"] = .integer(3)
    settings["learning_rate"] = .number(0)
    let result = try train(smallRun("ppo", settings, steps: 3090, every: 3090))
    let means = try tensors(ofSafetensors: result.weights).first { $0.name == "observation.mean" }
    // The mean of 4 · 1030 observations that begin uniform in ±0.05.
    #expect(means?.elements.allSatisfy { $0.magnitude < 0.05 } == true)
    #expect(result.metrics["updates"] == 16)
  }

  @Test func `returns that are reported are the environment's`() throws {
    let plain = try train(smallRun("ppo", ["learning_rate": .number(0)]))
    let settings: [String: SettingValue] = [
      "reward_normalization": .choice("running"), "learning_rate": .number(0),
    ]
    let scaled = try train(smallRun("ppo", settings))
    for name in ["evaluation_return", "training_return_last_100", "episodes"] {
      #expect(plain.metrics[name] == scaled.metrics[name], "\(name)")
    }
    #expect(plain.curve("value_loss").values != scaled.curve("value_loss").values)
  }

  @Test func `a preference needs no unit of reward`() {
    do throws(TrainingError) {
      _ = try train(smallRun("dpo", ["reward_normalization": .choice("running")]))
      Issue.record("the run was not refused")
    } catch {
      #expect("\(error)" == "dpo has no setting 'reward_normalization'")
    }
  }
}
