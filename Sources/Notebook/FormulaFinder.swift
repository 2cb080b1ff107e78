/// Finds the formulas of a text before Markdown is parsed, since `>`, `=`, `-`, `|` and `*` are the
/// formula's own where they stand in one, also at the head of a line.
///
/// It goes line by line with a ``BlockTracker``. What quotes and lists put before the lines of a formula is
/// no part of it. A formula ends within its block: a blank line, a fence, and a line outside of its quote or
/// list end it.
struct FormulaFinder {
  let source: SourceText
  private let lines: [Range<Int>]
  private var tracker = BlockTracker()
  private(set) var found = FoundFormulas()
  /// The next line that is not yet in a block.
  private var next = 0
  private var leaf = LeafText()
  /// The next character of the leaf to be looked at.
  private var index = 0
  /// The line of the titles of the table that follows the leaf, where its words begin, and how many there are.
  private var tableHead: (line: Int, start: Int, columns: Int)?
  /// Whether the bars of the row being read end its cells in formulas too, since it has the right number of
  /// cells so and not otherwise: what stands there is money.
  private var barsEndFormulas = false
  private var scan = LeafScan()

  /// Finds the formulas of `source`.
  static func formulas(in source: SourceText, into findings: inout Findings) -> FoundFormulas {
    var finder = FormulaFinder(source)
    finder.run(into: &findings)
    return finder.found
  }

  private init(_ source: SourceText) {
    self.source = source
    lines = source.lineStarts.indices.map { source.range(ofLines: ($0 + 1)...($0 + 1)) }
  }

  // MARK: Blocks

  private mutating func run(into findings: inout Findings) {
    // Where blocks stand deeper in each other, the parser refuses the text.
    while next < lines.count, tracker.containers.count <= BlockTracker.maximumDepth {
      let line = next
      next += 1
      let kind = tracker.step(source.characters, lines[line])
      switch kind {
      case .blank, .other: break
      case .heading(let start): readLine(line, from: start, into: &findings)
      case .paragraph(let start), .continuation(let start), .row(let start):
        readParagraph(line, from: start, into: &findings)
      }
    }
  }

  /// Reads a line that is a leaf by itself, such as a heading or a row.
  private mutating func readLine(
    _ line: Int, from start: Int, columns: Int? = nil, into findings: inout Findings
  ) {
    leaf = LeafText()
    append(line, from: start)
    index = 0
    if let columns {
      barsEndFormulas =
        scan.columns(ofRow: leaf, from: 0) != columns
        && scan.columns(ofRow: leaf, from: 0, isPlain: true) == columns
    }
    scanLeaf(mayGoOn: false, &findings)
    barsEndFormulas = false
  }

  private mutating func readParagraph(_ line: Int, from start: Int, into findings: inout Findings) {
    leaf = LeafText()
    append(line, from: start)
    index = 0
    gather()
    scanLeaf(mayGoOn: true, &findings)
    guard let head = tableHead else { return }
    tableHead = nil
    found.tableHeads.append(head.line + 1)
    readLine(head.line, from: head.start, columns: head.columns, into: &findings)
    next = head.line + 2
    tracker.leaf = .table
    while next < lines.count {
      var ahead = tracker
      guard case .row(let start) = ahead.step(source.characters, lines[next]) else { break }
      tracker = ahead
      readLine(next, from: start, columns: head.columns, into: &findings)
      next += 1
    }
  }

  private mutating func append(_ line: Int, from start: Int) {
    leaf.append(
      start..<lines[line].upperBound, of: source, line: line, matched: tracker.matched)
  }

  /// Adds the lines to the leaf that go on with its paragraph, up to the titles of a table.
  private mutating func gather() {
    tableHead = nil
    while next < lines.count {
      if let last = leaf.lines.last, last.start >= index,
        let columns = columns(of: last, ruledBy: next)
      {
        tableHead = (last.number, leaf.places[last.start], columns)
        leaf.truncate(to: last.start)
        return
      }
      var ahead = tracker
      guard case .continuation(let start) = ahead.step(source.characters, lines[next]) else {
        return
      }
      tracker = ahead
      append(next, from: start)
      next += 1
    }
  }

  /// The number of titles of a table in `line`, which the line `rule` rules off; nil if they are none.
  private func columns(of line: LeafText.Line, ruledBy rule: Int) -> Int? {
    var cursor = LineCursor(source.characters, lines[rule])
    guard tracker.match(&cursor) == tracker.containers.count, cursor.indent <= 3,
      let first = cursor.first, "|:-".contains(first),
      let columns = MarkdownLine.columns(ofTableRule: cursor.rest),
      let cells = scan.columns(ofRow: leaf, from: line.start)
    else { return nil }
    let isHead =
      cells == columns || scan.columns(ofRow: leaf, from: line.start, isPlain: true) == columns
    return isHead ? columns : nil
  }

  // MARK: Words

  private mutating func scanLeaf(mayGoOn: Bool, _ findings: inout Findings) {
    scan = LeafScan()
    while index < leaf.count {
      guard leaf.characters[index] == "$" else {
        index = scan.next(after: index, in: leaf, source, &findings)
        continue
      }
      let start = index
      switch leaf.character(at: start + 1) {
      case "`": readCode(at: start)
      case "$": readDisplay(at: start, mayGoOn: mayGoOn, &findings)
      default:
        if let end = inlineEnd(from: start + 1, mayGoOn: mayGoOn) {
          add(.inline, start..<end + 1, tex: start + 1..<end)
        } else {
          index = start + 1
        }
      }
    }
  }

