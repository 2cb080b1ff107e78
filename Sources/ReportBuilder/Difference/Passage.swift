internal import Notebook

/// A paragraph, heading, list, table or block of code of a notebook, as its author wrote it.
struct Passage: Equatable {
  /// The form of the passage, which decides how it is shown.
  enum Kind: Equatable {
    case heading
    /// Running text, whose line ends mean nothing.
    case prose
    /// A list, a table or a quote, whose line ends are kept.
    case lines
    /// The lines of a fence, such as a directive.
    case code
  }

  var kind: Kind
  /// The words, each with the white space that stands before it; of running text one space.
  var words: [(space: Substring, word: Substring)]

  /// Two passages are the same if their words are: a line that is broken elsewhere is no change.
  static func == (first: Self, second: Self) -> Bool {
    first.kind == second.kind && first.words.elementsEqual(second.words) { $0.word == $1.word }
  }

  /// Creates a passage of lines, of which there is at least one with something on it.
  private init(_ lines: ArraySlice<Substring>, isCode: Bool = false) {
    let first = lines.first ?? ""
    if isCode {
      kind = .code
    } else if first.hasPrefix("#") {
      kind = .heading
    } else {
      kind = lines.contains(where: Self.isMarked) ? .lines : .prose
    }
    let isRunning = kind == .prose || kind == .heading
    words = []
    var space: Substring = ""
    for (number, line) in lines.enumerated() {
      if number > 0 { space += "\n" }
      var rest = line
      while !rest.allSatisfy(\.isWhitespace) {
        let indentation = rest.prefix(while: \.isWhitespace)
        let word = rest[indentation.endIndex...].prefix { !$0.isWhitespace }
        let running: Substring = words.isEmpty ? "" : " "
        words.append((isRunning ? running : space + indentation, word))
        rest = rest[word.endIndex...]
        space = ""
      }
    }
  }

  /// Whether a line begins as an item of a list, a row of a table or a quotation does.
  private static func isMarked(_ line: Substring) -> Bool {
    let text = line.drop(while: \.isWhitespace)
    if let first = text.first, "-*+|>".contains(first) { return true }
    let number = text.prefix(while: \.isWholeNumber)
    guard !number.isEmpty, let next = text[number.endIndex...].first else { return false }
    return next == "." || next == ")"
  }

  /// The passages of a notebook in reading order: title, summary and abstract, then the text. Comments are none.
  static func all(of source: String) -> [Passage] {
    let source = source.withLineFeeds
    var lines = source.split(separator: "\n", omittingEmptySubsequences: false)[...]
    var passages: [Passage] = []
    func isDashes(_ line: Substring) -> Bool {
      line.hasPrefix("---") && line.dropFirst(3).allSatisfy(\.isWhitespace)
    }
    if lines.first.map(isDashes) == true,
      let end = lines.dropFirst().firstIndex(where: isDashes)
    {
      passages = frontMatter(lines[1..<end])
      lines = lines[(end + 1)...]
    }
    return passages + text(lines)
  }

  /// The keys of front matter that a reader sees as text, with their values.
  private static func frontMatter(_ lines: ArraySlice<Substring>) -> [Passage] {
    var passages: [Passage] = []
    var rest = lines
    while let first = rest.popFirst() {
      let more = rest.prefix { $0.first.map(\.isWhitespace) ?? true }
      rest = rest[more.endIndex...]
      guard ["title:", "summary:", "abstract:"].contains(where: first.hasPrefix) else { continue }
      let value = [first] + more.filter { !$0.allSatisfy(\.isWhitespace) }
      passages.append(Passage(value[...]))
    }
    return passages
  }

  private static func text(_ lines: ArraySlice<Substring>) -> [Passage] {
    var passages: [Passage] = []
    var rest = lines
    while let first = rest.first {
      if first.allSatisfy(\.isWhitespace) {
        rest = rest.dropFirst()
        continue
      }
      let head = first.drop(while: \.isWhitespace)
      if head.hasPrefix("<!--") {
        let end = rest.firstIndex { $0.contains("-->") } ?? rest.endIndex - 1
        rest = rest[(end + 1)...]
      } else if let mark = fence(head) {
        let end = rest.dropFirst().firstIndex {
          let line = $0.drop(while: \.isWhitespace)
          return line.hasPrefix(mark) && line.drop { $0 == mark.first }.allSatisfy(\.isWhitespace)
        }
        let block = rest[...(end ?? rest.endIndex - 1)]
        passages.append(Passage(block, isCode: true))
        rest = rest[block.endIndex...]
      } else {
        let isHeading = first.hasPrefix("#")
        let block = rest.prefix { line in
          !line.allSatisfy(\.isWhitespace) && fence(line.drop(while: \.isWhitespace)) == nil
        }
        let taken = isHeading ? block.prefix(1) : block
        passages.append(Passage(taken))
        rest = rest[taken.endIndex...]
      }
    }
    return passages
  }

  /// The mark that a fence begins with; nil for another line.
  private static func fence(_ line: Substring) -> Substring? {
    guard let first = line.first, first == "`" || first == "~" else { return nil }
    let mark = line.prefix { $0 == first }
    return mark.count >= 3 ? mark : nil
  }
}
