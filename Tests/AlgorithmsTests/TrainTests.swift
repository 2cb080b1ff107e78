import Algorithms
import Metrics
import NeuralNetworks
import Settings
import TestSupport
import Testing

@Suite struct TrainTests {
  @Test(arguments: algorithmNames)
  func `the same configuration gives the same bits`(algorithm: String) throws {
    let first = try train(smallRun(algorithm))
    let second = try train(smallRun(algorithm))
    #expect(first == second)
    #expect(first.weights != (try train(smallRun(algorithm, seed: 1))).weights)
  }

  @Test(arguments: algorithmNames, [600, 601, 347])
  func `training takes exactly the steps of its budget`(algorithm: String, steps: Int) throws {
    let result = try train(smallRun(algorithm, steps: steps))
    #expect(result.metrics["environment_steps"] == Double(steps))
  }

  @Test(arguments: algorithmNames)
  func `a budget too small for anything is spent and counted all the same`(
    algorithm: String
  ) throws {
    let result = try train(smallRun(algorithm, steps: 3, every: 2))
    #expect(result.metrics["environment_steps"] == 3)
    #expect(result.curve("evaluation_return").steps == [0, 2, 3])
    #expect(result.metrics["training_return_last_100"].map { $0 > 0 } == true)
    if algorithm == "ppo" {
      // Three of the four environments take one step, and PPO trains on those.
      #expect(result.metrics["updates"] == 12)
    } else {
      #expect(result.metrics["updates"] == 0)
      #expect(result.metrics["dropped_steps"] == 3)
    }
  }

  @Test func `a batch that the budget cuts off is dropped and counted`() throws {
    // A start costs ReMax two steps on the bandit, and a batch has four: 96 steps are 12 batches.
    let settings: [String: SettingValue] = ["groups_per_batch": .integer(4)]
    let whole = try train(banditRun("remax", settings, steps: 96))
    #expect(whole.metrics["dropped_steps"] == 0)
    #expect(whole.metrics["episodes"] == 48)
    #expect(whole.metrics["updates"] == 12)
    let cut = try train(banditRun("remax", settings, steps: 101))
    #expect(cut.metrics["environment_steps"] == 101)
    #expect(cut.metrics["dropped_steps"] == 5)
    #expect(cut.metrics["episodes"] == 48)
    #expect(cut.metrics["updates"] == 12)
    #expect(cut.weights == whole.weights)
  }

  @Test func `a PPO rollout is shortened by the end of the budget, its last row of steps too`()
    throws
  {
    // 2 × 8 steps, then 2 × 2 and one more: 3 rollouts of 2 epochs with 1 minibatch.
    let settings: [String: SettingValue] = [
      "environments": .integer(2), "rollout_steps": .integer(8), "epochs": .integer(2),
      "minibatches": .integer(1),
    ]
    let result = try train(smallRun("ppo", settings, steps: 21, every: 21))
    #expect(result.metrics["updates"] == 4)
    // Every step goes through both networks in each epoch.
    #expect(result.metrics["gradient_samples"] == 84)
  }

  @Test(arguments: algorithmNames)
  func `evaluations are recorded at every multiple of the interval, 0 and the end included`(
    algorithm: String
  ) throws {
    let result = try train(smallRun(algorithm, steps: 650, every: 50))
    let curve = result.curve("evaluation_return")
    #expect(curve.steps == Array(stride(from: 0, through: 650, by: 50)))
    #expect(result.metrics["evaluation_return"] == curve.values.last)
    let trapezoids = zip(curve.values, curve.values.dropFirst()).map { ($0 + $1) / 2 }
    expectClose(
      result.metrics["evaluation_return_auc"] ?? .nan,
      trapezoids.reduce(0, +) / Double(trapezoids.count), tolerance: 1e-9)
  }

  @Test func `a batch that passes several multiples is evaluated once for all of them`() throws {
    // One batch of 16 groups of 8 episodes takes far more than 600 steps.
    let settings: [String: SettingValue] = ["groups_per_batch": .integer(16)]
    let curve = try train(smallRun("grpo", settings, steps: 4000, every: 100)).curve(
      "evaluation_return")
    #expect(curve.steps.count == 41)
    #expect(Set(curve.values[0...10]).count == 1)
  }

