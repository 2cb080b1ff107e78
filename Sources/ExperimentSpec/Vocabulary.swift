public import Algorithms
public import ResultStore
public import Settings

/// Every name that a spec may use, with the settings that belong to it.
///
/// Validation, help, the JSON Schema and the run key are derived from this value alone; the
/// vocabulary of this version of labbook is ``labbook``.
public struct Vocabulary: Sendable {
  /// An environment, or whatever else has a name, a revision and settings.
  public struct Component: Sendable {
    public var name: String
    /// Raised when, and only when, results change.
    public var revision: Int
    /// One sentence.
    public var summary: String
    public var settings: [SettingDeclaration]
    /// The undiscounted returns an episode of an environment can have, or the rewards that a
    /// language task's rule pays.
    public var returnRange: ClosedRange<Double>?
    /// The returns that count as random and as solved, if the environment says so.
    public var scoreNormalization: ScoreScale?
    /// The settings without effect while the others have these values, each with the reason.
    public var idle: @Sendable ([String: SettingValue]) -> [String: String]
    /// What is known of an environment with these settings.
    public var traits: @Sendable ([String: SettingValue]) -> TaskTraits

    /// Creates a component.
    public init(
      name: String, revision: Int, summary: String, settings: [SettingDeclaration],
      returnRange: ClosedRange<Double>? = nil, scoreNormalization: ScoreScale? = nil,
      idle: @escaping @Sendable ([String: SettingValue]) -> [String: String] = { _ in [:] },
      traits: @escaping @Sendable ([String: SettingValue]) -> TaskTraits = { _ in TaskTraits() }
    ) {
      self.name = name
      self.revision = revision
      self.summary = summary
      self.settings = settings
      self.returnRange = returnRange
      self.scoreNormalization = scoreNormalization
      self.idle = idle
      self.traits = traits
    }
  }

  /// What an algorithm makes of a language model, which decides where the model may be named.
  public enum Product: Sendable {
    /// A policy trained on demonstrations or preferences: `reward:` means nothing to it.
    case imitation
    /// A policy trained for reward, by the task's rule or by the model that `reward:` names.
    case policy
    /// A model that pays rewards: what `reward:` may name, and `from:` may not.
    case rewardModel
  }

  /// An algorithm: a component with presets.
  public struct Algorithm: Sendable {
    public var component: Component
    public var product: Product
    /// The name that people know, such as `Dr. GRPO`.
    public var title: String
    public var presets: [String]
    /// The settings that a preset gives for a task, or `nil` if it has none for it.
    public var preset: @Sendable (_ name: String, _ task: String) -> [String: SettingValue]?
    /// Why no run can have these settings together, naming the settings, or `nil` if one can.
    public var conflict: @Sendable ([String: SettingValue]) -> String?
    /// The settings without effect while the others have these values, each with the reason.
    public var idle: @Sendable ([String: SettingValue], TaskTraits) -> [String: String]
    /// What a person who sets these values should know before a run.
    public var cautions: @Sendable ([String: SettingValue]) -> [Caution]

    /// Creates an algorithm.
    public init(
      component: Component, title: String, product: Product = .policy, presets: [String] = [],
      preset: @escaping @Sendable (String, String) -> [String: SettingValue]? = { _, _ in nil },
      conflict: @escaping @Sendable ([String: SettingValue]) -> String? = { _ in nil },
      idle: @escaping @Sendable ([String: SettingValue], TaskTraits) -> [String: String] = {
        _, _ in [:]
      },
      cautions: @escaping @Sendable ([String: SettingValue]) -> [Caution] = { _ in [] }
    ) {
      self.component = component
      self.title = title
      self.product = product
      self.presets = presets
      self.preset = preset
      self.conflict = conflict
      self.idle = idle
      self.cautions = cautions
    }

    public var name: String { component.name }
    public var settings: [SettingDeclaration] { component.settings }
  }

  /// A scalar that every run measures.
  public struct Metric: Sendable {
    /// Where the values lie, if that is known without running.
    public enum Range: Sendable {
      case unknown
      /// The range of returns of the experiment's environment, or of rewards of its language task.
      case environmentReturns
      case fixed(ClosedRange<Double>)
    }

