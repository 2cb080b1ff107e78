/// The places where a text defines links, `[name]: address`, and footnotes, `[^name]: text`.
///
/// The parser of Markdown keeps neither names nor places of them.
struct LinkDefinitions {
  /// A definition; for a link, `address` is where its address stands.
  struct Definition {
    var name: String
    var line: Int
    var position: SourcePosition
    var address: Range<Int>?
  }

  /// By their names as the parser compares them.
  private(set) var links: [String: Definition] = [:]
  private(set) var footnotes: [String: Definition] = [:]
  /// Lines that look like the definition of a link and are text, for no blank line is before them.
  private(set) var texts: [String: Definition] = [:]
  /// Definitions of a name that has one, each with the line of the first.
  private(set) var doubles: [(definition: Definition, isFootnote: Bool, first: Int)] = []
  /// The lines, counted from 1, that define links.
  private(set) var lines: Set<Int> = []

  /// The definitions of no text.
  init() {}

  /// Finds the definitions in `source`, whose leaves are `leaves`.
  init(in source: SourceText, leaves: [SourceLeaf]) {
    // For each line, the leaf it belongs to.
    var leafOfLine: [Int?] = Array(repeating: nil, count: source.lineStarts.count + 1)
    for (index, leaf) in leaves.enumerated() {
      for line in leaf.lines where line < leafOfLine.count && leafOfLine[line] == nil {
        leafOfLine[line] = index
      }
    }
    /// The line after the definitions that the leaf begins with.
    var heads: [Int: Int] = [:]
    var line = 0
    while line < source.lineStarts.count {
      line += 1
      let leaf = leafOfLine[line]
      guard let found = Self.definition(onLine: line, of: source) else { continue }
      if found.isFootnote {
        // What follows the mark may be any block; what stands in a block is none.
        let mark = leaf.map { source.lineStarts[line - 1] + leaves[$0].indentation } ?? Int.max
        if found.start < mark { add(footnote: found.definition) }
        continue
      }
      if let leaf, !leaves[leaf].isParagraph { continue }
      let isHead = leaf.map { (heads[$0] ?? leaves[$0].lines.lowerBound) == line } ?? true
      let name = Self.normalized(found.definition.name)
      guard isHead else {
        texts[name] = texts[name] ?? found.definition
        continue
      }
      if let first = links[name] {
        doubles.append((found.definition, false, first.position.line))
      } else {
        links[name] = found.definition
      }
      for taken in line...found.lastLine { lines.insert(taken) }
      line = found.lastLine
      if let leaf { heads[leaf] = line + 1 }
    }
  }

  /// Reports names that are defined twice.
  func reportDoubles(into findings: inout Findings) {
    for double in doubles {
      let mark = double.isFootnote ? "^" : ""
      findings.report(
        "'[\(mark)\(double.definition.name)]: …' is already defined on line \(double.first)",
        at: double.definition.position)
    }
  }

  /// Warns of footnotes that nothing mentions, which no page shows.
  func warnOfUnusedFootnotes(used: Set<String>, into findings: inout Findings) {
    for (name, definition) in footnotes where !used.contains(name) {
      findings.warn(
        "nothing mentions the footnote '[^\(definition.name)]', so it is not shown",
        at: definition.position)
    }
  }

  private mutating func add(footnote: Definition) {
    let name = Self.normalized(footnote.name)
    if let first = footnotes[name] {
      doubles.append((footnote, true, first.position.line))
    } else {
      footnotes[name] = footnote
    }
  }

  /// These links and those of `other`, and the footnotes of neither.
  func links(and other: LinkDefinitions) -> LinkDefinitions {
    var both = LinkDefinitions()
    both.links = links.merging(other.links) { first, _ in first }
    both.texts = texts
    return both
  }

