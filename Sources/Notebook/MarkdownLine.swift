/// Beginnings of lines of Markdown, by CommonMark's rules; each text is a line without white space at its
/// start.
enum MarkdownLine {
  /// The number of signs that begin a heading.
  static func headingMarks(_ text: ArraySlice<Character>) -> Int? {
    let count = text.prefix { $0 == "#" }.count
    guard (1...6).contains(count) else { return nil }
    return isSpace(text.dropFirst(count).first) ? count : nil
  }

  /// The marks that open fenced code.
  static func fence(_ text: ArraySlice<Character>) -> (mark: Character, width: Int)? {
    guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
    let width = text.prefix { $0 == mark }.count
    guard width >= 3, mark == "~" || !text.dropFirst(width).contains("`") else { return nil }
    return (mark, width)
  }

  /// Whether the line makes the paragraph above it a heading.
  static func isUnderline(_ text: ArraySlice<Character>) -> Bool {
    guard let mark = text.first, mark == "=" || mark == "-" else { return false }
    return text.drop { $0 == mark }.allSatisfy { $0 == " " || $0 == "\t" }
  }

  /// Whether the line is a rule across the page.
  static func isRule(_ text: ArraySlice<Character>) -> Bool {
    guard let mark = text.first, mark == "*" || mark == "-" || mark == "_" else { return false }
    var count = 0
    for character in text {
      if character == mark {
        count += 1
      } else if character != " " && character != "\t" {
        return false
      }
    }
    return count >= 3
  }

  /// The length of the mark of an item; `isInParagraph` if it would end a paragraph.
  static func listMark(_ text: ArraySlice<Character>, isInParagraph: Bool) -> Int? {
    guard let first = text.first else { return nil }
    var width = 1
    if first.isASCIIDigit {
      let digits = text.prefix { $0.isASCIIDigit }
      guard digits.count <= 9, let mark = text.dropFirst(digits.count).first,
        mark == "." || mark == ")", !isInParagraph || Int(String(digits)) == 1
      else { return nil }
      width = digits.count + 1
    } else if first != "-" && first != "+" && first != "*" {
      return nil
    }
    let rest = text.dropFirst(width)
    guard isSpace(rest.first) else { return nil }
    let isBlank = rest.allSatisfy { $0 == " " || $0 == "\t" }
    return isInParagraph && isBlank ? nil : width
  }

  /// The length of the mark `[^name]:` of a footnote.
  static func footnoteMark(_ text: ArraySlice<Character>) -> Int? {
    guard text.starts(with: "[^") else { return nil }
    let name = text.dropFirst(2).prefix { !$0.isWhitespace && $0 != "]" }
    guard !name.isEmpty, text[name.endIndex...].starts(with: "]:") else { return nil }
    return name.count + 4
  }

  /// The number of columns of the rule below a table's titles; nil if the line is no such rule.
  static func columns(ofTableRule text: ArraySlice<Character>) -> Int? {
    var text = text
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    if text.first == "|" { text.removeFirst() }
    if text.last == "|" { text.removeLast() }
    let cells = text.split(separator: "|", omittingEmptySubsequences: false)
    let areRules = cells.allSatisfy { cell in
      let marks = cell.filter { $0 != " " && $0 != "\t" }
      let dashes = marks.drop { $0 == ":" }
      return marks.count - dashes.count <= 1 && dashes.first == "-"
        && dashes.drop { $0 == "-" }.count <= 1 && dashes.allSatisfy { $0 == "-" || $0 == ":" }
    }
    return areRules ? cells.count : nil
  }

  private static func isSpace(_ character: Character?) -> Bool {
    character.map { $0 == " " || $0 == "\t" } ?? true
  }
}

/// A block of raw HTML, as far as it matters where it ends.
struct HTMLBlock: Equatable {
  /// The texts that end it; empty if a blank line does.
  private var endings: [String]

  /// Whether a blank line ends it.
  var endsAtBlankLine: Bool { endings.isEmpty }

  /// The block that begins with `text`; nil if none does. Apart from comments all of it will be refused, so
  /// it is enough to be right about these and about the tags that text may use.
  init?(startOf text: ArraySlice<Character>, isInParagraph: Bool) {
    guard text.first == "<" else { return nil }
    let rest = text.dropFirst()
    if rest.starts(with: "!--") {
      endings = ["-->"]
    } else if rest.starts(with: "?") {
      endings = ["?>"]
    } else if rest.starts(with: "![CDATA[") {
      endings = ["]]>"]
    } else if rest.first == "!", rest.dropFirst().first?.isLetter == true {
      endings = [">"]
    } else {
      let name = String(rest.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "-" })
        .lowercased()
      let next = rest.drop { $0 == "/" }.dropFirst(name.count).first ?? " "
      guard name.first?.isLetter == true, rest.prefix(while: { $0 == "/" }).count <= 1,
        next == ">" || next == "/" || next.isWhitespace
      else { return nil }
      endings = []
      if ["pre", "script", "style", "textarea"].contains(name), rest.first != "/" {
        endings = ["</pre>", "</script>", "</style>", "</textarea>"]
      } else if HTMLTag.allowed.contains(name) {
        // Such a tag begins a block only alone on its line, and never within a paragraph.
        let isAlone = text.firstIndex(of: ">").map { end in
          text[(end + 1)...].allSatisfy(\.isWhitespace)
        }
        guard !isInParagraph, isAlone == true else { return nil }
      }
    }
  }

  /// Whether the block ends in the line `text`.
  func ends(in text: ArraySlice<Character>) -> Bool {
    guard !endings.isEmpty else { return false }
    let line = String(text).lowercased()
    return endings.contains { line.contains($0) }
  }
}
