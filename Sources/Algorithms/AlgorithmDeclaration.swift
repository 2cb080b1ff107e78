internal import Metrics
public import Settings

/// An algorithm as it is declared: its name, settings, presets, and how it trains.
public struct AlgorithmDeclaration: Sendable {
  /// The name in a spec, such as `ppo`.
  public let name: String
  /// The name in print, such as `PPO`.
  public let title: String
  /// Raised by hand when, and only when, a result changes in any bit.
  public let revision: Int
  /// One sentence that says what it is, for help and documentation.
  public let summary: String
  /// The settings that the algorithm reads, with its defaults.
  public let settings: [SettingDeclaration]
  /// The names of the presets that exist for some environment or language task.
  public let presets: [String]
  /// The kind of model that it makes.
  public let product: AlgorithmProduct
  /// Whether its runs may start from the final weights of others in a world without stages, too.
  public let startsWithoutStages: Bool

  /// The type that declares its settings; `nil` where only specs know it.
  private let settingsType: ObjectIdentifier?
  private let expand: @Sendable (String, String) -> [String: SettingValue]?
  private let conflict: @Sendable ([String: SettingValue], TaskTraits) -> SettingConflict?
  private let idle: @Sendable ([String: SettingValue], TaskTraits) -> [String: String]
  private let cautions: @Sendable ([String: SettingValue]) -> [Caution]
  /// The kinds of quantities that runs record because of their settings; `nil` where only specs know the algorithm.
  let recorded: @Sendable ([String: SettingValue]) -> Set<MetricDeclaration.Presence>?
  /// How it trains; `nil` where only specs know it.
  let loop: Loop?

  /// The training loop of an algorithm, and its needs given its settings.
  enum Loop: Sendable {
    case environment(
      needs: @Sendable ([String: SettingValue]) -> AgentNeeds,
      train: @Sendable ([String: SettingValue], EnvironmentRun) throws(TrainingError) -> Void)
    case language(
      needs: @Sendable ([String: SettingValue]) -> LanguageNeeds,
      evaluation: any LanguageEvaluation,
      train: @Sendable ([String: SettingValue], LanguageRun) throws(TrainingError) -> Void)
  }

  /// Returns whether its runs in a world may start from the final weights of others.
  public func mayStart(in world: World) -> Bool { world.hasStages || startsWithoutStages }

  /// Returns the settings of a preset.
  ///
  /// - Parameters:
  ///   - name: One of ``presets``.
  ///   - environment: The name of the environment or language task; the reference implementations
  ///     tune for each.
  /// - Returns: The values that differ from the defaults, by name, or `nil` if the preset does not exist for
  ///   it.
  public func preset(_ name: String, environment: String) -> [String: SettingValue]? {
    expand(name, environment)
  }

  /// Returns the settings that no run can have together, with the reason.
  ///
  /// - Parameters:
  ///   - values: Values by name, each of them valid on its own; the others keep their defaults.
  ///   - task: What is known of the task.
  /// - Returns: The first conflict, or `nil` if there is none.
  public func conflict(
    in values: [String: SettingValue], on task: TaskTraits = TaskTraits()
  ) -> SettingConflict? {
    conflict(values, task)
  }

  /// Returns the settings that nothing reads; a spec that sets one is refused.
  ///
  /// - Parameters:
  ///   - values: Values by name, each of them valid on its own; the others keep their defaults.
  ///   - task: The traits of the task.
  /// - Returns: The settings that nothing reads, whatever their values, each with the reason as a spec
  ///   would write it, such as `kl_coefficient: 0`.
  public func idleSettings(
    in values: [String: SettingValue], on task: TaskTraits = TaskTraits()
  ) -> [String: String] {
    idle(values, task)
  }

  /// Whether both algorithms are points on the same axes: runs with equal settings have equal results, whichever of
  /// the two they name.
  public func hasAxes(of other: AlgorithmDeclaration) -> Bool {
    name == other.name || settingsType != nil && settingsType == other.settingsType
  }

  /// The settings of `evaluation:` that its runs do not read.
  public var unreadEvaluationSettings: Set<String> {
    if case .language(_, let evaluation, _) = loop { evaluation.unreadSettings } else { [] }
  }

  /// Returns warnings about settings that are valid and likely not meant.
  ///
  /// - Parameter values: Values by name, each of them valid on its own; the others keep their
  ///   defaults.
  /// - Returns: The warnings; none as a rule.
  public func cautions(in values: [String: SettingValue]) -> [Caution] {
    cautions(values)
  }

  /// Creates the declaration of an algorithm on environments.
  ///
  /// - Parameters:
  ///   - name: The name in a spec.
  ///   - title: The name in print.
  ///   - revision: Raised when a result changes.
  ///   - summary: One sentence.
  ///   - defaults: Its settings; for a policy gradient, its point on the axes.
  ///   - ignored: The settings that its loop does not read; a spec cannot set them.
  ///   - choices: Where it allows only some of a setting's choices, those.
  ///   - presets: The changes that each preset makes to the defaults.
  ///   - startsWithoutStages: Whether its runs may start from the final weights of others.
  ///   - train: The algorithm.
  init<Declared: EnvironmentAlgorithmSettings>(
    name: String, title: String, revision: Int, summary: String, defaults: Declared,
    ignored: Set<String> = [], choices: [String: [String]] = [:],
    presets: [Preset<Declared>], startsWithoutStages: Bool = false,
    train: @escaping @Sendable (Declared, EnvironmentRun) throws(TrainingError) -> Void
  ) {
    self.init(
      name: name, title: title, revision: revision, summary: summary, defaults: defaults,
      ignored: ignored.union(Declared.languageOnly),
      choices: Declared.environmentChoices.merging(choices) { $1 },
      earlier: Declared.earlierOnEnvironments,
      presets: presets.compactMap { $0.on(.environments) },
      startsWithoutStages: startsWithoutStages, world: .environments,
      loop: .environment(
        needs: { ((try? defaults.changed(by: $0)) ?? defaults).needs },
        train: { values, run throws(TrainingError) in
          try train(validated(values, over: defaults, section: name), run)
        }))
  }

