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

/// Reads the strict form of SVG that charts are drawn in, byte by byte: a page of many drawings has a million attributes.
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
    if isNext("<?xml "), let end = bytes.firstIndex(of: UInt8(ascii: ">")) { position = end + 1 }
    skipSpace()
    guard isNext("<svg") else { return "is not a drawing" }
    repeat {
      if let problem = next() { return problem }
    } while !open.isEmpty
    skipSpace()
    return position == bytes.count ? nil : "has more in it than a drawing"
  }

  /// Reads a tag or the text up to the next one.
  private mutating func next() -> String? {
    guard let byte else { return "ends in the midst of its drawing" }
    guard byte == UInt8(ascii: "<") else {
      while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
      return nil
    }
    position += 1
    let isClosing = self.byte == UInt8(ascii: "/")
    if isClosing { position += 1 }
    let name = word()
    guard Self.elements.contains(name) else {
      return "holds '<\(isClosing ? "/" : "")\(name)', which no drawing of a chart has"
    }
    if isClosing {
      skipSpace()
      guard self.byte == UInt8(ascii: ">"), open.popLast() == name else {
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
      if byte == UInt8(ascii: ">") {
        position += 1
        open.append(name)
        return nil
      }
      if isNext("/>") {
        position += 2
        return nil
      }
      let start = position
      let attribute = word()
      guard start > before, position > start, isNext("=\""),
        let end = bytes[(position + 2)...].firstIndex(of: UInt8(ascii: "\""))
      else { return "has a '<\(name)' that cannot be read" }
      let value = (position + 2)..<end
      position = end + 1
      let isPlain = !bytes[value].contains { byte in
        byte == UInt8(ascii: "<") || isRoot && byte == UInt8(ascii: ">")
      }
      guard isPlain, isHarmless(attribute.lowercased(), value) else {
        let text = String(decoding: bytes[value], as: UTF8.self)
        return "holds the attribute '\(attribute)=\"\(text)\"', which no drawing of a chart has"
      }
    }
  }

  /// Whether an attribute starts nothing and leads nowhere but to a part of the drawing.
  private func isHarmless(_ name: String, _ range: Range<Int>) -> Bool {
    let value = bytes[range]
    if name.utf8.starts(with: "on".utf8) || name.utf8.starts(with: "form".utf8)
      || ["src", "style", "action"].contains(name)
    {
      return false
    }
    if name.utf8.suffix(4).elementsEqual("href".utf8) { return value.first == UInt8(ascii: "#") }
    if name.utf8.starts(with: "xmlns".utf8) { return value.starts(with: "http://www.w3.org/".utf8) }
    // A character written by its number, in XML or in CSS, could be part of such a word; only words for readers need one.
    if name != "aria-label", Self.hasNumberedCharacter(value) || value.contains(UInt8(ascii: "\\"))
    {
      return false
    }
    // Most values have no address.
    guard Self.namesAddress(value) else { return true }
    let own = String(decoding: value, as: UTF8.self).replacing("url(#", with: "")
      .replacing("url(&quot;#", with: "")
    return !Self.namesAddress(Array(own.utf8)[...])
  }

  /// Whether `&#` is somewhere in a value.
  private static func hasNumberedCharacter(_ value: ArraySlice<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in value {
      if byte == UInt8(ascii: "#"), last == UInt8(ascii: "&") { return true }
      last = byte
    }
    return false
  }

  /// Whether `url(` is somewhere in a value, in small or capital letters.
  private static func namesAddress(_ value: ArraySlice<UInt8>) -> Bool {
    var matched = 0
    for byte in value {
      let small = byte | 0x20
      if small == address[matched] || byte == address[matched] {
        matched += 1
        if matched == address.count { return true }
      } else {
        matched = small == address[0] ? 1 : 0
      }
    }
    return false
  }

  private static let address = Array("url(".utf8)

  /// The byte that comes next; nil at the end.
  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Whether this text comes next.
  private func isNext(_ text: StaticString) -> Bool {
    guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where bytes[position + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  /// Reads the letters, digits, colons and hyphens that come next.
  private mutating func word() -> String {
    let start = position
    while let byte, Self.isOfWord(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: ":"):
      true
    default: false
    }
  }
}