  private mutating func readCode(at start: Int) {
    guard let span = leaf.codeSpan(at: start + 1), leaf.character(at: span.end) == "$" else {
      index = start + 1
      return
    }
    add(.code, start..<span.end + 1, tex: span.content)
  }

  private mutating func readDisplay(at start: Int, mayGoOn: Bool, _ findings: inout Findings) {
    let plainEnd = leaf.count
    var position = start + 2
    while true {
      if position >= leaf.count {
        if let obstacle = goOn(from: start, mayGoOn: mayGoOn, isDisplay: true) {
          drop(from: plainEnd)
          findings.report(
            "the formula that begins here is never closed with '$$'\(obstacle); write '\\$\\$' for two "
              + "dollars", at: source.position(at: leaf.places[start]))
          index = start + 2
          return
        }
        continue
      }
      if leaf.characters[position] == "\\" {
        position = scan.textGroup(at: position, in: leaf) ?? position + 2
      } else if leaf.characters[position] == "|", barsEndFormulas {
        position = leaf.count
      } else if leaf.characters[position] == "$", leaf.character(at: position + 1) == "$" {
        break
      } else {
        position += 1
      }
    }
    goOnAfterwards(from: plainEnd)
    add(.display, start..<position + 2, tex: start + 2..<position)
    if leaf.count > plainEnd { gather() }
  }

  /// The end of the inline formula whose TeX starts at `start`, by pandoc's rules: no space just inside
  /// either dollar, no digit after the closing one. Dollars in `\text{…}` are part of it.
  private mutating func inlineEnd(from start: Int, mayGoOn: Bool) -> Int? {
    guard let first = leaf.character(at: start), !first.isWhitespace else { return nil }
    let plainEnd = leaf.count
    var position = start
    while true {
      if position >= leaf.count {
        guard goOn(from: start, mayGoOn: mayGoOn, isDisplay: false) == nil else { break }
        continue
      }
      switch leaf.characters[position] {
      case "\\": position = scan.textGroup(at: position, in: leaf) ?? position + 2
      case "|" where barsEndFormulas: return nil
      case "$":
        let isClosing =
          position > start && !leaf.characters[position - 1].isWhitespace
          && leaf.character(at: position + 1)?.isASCIIDigit != true
        guard isClosing else {
          drop(from: plainEnd)
          return nil
        }
        if leaf.count > plainEnd {
          goOnAfterwards(from: plainEnd)
          index = position + 1
          gather()
        }
        return position
      default: position += 1
      }
    }
    drop(from: plainEnd)
    return nil
  }

  // MARK: Lines that would be other blocks

  /// Adds the line below the leaf to it, for the formula that begins at `start`; returns why it cannot.
  private mutating func goOn(from start: Int, mayGoOn: Bool, isDisplay: Bool) -> String? {
    guard mayGoOn, let last = leaf.lines.last, last.number + 1 < lines.count else { return "" }
    let number = last.number + 1
    let words = "before line \(source.position(at: lines[number].lowerBound).line)"
    let base = leaf.lines[leaf.line(of: start)].matched
    var cursor = LineCursor(source.characters, lines[number])
    let matched = tracker.match(&cursor, upTo: base)
    guard !cursor.isBlank else { return isTextEnd(number) ? "" : " \(words), which is blank" }
    if cursor.indent <= 3 {
      if MarkdownLine.fence(cursor.rest) != nil { return " \(words), where code begins" }
      if !isDisplay, MarkdownLine.headingMarks(cursor.rest) != nil { return " \(words)" }
    }
    if matched < base {
      var ahead = tracker
      ahead.leaf = .paragraph
      guard case .continuation = ahead.step(source.characters, lines[number]) else {
        return " \(words), which is outside of its list or quote"
      }
    }
    leaf.append(cursor.index..<cursor.end, of: source, line: number, matched: matched)
    return nil
  }

  /// Whether nothing follows the line `number`.
  private func isTextEnd(_ number: Int) -> Bool {
    number == lines.count - 1
  }

  /// Takes the lines after `count` away again.
  private mutating func drop(from count: Int) {
    if leaf.count > count { leaf.truncate(to: count + 1) }
  }

  /// Goes on as in a paragraph after a formula took lines that would have been other blocks.
  private mutating func goOnAfterwards(from plainEnd: Int) {
    guard leaf.count > plainEnd, let last = leaf.lines.last else { return }
    tracker.leaf = .paragraph
    next = last.number + 1
  }

  private mutating func add(_ form: FoundFormula.Form, _ range: Range<Int>, tex: Range<Int>) {
    index = range.upperBound
    let characters = leaf.characters
    var tex = tex
    while let first = tex.first, characters[first].isWhitespace { tex.removeFirst() }
    while let last = tex.last, characters[last].isWhitespace { tex.removeLast() }
    let texStart = tex.lowerBound
    var lineStarts = [source.position(at: leaf.places[min(texStart, leaf.count - 1)])]
    for place in tex where characters[place] == "\n" {
      lineStarts.append(source.position(at: leaf.places[place] + 1))
      if place + 1 < tex.upperBound, characters[place + 1] != "\n" {
        lineStarts[lineStarts.count - 1] = source.position(at: leaf.places[place + 1])
      }
    }
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    for place in range where characters[place] == "\n" {
      if start < place { pieces.append(leaf.places[start]..<leaf.places[place - 1] + 1) }
      start = place + 1
    }
    pieces.append(leaf.places[start]..<leaf.places[range.upperBound - 1] + 1)
    found.append(
      FoundFormula(
        form: form,
        range: leaf.places[range.lowerBound]..<leaf.places[range.upperBound - 1] + 1,
        pieces: pieces, tex: String(characters[tex]), lineStarts: lineStarts,
        indentation: tracker.containers.map(\.head).joined()))
  }
}
