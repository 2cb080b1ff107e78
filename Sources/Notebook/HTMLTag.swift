/// A piece of raw HTML at the start of a text: a tag, a comment or an address in `<…>`.
///
/// Notebooks may hold comments, which reach no page, and a few tags without attributes. Everything else is
/// refused: passed through it could load from the network or break the page, and a word in angle
/// brackets (`<policy>`) would silently vanish. What a comment is, and where it ends, is as HTML's own
/// standard has it, since browsers read it so; Markdown's rules differ.
struct HTMLTag {
  var kind: Kind
  var length: Int

  enum Kind: Equatable {
    case comment
    /// A comment that is not closed up to the end of the text.
    case openComment
    /// A declaration, a processing instruction or a section, such as `<!DOCTYPE`, `<?php` or `<![CDATA[`.
    case declaration
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

  /// The one plain tag that `text` is, in its shortest form; nil if it is something else.
  static func plainTag(_ text: String) -> String? {
    let characters = Array(text)
    guard characters.first == "<", let tag = HTMLTag(in: characters[...]),
      tag.length == characters.count,
      case .tag(let name, let isClosing, isPlain: true) = tag.kind, allowed.contains(name)
    else { return nil }
    return "<\(isClosing ? "/" : "")\(name)>"
  }

  /// The remains of a comment that keeps two lists apart.
  static let emptyComment = "<!-- -->"

  static let openComment =
    "the comment that begins here is never closed with '-->'; write '\\<' for the character"

  /// Reads what begins at the start of `text`, which is `<`; nil if that is only a character.
  ///
  /// Who asks for one sign after the other says with `mayEnd` whether a `>` follows at all, so that nobody
  /// looks for it to the end of the text each time.
  init?(in text: ArraySlice<Character>, mayEnd: Bool = true) {
    let next = text.dropFirst()
    if next.starts(with: "!--") {
      let end = Self.commentEnd(in: text)
      self.init(
        kind: end == nil ? .openComment : .comment, length: (end ?? text.endIndex) - text.startIndex
      )
      return
    }
    if let mark = next.first, mark == "?" || mark == "!", Self.isDeclaration(next) {
      let end = text.firstIndex(of: ">").map { $0 + 1 } ?? text.endIndex
      self.init(kind: .declaration, length: end - text.startIndex)
      return
    }
    // Most signs are followed by a space or a number, and are passed over at once.
    guard mayEnd, let first = next.first, first.isASCII, first.isLetter || first == "/",
      let end = Self.tagEnd(in: text)
    else { return nil }
    var inside = text[(text.startIndex + 1)..<end]
    let length = end + 1 - text.startIndex
    let isClosing = inside.first == "/"
    if isClosing { inside = inside.dropFirst() }
    if inside.last == "/" { inside = inside.dropLast() }
    let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard name.first?.isLetter == true else { return nil }
    let rest = inside.dropFirst(name.count)
    // To a browser, a slash ends the name of a tag as a space does.
    if let mark = rest.first, !mark.isWhitespace, mark != "/" {
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

  /// The most that a tag may span.
  private static let longest = 512

  /// The index of the `>` that ends what begins at the start of `text`; nil if another `<` comes before it or
  /// it is far off. Where that is a tag all the same, the parser of Markdown finds it.
  private static func tagEnd(in text: ArraySlice<Character>) -> Int? {
    var quote: Character?
    for index in text.indices.dropFirst().prefix(longest) {
      let character = text[index]
      switch character {
      case "\"", "'":
        if quote == nil, text[index - 1] == "=" {
          quote = character
        } else if quote == character {
          quote = nil
        }
      case ">" where quote == nil: return index
      case "<" where quote == nil: return nil
      default: break
      }
    }
    return nil
  }

  /// The index after the comment at the start of `text`, as a browser finds it.
  private static func commentEnd(in text: ArraySlice<Character>) -> Int? {
    let content = text.dropFirst("<!--".count)
    for short in [">", "->"] where content.starts(with: short) {
      return content.startIndex + short.count
    }
    for index in content.indices {
      for ending in ["-->", "--!>"] where content[index...].starts(with: ending) {
        return index + ending.count
      }
    }
    return nil
  }

  /// Whether `text`, which follows `<`, begins a declaration and not a word.
  private static func isDeclaration(_ text: ArraySlice<Character>) -> Bool {
    guard text.first == "!" else { return true }
    return text.dropFirst().first.map { $0 == "[" || $0.isASCII && $0.isLetter } ?? false
  }

  private init(kind: Kind, length: Int) {
    self.kind = kind
    self.length = length
  }
}
