import Algorithms
import Foundation
import NeuralNetworks
import Objectives
import Settings
import Tensors
import TestSupport
import Testing

/// The 13 core details of PPO and the 9 of continuous actions, each with its setting.
///
/// Numbers and names: Huang et al., "The 37 Implementation Details of Proximal Policy Optimization", 2022.
@Suite struct PPODetailsTests {
  /// PPO on CartPole with one epoch of one minibatch, unless said otherwise.
  private func run(
    _ settings: [String: SettingValue] = [:], steps: Int = 240, seed: Int = 0
  ) throws -> TrainingResult {
    let plain: [String: SettingValue] = [
      "environments": .integer(3), "rollout_steps": .integer(40), "epochs": .integer(1),
      "minibatches": .integer(1),
    ]
    return try train(
      smallRun(
        "ppo", plain.merging(settings) { $1 }, steps: steps, every: steps, seed: seed))
  }

  /// PPO on Pendulum.
  private func pendulum(
    _ settings: [String: SettingValue] = [:], steps: Int = 400
  ) throws -> TrainingResult {
    try train(pendulumRun("ppo", settings, steps: steps))
  }

  private func weights(_ result: TrainingResult) throws -> [String: NamedTensor] {
    Dictionary(
      uniqueKeysWithValues: try tensors(ofSafetensors: result.weights).map { ($0.name, $0) })
  }

  /// The change of the policy's weights from their initial values.
  private func change(_ settings: [String: SettingValue]) throws -> [Float] {
    func policy(_ rate: Double) throws -> [Float] {
      let fixed = settings.merging([
        "learning_rate": .number(rate), "learning_rate_schedule": .choice("constant"),
      ]) { $1 }
      return try tensors(ofSafetensors: run(fixed, steps: 120).weights).flatMap(\.elements)
    }
    return zip(try policy(0.001), try policy(0)).map { $0 - $1 }
  }

