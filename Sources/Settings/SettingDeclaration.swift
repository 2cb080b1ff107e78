/// What is known of one setting: its name, its kind with the allowed values, its default, its meaning.
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
    case choice([String])
    /// A list of whole numbers, each in the range.
    case integers(ClosedRange<Int>)
  }

  /// The key in a spec, in snake_case.
  public var name: String
  public var kind: Kind
  /// The value in force when a spec does not name the setting.
  public var defaultValue: SettingValue
  /// One sentence for a person, with its unit and source where it has them.
  public var documentation: String
  /// The value that reproduces the behaviour from before the setting existed.
  ///
  /// At that value the setting is left out of the run key, so keys made earlier stay valid.
  public var earlierValue: SettingValue?

  /// Creates a declaration.
  public init(
    name: String, kind: Kind, defaultValue: SettingValue, documentation: String,
    earlierValue: SettingValue? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.documentation = documentation
    self.earlierValue = earlierValue
  }

  /// Returns what is wrong with `value` for this setting, or `nil` if it is allowed.
  public func problem(with value: SettingValue) -> SettingProblem? {
    switch (kind, value) {
    case (.integer(let range), .integer(let value)):
      range.contains(value) ? nil : .outOfRange(allowed: allowed, found: "\(value)")
    case (.number(let range), .number(let value)), (.optionalNumber(let range), .number(let value)):
      range.contains(value)
        ? nil : .outOfRange(allowed: allowed, found: "\(SettingValue.number(value))")
    case (.optionalNumber, .none):
      nil
    case (.choice(let names), .choice(let name)):
      names.contains(name) ? nil : .unknownChoice(allowed: names, found: name)
    case (.integers(let range), .integers(let values)):
      values.allSatisfy(range.contains)
        ? nil : .outOfRange(allowed: allowed, found: "\(SettingValue.integers(values))")
    default:
      .wrongType(expected: allowed, found: "\(value)")
    }
  }

  /// The allowed values in words, such as `a number in 0...1`.
  public var allowed: String {
    switch kind {
    case .integer(let range): "a whole number \(Self.words(range, largest: Int.max))"
    case .number(let range): "a number \(Self.words(range))"
    case .optionalNumber(let range): "a number \(Self.words(range)), or none"
    case .choice(let names): "one of \(names.joined(separator: ", "))"
    case .integers(let range):
      "a list of whole numbers, each \(Self.words(range, largest: Int.max))"
    }
  }

  private static func words(_ range: ClosedRange<Int>, largest: Int) -> String {
    range.upperBound == largest
      ? "of at least \(range.lowerBound)" : "in \(range.lowerBound)...\(range.upperBound)"
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    let lower = SettingValue.number(range.lowerBound)
    let upper = SettingValue.number(range.upperBound)
    return range.upperBound == .greatestFiniteMagnitude
      ? "of at least \(lower)" : "in \(lower)...\(upper)"
  }
}

/// What is wrong with the value of one setting; the words are made where the error is reported.
public enum SettingProblem: Error, Hashable, Sendable {
  case outOfRange(allowed: String, found: String)
  case wrongType(expected: String, found: String)
  case unknownChoice(allowed: [String], found: String)
  case unknownName(String)
}
