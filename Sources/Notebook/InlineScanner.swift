/// Finds formulas, roles, citations, references and labels in running text before Markdown is
/// parsed, because Markdown would read `_`, `*`, `\\` and `|` inside them as its own.
///
/// Code spans, tags and addresses are passed over. One scanner reads one leaf block.
struct InlineScanner {
  let source: SourceText
  let kind: Kind
  /// What the lines of the block begin with.
  let indentation: String
  /// Where the leaf block ends; a display formula may run on, up to a blank line.
  let end: Int
  var index: Int
  var replacements: [Replacement] = []
  /// What the block's brackets enclose, once it has been asked for.
  var brackets: Brackets?
  /// The names of addresses that are defined elsewhere in the text, `[name]: address`.
  let linkLabels: Set<String>
  private var openTags: [Positioned<String>] = []

  enum Kind {
    case paragraph, heading, tableRow
  }

  init(
    source: SourceText, range: Range<Int>, kind: Kind, indentation: String = "",
    linkLabels: Set<String> = []
  ) {
    self.source = source
    self.linkLabels = linkLabels
    self.kind = kind
    self.indentation = indentation
    index = range.lowerBound
    end = range.upperBound
  }

  /// Reads to the end of the block and adds what is found.
  mutating func scan(into findings: inout Findings) {
    while index < end { step(into: &findings) }
    for tag in openTags {
      findings.report("the tag <\(tag.value)> is never closed", at: tag.position)
    }
  }

  private mutating func step(into findings: inout Findings) {
    switch source.characters[index] {
    case "\\": index += 2
    case "`": skipCodeSpan()
    case "$": scanFormula(into: &findings)
    case "{": scanBrace(into: &findings)
    case "[": scanBracket(into: &findings)
    case "]": skipDestination()
    case "@": scanBareKey(into: &findings)
    case "<": scanTag(into: &findings)
    case "h", "w": skipAddress()
    default: index += 1
    }
  }

  /// The character before `position`, if it is in the same text.
  func character(before position: Int) -> Character? {
    position > 0 ? source.characters[position - 1] : nil
  }

  /// The character at `position`, if the text goes that far.
  func character(at position: Int) -> Character? {
    position < source.characters.count ? source.characters[position] : nil
  }

  /// Adds a replacement that ends where the scanner goes on.
  mutating func replace(from start: Int, to next: Int, with piece: SourcePiece) {
    replacements.append(Replacement(range: start..<next, piece: piece))
    index = next
  }

  // MARK: Formulas

  private mutating func scanFormula(into findings: inout Findings) {
    let start = index
    let isDisplay = source.matches("$$", at: index)
    let closing = isDisplay ? displayEnd(from: index + 2) : inlineEnd(from: index + 1)
    guard let closing else {
      if isDisplay {
        findings.report(
          "the formula that begins here is never closed with '$$'; write '\\$\\$' for two dollars",
          at: source.position(at: index))
      }
      index += isDisplay ? 2 : 1
      return
    }
    let width = isDisplay ? 2 : 1
    let tex = tex(in: start + width..<closing)
    if tex.text.isEmpty { findings.report("empty formula", at: source.position(at: start)) }
    var next = closing + width
    let written = source.text(start..<next)
    var label: String?
    if isDisplay, let found = labelAfterSpaces(from: next) {
      findings.define(
        found.name, kind: .equation, of: "a formula", at: source.position(at: found.start))
      label = found.name
      next = found.end
    }
    findings.formulas.append(
      Formula(
        tex: tex.text, source: written, isDisplay: isDisplay, label: label,
        isInTable: kind == .tableRow, indentation: indentation,
        position: source.position(at: tex.start)))
    replace(from: start, to: next, with: .formula(findings.formulas.count - 1))
  }

  /// The TeX in `range` without space at either end, and where it starts. The marks of a block
  /// quote at the heads of its lines become spaces, so that places in the TeX are still places in
  /// the file.
  private func tex(in range: Range<Int>) -> (text: String, start: Int) {
    var isAtHead = false
    let characters = range.map { index -> Character in
      let character = source.characters[index]
      if character == "\n" { isAtHead = true }
      if isAtHead, character == ">" { return " " }
      if !character.isWhitespace { isAtHead = false }
      return character
    }
    let head = characters.prefix(while: \.isWhitespace).count
    let tail = characters.reversed().prefix(while: \.isWhitespace).count
    guard head < characters.count else { return ("", range.lowerBound) }
    return (String(characters[head..<(characters.count - tail)]), range.lowerBound + head)
  }

