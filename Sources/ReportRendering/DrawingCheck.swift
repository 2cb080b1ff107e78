/// Returns the reason why `svg` cannot be put into a page; nil if it is a drawing and nothing else.
///
/// A drawing becomes part of the page as it is written, and a lab may come from a stranger. So it holds
/// shapes and texts, each tag and attribute one that drawings of charts have, well nested, and no address
/// but of its own parts.
///
/// - Parameter svg: A whole SVG file.
/// - Returns: The end of a sentence that begins with the name of the file.
package func drawingProblem(in svg: String) -> String? {
  var reader = DrawingReader(bytes: Array(svg.utf8))
  return reader.problem()
}

/// Reads the strict form of SVG that charts are drawn in.
private struct DrawingReader {
  let bytes: [UInt8]
  private var position = 0
  private var open: [String] = []

  private static let elements: Set = [
    "circle", "clipPath", "defs", "ellipse", "g", "line", "linearGradient", "path", "polygon",
    "polyline", "radialGradient", "rect", "stop", "svg", "text", "tspan",
  ]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func problem() -> String? {
    if rest.starts(with: "<?xml ".utf8), let end = bytes.firstIndex(of: UInt8(ascii: ">")) {
      position = end + 1
    }
    skipSpace()
    guard rest.starts(with: "<svg".utf8) else { return "is not a drawing" }
    repeat {
      if let problem = next() { return problem }
    } while !open.isEmpty
    skipSpace()
    return rest.isEmpty ? nil : "has more in it than a drawing"
  }

  /// Reads a tag or the text up to the next one.
  private mutating func next() -> String? {
    guard let byte = rest.first else { return "ends in the midst of its drawing" }
    guard byte == UInt8(ascii: "<") else {
      position = rest.firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
      return nil
    }
    position += 1
    let isClosing = rest.first == UInt8(ascii: "/")
    if isClosing { position += 1 }
    let name = word()
    guard Self.elements.contains(name) else {
      return "holds '<\(isClosing ? "/" : "")\(name)', which no drawing of a chart has"
    }
    if isClosing {
      skipSpace()
      guard rest.first == UInt8(ascii: ">"), open.popLast() == name else {
        return "has a misplaced '</\(name)'"
      }
      position += 1
      return nil
    }
    return attributes(of: name)
  }

  /// Reads the attributes of a tag and its end.
  private mutating func attributes(of name: String) -> String? {
    let isRoot = open.isEmpty
    while true {
      let before = position
      skipSpace()
      if rest.first == UInt8(ascii: ">") {
        position += 1
        open.append(name)
        return nil
      }
      if rest.starts(with: "/>".utf8) {
        position += 2
        return nil
      }
      let attribute = word()
      guard position > before + attribute.utf8.count, !attribute.isEmpty,
        rest.starts(with: "=\"".utf8),
        let end = rest.dropFirst(2).firstIndex(of: UInt8(ascii: "\""))
      else { return "has a '<\(name)' that cannot be read" }
      let value = String(decoding: bytes[(position + 2)..<end], as: UTF8.self)
      position = end + 1
      let isPlain = !value.utf8.contains { byte in
        byte == UInt8(ascii: "<") || isRoot && byte == UInt8(ascii: ">")
      }
      guard isPlain, isHarmless(attribute.lowercased(), value) else {
        return "holds the attribute '\(attribute)=\"\(value)\"', which no drawing of a chart has"
      }
    }
  }

  /// Whether an attribute starts nothing and leads nowhere but to a part of the drawing.
  private func isHarmless(_ name: String, _ value: String) -> Bool {
    if name.hasPrefix("on") || name.hasPrefix("form") || ["src", "style", "action"].contains(name) {
      return false
    }
    if name.hasSuffix("href") { return value.hasPrefix("#") }
    if name.hasPrefix("xmlns") { return value.hasPrefix("http://www.w3.org/") }
    // A character written by its number could be part of such a word; only words for readers need one.
    if name != "aria-label", value.utf8.contains(UInt8(ascii: "#")), value.contains("&#") {
      return false
    }
    // Most values have no address: a page of many drawings has a million attributes.
    guard Self.namesAddress(value.utf8) else { return true }
    let own = value.replacing("url(#", with: "").replacing("url(&quot;#", with: "")
    return !Self.namesAddress(own.utf8)
  }

  /// Whether `url(` is somewhere in a text, in small or capital letters.
  private static func namesAddress(_ text: String.UTF8View) -> Bool {
    var matched = 0
    let word = Array("url(".utf8)
    for byte in text {
      let small = byte | 0x20
      if small == word[matched] || byte == word[matched] {
        matched += 1
        if matched == word.count { return true }
      } else {
        matched = small == word[0] ? 1 : 0
      }
    }
    return false
  }

  private var rest: ArraySlice<UInt8> { bytes[position...] }

  private mutating func skipSpace() {
    while let byte = rest.first, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Reads the letters, digits, colons and hyphens that come next.
  private mutating func word() -> String {
    let word = rest.prefix { byte in
      let character = Character(Unicode.Scalar(byte))
      return character.isASCII
        && (character.isLetter || character.isNumber || "-:".contains(character))
    }
    position += word.count
    return String(decoding: word, as: UTF8.self)
  }
}