  private func norm(_ vector: [Float]) -> Double {
    vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private var defaults: [String: SettingValue] {
    Dictionary(
      uniqueKeysWithValues: (AlgorithmRegistry.declaration(named: "ppo")?.settings ?? []).map {
        ($0.name, $0.defaultValue)
      })
  }

  // MARK: The core

  @Test
  func `1. vectorized architecture: environments times rollout_steps, episodes go on in the next`()
    throws
  {
    let result = try run(
      ["environments": .integer(5), "rollout_steps": .integer(4)], steps: 200)
    #expect(result.metrics["updates"] == 10)
    // Policy and value network, each of 20 rows in each update.
    #expect(result.metrics["gradient_samples"] == 400)
    // An untrained policy lasts for more than 4 steps, so no episode fits into a rollout.
    #expect((result.metrics["training_return_last_100"] ?? 0) > 8)
    #expect((result.metrics["episodes"] ?? 0) >= 4)
  }

  @Test func `2. orthogonal initialization of weights and constant biases: initialization`() throws
  {
    #expect(defaults["initialization"] == .choice("orthogonal"))
    let initial: [String: SettingValue] = ["learning_rate": .number(0)]
    let orthogonal = try weights(run(initial))
    for (name, gain) in [
      ("policy.hidden.0", 2.0.squareRoot()), ("policy.output", 0.01),
      ("value.hidden.0", 2.0.squareRoot()), ("value.output", 1),
    ] {
      let weight = try #require(orthogonal["\(name).weight"])
      let (rows, columns) = (weight.shape[0], weight.shape[1])
      // The shorter side's vectors have the gain's length, at right angles to each other.
      let squares = norm(weight.elements) * norm(weight.elements)
      expectClose(squares, Double(min(rows, columns)) * gain * gain, tolerance: 1e-5 * squares)
      #expect(try #require(orthogonal["\(name).bias"]).elements.allSatisfy { $0 == 0 })
    }
    let uniform = try weights(
      run(initial.merging(["initialization": .choice("uniform")]) { $1 }))
    let hidden = try #require(uniform["policy.hidden.0.weight"]).elements
    #expect(hidden.allSatisfy { $0.magnitude <= 0.5 } && hidden.contains { $0.magnitude > 0.4 })
    #expect(try #require(uniform["policy.hidden.0.bias"]).elements.contains { $0 != 0 })
  }

  @Test func `3. Adam's epsilon of 1e-5: adam_epsilon`() throws {
    #expect(defaults["adam_epsilon"] == .number(1e-5))
    // The first step of Adam is the learning rate in every coordinate whose gradient is far above ε.
    let usual = try change([:])
    #expect(usual.contains { ($0.magnitude - 0.001).magnitude < 2e-5 })
    #expect(usual.allSatisfy { $0.magnitude <= 0.001001 })
    #expect(try norm(change(["adam_epsilon": .number(1)])) < 0.5 * norm(usual))
  }

  @Test func `4. Adam's learning rate annealing: learning_rate_schedule`() throws {
    #expect(defaults["learning_rate_schedule"] == .choice("linear"))
    let constant: [String: SettingValue] = ["learning_rate_schedule": .choice("constant")]
    // The schedule follows the share of the budget that was used when the rollout began: at first, none.
    #expect(try run(steps: 120).weights == run(constant, steps: 120).weights)
    // Of two rollouts the second has half the rate.
    let first = try tensors(ofSafetensors: run(constant, steps: 120).weights)
    func step(_ settings: [String: SettingValue]) throws -> Double {
      let last = try tensors(ofSafetensors: run(settings, steps: 240).weights)
      return norm(zip(last, first).flatMap { zip($0.elements, $1.elements).map { $0 - $1 } })
    }
    expectClose(try step([:]) / step(constant), 0.5, tolerance: 1e-3)
  }

  @Test func `5. generalized advantage estimation, bootstrapped at the rollout's end: gae_lambda`()
  {
    #expect(defaults["gae_lambda"] == .number(0.95))
    let (rewards, values): ([Float], [Float]) = ([1, 2, 3], [0.5, 1, -1])
    func advantages(_ lambda: Float, bootstrap: Float) -> [Float] {
      generalizedAdvantages(
        rewards: rewards, values: values, bootstrapValue: bootstrap, discount: 0.5,
        lambda: lambda)
    }
    // λ = 0: r + γ v′ − v. λ = 1: the discounted return, bootstrapped, less the value.
    #expect(advantages(0, bootstrap: 4) == [1, 0.5, 6])
    let returns: [Float] = [1 + 1 + 0.75 + 0.5, 2 + 1.5 + 1, 6 + values[2]]
    #expect(advantages(1, bootstrap: 4) == zip(returns, values).map { $0 - $1 })
    #expect(advantages(0, bootstrap: 0)[2] == 4)
  }

  @Test func `6. minibatch updates over a fresh permutation in each epoch: epochs, minibatches`()
    throws
  {
    let settings: [String: SettingValue] = ["epochs": .integer(3), "minibatches": .integer(4)]
    let result = try run(settings, steps: 120)
    #expect(result.metrics["updates"] == 12)
    #expect(result.metrics["gradient_samples"] == Double(2 * 3 * 120))
    // Another replicate's permutation with the same data is another run; the same one is the same.
    #expect(try run(settings, steps: 120) == result)
  }

  @Test func `7. normalization of advantages in each minibatch: scale, scale_epsilon`() throws {
    #expect(defaults["scale"] == .choice("minibatch_standardization"))
    #expect(defaults["scale_epsilon"] == .number(1e-8))
    var advantages: [Float] = [1, 2, 3, 6]
    standardize(&advantages, count: 4, epsilon: 0)
    expectClose(advantages.reduce(0, +), 0, tolerance: 1e-6)
    expectClose(
      standardDeviation(of: advantages.map(Double.init)), 1, tolerance: 1e-6)
    #expect(try run(["scale": .choice("none")]).weights != run().weights)
  }

  @Test func `8. clipped surrogate objective: clip_range`() throws {
    #expect(defaults["clip_range"] == .number(0.2))
    let inside = clippedSurrogateTerm(logRatio: 0.1, advantage: 2, clipRange: 0.2)
    expectClose(inside.gradient, -2 * exp(0.1), tolerance: 1e-12)
    let beyond = clippedSurrogateTerm(logRatio: 0.3, advantage: 2, clipRange: 0.2)
    #expect(beyond.gradient == 0)
    expectClose(beyond.loss, -2.4, tolerance: 1e-12)
    let epochs: [String: SettingValue] = [
      "epochs": .integer(10), "learning_rate": .number(0.02),
    ]
    let clipped = try run(epochs)
    #expect((clipped.curve("clip_fraction").values.last ?? 0) > 0)
    #expect(
      try run(epochs.merging(["clip_range": .none]) { $1 }).weights != clipped.weights)
  }

