/// A fault in a JSON text, with its place.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line, counted from 1.
  public var line: Int
  /// The column in bytes, counted from 1.
  public var column: Int
  /// The fault in words.
  public var problem: String

  /// Creates an error.
  public init(line: Int, column: Int, problem: String) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  public var description: String { "\(line):\(column): \(problem)" }
}

extension JSONValue {
  /// The bytes that the values of a document usually may take: twice what the lock of ten thousand runs does.
  public static let usualMemory = 96 << 20

  /// Reads a JSON document (RFC 8259); a name that appears twice in an object is an error.
  ///
  /// - Throws: The first problem, with its line and column; values that take more than ``usualMemory`` are one.
  public init(text: String) throws(JSONError) {
    try self.init(bytes: Array(text.utf8))
  }

  /// The forms that a number may have.
  public enum NumberForms: Sendable {
    /// Those of RFC 8259, which are finite.
    case standard
    /// `NaN`, `Infinity` and `-Infinity` too, which Python's `json` writes; they are literals.
    case python
  }

  /// Reads a JSON document from its UTF-8 encoding.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - numbers: The forms that its numbers may have.
  ///   - memory: The bytes that its values may take, about: two bytes of a hostile document can take forty.
  /// - Throws: The first problem, with its line and column.
  public init(
    bytes: [UInt8], numbers: NumberForms = .standard, inMemory memory: Int = usualMemory
  ) throws(JSONError) {
    var parser = JSONParser(bytes: bytes, numbers: numbers, room: memory)
    self = try parser.document()
  }
}

/// A recursive-descent reader.
///
/// Foundation's reader turns numbers into `Double` or `NSNumber` on the way and gives no position.
private struct JSONParser {
  let bytes: [UInt8]
  let numbers: JSONValue.NumberForms
  var position = 0
  var depth = 0
  /// The bytes that further values may take.
  private var room: Int
  static let deepest = 100
  /// The bytes of a value in a list, which grows by doubling, so that half of it may be free.
  private static let elementSize = MemoryLayout<JSONValue>.stride * 3 / 2
  private static let memberSize = MemoryLayout<JSONValue.Member>.stride * 3 / 2

  init(bytes: [UInt8], numbers: JSONValue.NumberForms, room: Int) {
    self.bytes = bytes
    self.numbers = numbers
    self.room = room
  }

  private mutating func take(_ bytes: Int) throws(JSONError) {
    room -= bytes
    if room < 0 {
      throw error("there are more values than labbook reads of such a document")
    }
  }

  /// A text of some bytes; one of more than fifteen has a place of its own.
  private mutating func text(_ bytes: some Collection<UInt8>) throws(JSONError) -> String? {
    if bytes.count > 15 { try take(bytes.count + 48) }
    return String(validating: bytes, as: UTF8.self)
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw error("there is more text after the document") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw error("the text ends where a value is expected")
    case UInt8(ascii: "N") where numbers == .python: return try word("NaN", .literal("NaN"))
    case UInt8(ascii: "I") where numbers == .python:
      return try word("Infinity", .literal("Infinity"))
    case UInt8(ascii: "-")
    where numbers == .python && bytes[position...].starts(with: "-I".utf8):
      return try word("-Infinity", .literal("-Infinity"))
    case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
      return .literal(try number())
    default: throw error("expected a value")
    }
  }

  private mutating func members() throws(JSONError) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    try list(from: "{", to: "}") { (parser: inout Self) throws(JSONError) in
      guard parser.next == UInt8(ascii: "\"") else {
        throw parser.error("expected a name in quotes")
      }
      let start = parser.position
      let name = try parser.string()
      guard names.insert(name).inserted else {
        parser.position = start
        throw parser.error("the name '\(CanonicalText.shown(name))' appears twice")
      }
      try parser.take(Self.memberSize)
      parser.skipSpace()
      try parser.expect(":")
      members.append(.init(name, try parser.value()))
    }
    return members
  }

  private mutating func elements() throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    try list(from: "[", to: "]") { (parser: inout Self) throws(JSONError) in
      try parser.take(Self.elementSize)
      elements.append(try parser.value())
    }
    return elements
  }

  private mutating func list(
    from open: Unicode.Scalar, to close: Unicode.Scalar,
    each readElement: (inout Self) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard depth < Self.deepest else { throw error("more than \(Self.deepest) levels deep") }
    depth += 1
    defer { depth -= 1 }
    try expect(open)
    skipSpace()
    if next == UInt8(ascii: close) {
      position += 1
      return
    }
    while true {
      skipSpace()
      try readElement(&self)
      skipSpace()
      if next == UInt8(ascii: close) {
        position += 1
        return
      }
      try expect(",")
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw error("expected a value") }
    position += word.utf8.count
    return value
  }

  private mutating func number() throws(JSONError) -> String {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let wholeStart = position
    try digits()
    if bytes[wholeStart] == UInt8(ascii: "0"), position > wholeStart + 1 {
      position = wholeStart
      throw error("a number has no leading zero")
    }
    if next == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    return try text(bytes[start..<position]) ?? ""
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw error("expected a digit") }
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    // Most strings hold nothing but themselves, and are taken as they are.
    while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      position += 1
    }
    if next == UInt8(ascii: "\"") {
      let plain = bytes[(start + 1)..<position]
      position += 1
      guard let text = try text(plain) else {
        position = start
        throw error("the string is not UTF-8")
      }
      return text
    }
    var content = Array(bytes[(start + 1)..<position])
    while true {
      guard let byte = next else {
        position = start
        throw error("the string has no closing quote")
      }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = try text(content) else {
          position = start
          throw error("the string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        position += 1
        content.append(contentsOf: String(try escapedScalar()).utf8)
      case 0..<0x20: throw error("a control character in a string must be escaped")
      default:
        content.append(byte)
        position += 1
      }
    }
  }

  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    guard let byte = next else { throw error("the string has no closing quote") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexUnit()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard (0xD800..<0xDC00).contains(unit), bytes[position...].starts(with: "\\u".utf8) else {
        throw error("half of a surrogate pair")
      }
      position += 2
      let low = try hexUnit()
      guard (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
      else { throw error("half of a surrogate pair") }
      return scalar
    default:
      position -= 1
      throw error("an unknown escape")
    }
  }

  private mutating func hexUnit() throws(JSONError) -> UInt32 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(.init($0)).isHexDigit }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("expected four hexadecimal digits") }
    position += 4
    return unit
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(JSONError) {
    guard next == UInt8(ascii: scalar) else { throw error("expected '\(scalar)'") }
    position += 1
  }

  private func error(_ problem: String) -> JSONError {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError(line: line, column: before.count - lineStart + 1, problem: problem)
  }
}
