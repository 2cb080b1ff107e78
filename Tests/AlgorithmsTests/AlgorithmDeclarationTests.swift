import Algorithms
import Settings
import Testing

@Suite struct AlgorithmDeclarationTests {
  @Test func `the registry has the seven algorithms, each once`() {
    #expect(
      algorithmNames == ["reinforce", "ppo", "grpo", "dr_grpo", "remax", "rloo", "dpo"])
    #expect(AlgorithmRegistry.declaration(named: "grpo")?.title == "GRPO")
    #expect(AlgorithmRegistry.declaration(named: "GRPO") == nil)
  }

  @Test(arguments: algorithmNames)
  func `settings are in snake case, documented, named once, and allow their defaults`(
    name: String
  ) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    let names = algorithm.settings.map(\.name)
    #expect(Set(names).count == names.count)
    for setting in algorithm.settings {
      #expect(setting.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" })
      #expect(setting.documentation.hasSuffix("."))
      #expect(setting.problem(with: setting.defaultValue) == nil, "\(setting.name)")
    }
    #expect(algorithm.conflict(in: [:]) == nil)
  }

  @Test(arguments: algorithmNames)
  func `presets name settings of their algorithm with allowed values`(name: String) throws {
    let algorithm = try #require(AlgorithmRegistry.declaration(named: name))
    for name in algorithm.presets {
      let values = try #require(algorithm.preset(name, environment: "CartPole-v1"))
      for (setting, value) in values {
        let declaration = try #require(algorithm.settings.first { $0.name == setting })
        #expect(declaration.problem(with: value) == nil, "\(name): \(setting)")
      }
      #expect(algorithm.conflict(in: values) == nil)
    }
    #expect(algorithm.preset("no_such_preset", environment: "CartPole-v1") == nil)
  }

  @Test func `the zoo's preset is its CartPole entry and exists for no other environment`() throws {
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    #expect(
      ppo.preset("zoo", environment: "CartPole-v1") == [
        "environments": .integer(8), "rollout_steps": .integer(32), "discount": .number(0.98),
        "gae_lambda": .number(0.8), "epochs": .integer(20), "minibatches": .integer(1),
        "learning_rate": .number(0.001), "clip_schedule": .choice("linear"),
        "entropy_coefficient": .number(0), "value_coefficient": .number(1),
      ])
    #expect(ppo.preset("zoo", environment: "ContextualBandit-v0") == nil)
    #expect(ppo.preset("sb3", environment: "ContextualBandit-v0") != nil)
  }

  @Test func `an algorithm declares no setting that its loop does not read`() {
    func names(_ algorithm: String) -> Set<String> {
      Set(AlgorithmRegistry.declaration(named: algorithm)?.settings.map(\.name) ?? [])
    }
    #expect(names("ppo").isDisjoint(with: ["baseline", "credit", "group_size"]))
    #expect(names("grpo").isDisjoint(with: ["environments", "rollout_steps"]))
    #expect(names("ppo").isSuperset(of: ["gae_lambda", "kl_placement", "value_clip"]))
  }

  @Test func `each algorithm's point on the axes is the one of its paper`() {
    func choice(_ algorithm: String, _ setting: String) -> SettingValue? {
      AlgorithmRegistry.declaration(named: algorithm)?.settings.first { $0.name == setting }?
        .defaultValue
    }
    let points: [(String, baseline: String, scale: String, ratio: String, length: String)] = [
      ("reinforce", "none", "batch_std", "none", "sequence_mean_token_sum"),
      ("grpo", "group_mean", "group_std", "token", "sequence_mean_token_mean"),
      ("dr_grpo", "group_mean", "none", "token", "constant"),
      ("remax", "greedy", "none", "none", "token_mean"),
      ("rloo", "leave_one_out", "none", "none", "sequence_mean_token_sum"),
    ]
    for point in points {
      #expect(choice(point.0, "baseline") == .choice(point.baseline))
      #expect(choice(point.0, "scale") == .choice(point.scale))
      #expect(choice(point.0, "ratio") == .choice(point.ratio))
      #expect(choice(point.0, "length_normalizer") == .choice(point.length))
      let isREINFORCE = point.0 == "reinforce"
      #expect(
        choice(point.0, "credit") == .choice(isREINFORCE ? "reward_to_go" : "trajectory"))
      #expect(choice(point.0, "discount") == .number(isREINFORCE ? 0.99 : 1))
    }
  }

  @Test func `settings that exclude each other are refused in words`() throws {
    let rloo = try #require(AlgorithmRegistry.declaration(named: "rloo"))
    #expect(
      rloo.conflict(in: ["group_size": .integer(1)])
        == "baseline leave_one_out compares the members of a group; group_size is 1")
    #expect(
      rloo.conflict(in: ["ratio": .choice("sequence"), "credit": .choice("reward_to_go")])
        == "ratio sequence needs one advantage per trajectory: credit trajectory and a baseline other than value and optimal_token"
    )
    #expect(
      rloo.conflict(in: [
        "scale": .choice("group_std"), "baseline": .choice("none"), "group_size": .integer(1),
      ])
        == "scale group_std needs the deviation of a group; group_size is 1")
  }
}
