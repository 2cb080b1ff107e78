/// Returns the reason why a file is no image of its kind, or none that a browser can show; nil if it may be one.
///
/// - Parameters:
///   - content: The whole file.
///   - type: The media type that its name stands for, one of ``EmbeddedImages/types``.
/// - Returns: The end of a sentence that begins with the name of the file.
package func imageProblem(in content: [UInt8], type: String) -> String? {
  if content.isEmpty { return "is empty" }
  guard type == "image/svg+xml" else {
    // Browsers go by how a file begins, and not by which of these its name says.
    let isPixels =
      content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      || content.starts(with: [0xFF, 0xD8, 0xFF]) || content.starts(with: "GIF87a".utf8)
      || content.starts(with: "GIF89a".utf8)
      || content.starts(with: "RIFF".utf8) && content.dropFirst(8).starts(with: "WEBP".utf8)
    return isPixels ? nil : "does not begin as a GIF, JPEG, PNG or WebP file does"
  }
  var reader = ImageReader(bytes: content)
  return reader.problem()
}

/// Reads the tags of an SVG that anybody may have written, to find out how much it draws.
///
/// A `use` draws what it refers to once more, and what it refers to may do so too: a kilobyte can draw more than a browser
/// ends with. What a `use` means by a reference to itself is nothing.
///
/// Source: W3C, Scalable Vector Graphics 2, 5.5.
private struct ImageReader {
  /// An element, with those that are drawn with it.
  private struct Element {
    var parts: [Int] = []
    /// The name that a `use` refers to.
    var target: ArraySlice<UInt8>?
  }

  /// The most elements that a drawing may come to.
  private static let mostElements = 1_000_000

  let bytes: [UInt8]
  private var position = 0
  private var elements: [Element] = []
  private var places: [ArraySlice<UInt8>: Int] = [:]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func problem() -> String? {
    var open: [Int] = []
    while let start = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      position = start + 1
      if skip("!--", to: "-->") || skip("![CDATA[", to: "]]>") || skip("?", to: "?>")
        || skip("!", to: ">")
      {
        continue
      }
      if isNext("/") {
        _ = open.popLast()
        skip(to: ">")
        continue
      }
      let name = word().split(separator: UInt8(ascii: ":")).last ?? []
      guard !name.isEmpty else { continue }
      if elements.isEmpty, !name.elementsEqual("svg".utf8) { return "is not an SVG" }
      let index = elements.count
      guard index < Self.mostElements else { return "has more than \(Self.mostElements) elements" }
      elements.append(Element())
      if let parent = open.last { elements[parent].parts.append(index) }
      if !readAttributes(of: index, isUse: name.elementsEqual("use".utf8)) { open.append(index) }
    }
    guard !elements.isEmpty else { return "is not an SVG" }
    return drawn > Double(Self.mostElements)
      ? "draws more than \(Self.mostElements) elements, since it uses its parts again and again"
      : nil
  }

  /// Reads the attributes of a tag to its end.
  ///
  /// - Returns: Whether the tag closes its element.
  private mutating func readAttributes(of index: Int, isUse: Bool) -> Bool {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: ">") {
        position += 1
        return false
      }
      if isNext("/>") {
        position += 2
        return true
      }
      let name = word()
      guard !name.isEmpty else {
        position += 1
        continue
      }
      skipSpace()
      guard isNext("=") else { continue }
      position += 1
      skipSpace()
      guard isNext("\"") || isNext("'"),
        let end = bytes[(position + 1)...].firstIndex(of: bytes[position])
      else { continue }
      let value = bytes[(position + 1)..<end]
      position = end + 1
      if name.elementsEqual("id".utf8), places[value] == nil { places[value] = index }
      if isUse, name.elementsEqual("href".utf8) || name.elementsEqual("xlink:href".utf8) {
        elements[index].target = value.dropFirst()
      }
    }
    return true
  }

  /// How many elements the drawing comes to, from the innermost on.
  private var drawn: Double {
    var counts = [Double?](repeating: nil, count: elements.count)
    var isOpen = [Bool](repeating: false, count: elements.count)
    var pending = [0]
    while let index = pending.last {
      let element = elements[index]
      let used = element.target.flatMap { places[$0] }
      let needed = element.parts + [used].compactMap(\.self)
      if isOpen[index] {
        counts[index] = needed.reduce(1) { $0 + (counts[$1] ?? 0) }
        isOpen[index] = false
        pending.removeLast()
      } else if counts[index] != nil {
        pending.removeLast()
      } else {
        isOpen[index] = true
        pending += needed.filter { counts[$0] == nil && !isOpen[$0] }
      }
    }
    return counts[0] ?? 0
  }

  private mutating func skip(_ start: StaticString, to end: StaticString) -> Bool {
    guard isNext(start) else { return false }
    position += start.utf8CodeUnitCount
    skip(to: end)
    return true
  }

  /// Goes on behind the next `end`, or to the end of the file.
  private mutating func skip(to end: StaticString) {
    while position < bytes.count, !isNext(end) { position += 1 }
    position = min(position + end.utf8CodeUnitCount, bytes.count)
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  /// Reads a name: all up to a space or a sign that ends one.
  private mutating func word() -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, bytes[position] > 0x20, !"/>=\"'<".utf8.contains(bytes[position])
    {
      position += 1
    }
    return bytes[start..<position]
  }

  /// Whether this text comes next.
  private func isNext(_ text: StaticString) -> Bool {
    guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where bytes[position + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }
}
