public import Settings

/// An environment as it is declared: its name, settings, and how returns are read.
public struct EnvironmentDeclaration: Sendable {
  /// The name in a spec, such as `CartPole-v1`.
  public let name: String
  /// Raised by hand when, and only when, a trajectory changes in any bit.
  public let revision: Int
  /// One sentence that says what it is, for help and documentation.
  public let summary: String
  /// The undiscounted returns an episode can have; margins of a diff are fractions of its width.
  public let returnRange: ClosedRange<Double>
  /// The mean return at which the environment counts as solved, if it has one.
  ///
  /// Gymnasium's `reward_threshold` where it has the environment.
  public let threshold: Double?
  /// The returns that count as 0 and as 1 where scores of several environments are taken together.
  public let scoreNormalization: ScoreNormalization

  private let declaration: SettingsDeclaration
  private let makeEnvironment:
    @Sendable ([String: SettingValue]) throws(SettingProblem) -> any Environment

  package init<Configuration: DeclaredSettings>(
    name: String, revision: Int, summary: String, returnRange: ClosedRange<Double>,
    threshold: Double?, scoreNormalization: ScoreNormalization, settings: Configuration.Type,
    make: @escaping @Sendable (Configuration) -> any Environment
  ) {
    self.name = name
    self.revision = revision
    self.summary = summary
    declaration = SettingsDeclaration(settings)
    self.returnRange = returnRange
    self.threshold = threshold
    self.scoreNormalization = scoreNormalization
    makeEnvironment = { values throws(SettingProblem) in make(try Configuration(values)) }
  }

  public var settings: [SettingDeclaration] { declaration.settings }

  /// The settings without effect while the others have `values`, each with the reason.
  public func idleSettings(in values: [String: SettingValue]) -> [String: String] {
    declaration.idleSettings(in: values)
  }

  /// Returns the environment with `settings` written over its defaults, no episode under way.
  ///
  /// - Parameter settings: Values by name; a setting that is not named keeps its default.
  /// - Returns: A value to copy for each rollout.
  /// - Throws: The first problem, in order of the names.
  public func make(
    _ settings: [String: SettingValue] = [:]
  ) throws(SettingProblem) -> any Environment {
    try makeEnvironment(settings)
  }
}
