internal import Algorithms
internal import Environments
internal import LanguageTasks
internal import NeuralNetworks
internal import ResultStore
internal import Settings
internal import Synchronization
internal import Tensors

extension Vocabulary {
  /// What specs may name in this version of labbook: everything in the engine's registries.
  public static let labbook = Vocabulary(
    algorithms: AlgorithmRegistry.all.map { Algorithm($0) },
    environments: EnvironmentRegistry.all.map { environment in
      Component(
        name: environment.name, revision: environment.revision, summary: environment.summary,
        settings: environment.settings, returnRange: environment.returnRange,
        scoreNormalization: ScoreScale(
          random: environment.scoreNormalization.random,
          constant: environment.scoreNormalization.constant,
          solved: environment.scoreNormalization.solved),
        idle: { environment.idleSettings(in: $0) },
        traits: { (try? environment.make($0)).map(TaskTraits.init(of:)) ?? TaskTraits() })
    },
    policy: PolicySettings().declarations,
    networkRevisions: [NetworkKind.mlp.rawValue: MLP.revision],
    kernelsRevision: Kernels.revision,
    budget: BudgetSettings().declarations,
    evaluation: EvaluationSettings().declarations,
    metrics: MetricDeclaration.metrics.map(Metric.init),
    language: .labbook,
    idlePolicySettings: { PolicySettings.idle(in: $0) },
    numericsFields: { profile in
      switch NumericsProfile(rawValue: profile) {
      case .openblas: ["numerics.library": OpenBLAS.keyText]
      case .exact, nil: [:]
      }
    })
}

extension LanguageVocabulary {
  /// The language tasks of this version of labbook, and what may be trained on them.
  fileprivate static let labbook = LanguageVocabulary(
    algorithms: AlgorithmRegistry.language.map { algorithm in
      let products: [String: Vocabulary.Product] = [
        "sft": .imitation, "dpo": .imitation, "reward_model": .rewardModel,
      ]
      return Vocabulary.Algorithm(algorithm, product: products[algorithm.name] ?? .policy)
    },
    tasks: LanguageTaskRegistry.all.map { task in
      Task(
        component: Vocabulary.Component(
          name: task.name, revision: task.revision, summary: task.summary,
          settings: task.settings, returnRange: task.rewardRange,
          idle: { task.idleSettings(in: $0) }),
        facts: { values throws(SettingProblem) in try KnownFacts.of(task, values) },
        example: { (try? task.make()).map { Example(of: $0) } })
    },
    policy: TransformerSettings().declarations,
    policyConflict: { values in (try? TransformerSettings(values))?.problem },
    networkRevisions: [TransformerSettings().network.rawValue: Transformer.revision],
    tokenizerRevision: Tokenizer.revision,
    budget: LanguageBudgetSettings().declarations,
    evaluation: LanguageEvaluationSettings().declarations,
    // A family that only curves belong to is no metric.
    metrics: (MetricDeclaration.languageMetrics
      + MetricDeclaration.languageFamilies.filter { !$0.name.hasPrefix("training_") })
      .map(Vocabulary.Metric.init))
}

extension Vocabulary.Algorithm {
  fileprivate init(_ algorithm: AlgorithmDeclaration, product: Vocabulary.Product = .policy) {
    self.init(
      component: Vocabulary.Component(
        name: algorithm.name, revision: algorithm.revision, summary: algorithm.summary,
        settings: algorithm.settings),
      title: algorithm.title, product: product, presets: algorithm.presets,
      preset: { algorithm.preset($0, environment: $1) },
      conflict: { algorithm.conflict(in: $0) },
      idle: { algorithm.idleSettings(in: $0, on: $1) },
      cautions: { algorithm.cautions(in: $0) })
  }
}

extension Vocabulary.Metric {
  fileprivate init(_ metric: MetricDeclaration) {
    let range: Range =
      switch metric.range {
      case .unknown: .unknown
      case .environmentReturns, .taskRewards: .environmentReturns
      case .fixed(let range): .fixed(range)
      }
    self.init(name: metric.name, documentation: metric.documentation, range: range)
  }
}

/// The facts of the tasks that have been asked for: each run key of an experiment needs those of its
/// one task, and a task of puzzles is not made in no time.
private enum KnownFacts {
  private struct Question: Hashable {
    var task: String
    var values: [String: SettingValue]
  }

  private static let known = Mutex<[Question: LanguageVocabulary.TaskFacts]>([:])

  static func of(
    _ task: LanguageTaskDeclaration, _ values: [String: SettingValue]
  ) throws(SettingProblem) -> LanguageVocabulary.TaskFacts {
    let question = Question(task: task.name, values: values)
    if let facts = known.withLock({ $0[question] }) { return facts }
    let facts = LanguageVocabulary.TaskFacts(try task.make(values))
    known.withLock { $0[question] = facts }
    return facts
  }
}

extension LanguageVocabulary.TaskFacts {
  fileprivate init(_ task: any LanguageTask) {
    let example = task.levels.isEmpty ? nil : task.testExample(level: 0, 0)
    self.init(
      tokenizer: task.tokenizer.identity,
      levels: task.levels.filter { !$0.isHeldOut }.map(\.name),
      heldOutLevels: task.levels.filter(\.isHeldOut).map(\.name),
      rewardComponents: example.map { $0.reward("").components.map(\.name) } ?? [],
      hasTwins: task.perturbedExample(of: 0, in: .test) != nil,
      longestSequence: task.longestPrompt + task.longestCompletion,
      tokens: task.tokenizer.vocabulary.count)
  }
}

extension LanguageVocabulary.Example {
  fileprivate init(of task: any LanguageTask) {
    let example = task.testExample(level: 0, 0)
    let reward = example.reward(example.demonstration)
    self.init(
      prompt: example.prompt, demonstration: example.demonstration,
      reward: [Payment(name: "in all", value: reward.total)]
        + reward.components.map { Payment(name: $0.name, value: $0.value) },
      rewardOfNothing: example.reward("").total,
      rewardOfUnfinished: task.judge([], answering: example).reward.total)
  }
}
