/// A fault in the value of one setting.
public enum SettingProblem: Error, Hashable, Sendable {
  case outOfRange(allowed: String, found: String)
  case wrongType(expected: String, found: String)
  case unknownChoice(allowed: [String], found: String)
  case unknownName(String)
}

extension SettingProblem: CustomStringConvertible {
  /// The problem in words that follow the setting's name, such as `must be a number in 0...1, got 2`.
  public var description: String {
    switch self {
    case .outOfRange(let allowed, let found):
      return "must be \(allowed), got \(found)"
    case .wrongType(let expected, let found):
      return "must be \(expected), got '\(found)'"
    case .unknownChoice(let allowed, let found):
      return "must be one of \(allowed.joined(separator: ", ")), got '\(found)'"
        + suggestion(for: found, among: allowed)
    case .unknownName(let name):
      return "has no setting '\(name)'"
    }
  }
}

extension SettingDeclaration {
  /// Returns the problem of `value` for this setting, or `nil` if it is allowed.
  public func problem(with value: SettingValue) -> SettingProblem? {
    switch (kind, value) {
    case (.integer(let range), .integer(let value)):
      range.contains(value) ? nil : .outOfRange(allowed: allowed, found: "\(value)")
    case (.number(let range), .number(let value)), (.optionalNumber(let range), .number(let value)):
      value.isFinite && range.contains(value)
        ? nil : .outOfRange(allowed: allowed, found: "\(SettingValue.number(value))")
    case (.optionalNumber, .none), (.boolean, .boolean):
      nil
    case (.choice(let names), .choice(let name)):
      names.contains(name) ? nil : .unknownChoice(allowed: names, found: name)
    case (.integers, .integers(let values)) where values.count > Self.mostInList:
      tooMany(values.count)
    case (.numbers, .numbers(let values)) where values.count > Self.mostInList:
      tooMany(values.count)
    case (.integers(let range), .integers(let values)):
      values.allSatisfy(range.contains)
        ? nil : .outOfRange(allowed: allowed, found: "\(SettingValue.integers(values))")
    case (.numbers(let range), .numbers(let values)):
      values.allSatisfy { $0.isFinite && range.contains($0) }
        ? nil : .outOfRange(allowed: allowed, found: "\(SettingValue.numbers(values))")
    default:
      .wrongType(expected: allowed, found: "\(value)")
    }
  }

  /// The most values of a setting that is a list.
  package static let mostInList = 1_000

  /// The problem of a list of `count` values, which are too many.
  package func tooMany(_ count: Int) -> SettingProblem {
    .outOfRange(allowed: "a list of at most \(Self.mostInList) values", found: "\(count) values")
  }

  /// The allowed values in words, such as `a number in 0...1`.
  public var allowed: String {
    switch kind {
    case .integer(let range): "a whole number\(Self.words(range))"
    case .number(let range): "a number\(Self.words(range))"
    case .optionalNumber(let range): "a number\(Self.words(range)), or none"
    case .boolean: "true or false"
    case .choice(let names): "one of \(names.joined(separator: ", "))"
    case .integers(let range): "a list of whole numbers, each\(Self.words(range))"
    case .numbers(let range): "a list of numbers, each\(Self.words(range))"
    }
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? " of at least \(range.lowerBound)" : " in \(range.lowerBound)...\(range.upperBound)"
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    let lower = SettingValue.number(range.lowerBound)
    let upper = SettingValue.number(range.upperBound)
    let isUnbounded = range.upperBound >= .greatestFiniteMagnitude
    if range.lowerBound <= -.greatestFiniteMagnitude {
      return isUnbounded ? "" : " of at most \(upper)"
    }
    // The ranges are closed; the least positive number stands for "above zero".
    if range.lowerBound == .leastNonzeroMagnitude || range.lowerBound == .leastNormalMagnitude {
      return isUnbounded ? " above 0" : " above 0 and at most \(upper)"
    }
    return isUnbounded ? " of at least \(lower)" : " in \(lower)...\(upper)"
  }
}