  /// `name` as the parser compares names: letters of either case, any space as one.
  static func normalized(_ name: String) -> String {
    name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The definition that a line holds.
  private struct Found {
    var definition: Definition
    var isFootnote: Bool
    /// The place where it begins; of a link, where its address is looked for.
    var start: Int
    var lastLine: Int
  }

  /// Returns the definition that the line `line` holds.
  private static func definition(
    onLine line: Int, of source: SourceText
  ) -> Found? {
    let range = source.range(ofLines: line...line)
    let start = source.contentStart(in: range)
    guard source.matches("[", at: start) else { return nil }
    let isFootnote = source.matches("[^", at: start)
    var end = start + 1
    while end < range.upperBound, source.characters[end] != "]" {
      if source.characters[end] == "[" { return nil }
      end += source.characters[end] == "\\" ? 2 : 1
    }
    guard end < range.upperBound, source.matches("]:", at: end) else { return nil }
    let name = source.text((start + (isFootnote ? 2 : 1))..<end)
    guard !name.trimmingSpaces.isEmpty else { return nil }
    let definition = Definition(
      name: name, line: line, position: source.position(at: start), address: nil)
    if isFootnote {
      guard !name.contains(where: \.isWhitespace) else { return nil }
      return Found(definition: definition, isFootnote: true, start: start, lastLine: line)
    }
    return link(definition, from: end + 2, line: line, of: source)
  }

  /// The definition of a link whose address is looked for from `start` on, there or on the next line.
  private static func link(
    _ definition: Definition, from start: Int, line: Int, of source: SourceText
  ) -> Found? {
    var line = line
    var range = source.range(ofLines: line...line)
    func found(to last: Int, _ definition: Definition) -> Found {
      Found(definition: definition, isFootnote: false, start: start, lastLine: last)
    }
    var index = source.skippingSpaces(from: start, to: range.upperBound)
    if index == range.upperBound, line < source.lineStarts.count {
      line += 1
      range = source.range(ofLines: line...line)
      index = source.contentStart(in: range, passesListMarks: false)
    }
    guard let address = source.address(from: index, to: range.upperBound) else { return nil }
    var definition = definition
    definition.address = address.content
    index = source.skippingSpaces(from: address.end, to: range.upperBound)
    if index < range.upperBound {
      guard index > address.end, "\"'(".contains(source.characters[index]) else { return nil }
      return found(to: line, definition)
    }
    // A title may stand on a line of its own.
    if line < source.lineStarts.count {
      let next = source.range(ofLines: (line + 1)...(line + 1))
      let head = source.contentStart(in: next, passesListMarks: false)
      let text = source.text(head..<next.upperBound).trimmingSpaces
      if let quote = text.first, "\"'(".contains(quote), text.count > 1,
        text.last == (quote == "(" ? ")" : quote)
      {
        return found(to: line + 1, definition)
      }
    }
    return found(to: line, definition)
  }
}

extension SourceText {
  /// The place where the content of a line begins: after space, the marks of quotes and, if asked for, of list items.
  func contentStart(in line: Range<Int>, passesListMarks: Bool = true) -> Int {
    var index = line.lowerBound
    while index < line.upperBound {
      let character = characters[index]
      if " \t>".contains(character) {
        index += 1
        continue
      }
      guard passesListMarks else { break }
      let digits = characters[index..<line.upperBound].prefix(10).prefix { $0.isASCIIDigit }.count
      let mark = index + digits
      guard mark < line.upperBound, digits < 10,
        digits > 0 ? ".)".contains(characters[mark]) : "-+*".contains(characters[mark]),
        mark + 1 < line.upperBound, " \t".contains(characters[mark + 1])
      else { break }
      index = mark + 2
    }
    return index
  }

  /// The first index from `start` on that is not a space or a tab; `end` if there is none.
  func skippingSpaces(from start: Int, to end: Int) -> Int {
    var index = start
    while index < end, characters[index] == " " || characters[index] == "\t" { index += 1 }
    return index
  }

  /// The address of a link or an image that begins at `start`, without its angle brackets, and where it ends;
  /// nil if it is none by CommonMark's rules.
  func address(from start: Int, to end: Int) -> (content: Range<Int>, end: Int)? {
    guard start < end else { return nil }
    if characters[start] == "<" {
      var index = start + 1
      while index < end, characters[index] != ">" {
        if characters[index] == "<" || characters[index] == "\n" { return nil }
        index += characters[index] == "\\" ? 2 : 1
      }
      return index < end ? (start + 1..<index, index + 1) : nil
    }
    var depth = 0
    var index = start
    while index < end, !characters[index].isSpace {
      switch characters[index] {
      case "\\" where index + 1 < end && !characters[index + 1].isWhitespace: index += 1
      case "(":
        depth += 1
        // No parser reads further, and looking on would cost the square of the length.
        if depth > 32 { return nil }
      case ")":
        if depth == 0 { return (start..<index, index) }
        depth -= 1
      default: break
      }
      index += 1
    }
    return depth == 0 ? (start..<min(index, end), min(index, end)) : nil
  }
}
