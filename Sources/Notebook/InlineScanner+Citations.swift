/// Citations and cross-references.
extension InlineScanner {
  // MARK: In brackets

  /// Reads `[see @a, p. 3; @b]`; brackets without keys of their own, and links, are left to Markdown.
  mutating func scanBracket(into findings: inout Findings) {
    let start = index
    guard let closing = closingBracket(of: start), linkTail(at: closing + 1) == nil,
      !isLinkLabel(at: closing + 1)
    else {
      index += 1
      return
    }
    let parts = parts(in: start + 1..<closing)
    guard parts.contains(where: { $0.key != nil }) else {
      index += 1
      return
    }
    if parts.count == 1, let only = parts[0].key, let kind = only.labelKind {
      // Words beside the label stay in their brackets, and the label is found among them.
      guard only.start == start + 1, only.end == closing else {
        index += 1
        return
      }
      addReference(only.name, kind: kind, at: only.at, into: &findings)
      replace(from: start, to: closing + 1, with: .reference(findings.references.count - 1))
      return
    }
    guard !hasKeyInMarkup(parts, from: start, to: closing + 1) else {
      index += 1
      return
    }
    addCitation(
      parts, of: start..<closing + 1, isNarrative: false, first: nil, into: &findings)
  }

  /// A text between two semicolons, and the first key in it.
  struct CitationPart {
    var range: Range<Int>
    var key: CitationKey?
  }

  /// The parts of what brackets enclose; what is in brackets, code or formulas of its own does not count.
  private func parts(in range: Range<Int>) -> [CitationPart] {
    var parts: [CitationPart] = []
    var start = range.lowerBound
    var key: CitationKey?
    var index = range.lowerBound
    while index < range.upperBound {
      if key == nil, source.characters[index] == "@",
        let found = self.key(at: index, limit: range.upperBound)
      {
        key = found
        index = found.end
        continue
      }
      if let end = brackets?.ends[index] ?? brackets?.closings[index].map({ $0 + 1 }) {
        index = max(index + 1, min(end, range.upperBound))
        continue
      }
      switch source.characters[index] {
      case "\\": index += 1
      case ";":
        parts.append(CitationPart(range: start..<index, key: key))
        start = index + 1
        key = nil
      default: break
      }
      index += 1
    }
    return parts + [CitationPart(range: start..<range.upperBound, key: key)]
  }

  /// The index of the `]` that closes the bracket at `start`.
  private mutating func closingBracket(of start: Int) -> Int? {
    if brackets == nil { brackets = Brackets(of: self, from: start) }
    return brackets?.closings[start]
  }

  /// Whether at `start` a bracket names the address of the link before it, `[words][name]`.
  private func isLinkLabel(at start: Int) -> Bool {
    character(at: start) == "[" && start < end && character(at: start + 1) != "^"
      && brackets?.closings[start] != nil
  }

  // MARK: In running text

  /// Reads `@key` in running text, with what follows it in brackets.
  mutating func scanBareKey(into findings: inout Findings) {
    guard let key = key(at: index, limit: end) else {
      index += 1
      return
    }
    if let kind = key.labelKind {
      addReference(key.name, kind: kind, at: key.at, into: &findings)
      replace(from: key.at, to: key.end, with: .reference(findings.references.count - 1))
      return
    }
    let whole = key.start..<key.end
    guard let (bracket, parts) = bracket(after: key.end) else {
      addCitation([], of: whole, isNarrative: !key.hidesAuthor, first: key, into: &findings)
      return
    }
    addCitation(
      parts, of: whole.lowerBound..<bracket.upperBound, isNarrative: !key.hidesAuthor, first: key,
      into: &findings)
  }

  /// The brackets after a key in running text, if they say more about the work or name further ones.
  private mutating func bracket(after start: Int) -> (range: Range<Int>, parts: [CitationPart])? {
    var opening = start
    var lineEnds = 0
    while opening < end, source.characters[opening].isWhitespace {
      if source.characters[opening] == "\n" { lineEnds += 1 }
      opening += 1
    }
    guard opening < end, lineEnds < 2, source.characters[opening] == "[",
      character(at: opening + 1) != "^", let closing = closingBracket(of: opening),
      character(at: closing + 1) != "(" && character(at: closing + 1) != "[",
      !linkLabels.contains(
        LinkDefinitions.normalized(source.text((opening + 1)..<closing)))
    else { return nil }
    let parts = parts(in: opening + 1..<closing)
    guard parts.dropFirst().allSatisfy({ $0.key != nil && $0.key?.labelKind == nil }),
      parts[0].key?.labelKind == nil, !hasKeyInMarkup(parts, from: opening, to: closing + 1)
    else { return nil }
    return (opening..<closing + 1, parts)
  }

  // MARK: What is found

  private func addReference(
    _ label: String, kind: LabelKind, at index: Int, into findings: inout Findings
  ) {
    findings.references.append(
      CrossReference(kind: kind, label: label, position: source.position(at: index)))
  }

  /// Adds the citation written in `range`: `parts` are what its brackets hold, `first` is the work named before
  /// them, if it is part of a sentence.
  private mutating func addCitation(
    _ parts: [CitationPart], of range: Range<Int>, isNarrative: Bool, first: CitationKey?,
    into findings: inout Findings
  ) {
    let number = findings.citations.count
    // Citations in the words of this one come after it.
    findings.citations.append(
      Citation(isNarrative: isNarrative, items: [], source: source.text(range)))
    var items: [Citation.Item] = []
    if let first { items.append(item(first)) }
    for (part, words) in zip(parts, words(of: parts, into: &findings)) {
      guard let key = part.key else {
        if first != nil, part.range == parts[0].range {
          items[0].suffix = words.prefix
        } else {
          findings.report(
            "every part of a citation names a work; '\(source.text(part.range).trimmingSpaces)' does not",
            at: source.position(at: part.range.lowerBound))
        }
        continue
      }
      if key.labelKind != nil {
        findings.report(
          "'@\(key.name)' is a cross-reference and cannot stand among citations",
          at: source.position(at: key.at))
        continue
      }
      var item = item(key)
      item.prefix = words.prefix
      item.suffix = words.suffix
      items.append(item)
    }
    findings.citations[number].items = items
    replace(from: range.lowerBound, to: range.upperBound, with: .citation(number))
  }

  private func item(_ key: CitationKey) -> Citation.Item {
    Citation.Item(
      key: key.name, hidesAuthor: key.hidesAuthor, position: source.position(at: key.at))
  }
}
