/// Returns the drawing `svg` as an element of an HTML page.
///
/// The prolog goes, and every name that the drawing defines and uses gets `prefix`, so that two drawings on a page do
/// not take each other's gradients and clips. What a program that draws tells readers of single marks goes too: the
/// drawing is one picture with one description. Of it the arm of a mark stays, as `data-arm`.
///
/// - Parameters:
///   - svg: A whole SVG file.
///   - prefix: Letters, digits and hyphens, unique on the page.
///   - label: The drawing in words, for readers who do not see it.
/// - Returns: An `<svg>` element; nothing if `svg` holds none.
package func inlineSVG(_ svg: String, prefix: String, label: String) -> String {
  let bytes = Array(svg.utf8)
  guard let start = bytes.firstPlace(of: DrawingReducer.root) else { return "" }
  var reducer = DrawingReducer(
    bytes: Array(bytes[start...]), prefix: Array(prefix.utf8),
    rootAttributes: Array(" role=\"img\" aria-label=\"\(escaped(label))\"".utf8))
  return reducer.reduced()
}

/// The classes of a drawing's box. One that is too wide for a small screen, such as one that was locked by an earlier
/// version, scrolls there instead of being made illegible; one that is small is not blown up to the width of the text.
package func paperClasses(of svg: String) -> String {
  let opening = svg.prefix { $0 != ">" }
  guard let width = opening.firstMatch(of: /\swidth="([0-9.]+)/).flatMap({ Double($0.output.1) })
  else { return "paper" }
  return width > 560 ? "paper wide" : width < 330 ? "paper small" : "paper"
}

/// Writes a drawing again without what a page does not need of it.
///
/// It reads bytes, not characters: a page of two hundred drawings has a million attributes.
private struct DrawingReducer {
  let bytes: [UInt8]
  let prefix: [UInt8]
  /// Attributes that the outermost element gets.
  let rootAttributes: [UInt8]
  private var position = 0
  private var output: [UInt8] = []

  static let root = Array("<svg".utf8)
  private static let hiddenPath = Array("<path d=\"\" display=\"none\"/>".utf8)
  private static let address = Array("url(".utf8)
  private static let ownAddresses = ["url(#", "url(&quot;#"].map { Array($0.utf8) }
  private static let armWord = Array("arm: ".utf8)
  private static let nextWords = ["; order: ", "; panel: "].map { Array($0.utf8) }

  init(bytes: [UInt8], prefix: [UInt8], rootAttributes: [UInt8]) {
    self.bytes = bytes
    self.prefix = prefix
    self.rootAttributes = rootAttributes
  }

  mutating func reduced() -> String {
    output.reserveCapacity(bytes.count)
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<") {
        readTag()
      } else {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        output += bytes[start..<position]
      }
    }
    while let last = output.last, Self.isSpace(last) { output.removeLast() }
    return String(decoding: output.replacing(each: Self.hiddenPath, by: []), as: UTF8.self)
  }

  private mutating func readTag() {
    let isRoot = position == 0
    take { !Self.isSpace($0) && $0 != UInt8(ascii: ">") }
    while position < bytes.count {
      let before = position
      while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
      let start = position
      while position < bytes.count, !Self.isEnd(bytes[position]) { position += 1 }
      let name = start..<position
      guard !name.isEmpty, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "="),
        bytes[position + 1] == UInt8(ascii: "\""),
        let end = bytes[(position + 2)...].firstIndex(of: UInt8(ascii: "\""))
      else {
        position = max(start, before)
        break
      }
      let value = bytes[(position + 2)..<end]
      position = end + 1
      write(String(decoding: bytes[name], as: UTF8.self), value, isRoot: isRoot)
    }
    if isRoot { output += rootAttributes }
    take { $0 != UInt8(ascii: ">") }
    if position < bytes.count {
      output.append(bytes[position])
      position += 1
    }
  }

  /// Copies bytes as long as they are of a kind.
  private mutating func take(while isTaken: (UInt8) -> Bool) {
    let start = position
    while position < bytes.count, isTaken(bytes[position]) { position += 1 }
    output += bytes[start..<position]
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">")
      || byte == UInt8(ascii: "/")
  }

  /// Writes an attribute as the page has it, unless it goes.
  private mutating func write(_ name: String, _ value: ArraySlice<UInt8>, isRoot: Bool) {
    switch name {
    case "aria-label":
      if !isRoot, let arm = Self.arm(in: value) { append("data-arm", arm) }
    case "role", "aria-hidden", "aria-roledescription", "pointer-events", "version", "xmlns:xlink",
      "font-family":
      break
    case "class":
      if let kind = Self.markClass(value) { append(name, Array(kind.utf8)[...]) }
    case "id": append(name, prefix + [UInt8(ascii: "-")] + value)
    case _ where name.utf8.reversed().starts(with: "ferh".utf8) && value.first == UInt8(ascii: "#"):
      append(name, [UInt8(ascii: "#")] + prefix + [UInt8(ascii: "-")] + value.dropFirst())
    default:
      guard value.firstPlace(of: Self.address) != nil else {
        append(name, value)
        return
      }
      let renamed = Self.ownAddresses.reduce(Array(value)) { value, address in
        value.replacing(each: address, by: address + prefix + [UInt8(ascii: "-")])
      }
      append(name, renamed[...])
    }
  }

  private mutating func append(_ name: String, _ value: ArraySlice<UInt8>) {
    output.append(0x20)
    output += name.utf8
    output.append(UInt8(ascii: "="))
    output.append(UInt8(ascii: "\""))
    output += value
    output.append(UInt8(ascii: "\""))
  }

  /// The arm that the description of a mark ends with: `step: 0; mean: 0.2; arm: PPO`.
  private static func arm(in description: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let place = description.firstPlace(of: armWord),
      place == description.startIndex
        || description[..<place].reversed().starts(with: " ;".utf8)
    else { return nil }
    var arm = description[(place + armWord.count)...]
    for other in nextWords {
      if let next = arm.firstPlace(of: other) { arm = arm[..<next] }
    }
    return arm
  }

  /// The class that tells what kind of mark a group draws, or which part of an axis; others are of no use.
  private static func markClass(_ classes: ArraySlice<UInt8>) -> String? {
    let words = classes.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    if words.contains("role-mark") { return words.first }
    return words.first { ["role-axis-grid", "role-axis-tick", "role-axis-label"].contains($0) }
      .map { String($0.dropFirst("role-".count)) }
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// Where `word`, which has a byte at least, begins for the first time.
  fileprivate func firstPlace(of word: [UInt8]) -> Int? {
    let found = withContiguousStorageIfAvailable { bytes -> Int? in
      guard bytes.count >= word.count else { return nil }
      for start in 0...(bytes.count - word.count) where bytes[start] == word[0] {
        if bytes[start..<(start + word.count)].elementsEqual(word) { return start }
      }
      return nil
    }
    return (found ?? nil).map { startIndex + $0 }
  }
}

extension [UInt8] {
  /// The bytes with each `word` replaced, from the first one on.
  fileprivate func replacing(each word: [UInt8], by other: [UInt8]) -> [UInt8] {
    var (result, rest): ([UInt8], ArraySlice<UInt8>) = ([], self[...])
    while let place = rest.firstPlace(of: word) {
      result += rest[..<place]
      result += other
      rest = rest[(place + word.count)...]
    }
    return result.isEmpty && rest.count == count ? self : result + rest
  }
}
