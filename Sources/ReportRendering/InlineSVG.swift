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
func inlineSVG(_ svg: String, prefix: String, label: String) -> String {
  guard let start = svg.firstRange(of: "<svg") else { return "" }
  var reducer = DrawingReducer(
    bytes: Array(svg[start.lowerBound...].utf8), prefix: prefix,
    rootAttributes: " role=\"img\" aria-label=\"\(escaped(label))\"")
  return reducer.reduced()
}

/// Writes a drawing again without what a page does not need of it.
private struct DrawingReducer {
  let bytes: [UInt8]
  let prefix: String
  /// Attributes that the outermost element gets.
  let rootAttributes: String
  private var position = 0
  private var output: [UInt8] = []

  init(bytes: [UInt8], prefix: String, rootAttributes: String) {
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
        output.append(bytes[position])
        position += 1
      }
    }
    while let last = output.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) { output.removeLast() }
    return String(decoding: output, as: UTF8.self)
      .replacing("<path d=\"\" display=\"none\"/>", with: "")
  }

  private mutating func readTag() {
    let isRoot = position == 0
    take { !Self.isSpace($0) && $0 != UInt8(ascii: ">") }
    while position < bytes.count {
      let before = position
      while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
      let start = position
      while position < bytes.count, !Self.isEnd(bytes[position]) { position += 1 }
      let name = String(decoding: bytes[start..<position], as: UTF8.self)
      guard !name.isEmpty, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "="),
        bytes[position + 1] == UInt8(ascii: "\""),
        let end = bytes[(position + 2)...].firstIndex(of: UInt8(ascii: "\""))
      else {
        position = max(start, before)
        break
      }
      let value = String(decoding: bytes[(position + 2)..<end], as: UTF8.self)
      position = end + 1
      if let kept = attribute(name, value, isRoot: isRoot) {
        output += Array(" \(kept.name)=\"\(kept.value)\"".utf8)
      }
    }
    if isRoot { output += Array(rootAttributes.utf8) }
    take { $0 != UInt8(ascii: ">") }
    if position < bytes.count {
      output.append(bytes[position])
      position += 1
    }
  }

  /// Copies bytes as long as they are of a kind; the first one in any case.
  private mutating func take(while isTaken: (UInt8) -> Bool) {
    let start = position
    while position < bytes.count, isTaken(bytes[position]) { position += 1 }
    output += bytes[start..<position]
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private static func isEnd(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">")
      || byte == UInt8(ascii: "/")
  }

  /// The attribute as the page has it; nil if it goes.
  private func attribute(
    _ name: String, _ value: String, isRoot: Bool
  ) -> (name: String, value: String)? {
    switch name {
    case "aria-label":
      return isRoot ? nil : Self.arm(in: value).map { ("data-arm", $0) }
    case "role", "aria-hidden", "aria-roledescription", "pointer-events", "version", "xmlns:xlink",
      "font-family":
      return nil
    case "class": return Self.markClass(value).map { (name, $0) }
    case "id": return (name, "\(prefix)-\(value)")
    case _ where name.hasSuffix("href") && value.hasPrefix("#"):
      return (name, "#\(prefix)-\(value.dropFirst())")
    default:
      guard value.contains("url(") else { return (name, value) }
      return (
        name,
        value.replacing("url(#", with: "url(#\(prefix)-")
          .replacing("url(&quot;#", with: "url(&quot;#\(prefix)-")
      )
    }
  }

  /// The arm that the description of a mark ends with: `step: 0; mean: 0.2; arm: PPO`.
  private static func arm(in description: String) -> String? {
    guard let place = description.firstRange(of: "arm: "),
      place.lowerBound == description.startIndex
        || description[..<place.lowerBound].hasSuffix("; ")
    else { return nil }
    var arm = description[place.upperBound...]
    for other in ["; order: ", "; panel: "] {
      if let next = arm.firstRange(of: other) { arm = arm[..<next.lowerBound] }
    }
    return String(arm)
  }

  /// The class that tells what kind of mark a group draws, or which part of an axis; others are of no use.
  private static func markClass(_ classes: String) -> String? {
    let words = classes.split(separator: " ").map(String.init)
    if words.contains("role-mark") { return words.first }
    return words.first { ["role-axis-grid", "role-axis-tick", "role-axis-label"].contains($0) }
      .map { String($0.dropFirst("role-".count)) }
  }
}
