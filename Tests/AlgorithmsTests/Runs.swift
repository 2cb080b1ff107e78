import Algorithms
import Settings

/// A run small enough for a test: CartPole with one narrow hidden layer.
func smallRun(
  _ algorithm: String, _ settings: [String: SettingValue] = [:], steps: Int = 600,
  every: Int = 300, episodes: Int = 2, seed: Int = 0
) -> RunConfiguration {
  RunConfiguration(
    world: .environments, task: "CartPole-v1", policy: ["hidden": .integers([8])],
    budget: ["environment_steps": .integer(steps)],
    evaluation: [
      "every": .integer(every), "episodes": .integer(episodes),
      "final_episodes": .integer(episodes),
    ],
    algorithm: algorithm, algorithmSettings: settings, seed: seed)
}

/// A run on the contextual bandit, where an episode is one step.
func banditRun(
  _ algorithm: String, _ settings: [String: SettingValue] = [:],
  environment: [String: SettingValue] = [:], steps: Int = 400, every: Int = 100, seed: Int = 0
) -> RunConfiguration {
  RunConfiguration(
    world: .environments, task: "ContextualBandit-v0", taskSettings: environment,
    policy: ["hidden": .integers([8])], budget: ["environment_steps": .integer(steps)],
    evaluation: [
      "every": .integer(every), "episodes": .integer(4), "final_episodes": .integer(4),
    ], algorithm: algorithm,
    algorithmSettings: settings, seed: seed)
}

/// A run on Pendulum, whose actions are vectors and whose episodes have 200 steps.
func pendulumRun(
  _ algorithm: String, _ settings: [String: SettingValue] = [:], steps: Int = 1200,
  every: Int? = nil, seed: Int = 0
) -> RunConfiguration {
  var sizes: [String: SettingValue] = [
    "group_size": .integer(2), "groups_per_batch": .integer(1), "pairs_per_round": .integer(1),
    "rollout_steps": .integer(64),
  ]
  let declared = AlgorithmRegistry.declaration(named: algorithm)?.settings.map(\.name) ?? []
  sizes = sizes.filter { declared.contains($0.key) }
  return RunConfiguration(
    world: .environments, task: "Pendulum-v1", policy: ["hidden": .integers([8])],
    budget: ["environment_steps": .integer(steps)],
    evaluation: ["every": .integer(every ?? steps), "episodes": .integer(2)],
    algorithm: algorithm, algorithmSettings: sizes.merging(settings) { $1 }, seed: seed)
}

/// The algorithms that train; an audit leaves the weights as they are.
let trainingAlgorithms = AlgorithmRegistry.all.filter { $0.name != "audit" }

/// Their names.
let algorithmNames = trainingAlgorithms.map(\.name)

extension TrainingResult {
  /// The curve `name`, empty if there is none.
  func curve(_ name: String) -> TrainingCurve {
    curves.first { $0.name == name } ?? TrainingCurve(name: name)
  }
}

extension AlgorithmDeclaration {
  /// The settings that `values` change from their defaults though nothing reads them, sorted.
  func changedIdleSettings(in values: [String: SettingValue]) -> [String] {
    let idle = idleSettings(in: values)
    return settings.filter { setting in
      values[setting.name].map { $0 != setting.defaultValue } == true && idle[setting.name] != nil
    }.map(\.name).sorted()
  }
}
