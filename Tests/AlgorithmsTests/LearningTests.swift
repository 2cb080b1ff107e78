import Algorithms
import Environments
import Settings
import Testing

@Suite struct LearningTests {
  /// The best expected reward that a policy can have on the default bandit.
  var optimum: Double {
    let table = ContextualBandit().table
    let best = table.meanRewards.map { $0.max() ?? 0 }
    return best.reduce(0, +) / Double(best.count)
  }

  @Test(arguments: algorithmNames)
  func `each algorithm learns the bandit to 90 percent of the optimum`(algorithm: String) throws {
    for seed in 0..<2 {
      var settings: [String: SettingValue] = ["learning_rate": .number(0.01)]
      if algorithm.hasPrefix("reinforce") { settings["groups_per_batch"] = .integer(16) }
      let result = try train(
        banditRun(algorithm, settings, steps: 8000, every: 8000, seed: seed))
      let reward = result.metrics["expected_reward"] ?? 0
      #expect(reward >= 0.9 * optimum, "seed \(seed): \(reward) of \(optimum)")
      #expect(reward <= optimum + 1e-6)
    }
  }

  @Test func `PPO with the zoo's settings balances the pole within 30,000 steps`() throws {
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    let settings = try #require(ppo.preset("zoo", environment: "CartPole-v1"))
    let result = try train(
      RunConfiguration(
        world: .environments, task: "CartPole-v1", budget: ["environment_steps": .integer(30_000)],
        evaluation: ["every": .integer(5000), "episodes": .integer(10)], algorithm: "ppo",
        algorithmSettings: settings))
    #expect((result.metrics["evaluation_return"] ?? 0) >= 400)
    #expect(result.curve("explained_variance").values.count == 6)
  }

  @Test func `PPO with the zoo's settings swings the pendulum up within 50,000 steps`() throws {
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    let settings = try #require(ppo.preset("zoo", environment: "Pendulum-v1"))
    let result = try train(
      RunConfiguration(
        world: .environments, task: "Pendulum-v1", budget: ["environment_steps": .integer(50_000)],
        evaluation: ["every": .integer(10_000), "episodes": .integer(10)], algorithm: "ppo",
        algorithmSettings: settings))
    // An untrained policy costs some 1200 in an episode.
    #expect((result.metrics["evaluation_return"] ?? -.infinity) >= -400)
  }

  @Test(arguments: [
    "reinforce", "reinforce_plus_plus", "grpo", "dr_grpo", "rloo", "remax", "dpo",
  ])
  func `critic-free algorithms get better at CartPole`(algorithm: String) throws {
    let result = try train(
      RunConfiguration(
        world: .environments, task: "CartPole-v1", policy: ["hidden": .integers([32])],
        budget: ["environment_steps": .integer(30_000)],
        evaluation: ["every": .integer(10_000), "episodes": .integer(10)], algorithm: algorithm,
        seed: 1))
    // An untrained policy falls over after 10 to 30 steps.
    #expect((result.metrics["evaluation_return"] ?? 0) >= 100)
  }
}
