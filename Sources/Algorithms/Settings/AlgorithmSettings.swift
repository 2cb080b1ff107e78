import Settings

/// What the settings of an algorithm say beside their values.
protocol AlgorithmSettings: DeclaredSettings {
  /// Why no run can have these settings together, or `nil` if one can.
  var conflict: String? { get }

  /// Why no run on a task of this kind can have these settings, or `nil` if one can.
  func conflict(on task: TaskTraits) -> String?

  /// The settings that nothing reads on a task of this kind, each with the reason.
  func idle(on task: TaskTraits) -> [String: String]

  /// What a person who chooses these settings should know before a run.
  var cautions: [Caution] { get }

  /// The settings that runs on environments do not read.
  static var languageOnly: Set<String> { get }

  /// Where runs on environments have only some of a setting's choices, those.
  static var environmentChoices: [String: [String]] { get }

  /// The settings that runs on language tasks do not read.
  static var environmentOnly: Set<String> { get }

  /// What runs on environments did before they had a setting that runs on language tasks always had.
  static var earlierOnEnvironments: [String: SettingValue] { get }

  /// What runs on language tasks did before they had a setting that runs on environments always had.
  static var earlierOnLanguageTasks: [String: SettingValue] { get }
}

extension AlgorithmSettings {
  func conflict(on task: TaskTraits) -> String? { nil }
  func idle(on task: TaskTraits) -> [String: String] { [:] }
  var cautions: [Caution] { [] }
  static var languageOnly: Set<String> { [] }
  static var environmentChoices: [String: [String]] { [:] }
  static var environmentOnly: Set<String> { [] }
  static var earlierOnEnvironments: [String: SettingValue] { [:] }
  static var earlierOnLanguageTasks: [String: SettingValue] { [:] }
}

/// The settings of an algorithm that trains on environments.
protocol EnvironmentAlgorithmSettings: AlgorithmSettings {
  /// What they ask of the agent.
  var needs: AgentNeeds { get }
}

/// The settings of an algorithm that trains on language tasks.
protocol LanguageAlgorithmSettings: AlgorithmSettings {
  /// What they ask of the run.
  var languageNeeds: LanguageNeeds { get }
}

extension DeclaredSettings {
  /// Returns these settings with `values` written over them.
  func changed(by values: [String: SettingValue]) throws(SettingProblem) -> Self {
    var changed = self
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      try changed.set(name, to: value)
    }
    return changed
  }
}
