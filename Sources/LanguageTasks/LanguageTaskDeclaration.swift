public import Settings

/// What is known of a language task before one is made: its name, settings, and how rewards are read.
public struct LanguageTaskDeclaration: Sendable {
  /// The name in a spec, such as `knights-and-knaves`.
  public let name: String
  /// Raised by hand when, and only when, a text, a split or a reward changes.
  public let revision: Int
  /// One sentence for a person.
  public let summary: String
  public let settings: [SettingDeclaration]
  /// The rewards that a completion can have; margins of a diff are fractions of its width.
  public let rewardRange: ClosedRange<Double>

  private let idle: @Sendable ([String: SettingValue]) -> [String: String]
  private let makeTask:
    @Sendable ([String: SettingValue]) throws(SettingProblem) -> any LanguageTask

  init<Configuration: DeclaredSettings>(
    name: String, revision: Int, summary: String, rewardRange: ClosedRange<Double>,
    settings: Configuration.Type,
    make: @escaping @Sendable (Configuration) throws(SettingProblem) -> any LanguageTask
  ) {
    self.name = name
    self.revision = revision
    self.summary = summary
    self.rewardRange = rewardRange
    self.settings = Configuration().declarations
    idle = { Configuration.idle(in: $0) }
    makeTask = { values throws(SettingProblem) in try make(try Configuration(values)) }
  }

  /// The settings without effect while the others have `values`, each with the reason.
  public func idleSettings(in values: [String: SettingValue]) -> [String: String] { idle(values) }

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
}
