import Algorithms
import Settings
import Testing

@Suite struct AlgorithmDeclarationTests {
  @Test func `the registry has the eight algorithms, each once`() {
    #expect(
      algorithmNames == [
        "reinforce", "reinforce_plus_plus", "ppo", "grpo", "dr_grpo", "remax", "rloo", "dpo",
      ])
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

  /// Specs compare arms of several algorithms setting by setting, which takes that nothing else tells them apart.
  @Test func `algorithms on the same axes are one in all but their settings`() throws {
    for (all, run) in [
      (AlgorithmRegistry.all, { smallRun($0, $1) }),
      (AlgorithmRegistry.language, { languageRun($0, $1) }),
    ] as [([AlgorithmDeclaration], (String, [String: SettingValue]) -> RunConfiguration)] {
      let rloo = try #require(all.first { $0.name == "rloo" })
      var values = rloo.settings.defaults
      values["group_size"] = .integer(4)
      values["groups_per_batch"] = .integer(2)
      let weights = try train(run("rloo", values)).weights
      let alike = all.filter {
        $0.hasAxes(of: rloo) && $0.settings.map(\.name) == rloo.settings.map(\.name)
      }
      #expect(
        alike.map(\.name)
          == ["reinforce", "reinforce_plus_plus", "grpo", "dr_grpo", "remax", "rloo"])
      for algorithm in alike {
        #expect(try train(run(algorithm.name, values)).weights == weights, "\(algorithm.name)")
      }
      #expect(
        all.filter { !$0.hasAxes(of: rloo) }.map(\.name).allSatisfy {
          ["audit", "dpo", "sft", "reward_model"].contains($0)
        })
    }
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

  @Test(arguments: [
    ("reinforce_plus_plus", nil), ("reinforce_plus_plus_baseline", "baseline"),
  ])
  func `the presets of reinforce named after REINFORCE++ are that algorithm's runs`(
    alias: String, preset: String?
  ) throws {
    func result(_ algorithm: String, _ preset: String?) throws -> TrainingResult {
      let declaration = try #require(AlgorithmRegistry.declaration(named: algorithm))
      let values = try preset.map {
        try #require(declaration.preset($0, environment: "CartPole-v1"))
      }
      return try train(
        smallRun(algorithm, (values ?? [:]).merging(["epochs": .integer(2)]) { $1 }, steps: 900))
    }
    let (named, own) = (try result("reinforce", alias), try result("reinforce_plus_plus", preset))
    #expect((own.metrics["updates"] ?? 0) >= 2)
    #expect(named.weights == own.weights && named.metrics == own.metrics)
    #expect(try result("reinforce", nil).weights != own.weights)
  }

  @Test func `the zoo's preset for CartPole is its entry there`() throws {
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

  @Test(
    arguments: [
      (
        "Acrobot-v1",
        [
          "environments": .integer(16), "rollout_steps": .integer(256), "gae_lambda": .number(0.94),
          "minibatches": .integer(64), "observation_normalization": .choice("running"),
          "reward_normalization": .choice("running"), "learning_rate": .number(3e-4),
        ]
      ),
      (
        "MountainCar-v0",
        [
          "environments": .integer(16), "rollout_steps": .integer(16), "gae_lambda": .number(0.98),
          "observation_normalization": .choice("running"),
        ]
      ),
      (
        "MountainCarContinuous-v0",
        [
          "environments": .integer(1), "rollout_steps": .integer(8), "clip_range": .number(0.1),
          "exploration": .choice("state_dependent"), "initialization": .choice("uniform"),
          "initial_log_deviation": .number(-3.29), "value_coefficient": .number(0.38),
        ]
      ),
      (
        "Pendulum-v1",
        [
          "rollout_steps": .integer(1024), "discount": .number(0.9), "minibatches": .integer(64),
          "exploration": .choice("state_dependent"), "exploration_interval": .integer(4),
        ]
      ),
    ] as [(String, [String: SettingValue])])
  func `the zoo's presets for the other environments are its entries`(
    environment: String, expected: [String: SettingValue]
  ) throws {
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    let values = try #require(ppo.preset("zoo", environment: environment))
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    #expect(ppo.conflict(in: values) == nil && ppo.changedIdleSettings(in: values).isEmpty)
  }

  @Test func `CleanRL's preset is another script where actions are vectors`() throws {
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    #expect(ppo.presets == ["cleanrl", "sb3", "zoo"])
    #expect(
      ppo.preset("cleanrl", environment: "Pendulum-v1") == [
        "truncation": .choice("terminal"), "value_clip": .number(0.2), "environments": .integer(1),
        "rollout_steps": .integer(2048), "epochs": .integer(10), "minibatches": .integer(32),
        "learning_rate": .number(3e-4), "entropy_coefficient": .number(0),
        "observation_normalization": .choice("running"),
        "reward_normalization": .choice("running"),
      ])
    #expect(
      ppo.preset("cleanrl", environment: "Acrobot-v1") == [
        "truncation": .choice("terminal"), "value_clip": .number(0.2),
      ])
  }

  @Test func `PPO's defaults are CleanRL's sizes, and the presets what CleanRL and SB3 add`() throws
  {
    let ppo = try #require(AlgorithmRegistry.declaration(named: "ppo"))
    let defaults = Dictionary(
      uniqueKeysWithValues: ppo.settings.map { ($0.name, $0.defaultValue) })
    let expected: [String: SettingValue] = [
      "environments": .integer(4), "rollout_steps": .integer(128), "epochs": .integer(4),
      "minibatches": .integer(4), "learning_rate": .number(2.5e-4), "discount": .number(0.99),
      "gae_lambda": .number(0.95), "clip_range": .number(0.2), "adam_epsilon": .number(1e-5),
      "max_gradient_norm": .number(0.5), "entropy_coefficient": .number(0.01),
      "value_coefficient": .number(0.5), "learning_rate_schedule": .choice("linear"),
    ]
    for (name, value) in expected { #expect(defaults[name] == value, "\(name)") }
    #expect(
      ppo.preset("cleanrl", environment: "CartPole-v1") == [
        "truncation": .choice("terminal"), "value_clip": .number(0.2),
      ])
    #expect(
      ppo.preset("sb3", environment: "CartPole-v1") == [
        "environments": .integer(1), "rollout_steps": .integer(2048), "epochs": .integer(10),
        "minibatches": .integer(32), "learning_rate": .number(3e-4),
        "learning_rate_schedule": .choice("constant"), "entropy_coefficient": .number(0),
        "value_coefficient": .number(1),
      ])
  }

  @Test(
    arguments: [
      ("rloo", "paper", ["group_size": .integer(4), "kl_coefficient": .number(0.03)]),
      ("rloo", "trl", ["group_size": .integer(2), "kl_coefficient": .number(0.05)]),
      (
        "rloo", "openrlhf", ["length_normalizer": .choice("token_mean"), "ratio": .choice("token")]
      ),
      ("grpo", "paper", ["kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.04)]),
      (
        "grpo", "trl", ["scale_epsilon": .number(1e-4), "length_normalizer": .choice("token_mean")]
      ),
      ("grpo", "dapo", ["clip_range_high": .number(0.28), "minibatches": .integer(16)]),
      (
        "grpo", "top_entropy",
        ["clip_range_high": .number(0.28), "top_entropy_share": .number(0.2)]
      ),
      ("grpo", "intellect_2", ["dual_clip": .number(4), "kl_coefficient": .number(0.001)]),
      (
        "grpo", "gspo",
        [
          "ratio": .choice("sequence_geometric_mean"), "clip_range": .number(3e-4),
          "clip_range_high": .number(4e-4),
        ]
      ),
      (
        "grpo", "luspo",
        [
          "ratio": .choice("sequence_geometric_mean"), "clip_range": .number(2e-3),
          "length_normalizer": .choice("sequence_mean_token_sum"),
        ]
      ),
      (
        "grpo", "gmpo", ["ratio": .choice("clipped_geometric_mean"), "clip_range": .number(0.4)]
      ),
      (
        "grpo", "cispo",
        [
          "surrogate": .choice("clipped_weight"), "clip_range": SettingValue.none,
          "clip_range_high": .number(4),
        ]
      ),
      ("grpo", "sapo", ["surrogate": .choice("soft_gate"), "minibatches": .integer(4)]),
      ("remax", "paper", ["kl_placement": .choice("in_reward"), "kl_coefficient": .number(0.05)]),
    ] as [(String, String, [String: SettingValue])])
  func `a preset has its source's values`(
    algorithm: String, preset: String, expected: [String: SettingValue]
  ) throws {
    let declaration = try #require(AlgorithmRegistry.declaration(named: algorithm))
    let values = try #require(declaration.preset(preset, environment: "CartPole-v1"))
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
  }

  @Test func `a changed setting that nothing reads is named with its reason`() throws {
    let rloo = try #require(AlgorithmRegistry.declaration(named: "rloo"))
    #expect(
      rloo.idleSettings(in: ["clip_range": .number(0.01)])["clip_range"] == "ratio: none")
    #expect(
      rloo.idleSettings(in: ["clip_range": .number(0.01), "ratio": .choice("token")])["clip_range"]
        == nil)
    let dpo = try #require(AlgorithmRegistry.declaration(named: "dpo"))
    #expect(dpo.idleSettings(in: [:])["chunks"] == "variant: iterative")
    #expect(dpo.idleSettings(in: ["variant": .choice("offline")])["chunks"] == nil)
    for algorithm in trainingAlgorithms {
      for preset in algorithm.presets {
        guard let values = algorithm.preset(preset, environment: "CartPole-v1") else { continue }
        #expect(algorithm.changedIdleSettings(in: values).isEmpty, "\(algorithm.name) \(preset)")
      }
    }
  }

  @Test func `what environments read later than language tasks is left out of their keys alone`()
    throws
  {
    let earlier: [String: SettingValue] = [
      "dual_clip": SettingValue.none, "kl_target": SettingValue.none,
      "kl_horizon": .number(10_000),
    ]
    for algorithm in trainingAlgorithms where algorithm.name != "dpo" {
      for (name, value) in earlier {
        let setting = try #require(algorithm.settings.first { $0.name == name })
        #expect(setting.earlierValue == value && setting.defaultValue == value)
      }
      let verl = algorithm.preset("verl", environment: "CartPole-v1")
      // REINFORCE++ came to environments after the dual clip.
      let isLater = algorithm.name == "reinforce_plus_plus"
      #expect(verl?["dual_clip"] == (isLater ? .number(3) : nil))
    }
    let grpo = try #require(AlgorithmRegistry.languageDeclaration(named: "grpo"))
    for setting in grpo.settings where earlier[setting.name] != nil {
      #expect(setting.earlierValue == nil)
    }
    #expect(grpo.preset("verl", environment: "sequences")?["dual_clip"] == .number(3))
  }

  @Test func `an algorithm declares no setting that its loop does not read`() {
    func names(_ algorithm: String) -> Set<String> {
      Set(AlgorithmRegistry.declaration(named: algorithm)?.settings.map(\.name) ?? [])
    }
    #expect(names("ppo").isDisjoint(with: ["baseline", "credit", "group_size"]))
    #expect(names("grpo").isDisjoint(with: ["environments", "rollout_steps"]))
    #expect(names("ppo").isSuperset(of: ["gae_lambda", "kl_placement", "value_clip"]))
  }

  @Test func `a setting that one world had first has its earlier value in the other alone`() throws
  {
    func earlier(_ algorithm: String, _ setting: String) throws -> [SettingValue?] {
      let environments = try #require(AlgorithmRegistry.declaration(named: algorithm))
      let tasks = try #require(AlgorithmRegistry.languageDeclaration(named: algorithm))
      return try [environments, tasks].map { declaration in
        let declared = declaration.settings.first { $0.name == setting }
        return try #require(declared).earlierValue
      }
    }
    #expect(try earlier("dpo", "loss") == [.choice("sigmoid"), nil])
    #expect(try earlier("dpo", "warmup_updates") == [.integer(0), nil])
    #expect(
      try earlier("dpo", "adam_epsilon_placement") == [nil, .choice("after_bias_correction")])
    #expect(try earlier("dpo", "target_margin") == [.number(0), .number(0)])
    #expect(try earlier("ppo", "adam_beta2") == [.number(0.999), nil])
    #expect(try earlier("ppo", "value_learning_rate") == [SettingValue.none, nil])
    #expect(try earlier("grpo", "weight_decay") == [.number(0), nil])
  }

  @Test func `labels that are wrong as often as right are refused by the robust loss`() throws {
    let dpo = try #require(AlgorithmRegistry.declaration(named: "dpo"))
    let settings: [String: SettingValue] = [
      "loss": .choice("robust"), "label_smoothing": .number(0.5),
    ]
    #expect(
      dpo.conflict(in: settings)?.message
        == "loss robust takes labels for right more often than wrong; label_smoothing is 0.5")
    #expect(dpo.conflict(in: ["label_smoothing": .number(0.5)]) == nil)
    #expect(dpo.cautions(in: ["loss": .choice("robust")]).map(\.settings) == [["loss"]])
    #expect(
      dpo.idleSettings(in: ["loss": .choice("hinge")])["label_smoothing"] == "loss: hinge")
  }

  @Test func `each algorithm's point on the axes is the one of its paper`() {
    func choice(_ algorithm: String, _ setting: String) -> SettingValue? {
      AlgorithmRegistry.declaration(named: algorithm)?.settings.first { $0.name == setting }?
        .defaultValue
    }
    let points: [(String, baseline: String, scale: String, ratio: String, length: String)] = [
      ("reinforce", "none", "batch_std", "none", "sequence_mean_token_sum"),
      ("reinforce_plus_plus", "batch_mean", "batch_std", "token", "token_mean"),
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
      let isCreditedToGo = point.0.hasPrefix("reinforce")
      #expect(
        choice(point.0, "credit") == .choice(isCreditedToGo ? "reward_to_go" : "trajectory"))
      #expect(choice(point.0, "discount") == .number(point.0 == "reinforce" ? 0.99 : 1))
    }
  }

  @Test func `settings that exclude each other are refused in words`() throws {
    let rloo = try #require(AlgorithmRegistry.declaration(named: "rloo"))
    #expect(
      rloo.conflict(in: ["group_size": .integer(1)])?.message
        == "baseline leave_one_out compares the members of a group; group_size is 1")
    #expect(
      rloo.conflict(in: ["ratio": .choice("sequence"), "credit": .choice("reward_to_go")])?.message
        == "ratio sequence needs one advantage per trajectory: credit trajectory and a baseline other than value and optimal_token"
    )
    #expect(
      rloo.conflict(in: [
        "scale": .choice("group_std"), "baseline": .choice("none"), "group_size": .integer(1),
      ])
        == SettingConflict(
          ["scale", "group_size"], "scale group_std needs the deviation of a group; group_size is 1"
        ))
  }

  @Test func `verl's bound on the divergence is in its preset on language tasks alone`() throws {
    let language = try #require(AlgorithmRegistry.languageDeclaration(named: "grpo"))
    let environments = try #require(AlgorithmRegistry.declaration(named: "grpo"))
    let bounded = try #require(language.preset("verl", environment: "preference"))
    #expect(bounded["kl_clamp"] == .number(10) && bounded["dual_clip"] == .number(3))
    let unbounded = try #require(environments.preset("verl", environment: "CartPole-v1"))
    #expect(unbounded["kl_clamp"] == nil && unbounded["dual_clip"] == nil)
    #expect(unbounded["kl_coefficient"] == bounded["kl_coefficient"])
  }

  /// What a library sets though its own defaults leave it without an effect.
  private static let setInVain: Set<String> = ["verl dual_clip"]

  @Test func `a preset sets nothing that is doubted with its other values`() {
    for (algorithm, task) in AlgorithmRegistry.all.map({ ($0, "CartPole-v1") })
      + AlgorithmRegistry.language.map({ ($0, "preference") })
    {
      for preset in algorithm.presets {
        let values = algorithm.preset(preset, environment: task) ?? [:]
        let doubted = algorithm.cautions(in: values).map(\.settings)
          // A ratio is a point of the method, whatever the sizes are.
          .filter { $0 != ["ratio"] && $0.allSatisfy { values[$0] != nil } }
          .map { "\(preset) \($0.joined(separator: " "))" }
        #expect(doubted.filter { !Self.setInVain.contains($0) } == [], "\(algorithm.name)")
      }
    }
  }
}
