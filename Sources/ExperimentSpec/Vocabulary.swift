public import Algorithms
internal import Environments
internal import LanguageTasks
public import Metrics
public import NeuralNetworks
public import ResultStore
public import Settings
public import Tensors

/// Every name that a spec may use: lists of what the layers below declare.
///
/// Validation, help, the JSON Schema and the run key are derived from this value alone; the vocabulary of this
/// version of labbook is ``labbook``.
public struct Vocabulary: Sendable {
  /// The names for specs on environments.
  public var environments: WorldVocabulary
  /// The names for specs on language tasks.
  public var languageTasks: WorldVocabulary
  /// The revision of the compute kernels, a field of every run key.
  public var kernelsRevision: Int
  /// The revision of the tokenizer, a field of the keys of language runs.
  public var tokenizerRevision: Int
  /// Further fields of the run key that a numerics profile brings, such as a library's version.
  public var numericsFields: @Sendable (NumericsProfile) -> [String: String]

  /// Creates a vocabulary.
  public init(
    environments: WorldVocabulary, languageTasks: WorldVocabulary, kernelsRevision: Int,
    tokenizerRevision: Int,
    numericsFields: @escaping @Sendable (NumericsProfile) -> [String: String]
  ) {
    self.environments = environments
    self.languageTasks = languageTasks
    self.kernelsRevision = kernelsRevision
    self.tokenizerRevision = tokenizerRevision
    self.numericsFields = numericsFields
  }

  /// The vocabulary of this version of labbook: everything in the engine's registries.
  public static let labbook = Vocabulary(
    environments: WorldVocabulary(
      .environments, algorithms: AlgorithmRegistry.all, tasks: EnvironmentRegistry.all,
      network: .mlp, budget: SettingsDeclaration(BudgetSettings.self),
      evaluation: SettingsDeclaration(EvaluationSettings.self)),
    languageTasks: WorldVocabulary(
      .languageTasks, algorithms: AlgorithmRegistry.language, tasks: LanguageTaskRegistry.all,
      network: .transformer, budget: SettingsDeclaration(LanguageBudgetSettings.self),
      evaluation: SettingsDeclaration(LanguageEvaluationSettings.self)),
    kernelsRevision: Kernels.revision, tokenizerRevision: Tokenizer.revision,
    numericsFields: { $0 == .openblas ? ["numerics.library": OpenBLAS.keyText] : [:] })

  /// The vocabularies of all worlds, in the order of help and documentation.
  public var worlds: [WorldVocabulary] { [environments, languageTasks] }

  /// The part that belongs to a world.
  public subscript(world: World) -> WorldVocabulary {
    world == .environments ? environments : languageTasks
  }

  /// The part that a run belongs to.
  subscript(run: RunConfiguration) -> WorldVocabulary { self[run.world] }

  /// The task of the run or arm whose key has these fields, if there is such a task.
  private func task(ofKey fields: [String: String]) -> (any TaskDeclaration)? {
    let world = World(ofKey: fields)
    return fields[world.key].flatMap(self[world].task(named:))
  }

  /// Returns the returns of a random and of a solved policy in the environment of a run, if they are known.
  ///
  /// It belongs to an environment with its default settings, and says nothing of others.
  ///
  /// - Parameter preimage: The fields of the run's key.
  /// - Returns: The scale of returns, or nil.
  public func scoreNormalization(of preimage: [String: String]) -> ScoreScale? {
    guard let environment = task(ofKey: preimage) as? EnvironmentDeclaration else { return nil }
    let hasDefaults = environment.settings.allSatisfy { setting in
      // A setting that is not in the key has the value from before it existed.
      let value = preimage["\(World.environments.settingsPrefix).\(setting.name)"]
      return (value ?? "\(setting.earlierValue ?? setting.defaultValue)")
        == "\(setting.defaultValue)"
    }
    let scale = environment.scoreNormalization
    return hasDefaults
      ? ScoreScale(random: scale.random, constant: scale.constant, solved: scale.solved) : nil
  }

  /// The range of a metric or curve of a run, if it is known without running.
  public func range(
    of metric: MetricDeclaration, ofKey preimage: [String: String]
  ) -> ClosedRange<Double>? {
    switch metric.range {
    case .taskReturns: task(ofKey: preimage)?.scoreRange
    case .fixed(let range): range
    case .unknown: nil
    }
  }
}

/// Every name that specs on one kind of task may use.
public struct WorldVocabulary: Sendable {
  /// The kind of task.
  public let world: World
  /// The algorithms that train on it.
  public var algorithms: [AlgorithmDeclaration]
  /// The tasks of this kind.
  public var tasks: [any TaskDeclaration]
  /// The network that policies are made of.
  public var network: NetworkDeclaration
  /// The settings of the budget.
  public var budget: SettingsDeclaration
  /// The settings of evaluation.
  public var evaluation: SettingsDeclaration
  /// The scalars that runs measure, families as one.
  public var metrics: [MetricDeclaration]

  /// Creates a vocabulary; its metrics are those of the world unless others are given.
  public init(
    _ world: World, algorithms: [AlgorithmDeclaration], tasks: [any TaskDeclaration],
    network: NetworkDeclaration, budget: SettingsDeclaration, evaluation: SettingsDeclaration,
    metrics: [MetricDeclaration]? = nil
  ) {
    self.world = world
    self.algorithms = algorithms
    self.tasks = tasks
    self.network = network
    self.budget = budget
    self.evaluation = evaluation
    self.metrics = metrics ?? MetricDeclaration.all(.metric, in: world)
  }

  /// The algorithm `name`, if there is one.
  public func algorithm(named name: String) -> AlgorithmDeclaration? {
    algorithms.first { $0.name == name }
  }

  /// The declaration of the settings below a key of specs; `nil` where other things stand there.
  func section(_ key: String) -> SettingsDeclaration? {
    switch key {
    case "policy": network.declaration
    case "budget": budget
    case "evaluation": evaluation
    default: nil
    }
  }

  /// The environment or language task `name`, if there is one.
  public func task(named name: String) -> (any TaskDeclaration)? {
    tasks.first { $0.name == name }
  }
}
