internal import CanonicalJSON
internal import ExternalTrainers
internal import Settings

extension SpecReader {
  /// Reads free-form settings: mappings and lists of anything, scalars typed by YAML 1.2's core schema.
  ///
  /// - Returns: The settings, without what has an issue.
  mutating func freeSettings(_ entry: SpecNode.Entry, path: String) -> SettingsTree {
    guard let section = section(entry, path: path, expected: "a mapping of settings") else {
      return SettingsTree()
    }
    return SettingsTree(object(section.entries, path: path))
  }

  private mutating func object(_ entries: [SpecNode.Entry], path: String) -> JSONValue {
    .object(
      entries.compactMap { entry in
        value(of: entry.value, path: "\(path).\(entry.key)").map { .init(entry.key, $0) }
      })
  }

  private mutating func value(of node: SpecNode, path: String) -> JSONValue? {
    switch node.content {
    case .mapping(let entries): return object(entries, path: path)
    case .list(let nodes):
      return .array(
        nodes.enumerated().compactMap { value(of: $0.element, path: "\(path)[\($0.offset)]") })
    case .scalar(let text, isPlain: false): return .string(text)
    case .scalar(let text, isPlain: true):
      switch CoreScalar(plain: text) {
      case .value(let value): return value
      case .problem(let problem):
        report(.trainer(problem), of: path, at: node.position)
        return nil
      }
    }
  }
}

/// A plain scalar as YAML 1.2's core schema types it.
///
/// `no` and `off` are texts there, `1e-6` is a number, and `0o17` is fifteen.
///
/// - See: https://yaml.org/spec/1.2.2/#103-core-schema
enum CoreScalar: Equatable {
  case value(JSONValue)
  /// A number that JSON, or a program that reads it, has no room for; in words that follow the key.
  case problem(String)

  /// Types the text of a plain scalar.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .value(.null)
    case "true", "True", "TRUE": self = .value(.boolean(true))
    case "false", "False", "FALSE": self = .value(.boolean(false))
    default: self = Self.number(text) ?? .value(.string(text))
    }
  }

  /// The number that a text spells; nil if it spells none.
  private static func number(_ text: String) -> Self? {
    let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF"].contains(unsigned) || [".nan", ".NaN", ".NAN"].contains(text) {
      return .problem("is \(text), which JSON has no number for; write it as a text in quotes")
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(prefix.count)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.hexDigitValue ?? 16 < radix })
      else { return nil }
      return Int(digits, radix: radix).map { .value(.integer($0)) } ?? .problem(tooLarge(text))
    }
    let isDigits = { (part: Substring) in part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    if !unsigned.isEmpty, isDigits(unsigned) {
      return Int(text).map { .value(.integer($0)) } ?? .problem(tooLarge(text))
    }
    let parts = unsigned.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "eE".contains($0) })
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard mantissa.allSatisfy(isDigits), mantissa.contains(where: { !$0.isEmpty }) else {
      return nil
    }
    if parts.count == 2 {
      let exponent =
        parts[1].first.map { "+-".contains($0) } == true ? parts[1].dropFirst() : parts[1]
      guard !exponent.isEmpty, isDigits(exponent) else { return nil }
    }
    guard let value = Double(text), value.isFinite else {
      return .problem("is \(text), which is beyond the numbers that programs hold")
    }
    // The difference between 1 and 1.0 is one of type, in Python too.
    let digits = CanonicalText.number(value)
    return .value(.literal(digits.contains { ".e".contains($0) } ? digits : digits + ".0"))
  }

  private static func tooLarge(_ text: String) -> String {
    "is \(text), a whole number of more than 64 bits; write it as a text in quotes"
  }
}
