internal import CanonicalJSON

/// Everything that a run's result depends on, and nothing else, as named fields.
///
/// Its text is kept beside the record, so that the difference of two runs is a text diff:
///
///     labbook run key 1
///     algorithm = ppo
///     algorithm.clip_range = 0.2
///     seed = 3
///
/// A field is a line, the fields are sorted by the Unicode scalars of their names. What a line
/// cannot hold as it is (line breaks, control characters, a backslash, spaces at either end of a
/// value, spaces and `=` in a name) is written `\u{A}`, so every field has exactly one text.
public struct RunPreimage: Hashable, Sendable {
  /// The values by name.
  public let fields: [String: String]
  /// The canonical text, which ends in a newline.
  public let text: String
  /// The SHA-256 of the text.
  public let key: RunKey

  /// The first line of every preimage; its number is raised if the encoding ever changes.
  public static let header = "labbook run key 1"

  /// Creates the preimage of `fields`.
  public init(fields: [String: String]) {
    self.fields = fields
    var text = Self.header + "\n"
    for (name, value) in fields.sorted(by: { CanonicalText.precedes($0.key, $1.key) }) {
      text += Self.line(name, value) + "\n"
    }
    self.text = text
    self.key = RunKey(digestOf: text)
  }

  /// Creates a preimage whose text is known to be that of `fields`.
  init(fields: [String: String], text: String) {
    self.fields = fields
    self.text = text
    self.key = RunKey(digestOf: text)
  }

  /// Reads a canonical text.
  ///
  /// - Throws: The first line that is not as `text` would have it.
  public init(text: String) throws(PreimageError) {
    if let fields = Self.plainFields(in: text) {
      self.init(fields: fields, text: text)
      return
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map({ $0 == Self.header }) == true else {
      throw PreimageError(line: 1, problem: "expected '\(Self.header)'")
    }
    guard lines.last == "", lines.count > 1 else {
      throw PreimageError(line: lines.count, problem: "the last line has no line break")
    }
    lines.removeLast()
    var fields: [String: String] = [:]
    var previous: String?
    for (position, line) in lines.enumerated().dropFirst() {
      func failure(_ problem: String) -> PreimageError {
        PreimageError(line: position + 1, problem: problem)
      }
      guard let (name, value) = Self.field(line),
        Self.line(name, value).utf8.elementsEqual(line.utf8)
      else { throw failure("expected 'name = value', got '\(line)'") }
      if let previous, !CanonicalText.precedes(previous, name) {
        throw failure("'\(name)' is not in order after '\(previous)'")
      }
      guard fields.updateValue(value, forKey: name) == nil else {
        throw failure("'\(name)' appears twice")
      }
      previous = name
    }
    self.init(fields: fields)
  }

  /// This preimage with the field `name` set to `value`, or removed if `value` is `nil`.
  public func setting(_ name: String, to value: String?) -> Self {
    var fields = fields
    fields[name] = value
    return Self(fields: fields)
  }

  public static func == (first: Self, second: Self) -> Bool { first.key == second.key }

  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// A fault in the text of a preimage.
public struct PreimageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  public var line: Int
  /// The fault in words.
  public var problem: String

  /// Creates an error.
  public init(line: Int, problem: String) {
    self.line = line
    self.problem = problem
  }

  public var description: String { "line \(line): \(problem)" }
}

extension RunPreimage {
  /// The fields of a canonical text in which nothing is escaped, as in nearly all; nil of every other text, canonical or
  /// not.
  private static func plainFields(in text: String) -> [String: String]? {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count > header.utf8.count, bytes.starts(with: (header + "\n").utf8) else {
        return nil
      }
      var fields: [String: String] = [:]
      var previous = bytes[..<0]
      var rest = bytes[(header.utf8.count + 1)...]
      while !rest.isEmpty {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        guard let space = line.firstIndex(of: UInt8(ascii: " ")),
          line[space...].starts(with: " = ".utf8)
        else { return nil }
        let (name, value) = (line[..<space], line[(space + 3)...])
        let isPlain =
          name.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x5C && $0 != 0x3D }
          && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x5C }
          && value.first.map { $0 != 0x20 } == true && value.last != 0x20
        guard isPlain, !name.isEmpty, previous.lexicographicallyPrecedes(name) else { return nil }
        fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        previous = name
      }
      return fields
    }
  }

  /// The line of a field, without the line break; an empty value leaves no space at the end.
  static func line(_ name: String, _ value: String) -> String {
    let value = escaped(value) { isFirstOrLast, scalar in isFirstOrLast && scalar == " " }
    let name = escaped(name) { _, scalar in scalar == " " || scalar == "=" }
    return value.isEmpty ? "\(name) =" : "\(name) = \(value)"
  }

  /// The name and value of a line.
  private static func field(_ line: Substring) -> (name: String, value: String)? {
    guard let space = line.unicodeScalars.firstIndex(of: " ") else { return nil }
    let rest = line.unicodeScalars[space...]
    guard rest.starts(with: " =".unicodeScalars) else { return nil }
    var value = rest.dropFirst(2)
    if !value.isEmpty {
      guard value.removeFirst() == " ", !value.isEmpty else { return nil }
    }
    guard let name = unescaped(line.unicodeScalars[..<space]), let value = unescaped(value) else {
      return nil
    }
    return (name, value)
  }

  private static func escaped(
    _ text: String, where needsEscape: (_ isFirstOrLast: Bool, Unicode.Scalar) -> Bool
  ) -> String {
    if isPlain(text) { return text }
    let scalars = text.unicodeScalars
    var result = ""
    for index in scalars.indices {
      let scalar = scalars[index]
      let isFirstOrLast =
        index == scalars.startIndex || scalars.index(after: index) == scalars.endIndex
      let isSpecial =
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: scalar == "\\"
        }
      if isSpecial || needsEscape(isFirstOrLast, scalar) {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether the text has printable ASCII alone and nothing that is ever escaped: nearly always.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x5C && $0 != 0x3D }
  }

  private static func unescaped(_ scalars: Substring.UnicodeScalarView) -> String? {
    var result = ""
    var rest = scalars
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      guard rest.starts(with: "u{".unicodeScalars), let end = rest.firstIndex(of: "}") else {
        return nil
      }
      let digits = String(rest[..<end].dropFirst(2))
      guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
        return nil
      }
      result.unicodeScalars.append(scalar)
      rest = rest[rest.index(after: end)...]
    }
    return result
  }
}
