import Metrics
import Settings

/// The settings of an algorithm, with the rules that hold between them and on tasks.
protocol AlgorithmSettings: DeclaredSettings {
  /// The settings that no run can have together, or `nil` if one can.
  var conflict: SettingConflict? { get }

  /// The settings that no run on a task of this kind can have, or `nil` if one can.
  func conflict(on task: TaskTraits) -> SettingConflict?

  /// The settings that nothing reads on a task of this kind, each with the reason.
  func idle(on task: TaskTraits) -> [String: String]

  /// The kinds of quantities that runs with these settings record because of them.
  func recorded(in world: World) -> Set<MetricDeclaration.Presence>

  /// Warnings about settings that are valid and likely not meant.
  var cautions: [Caution] { get }

  /// The settings that runs on environments do not read.
  static var languageOnly: Set<String> { get }

  /// Where runs on environments have only some of a setting's choices, those.
  static var environmentChoices: [String: [String]] { get }

  /// The settings that runs on language tasks do not read.
  static var environmentOnly: Set<String> { get }

  /// The behaviour of runs on environments before they had a setting that language tasks had from the first.
  static var earlierOnEnvironments: [String: SettingValue] { get }

  /// The behaviour of runs on language tasks before they had a setting that environments had from the first.
  static var earlierOnLanguageTasks: [String: SettingValue] { get }
}

extension AlgorithmSettings {
  var conflict: SettingConflict? { nil }
  func conflict(on task: TaskTraits) -> SettingConflict? { nil }
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
  /// The parts of the agent that they need.
  var needs: AgentNeeds { get }
}

/// The settings of an algorithm that trains on language tasks.
protocol LanguageAlgorithmSettings: AlgorithmSettings {
  /// The parts of the run that they need.
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