    public var name: String
    public var documentation: String
    public var range: Range

    /// Creates a metric.
    public init(name: String, documentation: String, range: Range = .unknown) {
      self.name = name
      self.documentation = documentation
      self.range = range
    }
  }

  /// The algorithms that train on environments.
  public var algorithms: [Algorithm]
  public var environments: [Component]
  /// The settings of the policy on environments; `network` is one of them and names a network.
  public var policy: [SettingDeclaration]
  /// The settings of the policy without effect while the others have these values, each with the reason.
  public var idlePolicySettings: @Sendable ([String: SettingValue]) -> [String: String]
  /// The revision of each network by its name.
  public var networkRevisions: [String: Int]
  public var kernelsRevision: Int
  public var budget: [SettingDeclaration]
  public var evaluation: [SettingDeclaration]
  public var metrics: [Metric]
  /// What specs on language tasks may name; none where there are none.
  public var language: LanguageVocabulary?
  /// Further fields of the run key that a numerics profile brings, such as a library's version.
  public var numericsFields: @Sendable (_ profile: String) -> [String: String]

  /// Creates a vocabulary.
  public init(
    algorithms: [Algorithm], environments: [Component], policy: [SettingDeclaration],
    networkRevisions: [String: Int], kernelsRevision: Int, budget: [SettingDeclaration],
    evaluation: [SettingDeclaration], metrics: [Metric], language: LanguageVocabulary? = nil,
    idlePolicySettings: @escaping @Sendable ([String: SettingValue]) -> [String: String] = {
      _ in [:]
    },
    numericsFields: @escaping @Sendable (String) -> [String: String] = { _ in [:] }
  ) {
    self.algorithms = algorithms
    self.environments = environments
    self.policy = policy
    self.networkRevisions = networkRevisions
    self.kernelsRevision = kernelsRevision
    self.budget = budget
    self.evaluation = evaluation
    self.metrics = metrics
    self.language = language
    self.idlePolicySettings = idlePolicySettings
    self.numericsFields = numericsFields
  }

  /// The algorithm `name`, if there is one.
  public func algorithm(named name: String) -> Algorithm? {
    algorithms.first { $0.name == name }
  }

  /// The environment `name`, if there is one.
  public func environment(named name: String) -> Component? {
    environments.first { $0.name == name }
  }

  /// The returns that an environment, or the rewards that a language task can give.
  public func returnRange(of task: String) -> ClosedRange<Double>? {
    (environment(named: task) ?? language?.task(named: task)?.component)?.returnRange
  }

  /// What counts as random and as solved in the environment of a run, if it is known.
  ///
  /// It belongs to an environment with its default settings, and says nothing of others.
  ///
  /// - Parameter preimage: The fields of the run's key.
  /// - Returns: The scale of returns, or nil.
  public func scoreNormalization(of preimage: [String: String]) -> ScoreScale? {
    guard let environment = preimage["environment"].flatMap(environment(named:)) else { return nil }
    let hasDefaults = environment.settings.allSatisfy { setting in
      // A setting that is not in the key has the value from before it existed.
      let value = preimage["\(TaskKind.environment.settingsPrefix).\(setting.name)"]
      return (value ?? "\(setting.earlierValue ?? setting.defaultValue)")
        == "\(setting.defaultValue)"
    }
    return hasDefaults ? environment.scoreNormalization : nil
  }

  /// The range of a metric in an environment or on a language task, if it is known without running.
  public func range(ofMetric metric: String, of task: String) -> ClosedRange<Double>? {
    let kind = environment(named: task) == nil ? TaskKind.language : .environment
    guard let world = world(of: kind) else { return nil }
    return switch world.metrics.first(where: { $0.stands(for: metric) })?.range {
    case .environmentReturns: returnRange(of: task)
    case .fixed(let range): range
    case .unknown, nil: nil
    }
  }
}

extension [SettingDeclaration] {
  /// The defaults by name.
  var defaults: [String: SettingValue] {
    Dictionary(uniqueKeysWithValues: map { ($0.name, $0.defaultValue) })
  }
}
