internal import Algorithms
internal import Settings

/// The kinds of task that an experiment can be on.
enum TaskKind: String, CaseIterable {
  case environment, language

  /// The key of `task:` that names the task.
  var key: String { rawValue }

  /// What comes before the task's settings in a run key.
  var settingsPrefix: String {
    switch self {
    case .environment: "environment"
    case .language: "task"
    }
  }

  /// What comes before the task's name in the field of its revision.
  var revisionPrefix: String { "revision.\(settingsPrefix)" }

  /// The metric that arms are compared by unless the spec names one.
  var defaultMetric: String {
    switch self {
    case .environment: "evaluation_return"
    case .language: "test_accuracy"
    }
  }

  /// The setting of the budget that training counts down.
  var budgetSetting: String {
    switch self {
    case .environment: "environment_steps"
    case .language: "tokens"
    }
  }

  /// What the budget counts.
  var budgetUnit: String {
    switch self {
    case .environment: "steps"
    case .language: "tokens"
    }
  }
}

/// The part of the vocabulary that belongs to one kind of task.
struct World {
  var kind: TaskKind
  var algorithms: [Vocabulary.Algorithm]
  var tasks: [Vocabulary.Component]
  var policy: [SettingDeclaration]
  /// The settings of the policy without effect while the others have these values.
  var idlePolicySettings: @Sendable ([String: SettingValue]) -> [String: String]
  var networkRevisions: [String: Int]
  var budget: [SettingDeclaration]
  var evaluation: [SettingDeclaration]
  var metrics: [Vocabulary.Metric]

  func algorithm(named name: String) -> Vocabulary.Algorithm? {
    algorithms.first { $0.name == name }
  }

  func task(named name: String) -> Vocabulary.Component? {
    tasks.first { $0.name == name }
  }
}

extension Vocabulary {
  /// The part that belongs to a kind of task; `nil` if the vocabulary has none of the kind.
  func world(of kind: TaskKind) -> World? {
    switch kind {
    case .environment: environmentWorld
    case .language:
      language.map { language in
        World(
          kind: kind, algorithms: language.algorithms, tasks: language.tasks.map(\.component),
          policy: language.policy, idlePolicySettings: { _ in [:] },
          networkRevisions: language.networkRevisions,
          budget: language.budget, evaluation: language.evaluation, metrics: language.metrics)
      }
    }
  }

  /// The part that belongs to environments.
  var environmentWorld: World {
    World(
      kind: .environment, algorithms: algorithms, tasks: environments, policy: policy,
      idlePolicySettings: idlePolicySettings,
      networkRevisions: networkRevisions, budget: budget, evaluation: evaluation,
      metrics: metrics)
  }

  /// The part that a run belongs to.
  ///
  /// - Precondition: The vocabulary has the run's kind of task.
  func world(of run: RunConfiguration) -> World {
    guard let world = world(of: run.kind) else {
      preconditionFailure("the vocabulary has no language tasks")
    }
    return world
  }
}

extension RunConfiguration {
  var kind: TaskKind { language == nil ? .environment : .language }

  /// The name of the environment or the language task.
  var task: String { language ?? environment }
}
