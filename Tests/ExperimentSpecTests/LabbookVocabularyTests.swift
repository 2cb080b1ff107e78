import Algorithms
import ExperimentSpec
import Foundation
import LanguageTasks
import Metrics
import NeuralNetworks
import ResultStore
import Settings
import TestSupport
import Testing

/// The names and settings that this version of labbook really has.
@Suite struct LabbookVocabularyTests {
  let vocabulary = Vocabulary.labbook

  /// The components of each world.
  var components: [any ComponentDeclaration] {
    vocabulary.worlds.flatMap { part in
      part.algorithms as [any ComponentDeclaration] + part.tasks + [part.network]
    }
  }

  /// Every group of settings that a spec writes side by side.
  var groups: [(name: String, settings: [SettingDeclaration])] {
    components.map { ($0.name, $0.settings) }
      + vocabulary.worlds.flatMap { part in
        [("budget", part.budget.settings), ("evaluation", part.evaluation.settings)]
      }
  }

  /// A spec with stages and an arm for every algorithm on language tasks.
  static let languageText = """
    question: Which way of post-training solves puzzles that were not seen?
    task: {language: knights-and-knaves, people: [2, 3, 4, 5], held_out_people: [6, 7, 8]}
    policy: {network: transformer, layers: 2, width: 64, heads: 4, context: 512}
    budget: {tokens: 400_000}
    evaluation: {every: 50_000, prompts: 50, samples: 8}
    metric: test_accuracy
    stages:
      SFT: {algorithm: sft, budget: {tokens: 1_000_000}, learning_rate: 0.002}
      RM: {algorithm: reward_model, from: SFT, budget: {tokens: 300_000}}
    arms:
      REINFORCE: {algorithm: reinforce, from: SFT}
      REINFORCE++: {algorithm: reinforce_plus_plus, from: SFT}
      PPO: {algorithm: ppo, from: SFT, reward: RM}
      GRPO: {algorithm: grpo, from: SFT, group_size: 8}
      Dr-GRPO: {algorithm: dr_grpo, from: SFT}
      ReMax: {algorithm: remax, from: SFT}
      RLOO: {algorithm: rloo, from: SFT}
      DPO: {algorithm: dpo, from: SFT}
      GRPO-scratch: {algorithm: grpo}
      Audit: {algorithm: audit, from: RLOO}
    """