  /// Where the display formula whose TeX starts at `start` is closed: before a blank line.
  func displayEnd(from start: Int) -> Int? {
    let limit = kind == .paragraph ? source.characters.count : end
    var index = start
    while index < limit {
      switch source.characters[index] {
      case "\\": index += 2
      case "$" where source.matches("$$", at: index): return index
      case "\n":
        index += 1
        let rest = source.characters[index...].drop { $0 == " " || $0 == "\t" || $0 == ">" }
        if rest.isEmpty || rest.first == "\n" || rest.starts(with: "```") { return nil }
      default: index += 1
      }
    }
    return nil
  }

  /// Where the inline formula whose TeX starts at `start` is closed, by Pandoc's rules: no space
  /// just inside either dollar, no digit after the closing one. Dollars in `\text{…}` are part of it.
  func inlineEnd(from start: Int) -> Int? {
    guard let first = character(at: start), !first.isWhitespace else { return nil }
    var index = start
    while index < end {
      switch source.characters[index] {
      case "\\":
        index =
          ["\\text{", "\\mbox{"].first { source.matches($0, at: index) }
          .flatMap { closingBrace(from: index + $0.count) } ?? index + 2
      case "$":
        let isClosing =
          index > start && !source.characters[index - 1].isWhitespace
          && character(at: index + 1)?.isASCIIDigit != true
        return isClosing ? index : nil
      default: index += 1
      }
    }
    return nil
  }

  /// The index after the brace that closes a group entered at `start`.
  private func closingBrace(from start: Int) -> Int? {
    var depth = 1
    var index = start
    while index < end {
      switch source.characters[index] {
      case "\\": index += 1
      case "{": depth += 1
      case "}":
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  // MARK: Code, tags and addresses

  /// The index after the code span that begins at `start`; nil if its backticks are never matched.
  func codeSpan(at start: Int) -> (content: Range<Int>, end: Int)? {
    let width = source.characters[start..<end].prefix { $0 == "`" }.count
    var index = start + width
    while index < end {
      guard source.characters[index] == "`" else {
        index += 1
        continue
      }
      let run = source.characters[index..<end].prefix { $0 == "`" }.count
      if run == width { return (start + width..<index, index + run) }
      index += run
    }
    return nil
  }

  private mutating func skipCodeSpan() {
    index =
      codeSpan(at: index)?.end
      ?? index + source.characters[index..<end].prefix { $0 == "`" }.count
  }

  /// Passes over the destination of a link, `](…)`, and its title.
  private mutating func skipDestination() {
    index = linkTail(at: index + 1) ?? index + 1
  }

  /// Passes over a bare address, in which `@` and `$` mean nothing.
  private mutating func skipAddress() {
    let isInWord = character(before: index).map { $0.isLetter || $0.isNumber } ?? false
    let isAddress = ["https://", "http://", "www."].contains { source.matches($0, at: index) }
    guard isAddress, !isInWord else {
      index += 1
      return
    }
    while index < end, let character = character(at: index), !character.isWhitespace,
      character != "<", character != ")"
    { index += 1 }
  }

  private mutating func scanTag(into findings: inout Findings) {
    guard let tag = HTMLTag(in: source.characters[index..<end]) else {
      index += 1
      return
    }
    let position = source.position(at: index)
    let start = index
    index += tag.length
    switch tag.kind {
    case .comment: replace(from: start, to: index, with: .comment)
    case .openComment: findings.report(HTMLTag.openComment, at: position)
    case .declaration:
      findings.report(HTMLTag.refusal(of: source.text(start..<index)), at: position)
    case .address: break
    case .tag(let name, let isClosing, let isPlain):
      check(name, isClosing: isClosing, isPlain: isPlain, at: position, &findings)
    }
  }

  private mutating func check(
    _ name: String, isClosing: Bool, isPlain: Bool, at position: SourcePosition,
    _ findings: inout Findings
  ) {
    guard isPlain, HTMLTag.allowed.contains(name) else {
      findings.report(HTMLTag.refusal(of: "<\(isClosing ? "/" : "")\(name)>"), at: position)
      return
    }
    guard name != "br" else { return }
    if !isClosing {
      openTags.append(Positioned(name, at: position))
    } else if openTags.last?.value == name {
      openTags.removeLast()
    } else {
      findings.report("the tag </\(name)> closes nothing", at: position)
    }
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
