import Algorithms
import Environments
import NeuralNetworks
import Settings
import TestSupport
import Tensors
import Testing

/// Digests of short runs on action vectors: each algorithm with each kind of noise, PPO with every setting of the
/// agent and its presets; kept in `Goldens/continuous_runs.txt`.
@Suite struct ContinuousGoldenTests {
  struct Case {
    var key: String
    var configuration: RunConfiguration
  }

  static func cases() throws -> [Case] {
    var cases: [Case] = []
    func add(
      _ algorithm: String, _ name: String, _ settings: [String: SettingValue],
      environment: String = "Pendulum-v1", steps: Int = 2000
    ) {
      var configuration = pendulumRun(algorithm, settings, steps: steps, every: steps / 2, seed: 3)
      configuration.task = environment
      cases.append(
        Case(key: "\(algorithm) \(environment) \(name)", configuration: configuration))
    }
    for algorithm in algorithmNames {
      for exploration in ["independent", "state_dependent"] {
        add(
          algorithm, "exploration=\(exploration)",
          ["exploration": .choice(exploration), "learning_rate": .number(0.01)])
      }
    }
    add("rloo", "baseline=optimal_token", ["baseline": .choice("optimal_token")])
    add(
      "rloo", "baseline=optimal_token exploration=state_dependent",
      ["baseline": .choice("optimal_token"), "exploration": .choice("state_dependent")])
    add(
      "grpo", "kl_placement=in_loss",
      [
        "kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.1), "epochs": .integer(2),
        "learning_rate": .number(0.01),
      ])
    add(
      "dpo", "variant=offline",
      ["variant": .choice("offline"), "chunks": .integer(3), "learning_rate": .number(0.01)])
    let agent: [(String, SettingValue)] = [
      ("initialization", .choice("uniform")), ("initial_log_deviation", .number(-1)),
      ("observation_normalization", .choice("running")),
      ("reward_normalization", .choice("running")), ("entropy_coefficient", .number(0.1)),
    ]
    for (name, value) in agent { add("ppo", "\(name)=\(value)", [name: value]) }
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    for environment in ["Pendulum-v1", "MountainCarContinuous-v0"] {
      for preset in ppo.presets {
        var values = try #require(ppo.preset(preset, environment: environment))
        for (name, most) in [("rollout_steps", 100), ("minibatches", 4), ("epochs", 3)] {
          if case .integer(let value)? = values[name] { values[name] = .integer(min(value, most)) }
        }
        add("ppo", "preset=\(preset)", values, environment: environment, steps: 1700)
      }
    }
    return cases
  }

  @Test func `every run gives the bits that its revisions stand for`() throws {
    var goldens = RunGoldens()
    for golden in try Self.cases() {
      let configuration = golden.configuration
      let result = try train(configuration)
      #expect((result.metrics["updates"] ?? 0) >= 3, "\(golden.key)")
      let algorithm = AlgorithmRegistry.declaration(named: configuration.algorithm)?.revision ?? 0
      let environment =
        EnvironmentRegistry.declaration(named: configuration.task)?.revision ?? 0
      goldens.add(
        golden.key,
        revisions:
          "\(configuration.algorithm)=\(algorithm) \(configuration.task)=\(environment) mlp=\(MLP.revision) kernels=\(Kernels.revision)",
        bytes: result.weights,
        numbers: result.metrics.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
          + result.curves.flatMap { curve in
            curve.values.map { (curve.name, $0) }
          })
    }
    try goldens.expectUnchanged(file: "continuous_runs.txt")
  }
}
