public import Settings

/// A language task as it is declared: its name, settings, and how rewards are read.
public struct LanguageTaskDeclaration: Sendable {
  /// The name in a spec, such as `knights-and-knaves`.
  public let name: String
  /// Raised by hand when, and only when, a text, a split or a reward changes.
  public let revision: Int
  /// One sentence that says what it is, for help and documentation.
  public let summary: String
  /// The rewards that a completion can have; margins of a diff are fractions of its width.
  public let rewardRange: ClosedRange<Double>

  private let declaration: SettingsDeclaration
  private let makeTask:
    @Sendable ([String: SettingValue]) throws(SettingProblem) -> any LanguageTask

  package init<Configuration: DeclaredSettings>(
    name: String, revision: Int, summary: String, rewardRange: ClosedRange<Double>,
    settings: Configuration.Type,
    make: @escaping @Sendable (Configuration) throws(SettingProblem) -> any LanguageTask
  ) {
    self.name = name
    self.revision = revision
    self.summary = summary
    self.rewardRange = rewardRange
    declaration = SettingsDeclaration(settings)
    makeTask = { values throws(SettingProblem) in try make(try Configuration(values)) }
  }

  public var settings: [SettingDeclaration] { declaration.settings }

  /// The settings without effect while the others have `values`, each with the reason.
  public func idleSettings(in values: [String: SettingValue]) -> [String: String] {
    declaration.idleSettings(in: values)
  }

  /// Returns the task with `settings` written over its defaults.
  ///
  /// - Parameter settings: Values by name; a setting that is not named keeps its default.
  /// - Returns: The task, a value without state.
  /// - Throws: The first problem, in order of the names, or settings that do not go together.
  public func make(
    _ settings: [String: SettingValue] = [:]
  ) throws(SettingProblem) -> any LanguageTask {
    try makeTask(settings)
  }

  /// Returns the title of a level: "3 people".
  ///
  /// The words are those of the task at its defaults, which name every kind of level.
  ///
  /// - Parameter name: A level's name, such as `3`.
  /// - Returns: The title, or `nil` if no level has that name.
  public func title(ofLevel name: String) -> String? {
    guard let levels = try? make().levels else { return nil }
    if let level = levels.first(where: { $0.name == name }) { return level.title }
    guard Int(name) != nil, let words = levels.last?.title.split(separator: " ").dropFirst()
    else { return nil }
    return ([name] + words.map(String.init)).joined(separator: " ")
  }
}
