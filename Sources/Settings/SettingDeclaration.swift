/// The declaration of one setting: its name, its kind with the allowed values, its default, its meaning.
///
/// It is declared once, in the settings type of an algorithm, environment or network; validation,
/// help, the JSON Schema and the run key are derived from it.
public struct SettingDeclaration: Hashable, Sendable {
  /// The kinds of setting, each with the values it allows.
  public enum Kind: Hashable, Sendable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// A number, or `none` to switch the feature off.
    case optionalNumber(ClosedRange<Double>)
    /// `true` or `false`, as YAML 1.2's core schema writes a boolean; `yes` and `on` are texts there.
    case boolean
    case choice([String])
    /// A list of whole numbers, each in the range.
    case integers(ClosedRange<Int>)
    /// A list of real numbers, each in the range.
    case numbers(ClosedRange<Double>)
  }

  /// The key in a spec, in snake_case.
  public var name: String
  /// The kind, with the allowed values.
  public var kind: Kind
  /// The value in force when a spec does not name the setting.
  public var defaultValue: SettingValue
  /// Its meaning in one sentence, with its unit and source where it has them.
  public var documentation: String
  /// The value that reproduces the behaviour from before the setting existed.
  ///
  /// At that value the setting is left out of the run key, so keys made earlier stay valid.
  public var earlierValue: SettingValue?
  /// Whether the value is in the text that names a task's random streams.
  ///
  /// A setting that changes nothing but rewards is not: prompts and noise are the same whatever its value.
  public var namesStreams: Bool

  /// Creates a declaration.
  public init(
    name: String, kind: Kind, defaultValue: SettingValue, documentation: String,
    earlierValue: SettingValue? = nil, namesStreams: Bool = true
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.documentation = documentation
    self.earlierValue = earlierValue
    self.namesStreams = namesStreams
  }
}
