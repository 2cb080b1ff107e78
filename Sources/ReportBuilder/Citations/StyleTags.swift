/// The tags of a citation style (CSL), read so that no file takes more than one pass.
///
/// A style is XML of a few hundred tags. As much is read as tells its shape: what the citation processor would make of
/// a style of another shape is not waited for.
struct StyleTags {
  /// One tag.
  struct Tag {
    /// Without a prefix.
    var name: String
    var isClosing = false
    /// Whether it closes itself.
    var isEmpty = false
    /// In order; what stands twice is there twice.
    var attributes: [(name: String, value: String)] = []

    /// The value of the first attribute called `name`.
    subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
  }

  /// A style that is not given to the citation processor, as the end of a sentence that begins with its name.
  struct Refusal: Error {
    var words: String
  }

  private(set) var tags: [Tag] = []
  /// Whether a link to another style may be in it, wherever that stands.
  let mentionsParent: Bool
  private let bytes: [UInt8]
  private var index = 0

  private static let mostTags = 20_000
  private static let deepest = 100
  private static let longestTag = 8_192

  /// Reads `text`.
  ///
  /// - Throws: The reason why it is refused.
  init(_ text: String) throws(Refusal) {
    bytes = Array(text.utf8)
    mentionsParent = text.contains("independent-parent")
    var depth = 0
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = start
      if starts(with: "<!--") {
        try skip(past: "-->", "a comment")
      } else if starts(with: "<?") {
        try skip(past: "?>", "an instruction")
      } else if starts(with: "<![CDATA[") {
        try skip(past: "]]>", "a CDATA section")
      } else if starts(with: "<!") {
        // Entities can grow to any size, and can stand for what is elsewhere.
        throw Refusal(words: "has a document type or a definition, which no citation style needs")
      } else {
        let tag = try readTag()
        tags.append(tag)
        if tag.isClosing { depth -= 1 } else if !tag.isEmpty { depth += 1 }
      }
      guard depth <= Self.deepest else {
        throw Refusal(words: "has elements more than \(Self.deepest) deep in each other")
      }
      guard tags.count <= Self.mostTags else {
        throw Refusal(words: "has more than \(Self.mostTags) elements")
      }
    }
    try checkMacros()
  }

  // MARK: Signs

  private func starts(with mark: String) -> Bool { bytes[index...].starts(with: mark.utf8) }

  private mutating func skip(past mark: String, _ kind: String) throws(Refusal) {
    let end = Array(mark.utf8)
    var place = index + 2
    while place + end.count <= bytes.count {
      if bytes[place] == end[0], bytes[place...].starts(with: end) {
        index = place + end.count
        return
      }
      place += 1
    }
    throw Refusal(words: "is no XML: \(kind) in it is never closed")
  }

  /// Reads the tag at `index`, up to its `>`.
  private mutating func readTag() throws(Refusal) -> Tag {
    let limit = min(bytes.count, index + Self.longestTag)
    var place = index + 1
    var tag = Tag(name: "")
    if place < limit, bytes[place] == UInt8(ascii: "/") {
      tag.isClosing = true
      place += 1
    }
    tag.name = localName(from: &place, limit)
    while place < limit {
      switch bytes[place] {
      case UInt8(ascii: ">"):
        index = place + 1
        return tag
      case UInt8(ascii: "/"):
        tag.isEmpty = true
        place += 1
      case let byte where Self.isSpace(byte): place += 1
      default:
        tag.isEmpty = false
        let start = place
        let name = localName(from: &place, limit)
        while place < limit, Self.isSpace(bytes[place]) || bytes[place] == UInt8(ascii: "=") {
          place += 1
        }
        if place < limit, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") {
          let quote = bytes[place]
          guard let end = bytes[(place + 1)..<limit].firstIndex(of: quote) else {
            throw Self.unclosedTag
          }
          let value = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
          tag.attributes.append((name, Self.decoded(value)))
          place = end + 1
        } else if place == start {
          // A sign that stands nowhere in XML; the citation processor says so.
          place += 1
        }
      }
    }
    throw Self.unclosedTag
  }

  private static let unclosedTag = Refusal(
    words: "is no XML: a tag in it is never closed, or has more than \(longestTag) characters")

  /// A name without its prefix.
  private func localName(from place: inout Int, _ limit: Int) -> String {
    var start = place
    while place < limit, !Self.isSpace(bytes[place]), !"/>=\"'<".utf8.contains(bytes[place]) {
      if bytes[place] == UInt8(ascii: ":") { start = place + 1 }
      place += 1
    }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// `text` with characters that are written by their number as they are.
  private static func decoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    return text.replacing(/&#(x?)([0-9A-Fa-f]{1,8});/) { match in
      let value = UInt32(match.output.2, radix: match.output.1.isEmpty ? 10 : 16)
      return value.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
    }
  }

  // MARK: Macros

  /// The most times that the citation processor may have to write a macro out.
  private static let mostExpansions = 10_000

  /// Checks that no macro stands for itself, and none for very many others: each is written out where it is named.
  private func checkMacros() throws(Refusal) {
    var named: [String: [String]] = [:]
    var macro: String?
    for tag in tags {
      if tag.name == "macro" {
        macro = tag.isClosing || tag.isEmpty ? nil : tag["name"] ?? ""
        if let macro, named[macro] == nil { named[macro] = [] }
      } else if let macro, !tag.isClosing, let other = tag["macro"] {
        named[macro, default: []].append(other)
      }
    }
    // The number of macros that each stands for, itself included; nil while that is being found.
    var sizes: [String: Int?] = [:]
    for start in named.keys.sorted() where sizes[start] == nil {
      var open: [(name: String, left: ArraySlice<String>, size: Int)] = []
      func enter(_ name: String) {
        sizes.updateValue(nil, forKey: name)
        open.append((name, (named[name] ?? [])[...], 1))
      }
      enter(start)
      while let last = open.last {
        guard let next = last.left.first else {
          sizes.updateValue(last.size, forKey: last.name)
          open.removeLast()
          if !open.isEmpty { open[open.count - 1].size += last.size }
          continue
        }
        open[open.count - 1].left.removeFirst()
        switch sizes[next] {
        case .some(.some(let size)): open[open.count - 1].size += size
        case .some(.none):
          throw Refusal(words: "has a macro '\(excerptOf(next))' that stands for itself")
        case .none: enter(next)
        }
        guard open.allSatisfy({ $0.size <= Self.mostExpansions }), open.count <= Self.deepest else {
          throw Refusal(words: "has macros that stand for more than \(Self.mostExpansions) others")
        }
      }
    }
  }

  private func excerptOf(_ name: String) -> String { String(name.prefix(60)) }
}
