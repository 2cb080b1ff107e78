/// A JSON document that keeps the order of its members and the exact text of its numbers.
public enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  /// A number by its literal, so that no digit is lost on the way through.
  case literal(String)
  case string(String)
  case array([JSONValue])
  /// The members in the order in which they are written.
  case object([Member])

  /// One member of an object.
  public struct Member: Equatable, Sendable {
    /// The name, unescaped.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// Creates a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// A real number by its shortest decimal; `null` if it is not finite.
  public static func number(_ value: Double) -> Self {
    value.isFinite ? .literal(CanonicalText.number(value)) : .null
  }

  /// A whole number.
  public static func integer(_ value: Int) -> Self {
    .literal("\(value)")
  }

  /// An object with its members sorted by name.
  public static func sorted(_ members: [String: JSONValue]) -> Self {
    .object(
      members.sorted { CanonicalText.precedes($0.key, $1.key) }.map { Member($0.key, $0.value) })
  }

  /// The value of the member `name`, if this is an object that has it.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The real number that the literal stands for.
  public var double: Double? {
    guard case .literal(let text) = self else { return nil }
    return Double(text)
  }

  /// The whole number that the literal stands for.
  public var integer: Int? {
    guard case .literal(let text) = self else { return nil }
    return Int(text)
  }

  /// The text, if this is a string.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The elements, if this is an array.
  public var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members, if this is an object.
  public var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}

extension JSONValue {
  /// The document over several lines, one scalar a line, indented by two spaces, no newline at the end.
  public var text: String {
    var text = ""
    write(to: &text, indentation: "\n")
    return text
  }

  /// The document on one line.
  public var compactText: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// Appends the value; `indentation` is the line break with the spaces of the enclosing level.
  private func write(to text: inout String, indentation: String?) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .literal(let literal): text += literal
    case .string(let string): Self.write(string, to: &text)
    case .array(let elements):
      Self.write(elements, between: ("[", "]"), to: &text, indentation) {
        $0.write(to: &$1, indentation: $2)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &text, indentation) {
        Self.write($0.name, to: &$1)
        $1 += $2 == nil ? ":" : ": "
        $0.value.write(to: &$1, indentation: $2)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between brackets: (open: String, close: String), to text: inout String,
    _ indentation: String?, each writeElement: (Element, inout String, String?) -> Void
  ) {
    text += brackets.open
    let inner = indentation.map { $0 + "  " }
    for (position, element) in elements.enumerated() {
      if position > 0 { text += "," }
      if let inner { text += inner }
      writeElement(element, &text, inner)
    }
    if let indentation, !elements.isEmpty { text += indentation }
    text += brackets.close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    defer { text += "\"" }
    if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F }) {
      text += string
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
