/// Finds roles, citations, references and labels in running text before Markdown is parsed, because Markdown
/// would read `_` and `*` inside them as its own; formulas have been found before.
///
/// Code spans, tags and addresses are passed over. One scanner reads one leaf block, in time that grows with
/// its length: what is looked for ahead, such as the end of a bracket, is looked up in tables.
struct InlineScanner {
  let source: SourceText
  let kind: Kind
  let formulas: FoundFormulas
  /// The end of the leaf block.
  let end: Int
  var index: Int
  var replacements: [Replacement] = []
  /// The texts in the block's brackets, once they have been asked for.
  var brackets: Brackets?
  /// The names of addresses that are defined elsewhere in the text, `[name]: address`.
  let linkLabels: Set<String>
  private var openTags: [Positioned<String>] = []
  private let backticks: BacktickRuns
  /// The last `>` of the block.
  let lastTagEnd: Int

  enum Kind {
    case paragraph, heading, tableRow

    var place: Formula.Place {
      switch self {
      case .paragraph: .text
      case .heading: .heading
      case .tableRow: .table
      }
    }
  }

  init(
    source: SourceText, range: Range<Int>, kind: Kind, formulas: FoundFormulas,
    linkLabels: Set<String> = []
  ) {
    self.source = source
    self.linkLabels = linkLabels
    self.kind = kind
    self.formulas = formulas
    index = range.lowerBound
    end = range.upperBound
    backticks = BacktickRuns(in: source.characters, range)
    lastTagEnd = source.characters[range].lastIndex(of: ">") ?? -1
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
    guard let formula = formulas.formula(at: index) else {
      index += 1
      return
    }
    let start = index
    if formula.tex.isEmpty { findings.report("empty formula", at: source.position(at: start)) }
    var next = formula.range.upperBound
    let isDisplay = formula.form == .display
    var label: String?
    if isDisplay, let found = labelAfterSpaces(from: next) {
      findings.define(
        found.name, kind: .equation, of: "a formula", at: source.position(at: found.start))
      label = found.name
      next = found.end
    }
    findings.add(
      Formula(
        tex: formula.tex, source: source.text(formula.range), isDisplay: isDisplay, label: label,
        place: kind.place, indentation: formula.indentation, lineStarts: formula.lineStarts))
    replace(from: start, to: next, with: .formula(findings.formulas.count - 1))
  }

  // MARK: Code, tags and addresses

  /// The index after the code span that begins at `start`; nil if its backticks are never matched.
  func codeSpan(at start: Int) -> (content: Range<Int>, end: Int)? {
    let width = source.characters[start..<end].prefix { $0 == "`" }.count
    return backticks.next(width: width, from: start + width).map {
      (start + width..<$0, $0 + width)
    }
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
    guard let tag = HTMLTag(in: source.characters[index..<end], mayEnd: index < lastTagEnd)
    else {
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

  /// Whether it is white space; quick for ASCII, of which nearly every text is.
  var isSpace: Bool {
    guard let byte = asciiValue else { return isWhitespace }
    return byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
  }
}
