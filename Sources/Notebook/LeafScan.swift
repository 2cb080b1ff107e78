/// Passes over what is no formula in the words of a leaf block: code, tags, addresses, keys, escapes.
struct LeafScan {
  /// The next place of each kind of closing mark, as far as it has been looked for.
  private var closings: [Character: Int] = [:]
  /// The place of the last `>` of the leaf, if it has been looked for.
  private var lastTagEnd: Int?

  private static let textCommands: Set<String> = [
    "text", "textrm", "textbf", "textit", "textsf", "texttt", "textnormal", "textup", "textmd",
    "mbox", "hbox",
  ]

  /// The index after the group of a command such as `\text{…}` at `index`; nil if there is none.
  func textGroup(at index: Int, in leaf: LeafText) -> Int? {
    var end = index + 1
    while let character = leaf.character(at: end), character.isASCII, character.isLetter,
      end < index + 12
    {
      end += 1
    }
    guard leaf.character(at: end) == "{",
      Self.textCommands.contains(String(leaf.characters[(index + 1)..<end]))
    else { return nil }
    return leaf.closingBrace(of: end).map { $0 + 1 }
  }

  /// The index after what begins at `index`, which is no formula.
  mutating func next(
    after index: Int, in leaf: LeafText, _ source: SourceText, _ findings: inout Findings
  ) -> Int {
    switch leaf.characters[index] {
    case "\\":
      checkDelimiter(at: index, in: leaf, source, &findings)
      return index + 2
    case "`":
      return leaf.codeSpan(at: index)?.end
        ?? index + leaf.characters[index...].prefix { $0 == "`" }.count
    case "<": return index + tagLength(at: index, in: leaf)
    case "]": return destinationEnd(at: index, in: leaf)
    case "@": return keyEnd(at: index, in: leaf)
    case "h", "w": return addressEnd(at: index, in: leaf)
    default: return index + 1
    }
  }

  /// The number of cells of the line of `leaf` from `start` on, where bars in formulas divide nothing, or with
  /// `isPlain` all do; nil if a formula in it is never closed.
  func columns(ofRow leaf: LeafText, from start: Int, isPlain: Bool = false) -> Int? {
    var index = start
    var bars = 0
    var isAfterBar = false
    var isFirst = true
    while index < leaf.count {
      let character = leaf.characters[index]
      if character == "|" {
        if !isFirst { bars += 1 }
        isAfterBar = true
        isFirst = false
        index += 1
        continue
      }
      if !character.isWhitespace {
        isAfterBar = false
        isFirst = false
      }
      switch character {
      case "\\": index += 2
      case "`": index += leaf.characters[index...].prefix { $0 == "`" }.count
      case "$" where !isPlain:
        if leaf.character(at: index + 1) == "$" {
          guard let end = displayEnd(from: index + 2, in: leaf) else { return nil }
          index = end
        } else if leaf.character(at: index + 1) == "`" {
          let span = leaf.codeSpan(at: index + 1)
          index = span.flatMap { leaf.character(at: $0.end) == "$" ? $0.end + 1 : nil } ?? index + 1
        } else {
          index = inlineEnd(from: index + 1, in: leaf) ?? index + 1
        }
      default: index += 1
      }
    }
    return isAfterBar ? bars : bars + 1
  }

  private func displayEnd(from start: Int, in leaf: LeafText) -> Int? {
    var index = start
    while index < leaf.count {
      if leaf.characters[index] == "\\" {
        index += 2
      } else if leaf.matches("$$", at: index) {
        return index + 2
      } else {
        index += 1
      }
    }
    return nil
  }

  private func inlineEnd(from start: Int, in leaf: LeafText) -> Int? {
    guard let first = leaf.character(at: start), !first.isWhitespace else { return nil }
    var index = start
    while index < leaf.count {
      switch leaf.characters[index] {
      case "\\": index = textGroup(at: index, in: leaf) ?? index + 2
      case "$":
        let isClosing =
          index > start && !leaf.characters[index - 1].isWhitespace
          && leaf.character(at: index + 1)?.isASCIIDigit != true
        return isClosing ? index + 1 : nil
      default: index += 1
      }
    }
    return nil
  }