  @Test func `9. value function loss clipping: value_clip`() throws {
    #expect(defaults["value_clip"] == SettingValue.none)
    let clipped = valueTerm(value: 2, oldValue: 0, target: 3, clipRange: 0.5)
    #expect(clipped.loss == 0.5 * 2.5 * 2.5 && clipped.gradient == 0)
    let epochs: [String: SettingValue] = ["epochs": .integer(10)]
    #expect(
      try run(epochs.merging(["value_clip": .number(0.01)]) { $1 }).weights
        != run(epochs).weights)
  }

  @Test func `10. overall loss and entropy bonus: value_coefficient, entropy_coefficient`() throws {
    // In the first minibatch all ratios are 1, and standardized advantages have mean 0: what remains is
    // the value loss less the bonus.
    let settings: [String: SettingValue] = [
      "entropy_coefficient": .number(0.3), "value_coefficient": .number(0.25),
    ]
    let result = try run(settings, steps: 120)
    func value(_ curve: String) -> Double { result.curve(curve).values.last ?? .nan }
    expectClose(
      value("policy_loss"), 0.25 * value("value_loss") - 0.3 * value("policy_entropy"),
      tolerance: 1e-6)
  }

  @Test func `11. global gradient clipping: max_gradient_norm`() throws {
    #expect(defaults["max_gradient_norm"] == .number(0.5))
    // With ε = 1 Adam's first step is the gradient times the learning rate, where that is small.
    let small: [String: SettingValue] = [
      "adam_epsilon": .number(1), "max_gradient_norm": .number(0.01),
    ]
    let length = try norm(change(small))
    expectClose(length, 0.001 * 0.01, tolerance: 0.02 * 0.001 * 0.01)
    // The curve has the norm before that.
    #expect((try run(small).curve("gradient_norm").values.last ?? 0) > 0.01)
  }

  @Test func `12. debug variables: curves of losses, entropy, divergence, clipping and fit`() throws
  {
    let names = try Set(run(["epochs": .integer(4)]).curves.map(\.name))
    #expect(
      names.isSuperset(of: [
        "policy_loss", "value_loss", "policy_entropy", "approximate_kl", "clip_fraction",
        "explained_variance", "gradient_norm", "training_return",
      ]))
  }

  @Test func `13. separate networks for policy and value function`() throws {
    let free: [String: SettingValue] = ["max_gradient_norm": .none]
    let usual = try weights(run(free, steps: 120))
    #expect(usual.keys.filter { $0.hasPrefix("policy.hidden") }.count == 2)
    #expect(usual.keys.filter { $0.hasPrefix("value.hidden") }.count == 2)
    // Without the common norm the value loss does not reach the policy.
    let heavier = try weights(
      run(free.merging(["value_coefficient": .number(0)]) { $1 }, steps: 120))
    for (name, weight) in usual {
      #expect((heavier[name] == weight) == name.hasPrefix("policy"), "\(name)")
    }
  }

  // MARK: Continuous actions

  /// The actions of the initial policy on Pendulum, and their log-probabilities.
  private func initialActions(
    _ settings: [String: SettingValue] = [:]
  ) throws -> [(action: Float, logProbability: Float)] {
    try sampledGroups(
      of: pendulumRun("rloo", settings, steps: 10_000), groups: 4, size: 4
    ).flatMap(\.episodes).flatMap { episode in
      zip(episode.actions, episode.logProbabilities).map { (action: $0[0], logProbability: $1) }
    }
  }

  @Test func `C1. actions from normal distributions`() throws {
    let actions = try initialActions().map { Double($0.action) }
    #expect(actions.count == 16 * 200)
    // The initial mean is close to 0, since the last layer's gain is 0.01.
    expectClose(mean(of: actions), 0, tolerance: 0.08)
    expectClose(standardDeviation(of: actions), 1, tolerance: 0.05)
    let beyond = actions.count { $0.magnitude > 1.96 }
    expectClose(Double(beyond) / Double(actions.count), 0.05, tolerance: 0.016)
  }

  @Test func `C2. a state-independent logarithm of the deviation: initial_log_deviation`() throws {
    #expect(defaults["initial_log_deviation"] == .number(0))
    let still: [String: SettingValue] = [
      "learning_rate": .number(0), "initial_log_deviation": .number(-1.5),
    ]
    let deviation = try #require(try weights(pendulum(still))["policy.log_deviation"])
    #expect(deviation.shape == [1] && deviation.elements == [-1.5])
    let trained = try #require(try weights(pendulum())["policy.log_deviation"])
    #expect(trained.elements != [0])
  }

  @Test func `C3. independent components, whose log-probabilities are added`() {
    let one = densities(means: [[1], [-2]], actions: [[0.5], [1]])
    let both = densities(means: [[1, -2]], actions: [[0.5, 1]])
    expectClose(both[0], one[0] + one[1], tolerance: 1e-6)
  }

  /// log π of actions under normal distributions of deviation 1.
  private func densities(means: [[Float]], actions: [[Float]]) -> [Float] {
    let components = means[0].count
    let parameters = ParameterSet()
    let network = MLP(
      name: "policy", inputs: 1, hidden: [], outputs: components, activation: .tanh,
      capacity: means.count, parameters: parameters)
    let head = GaussianHead(
      name: "policy", components: components, capacity: means.count, parameters: parameters)
    network.forward(rows: means.count)
    network.output.copy(from: means.flatMap { $0 })
    head.update(after: network, rows: means.count)
    return actions.indices.map {
      head.logProbability(of: actions[$0], at: 0, row: $0)
    }
  }

  @Test func `C4. separate networks for policy and value function, with action vectors too`() throws
  {
    let names = try Set(weights(pendulum()).keys)
    #expect(
      names == [
        "policy.hidden.0.weight", "policy.hidden.0.bias", "policy.output.weight",
        "policy.output.bias", "policy.log_deviation", "value.hidden.0.weight",
        "value.hidden.0.bias", "value.output.weight", "value.output.bias",
      ])
  }

  @Test
  func `C5. actions are clipped by the environment, stored and trained on as they were drawn`()
    throws
  {
    // Deviations of 7.4 where the torque is at most 2.
    let actions = try initialActions(["initial_log_deviation": .number(2)])
    #expect(actions.count { $0.action.magnitude > 2 } > actions.count / 2)
    for (action, logProbability) in actions.prefix(50) {
      let z = Double(action) / exp(2)
      // The mean is within a hundredth of the deviation.
      expectClose(
        Double(logProbability), -0.5 * z * z - 2 - 0.5 * log(2 * Double.pi), tolerance: 0.05)
    }
    // An action that is clipped costs what the clipped one costs: Pendulum's cost per step is at most 16.3.
    let rewards = try sampledGroups(
      of: pendulumRun("rloo", ["initial_log_deviation": .number(2)], steps: 10_000), groups: 1,
      size: 1)[0].episodes[0].rewards
    #expect(rewards.allSatisfy { $0 >= -16.28 })
  }

  @Test func `C6. observation normalization: observation_normalization`() throws {
    #expect(defaults["observation_normalization"] == .choice("none"))
    let normalized = try weights(
      pendulum(["observation_normalization": .choice("running")], steps: 2000))
    let means = try #require(normalized["observation.mean"]).elements
    let deviations = try #require(normalized["observation.deviation"]).elements
    // cos θ, sin θ and a velocity of up to 8.
    #expect(means.count == 3 && means[0].magnitude < 1 && deviations[0] < 1)
    #expect(deviations[2] > 1 && deviations[2] < 8)
    #expect(try weights(pendulum()).keys.allSatisfy { !$0.hasPrefix("observation") })
  }

  @Test func `C7. observation clipping: observation_clip`() throws {
    #expect(defaults["observation_clip"] == .number(10))
    func largest(_ clip: SettingValue) throws -> Float {
      let settings: [String: SettingValue] = [
        "observation_normalization": .choice("running"), "observation_clip": clip,
      ]
      return try sampledGroups(
        of: pendulumRun("rloo", settings, steps: 10_000), groups: 2, size: 2
      ).flatMap(\.episodes).flatMap(\.observations).joined().map(\.magnitude).max() ?? 0
    }
    #expect(try largest(.number(0.5)) == 0.5)
    #expect(try largest(.none) > 1)
  }

  @Test func `C8. reward scaling by the deviation of discounted returns: reward_normalization`()
    throws
  {
    #expect(defaults["reward_normalization"] == .choice("none"))
    let settings: [String: SettingValue] = ["reward_normalization": .choice("running")]
    let scaled = try pendulum(settings, steps: 2000)
    let deviation = try #require(try weights(scaled)["reward.deviation"]).elements[0]
    #expect(deviation > 20)
    // Returns of up to −1800 in 200 steps become values of a few units; reported returns stay.
    let plain = try pendulum(steps: 2000)
    let last = { (result: TrainingResult) in result.curve("value_loss").values.last ?? .nan }
    #expect(last(scaled) < 0.01 * last(plain))
    #expect((scaled.metrics["training_return_last_100"] ?? 0) < -500)
    #expect((scaled.metrics["evaluation_return"] ?? 0) < -500)
  }

  @Test func `C9. reward clipping: reward_clip`() throws {
    #expect(defaults["reward_clip"] == .number(10))
    let settings: [String: SettingValue] = [
      "reward_normalization": .choice("running"), "reward_clip": .number(0.001),
      "learning_rate": .number(0),
    ]
    let wide = settings.merging(["reward_clip": .none]) { $1 }
    #expect(
      try pendulum(settings).curve("value_loss").values.last
        != pendulum(wide).curve("value_loss").values.last)
    #expect((try pendulum(wide).curve("value_loss").values.last ?? 0) > 0.01)
  }
}
