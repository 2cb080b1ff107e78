/// A piece of raw HTML at the start of a text: a tag, a comment or an address in `<…>`.
///
/// Notebooks may hold comments and a few tags without attributes. Everything else is refused:
/// passed through it could load from the network or break the page, and a word in angle brackets
/// (`<policy>`) would silently vanish.
struct HTMLTag {
  var kind: Kind
  var length: Int

  enum Kind: Equatable {
    case comment
    case address
    /// `isPlain` if there is nothing but the name.
    case tag(name: String, isClosing: Bool, isPlain: Bool)
  }

  static let allowed = ["br", "kbd", "mark", "small", "sub", "sup"]

  static func refusal(of text: String) -> String {
    "raw HTML '\(text)' is not allowed, except comments and "
      + allowed.map { "<\($0)>" }.joined(separator: ", ")
      + "; write '\\<' for the character, or use a code span"
  }

  /// Reads what begins at the start of `text`, which is `<`; nil if that is only a character.
  init?(in text: ArraySlice<Character>) {
    if text.starts(with: "<!--") {
      var index = text.startIndex + 4
      while index < text.endIndex, !text[index...].starts(with: "-->") { index += 1 }
      guard index < text.endIndex else { return nil }
      self.init(kind: .comment, length: index + 3 - text.startIndex)
      return
    }
    guard let end = text.firstIndex(of: ">") else { return nil }
    var inside = text[(text.startIndex + 1)..<end]
    let length = end + 1 - text.startIndex
    let isClosing = inside.first == "/"
    if isClosing { inside = inside.dropFirst() }
    if inside.last == "/" { inside = inside.dropLast() }
    let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard name.first?.isLetter == true else { return nil }
    let rest = inside.dropFirst(name.count)
    if let next = rest.first, !next.isWhitespace {
      guard !inside.contains(where: \.isWhitespace), inside.contains(":") || inside.contains("@")
      else { return nil }
      self.init(kind: .address, length: length)
      return
    }
    self.init(
      kind: .tag(
        name: String(name).lowercased(), isClosing: isClosing,
        isPlain: rest.allSatisfy(\.isWhitespace)),
      length: length)
  }

  private init(kind: Kind, length: Int) {
    self.kind = kind
    self.length = length
  }
}