  // MARK: Other signs for formulas

  /// Reports TeX's own signs for formulas, which Markdown would take for escaped brackets or for text.
  private mutating func checkDelimiter(
    at index: Int, in leaf: LeafText, _ source: SourceText, _ findings: inout Findings
  ) {
    let message: String
    switch leaf.character(at: index + 1) {
    case "(":
      guard let end = closing(")", after: index, in: leaf), end > index + 2 else { return }
      message =
        "write '$…$' for a formula, not '\\(…\\)'; parentheses in text need no backslash"
    case "[":
      guard let end = closing("]", after: index, in: leaf), end > index + 2,
        isFormula(index..<end + 2, in: leaf)
      else { return }
      message =
        "write '$$…$$' for a formula, not '\\[…\\]'; brackets in text need no backslash here"
    case "b" where leaf.matches("\\begin{", at: index):
      let name = leaf.characters[(index + 7)...].prefix { $0.isLetter || $0 == "*" }
      guard !name.isEmpty, leaf.character(at: name.endIndex) == "}" else { return }
      message =
        "'\\begin{\(String(name))}' stands in no formula; write '$$' before it and after its '\\end'"
    default: return
    }
    findings.report(message, at: source.position(at: leaf.places[index]))
  }

  /// Whether escaped brackets in `range` are meant for a formula: they stand by themselves, or hold TeX.
  /// Elsewhere they have a use, such as where a link would begin.
  private func isFormula(_ range: Range<Int>, in leaf: LeafText) -> Bool {
    let before = leaf.character(at: range.lowerBound - 1) ?? " "
    let after = leaf.character(at: range.upperBound) ?? " "
    let standsAlone = before.isWhitespace && (after.isWhitespace || ".,;".contains(after))
    return standsAlone
      || leaf.characters[range].dropFirst(2).dropLast(2).prefix(1_000).contains {
        "\\^_={}".contains($0)
      }
  }

  /// The next place of `\` and `mark` after `index`.
  private mutating func closing(_ mark: Character, after index: Int, in leaf: LeafText) -> Int? {
    if let known = closings[mark], known > index { return known < leaf.count ? known : nil }
    var place = index + 2
    while place < leaf.count {
      if leaf.characters[place] == "\\" {
        if leaf.character(at: place + 1) == mark { break }
        place += 1
      }
      place += 1
    }
    closings[mark] = place < leaf.count ? place : Int.max
    return place < leaf.count ? place : nil
  }

  // MARK: Tags, addresses and keys

  private mutating func tagLength(at index: Int, in leaf: LeafText) -> Int {
    let last = lastTagEnd ?? leaf.characters.lastIndex(of: ">") ?? -1
    lastTagEnd = last
    let tag = HTMLTag(in: leaf.characters[index...], mayEnd: index < last)
    return max(1, tag?.length ?? 1)
  }

  private func destinationEnd(at index: Int, in leaf: LeafText) -> Int {
    var index = index + 1
    guard leaf.character(at: index) == "(" else { return index }
    while let character = leaf.character(at: index), !character.isWhitespace, character != ")" {
      index += 1
    }
    return index
  }

  private func addressEnd(at index: Int, in leaf: LeafText) -> Int {
    let isInWord = leaf.character(at: index - 1).map { $0.isLetter || $0.isNumber } ?? false
    guard !isInWord,
      ["https://", "http://", "www."].contains(where: { leaf.matches($0, at: index) })
    else { return index + 1 }
    var index = index
    while let character = leaf.character(at: index), !character.isWhitespace, character != "<",
      character != ")"
    { index += 1 }
    return index
  }

  /// Passes over a key of a work, which may have a dollar in it.
  private func keyEnd(at index: Int, in leaf: LeafText) -> Int {
    func isWord(_ index: Int) -> Bool {
      leaf.character(at: index).map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
    var index = index + 1
    while isWord(index)
      || leaf.character(at: index) == "$" && isWord(index - 1) && isWord(index + 1)
    {
      index += 1
    }
    return index
  }
}