  /// Creates the declaration of an algorithm on language tasks.
  ///
  /// - Parameters:
  ///   - name: The name in a spec.
  ///   - title: The name in print.
  ///   - revision: Raised when a result changes.
  ///   - summary: One sentence.
  ///   - defaults: Its settings; for a policy gradient, its point on the axes.
  ///   - product: The kind of model that it makes.
  ///   - ignored: The settings that its loop does not read; a spec cannot set them.
  ///   - choices: Where it allows only some of a setting's choices, those.
  ///   - presets: The changes that each preset makes to the defaults.
  ///   - evaluation: The measurements while it trains, and at the end.
  ///   - train: The algorithm.
  init<Declared: LanguageAlgorithmSettings>(
    language name: String, title: String, revision: Int, summary: String, defaults: Declared,
    product: AlgorithmProduct = .policy, ignored: Set<String> = [],
    choices: [String: [String]] = [:],
    presets: [Preset<Declared>] = [], evaluation: any LanguageEvaluation = LanguageEvaluator(),
    train: @escaping @Sendable (Declared, LanguageRun) throws(TrainingError) -> Void
  ) {
    self.init(
      name: name, title: title, revision: revision, summary: summary, defaults: defaults,
      product: product, ignored: ignored.union(Declared.environmentOnly), choices: choices,
      earlier: Declared.earlierOnLanguageTasks,
      presets: presets.compactMap { $0.on(.languageTasks) }, world: .languageTasks,
      loop: .language(
        needs: { ((try? defaults.changed(by: $0)) ?? defaults).languageNeeds },
        evaluation: evaluation,
        train: { values, run throws(TrainingError) in
          try train(validated(values, over: defaults, section: name), run)
        }))
  }

  private init<Declared: AlgorithmSettings>(
    name: String, title: String, revision: Int, summary: String, defaults: Declared,
    product: AlgorithmProduct = .policy, ignored: Set<String>, choices: [String: [String]],
    earlier: [String: SettingValue],
    presets: [Preset<Declared>], startsWithoutStages: Bool = false, world: World, loop: Loop
  ) {
    self.name = name
    self.title = title
    self.revision = revision
    self.summary = summary
    self.presets = presets.reduce(into: []) { names, preset in
      if !names.contains(preset.name) { names.append(preset.name) }
    }
    self.product = product
    self.startsWithoutStages = startsWithoutStages
    self.loop = loop
    settingsType = ObjectIdentifier(Declared.self)
    settings = defaults.declarations.filter { !ignored.contains($0.name) }.map {
      var declaration = $0
      if let allowed = choices[$0.name] { declaration.kind = .choice(allowed) }
      if let value = earlier[$0.name] { declaration.earlierValue = value }
      return declaration
    }
    expand = { preset, environment in
      guard
        let preset = presets.first(where: { $0.name == preset && $0.exists(for: environment) })
      else { return nil }
      var changed = defaults
      preset.change(&changed)
      let before = defaults.values
      return changed.values.filter { !ignored.contains($0.key) && $0.value != before[$0.key] }
    }
    conflict = { values, task in
      do throws(SettingProblem) {
        let changed = try defaults.changed(by: values)
        return changed.conflict ?? changed.conflict(on: task)
      } catch {
        return SettingConflict([], "\(error)")
      }
    }
    idle = { values, task in
      guard let changed = try? defaults.changed(by: values) else { return [:] }
      return changed.idle.merging(changed.idle(on: task)) { of, _ in of }
        .filter { !ignored.contains($0.key) }
    }
    recorded = { values in
      var recorded = ((try? defaults.changed(by: values)) ?? defaults).recorded(in: world)
      // Rollouts of parallel environments are not groups.
      if ignored.contains("group_size") { recorded.remove(.sampledGroups) }
      return recorded
    }
    cautions = { values in (try? defaults.changed(by: values))?.cautions ?? [] }
  }

  /// Creates the declaration of an algorithm that specs can name and no run can execute.
  package init(
    specOnly name: String, title: String, revision: Int, summary: String,
    settings: SettingsDeclaration, product: AlgorithmProduct = .policy, presets: [String] = [],
    preset: @escaping @Sendable (String, String) -> [String: SettingValue]? = { _, _ in nil },
    conflict: @escaping @Sendable ([String: SettingValue]) -> SettingConflict? = { _ in nil }
  ) {
    self.name = name
    self.title = title
    self.revision = revision
    self.summary = summary
    self.settings = settings.settings
    self.product = product
    startsWithoutStages = false
    self.presets = presets
    self.conflict = { values, _ in conflict(values) }
    loop = nil
    settingsType = nil
    expand = preset
    idle = { values, _ in settings.idleSettings(in: values) }
    cautions = { _ in [] }
    recorded = { _ in nil }
  }

  /// Throws if a value is not allowed, or the values exclude each other.
  func validate(_ values: [String: SettingValue]) throws(TrainingError) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let setting = settings.first(where: { $0.name == key }) else {
        throw .invalidConfiguration("\(name) has no setting '\(key)'")
      }
      if let problem = setting.problem(with: value) {
        throw .invalidConfiguration("\(name): \(key) \(problem)")
      }
    }
    if let conflict = conflict(in: values) {
      throw .invalidConfiguration("\(name): \(conflict.message)")
    }
  }
}
