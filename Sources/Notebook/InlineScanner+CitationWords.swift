/// The words around the keys of a citation: running text like any other.
extension InlineScanner {
  typealias CitationWords = (prefix: [Inline], suffix: [Inline])

  /// Stands for a key, and for the end of a part, while Markdown is parsed; no label has such names.
  private static let keyMark = "@"
  private static let partMark = ";"

  /// The words before and after the key of each part.
  func words(of parts: [CitationPart], into findings: inout Findings) -> [CitationWords] {
    let ranges = parts.map { part -> (Range<Int>, Range<Int>) in
      guard let key = part.key else {
        return (part.range, part.range.upperBound..<part.range.upperBound)
      }
      return (part.range.lowerBound..<key.start, key.end..<part.range.upperBound)
    }
    if ranges.allSatisfy({ isPlain($0.0) && isPlain($0.1) }) {
      return ranges.map { (trimmed(text($0.0)), trimmed(text($0.1), isSuffix: true)) }
    }
    guard let first = parts.first, let last = parts.last else { return [] }
    let whole = first.range.lowerBound - 1..<last.range.upperBound + 1
    // Brackets around it keep Markdown from taking its head for that of a list.
    let cited = SourceText(unquoted(whole), at: source.position(at: whole.lowerBound))
    var replacements: [Replacement] = []
    for (part, ranges) in zip(parts, ranges) {
      scan(ranges.0, of: cited, from: whole.lowerBound, &replacements, &findings)
      if let key = part.key {
        replacements.append(
          Replacement(
            range: key.start - whole.lowerBound..<key.end - whole.lowerBound,
            piece: .label(Self.keyMark)))
      }
      scan(ranges.1, of: cited, from: whole.lowerBound, &replacements, &findings)
      let end = part.range.upperBound - whole.lowerBound
      if part.range.upperBound != last.range.upperBound {
        replacements.append(Replacement(range: end..<end + 1, piece: .label(Self.partMark)))
      }
    }
    guard let read = read(cited, replacements, &findings) else {
      return parts.map { _ in ([], []) }
    }
    let content = withoutBrackets(read)
    let found = content.split(separator: .anchor(Self.partMark), omittingEmptySubsequences: false)
    return parts.indices.map { index in
      guard index < found.count else { return ([], []) }
      let sides = found[index].split(
        separator: .anchor(Self.keyMark), maxSplits: 1, omittingEmptySubsequences: false)
      return (
        trimmed(Array(sides[0])), sides.count > 1 ? trimmed(Array(sides[1]), isSuffix: true) : []
      )
    }
  }

  /// Returns `cited`, cut at `replacements`, as Markdown reads it; nil if it is not read.
  private func read(
    _ cited: SourceText, _ replacements: [Replacement], _ findings: inout Findings
  ) -> [Inline]? {
    do throws(MarkdownRefusal) {
      var check = ProseCheck(source: cited, definitions: LinkDefinitions(), hasFootnotes: false)
      check.read(
        0..<cited.characters.count, isHeading: false, holes: replacements.map(\.range),
        into: &findings)
      let cut = try CutText(cited, at: replacements)
      let tree = try CommonMark.tree(of: cut.markdown)
      MarkdownCheck(source: cited, cut: cut, addresses: check.addresses)
        .check(tree, into: &findings)
      let builder = TreeBuilder(
        placeholders: cut.placeholders, lines: cut.lines, anchors: HeadingAnchors())
      return tree.children.flatMap { builder.inlines(of: $0.children) }
    } catch {
      findings.report(error.message, at: cited.position(ofLine: error.line))
      return nil
    }
  }

  /// Whether a key of `parts` is emphasized or the like: then the brackets around it are only brackets.
  func hasKeyInMarkup(_ parts: [CitationPart], from start: Int, to end: Int) -> Bool {
    guard source.characters[start..<end].contains(where: { "*_~".contains($0) }) else {
      return false
    }
    let characters = Array(unquoted(start..<end))
    var placeholders = Placeholders()
    var markdown = ""
    var index = start
    var keys = parts.compactMap(\.key)[...]
    while index < end {
      if let key = keys.first, key.start == index {
        markdown += placeholders.add(.label(Self.keyMark), source: "")
        keys.removeFirst()
        index = key.end
      } else if let verbatim = brackets?.ends[index] {
        markdown += "x"
        index = verbatim
      } else {
        markdown.append(characters[index - start])
        index += 1
      }
    }
    guard let tree = try? CommonMark.tree(of: markdown) else { return false }
    var found = 0
    for node in tree.children.flatMap(\.children) {
      guard case .text(let text) = node.kind else { continue }
      found += text.unicodeScalars.count { placeholders.index(of: $0) != nil }
    }
    return found < placeholders.pieces.count
  }

  /// Adds what stands for something else in `range`, in places of `cited`, which begins at `start`.
  private func scan(
    _ range: Range<Int>, of cited: SourceText, from start: Int,
    _ replacements: inout [Replacement], _ findings: inout Findings
  ) {
    var scanner = InlineScanner(
      source: cited, range: range.lowerBound - start..<range.upperBound - start,
      kind: kind == .tableRow ? .tableRow : .heading,
      formulas: formulas.within(start..<start + cited.characters.count), linkLabels: linkLabels)
    scanner.scan(into: &findings)
    replacements += scanner.replacements
  }

  /// The text of `range`, with spaces for the marks of block quotes at the heads of its lines.
  private func unquoted(_ range: Range<Int>) -> String {
    var isAtHead = false
    return String(
      range.map { index -> Character in
        let character = source.characters[index]
        if character == "\n" { isAtHead = true }
        if isAtHead, character == ">" { return " " }
        if !character.isWhitespace { isAtHead = false }
        return character
      })
  }

  /// Whether Markdown has nothing to find in `range`.
  private func isPlain(_ range: Range<Int>) -> Bool {
    source.characters[range].allSatisfy { character in
      character.isLetter && !"hw".contains(character) || character.isNumber
        || " ,.()'-–".contains(character)
    }
  }

  private func text(_ range: Range<Int>) -> [Inline] {
    range.isEmpty ? [] : [.text(source.text(range))]
  }

  /// `content` without the brackets at its ends.
  private func withoutBrackets(_ content: [Inline]) -> [Inline] {
    var content = content
    if case .text(let text)? = content.first { content[0] = .text(String(text.dropFirst())) }
    if case .text(let text)? = content.last {
      content[content.count - 1] = .text(String(text.dropLast()))
    }
    return content
  }

  /// `content` without space at its ends; what follows a key keeps the space before it.
  private func trimmed(_ content: [Inline], isSuffix: Bool = false) -> [Inline] {
    var content = content
    while case .softBreak? = content.last { content.removeLast() }
    if case .text(let text)? = content.last {
      content[content.count - 1] = .text(
        String(text.reversed().drop(while: \.isWhitespace).reversed()))
    }
    if !isSuffix {
      while case .softBreak? = content.first { content.removeFirst() }
      if case .text(let text)? = content.first {
        content[0] = .text(String(text.drop(while: \.isWhitespace)))
      }
    }
    return content.filter { $0 != .text("") }
  }
}
