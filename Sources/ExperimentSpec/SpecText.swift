/// The text of a spec file, prepared for the YAML parser, with places counted as the parser counts.
///
/// Scalars are only ever replaced by one other scalar, so every place stays where it was.
struct SpecText {
  /// Line and column, both counted from 1, the column in Unicode scalars.
  struct Place: Hashable, Error {
    var line = 1
    var column = 1
  }

  /// The text as the parser gets it.
  var string: String { String(String.UnicodeScalarView(scalars)) }

  /// How many scalars it has.
  var count: Int { scalars.count }

  private var scalars: [Unicode.Scalar]
  private var asterisk: Unicode.Scalar?
  /// The next scalar for private use to try as a replacement.
  private var candidate: UInt32 = 0xF0000

  /// Creates the text of a file.
  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
  }

  /// Decodes UTF-8, or returns the place of the first byte that is none.
  static func decoding(_ bytes: [UInt8]) -> Result<Self, Place> {
    if let text = String(validating: bytes, as: UTF8.self) { return .success(Self(text)) }
    // Decoded with repairs, the bytes are as they were up to the first that is wrong.
    let repaired = String(decoding: bytes, as: UTF8.self)
    var valid = zip(bytes, repaired.utf8).prefix { $0 == $1 }.count
    // A scalar that breaks off is wrong where it begins; one that is whole stands before the mistake.
    var start = valid
    while start > 0, start > valid - 4 {
      start -= 1
      guard !UTF8.isContinuation(bytes[start]) else { continue }
      if String(validating: bytes[start..<valid], as: UTF8.self) == nil { valid = start }
      break
    }
    let before = bytes[..<valid]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
    return .failure(Place(line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: column))
  }

  /// The place of the first bracket after `limit` others that are still open, quoted or not.
  ///
  /// The parser works by recursion, so a text of brackets alone could exhaust the stack.
  func nestingProblem(limit: Int) -> Place? {
    var depth = 0
    for index in scalars.indices {
      switch scalars[index] {
      case "[", "{": depth += 1
      case "]", "}": depth = max(0, depth - 1)
      default: continue
      }
      if depth > limit { return place(of: index) }
    }
    return nil
  }

  /// Replaces every asterisk by a scalar that the parser takes for a letter.
  mutating func replaceAsterisks() {
    guard scalars.contains("*"), let replacement = takeUnused() else { return }
    asterisk = replacement
    for index in scalars.indices where scalars[index] == "*" { scalars[index] = replacement }
  }

  /// Whether a text that the parser returned starts with an asterisk in the file.
  func startsWithAsterisk(_ text: String) -> Bool {
    asterisk != nil && text.unicodeScalars.first == asterisk
  }

  /// Returns a text that the parser returned with its asterisks as in the file.
  func restored(_ text: String) -> String {
    guard let asterisk else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0 == asterisk ? "*" : $0 }))
  }

  /// Replaces the first scalar of the key at `place` by one that no other key has.
  ///
  /// - Returns: The scalar that was replaced, or `nil` if `key` is not what stands there.
  mutating func rename(key: String, at place: Place) -> Unicode.Scalar? {
    guard var index = index(of: place), index < scalars.count, let first = key.unicodeScalars.first
    else { return nil }
    if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
    guard index < scalars.count, scalars[index] == first, let replacement = takeUnused() else {
      return nil
    }
    scalars[index] = replacement
    return first
  }

  /// Returns a scalar for private use that the text does not contain, another one each time.
  private mutating func takeUnused() -> Unicode.Scalar? {
    while candidate <= 0xFFFFD {
      defer { candidate += 1 }
      if let scalar = Unicode.Scalar(candidate), !scalars.contains(scalar) { return scalar }
    }
    return nil
  }

  /// The scalar at `place`, or `nil` past the end.
  func scalar(at place: Place) -> Unicode.Scalar? {
    index(of: place).flatMap { $0 < scalars.count ? scalars[$0] : nil }
  }

  /// Returns `place`, or the end of the text if `place` is on a line after it.
  ///
  /// The parser adds a line break to a text that ends without one.
  func withinText(_ place: Place) -> Place {
    index(of: place) == nil ? self.place(of: scalars.count) : place
  }

  /// The place of the character (not the scalar) with the given number, counted from 0.
  func place(ofCharacter number: Int) -> Place {
    let text = string
    let end = text.index(text.startIndex, offsetBy: number, limitedBy: text.endIndex)
    return place(of: text[..<(end ?? text.endIndex)].unicodeScalars.count)
  }

  private func place(of index: Int) -> Place {
    var place = Place()
    for position in scalars.indices.prefix(index) {
      if isLineBreak(position) {
        place = Place(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return place
  }

  private func index(of place: Place) -> Int? {
    var line = 1
    var start = 0
    for position in scalars.indices where line < place.line && isLineBreak(position) {
      line += 1
      start = position + 1
    }
    return line == place.line ? start + place.column - 1 : nil
  }

  /// Whether a line ends at `position`, by YAML's rules; of `\r\n` the second is the end.
  private func isLineBreak(_ position: Int) -> Bool {
    switch scalars[position] {
    case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
    case "\r": position + 1 == scalars.count || scalars[position + 1] != "\n"
    default: false
    }
  }
}