  @Test func `a spec with stages on a language task is read`() throws {
    let experiment = try loadExperiment(
      at: "experiments/knights.yaml",
      in: SpecFiles(["experiments/knights.yaml": Self.languageText]), vocabulary: vocabulary)
    let language = vocabulary.languageTasks
    #expect(experiment.arms.count == 12)
    #expect(
      Set(experiment.arms.map(\.configuration.algorithm)) == Set(language.algorithms.map(\.name)))
    let preimages = vocabulary.preimages(of: experiment)
    for arm in experiment.arms {
      let preimage = try #require(preimages[arm.label]).run(seed: 3)
      let run = try vocabulary.configuration(of: preimage)
      #expect(vocabulary.preimage(of: run).text == preimage.text)
      #expect((run.start == nil) == (arm.start == nil))
      #expect(preimage.fields["tokenizer"]?.isEmpty == false)
    }
    #expect(preimages["PPO"]?.stages["reward"] == preimages["RM"])
  }

  @Test func `every language task has facts, an example and a range of rewards`() throws {
    let language = vocabulary.languageTasks
    #expect(!language.tasks.isEmpty)
    for task in language.tasks {
      let name = task.name
      let traits = try task.traits([:])
      #expect(!traits.levels.isEmpty, "\(name)")
      #expect(Set(traits.levels).isDisjoint(with: traits.heldOutLevels), "\(name)")
      #expect(traits.longestSequence ?? 0 > 1, "\(name)")
      #expect(traits.tokenizer?.isEmpty == false && traits.tokens ?? 0 > 3, "\(name)")
      let made = try #require(task as? LanguageTaskDeclaration).make()
      let example = made.testExample(level: 0, 0)
      let (good, none) = (example.reward(example.demonstration), example.reward(""))
      #expect(traits.rewardComponents == none.components.map(\.name), "\(name)")
      #expect(
        task.scoreRange.contains(good.total) && task.scoreRange.contains(none.total), "\(name)")
      #expect(good.total > none.total, "\(name)")
    }
    for algorithm in language.algorithms {
      let taken = Set([
        "algorithm", "preset", "title", "sweep", "from", "reward", "budget", "evaluation",
      ])
      #expect(taken.isDisjoint(with: algorithm.settings.map(\.name)), "\(algorithm.name)")
      #expect(algorithm.conflict(in: [:]) == nil, "\(algorithm.name)")
      for preset in algorithm.presets {
        let expansions = language.tasks.compactMap {
          algorithm.preset(preset, environment: $0.name)
        }
        #expect(!expansions.isEmpty, "\(algorithm.name) \(preset)")
        for values in expansions {
          #expect(algorithm.conflict(in: values) == nil, "\(algorithm.name) \(preset)")
        }
      }
    }
    #expect(
      language.algorithms.filter { $0.product == .rewardModel }.map(\.name) == ["reward_model"])
  }

  /// The spec of the design, with an arm for every algorithm.
  static let text = """
    # experiments/cartpole.yaml
    question: Does a learned value function beat critic-free baselines when episodes are short?
    task: {environment: CartPole-v1}
    policy: {network: mlp, hidden: [64, 64], activation: tanh}
    budget: {environment_steps: 100_000}
    evaluation: {every: 5_000, episodes: 20}
    seeds: 10                     # 0…9
    metric: evaluation_return
    arms:
      REINFORCE: {algorithm: reinforce}
      REINFORCE++: {algorithm: reinforce_plus_plus}
      PPO:   {algorithm: ppo, preset: zoo}
      GRPO:  {algorithm: grpo, group_size: 8}
      Dr-GRPO:  {algorithm: dr_grpo, group_size: 8}
      ReMax: {algorithm: remax}
      RLOO:  {algorithm: rloo, group_size: 8}
      DPO:   {algorithm: dpo}
      Audit: {algorithm: audit, from: PPO}
    """

  @Test func `the spec of the design is read`() throws {
    let experiment = try loadExperiment(
      at: "experiments/cartpole.yaml", in: SpecFiles(["experiments/cartpole.yaml": Self.text]),
      vocabulary: vocabulary)
    #expect(
      experiment.arms.map(\.configuration.algorithm)
        == vocabulary.environments.algorithms.map(\.name))
    #expect(experiment.seeds == Array(0..<10))
    let zoo = try #require(experiment.arm("PPO")).configuration.algorithmSettings
    #expect(zoo["epochs"] == .integer(20))
    #expect(zoo["gae_lambda"] == .number(0.8))
  }

  @Test func `the specs of this repository are read`() throws {
    let lab = testFolder().deletingLastPathComponent().deletingLastPathComponent()
    let experiments = try loadExperiments(inLab: lab, vocabulary: vocabulary)
    #expect(experiments.map(\.path).sorted() == specPaths(inLab: lab))
    #expect(!experiments.isEmpty)
  }

  @Test func `names are unique and written in snake case`() {
    func isSnakeCase(_ name: String) -> Bool {
      name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil
    }
    for (group, settings) in groups {
      #expect(Set(settings.map(\.name)).count == settings.count, "\(group)")
      for setting in settings {
        #expect(isSnakeCase(setting.name), "\(group).\(setting.name)")
        if case .choice(let names) = setting.kind {
          // A map's size is named as Gymnasium does.
          #expect(
            names.allSatisfy { isSnakeCase($0) || $0.wholeMatch(of: /\d+x\d+/) != nil },
            "\(group).\(setting.name)")
          #expect(Set(names).count == names.count, "\(group).\(setting.name)")
        }
      }
    }
    for part in vocabulary.worlds {
      let names = part.algorithms.map(\.name) + part.tasks.map(\.name) + [part.network.name]
      #expect(Set(names).count == names.count)
      #expect(part.algorithms.map(\.name).allSatisfy(isSnakeCase))
      for form in [MetricDeclaration.Form.metric, .curve] {
        let names = MetricDeclaration.all(form, in: part.world).map(\.name)
        #expect(Set(names).count == names.count)
      }
      for metric in part.metrics where metric.family == nil { #expect(isSnakeCase(metric.name)) }
    }
  }

  @Test func `no setting has the name of a key beside it`() {
    for algorithm in vocabulary.environments.algorithms {
      let taken = Set(["algorithm", "preset", "title", "sweep"])
      #expect(taken.isDisjoint(with: algorithm.settings.map(\.name)), "\(algorithm.name)")
    }
    for environment in vocabulary.environments.tasks {
      #expect(!environment.settings.map(\.name).contains("environment"), "\(environment.name)")
    }
  }

  @Test func `defaults and earlier values are allowed, and all is documented`() {
    for (group, settings) in groups {
      for setting in settings {
        #expect(setting.problem(with: setting.defaultValue) == nil, "\(group).\(setting.name)")
        if let earlier = setting.earlierValue {
          #expect(setting.problem(with: earlier) == nil, "\(group).\(setting.name)")
        }
        #expect(setting.documentation.hasSuffix("."), "\(group).\(setting.name)")
      }
    }
    for component in components {
      #expect(component.summary.hasSuffix("."), "\(component.name)")
    }
  }

  @Test func `presets hold allowed values that go together, each for some environment`() {
    for algorithm in vocabulary.environments.algorithms {
      let byName = Dictionary(uniqueKeysWithValues: algorithm.settings.map { ($0.name, $0) })
      for preset in algorithm.presets {
        let expansions = vocabulary.environments.tasks.compactMap {
          algorithm.preset(preset, environment: $0.name)
        }
        #expect(!expansions.isEmpty, "\(algorithm.name) \(preset)")
        for values in expansions {
          for (name, value) in values {
            #expect(
              byName[name]?.problem(with: value) == nil, "\(algorithm.name) \(preset) \(name)")
            #expect(byName[name] != nil, "\(algorithm.name) \(preset) \(name)")
          }
          #expect(algorithm.conflict(in: values) == nil, "\(algorithm.name) \(preset)")
        }
      }
      #expect(algorithm.conflict(in: [:]) == nil, "\(algorithm.name)")
      #expect(algorithm.preset("no such preset", environment: "CartPole-v1") == nil)
    }
  }

  @Test func `a policy's network is the one that is declared`() throws {
    for part in vocabulary.worlds {
      let network = try #require(part.network.settings.first { $0.name == "network" })
      #expect(network.kind == .choice([part.network.name]))
    }
  }

  @Test func `a world's default metric is a metric and a curve with a range on every task`() throws
  {
    for part in vocabulary.worlds {
      for form in [MetricDeclaration.Form.metric, .curve] {
        let metric = try #require(
          MetricDeclaration.named(part.world.defaultMetric, form, in: part.world))
        for task in part.tasks {
          #expect(vocabulary.range(of: metric, ofKey: [part.world.key: task.name]) != nil)
        }
      }
      #expect(part.budget.settings.contains { $0.name == part.world.budgetSetting })
    }
  }

  @Test func `everything has a description that fits on a screen`() throws {
    let things = vocabulary.describables
    for thing in things {
      let text = thing.text()
      #expect(text.contains(thing.name) && !text.hasSuffix("\n"), "\(thing.name)")
      // A prompt is as long as it is.
      guard thing.kind != .languageTask else { continue }
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(thing.name)")
    }
    let names = Set(things.map(\.name))
    for component in components {
      let texts = things.filter { $0.name == component.name }.map { $0.text() }
      for setting in component.settings {
        #expect(texts.contains { $0.contains("\n  \(setting.name): ") })
        #expect(names.contains(setting.name))
      }
    }
    for metric in MetricDeclaration.all { #expect(names.contains(metric.name)) }
    for key in SpecKey.all { #expect(names.contains(key.name)) }
  }

  @Test func `a preset of another trainer is described by its name`() throws {
    let text = try #require(
      vocabulary.describables.first { $0.kind == .preset && $0.name == "trl/grpo" }
    ).text()
    for part in [
      "trl 1.16.0", "trainer_state.json", "\n  training_reward: ",
      "The mean of last 10 of reward, higher is better.",
      "\n  response_length: ", "(tokens)", "completions/mean_length", "\nCurves\n",
    ] { #expect(text.contains(part), "\(part) is not in\n\(text)") }
  }

  @Test func `settings that contradict each other are refused at one of them`() {
    let text = Self.text.replacing(
      "{algorithm: rloo, group_size: 8}", with: "{algorithm: rloo, group_size: 1}")
    let error = #expect(throws: SpecError.self) {
      try loadExperiment(
        at: "experiments/x.yaml", in: SpecFiles(["experiments/x.yaml": text]),
        vocabulary: vocabulary)
    }
    #expect(
      error?.description
        == "experiments/x.yaml:16:40: error: arms.RLOO cannot be run: baseline leave_one_out compares the members of a group; group_size is 1"
    )
  }
}