  @Test func `all arms with one seed start from the same policy and the same evaluation`() throws {
    let first = try algorithmNames.map {
      try train(smallRun($0, steps: 30, every: 30)).curve("evaluation_return").values[0]
    }
    #expect(Set(first).count == 1)
    let untrained = try algorithmNames.map { algorithm in
      let result = try train(
        smallRun(algorithm, ["learning_rate": .number(0)], steps: 30, every: 30))
      return try tensors(ofSafetensors: result.weights).filter { $0.name.hasPrefix("policy") }
    }
    #expect(untrained[0].count == 4)
    #expect(untrained.allSatisfy { $0 == untrained[0] })
  }

  @Test func `evaluating more often changes nothing but the evaluations`() throws {
    let seldom = try train(smallRun("ppo", every: 600))
    let often = try train(smallRun("ppo", every: 30, episodes: 5))
    #expect(seldom.weights == often.weights)
    #expect(
      seldom.metrics["training_return_last_100"] == often.metrics["training_return_last_100"])
    #expect(
      seldom.metrics["floating_point_operations"] == often.metrics["floating_point_operations"])
  }

  @Test func `progress counts up to the budget`() throws {
    final class Calls { var values: [(Int, Int)] = [] }
    let calls = Calls()
    _ = try train(smallRun("ppo", steps: 600), progress: { calls.values.append(($0, $1)) })
    #expect(calls.values.map(\.0) == [512, 600])
    #expect(calls.values.allSatisfy { $0.1 == 600 })
  }

  @Test(arguments: algorithmNames)
  func `every metric and curve is finite and declared`(algorithm: String) throws {
    let known = try #require(AlgorithmRegistry.declaration(named: algorithm))
    for result in [try train(smallRun(algorithm)), try train(banditRun(algorithm))] {
      for (name, value) in result.metrics {
        #expect(value.isFinite, "\(name)")
        #expect(MetricDeclaration.named(name, in: .environments) != nil, "\(name)")
      }
      for curve in result.curves {
        #expect(curve.steps.count == curve.values.count && curve.values.allSatisfy(\.isFinite))
        #expect(curve.steps == curve.steps.sorted())
        #expect(
          MetricDeclaration.named(curve.name, .curve, in: .environments) != nil, "\(curve.name)")
      }
      let names = Set(result.curves.map(\.name))
      for declared in MetricDeclaration.all where declared.worlds.contains(.environments) {
        guard declared.presence != .exactRewards else { continue }
        let isThere =
          declared.forms.contains(.metric)
          ? result.metrics[declared.name] != nil : names.contains(declared.name)
        #expect(
          isThere == known.mayHave(declared.presence, in: [:], isPaidByModel: false),
          "\(declared.name)")
      }
      #expect(
        names.isSuperset(of: [
          "evaluation_return", "training_return", "policy_entropy", "approximate_kl",
          "gradient_norm",
        ]))
    }
  }

  @Test func `the bandit's expected reward is stored exactly`() throws {
    let result = try train(banditRun("rloo"))
    let curve = result.curve("expected_reward")
    #expect(curve.steps == [0, 100, 200, 300, 400])
    #expect(result.metrics["expected_reward"] == curve.values.last)
    // The initial policy is all but uniform, so its expected reward is all but the mean of the table.
    #expect((0.2...0.8).contains(curve.values[0]))
    #expect((try train(smallRun("rloo"))).metrics["expected_reward"] == nil)
  }

  @Test func `costs are counted`() throws {
    // 4 → 8 → 2: 48 weights and 10 biases; the value network has 40 and 9. A backward pass costs twice
    // a forward pass, without the gradient of the first layer's input.
    let settings: [String: SettingValue] = [
      "group_size": .integer(2), "groups_per_batch": .integer(1),
    ]
    let result = try train(smallRun("rloo", settings, steps: 200, every: 200))
    let samples = Int(result.metrics["gradient_samples"] ?? 0)
    let dropped = Int(result.metrics["dropped_steps"] ?? 0)
    #expect(samples == 200 - dropped)
    let operations = 2 * 48 * (200 + samples) + (2 * 32 + 4 * 16) * samples
    #expect(result.metrics["floating_point_operations"] == Double(operations))
    #expect(result.metrics["parameters"] == 58)
    let ppo = try train(smallRun("ppo"))
    #expect(ppo.metrics["parameters"] == 107)
    let dpo = try train(smallRun("dpo"))
    #expect(dpo.metrics["parameters"] == 116)
  }
}
