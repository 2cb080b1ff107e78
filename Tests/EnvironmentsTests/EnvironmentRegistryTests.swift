import Environments
import Settings
import Testing

@Suite struct EnvironmentRegistryTests {
  @Test func `names are unique and found`() {
    let names = EnvironmentRegistry.all.map(\.name)
    #expect(
      names == [
        "CartPole-v1", "ContextualBandit-v0", "Acrobot-v1", "MountainCar-v0",
        "MountainCarContinuous-v0", "Pendulum-v1",
        "FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "Taxi-v4",
      ])
    #expect(Set(names).count == names.count)
    for name in names { #expect(EnvironmentRegistry.declaration(named: name)?.name == name) }
    #expect(EnvironmentRegistry.declaration(named: "cartpole-v1") == nil)
  }

  @Test(arguments: EnvironmentRegistry.all.map(\.name))
  func `declared defaults are allowed and make an environment with consistent sizes`(
    name: String
  ) throws {
    let declaration = try #require(EnvironmentRegistry.declaration(named: name))
    var defaults: [String: SettingValue] = [:]
    for setting in declaration.settings {
      #expect(setting.problem(with: setting.defaultValue) == nil, "\(setting.name)")
      #expect(!setting.documentation.isEmpty)
      defaults[setting.name] = setting.defaultValue
    }
    let environment = try declaration.make(defaults)
    #expect(environment.observation.count == environment.observationWidth)
    #expect(environment.stepLimit >= 1)
    if let discrete = environment as? any DiscreteEnvironment {
      #expect(discrete.actionCount >= 2)
    } else {
      let continuous = try #require(environment as? any ContinuousEnvironment)
      #expect(!continuous.actionBounds.isEmpty)
    }
    #expect(declaration.revision >= 1 && !declaration.summary.isEmpty)
    if let threshold = declaration.threshold {
      #expect(declaration.returnRange.contains(threshold))
      #expect(declaration.scoreNormalization.solved == threshold)
    }
    #expect(declaration.returnRange.contains(declaration.scoreNormalization.random))
    #expect(declaration.returnRange.contains(declaration.scoreNormalization.solved))
  }

  @Test func `CartPole counts as solved at 475 of 500`() throws {
    let declaration = try #require(EnvironmentRegistry.declaration(named: "CartPole-v1"))
    #expect(declaration.threshold == 475 && declaration.returnRange == 0...500)
    #expect(declaration.settings.isEmpty)
  }

  @Test func `the large lake is the 8x8 map with 200 steps, the small one keeps its 100`() throws {
    let large = try #require(EnvironmentRegistry.declaration(named: "FrozenLake8x8-v1")).make()
    #expect(large.observationWidth == 64 && large.stepLimit == 200)
    let lake = try #require(EnvironmentRegistry.declaration(named: "FrozenLake-v1"))
    let mapped = try lake.make(["map": .choice("8x8"), "is_slippery": .boolean(false)])
    #expect(mapped.observationWidth == 64 && mapped.stepLimit == 100)
    #expect(
      (mapped as? FrozenLake)?.transitions.outcomes(of: 1, in: 0).count == 1)
    #expect(throws: (any Error).self) { try lake.make(["success_rate": .number(1.5)]) }
  }
}
