internal import Settings

/// Citations, cross-references, roles and labels.
extension InlineScanner {
  /// The index of the `]` that closes a bracket entered at `start`, passing over code and escapes.
  func closingBracket(from start: Int) -> Int? {
    var depth = 1
    var index = start
    while index < end {
      switch source.characters[index] {
      case "\\": index += 1
      case "`":
        if let span = codeSpan(at: index) { index = span.end - 1 }
      case "[": depth += 1
      case "]":
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Reads `[see @a, p. 3; @b]`; brackets without keys, and links, are left to Markdown.
  mutating func scanBracket(into findings: inout Findings) {
    let start = index
    guard let closing = closingBracket(from: start + 1),
      character(at: closing + 1) != "(", character(at: closing + 1) != "["
    else {
      index += 1
      return
    }
    let parts = citationParts(in: start + 1..<closing)
    let keys = parts.map { key(in: $0) }
    guard keys.contains(where: { $0 != nil }) else {
      index += 1
      return
    }
    if keys.count == 1, let only = keys[0], let kind = labelKind(of: only.name) {
      addReference(only.name, kind: kind, at: only.at, into: &findings)
      replace(from: start, to: closing + 1, with: .reference(findings.references.count - 1))
      return
    }
    var items: [Citation.Item] = []
    for (part, key) in zip(parts, keys) {
      guard let key else {
        findings.report(
          "every part of a citation names a work; '\(source.text(part).trimmingSpaces)' does not",
          at: source.position(at: part.lowerBound))
        continue
      }
      if labelKind(of: key.name) != nil {
        findings.report(
          "'@\(key.name)' is a cross-reference and cannot stand among citations",
          at: source.position(at: key.at))
        continue
      }
      var prefix = source.text(part.lowerBound..<key.at).trimmingSpaces
      if prefix.hasSuffix("-") { prefix = String(prefix.dropLast()).trimmingSpaces }
      var suffix = source.text(key.end..<part.upperBound).trimmingSpaces
      if suffix.hasPrefix(",") { suffix = String(suffix.dropFirst()).trimmingSpaces }
      items.append(
        Citation.Item(
          key: key.name, prefix: prefix, suffix: suffix, position: source.position(at: key.at)))
    }
    findings.citations.append(
      Citation(isNarrative: false, items: items, source: source.text(start..<closing + 1)))
    replace(from: start, to: closing + 1, with: .citation(findings.citations.count - 1))
  }

  private func citationParts(in range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for index in range where source.characters[index] == ";" {
      parts.append(start..<index)
      start = index + 1
    }
    return parts + [start..<range.upperBound]
  }

  private func key(in range: Range<Int>) -> (name: String, at: Int, end: Int)? {
    for index in range where source.characters[index] == "@" {
      if index > range.lowerBound, character(before: index) == "\\" { continue }
      if let key = key(at: index, limit: range.upperBound) { return (key.name, index, key.end) }
    }
    return nil
  }

  /// The key after the `@` at `start`: letters, digits and `_`, with single marks in between.
  private func key(at start: Int, limit: Int) -> (name: String, end: Int)? {
    if let before = character(before: start), before.isLetter || before.isNumber { return nil }
    var index = start + 1
    guard index < limit, let first = character(at: index),
      first.isLetter || first.isNumber || first == "_"
    else { return nil }
    var name = ""
    while index < limit, let character = character(at: index) {
      if character.isLetter || character.isNumber || character == "_" {
        name.append(character)
      } else if ":.#$%&-+?<>~/".contains(character), index + 1 < limit,
        let next = self.character(at: index + 1),
        next.isLetter || next.isNumber || next == "_"
      {
        name.append(character)
      } else {
        break
      }
      index += 1
    }
    return (name, index)
  }

  private func labelKind(of key: String) -> LabelKind? {
    LabelKind.allCases.first { key.hasPrefix($0.rawValue + "-") }
  }

  private func addReference(
    _ label: String, kind: LabelKind, at index: Int, into findings: inout Findings
  ) {
    findings.references.append(
      CrossReference(kind: kind, label: label, position: source.position(at: index)))
  }

  /// Reads `@key` in running text.
  mutating func scanBareKey(into findings: inout Findings) {
    let start = index
    guard let key = key(at: start, limit: end) else {
      index += 1
      return
    }
    if let kind = labelKind(of: key.name) {
      addReference(key.name, kind: kind, at: start, into: &findings)
      replace(from: start, to: key.end, with: .reference(findings.references.count - 1))
      return
    }
    let item = Citation.Item(
      key: key.name, prefix: "", suffix: "", position: source.position(at: start))
    findings.citations.append(
      Citation(isNarrative: true, items: [item], source: source.text(start..<key.end)))
    replace(from: start, to: key.end, with: .citation(findings.citations.count - 1))
  }

  // MARK: Roles and labels

  /// Reads a role, ``{value}`…` ``, or a label, `{#sec-name}`.
  mutating func scanBrace(into findings: inout Findings) {
    if let label = label(at: index) {
      scanLabel(label, into: &findings)
      return
    }
    let name = source.characters[(index + 1)..<end].prefix { $0.isLetter || $0 == "-" || $0 == "_" }
    let after = index + 1 + name.count
    guard !name.isEmpty, source.matches("}`", at: after), after + 1 < end,
      let span = codeSpan(at: after + 1)
    else {
      index += 1
      return
    }
    guard String(name) == "value" else {
      findings.report(
        "unknown role '{\(String(name))}'\(suggestion(for: String(name), among: ["value"])); "
          + "the only role is {value}", at: source.position(at: index))
      index = span.end
      return
    }
    guard let value = value(in: span.content, into: &findings) else {
      index = span.end
      return
    }
    findings.values.append(value)
    replace(from: index, to: span.end, with: .value(findings.values.count - 1))
  }

  private func value(in range: Range<Int>, into findings: inout Findings) -> ValueReference? {
    let position = source.position(at: range.lowerBound)
    let parts = source.text(range).split(separator: "|", omittingEmptySubsequences: false)
    let path = parts[0].trimmingSpaces.pathNames
    guard path.count == 3 || path.count == 4, !path.contains(where: \.isEmpty) else {
      findings.report(
        "'\(source.text(range))' is not a value; write experiment.arm.metric, "
          + "or experiment.arm.metric.statistic", at: position)
      return nil
    }
    var decimals: Int?
    if parts.count > 1 {
      let format = parts[1].trimmingSpaces
      guard parts.count == 2, format.count == 3, format.hasPrefix("."), format.hasSuffix("f"),
        let digits = format.dropFirst().first?.wholeNumberValue
      else {
        findings.report(
          "'\(parts.dropFirst().joined(separator: "|"))' is not a format; "
            + "write '.2f' for two digits after the point", at: position)
        return nil
      }
      decimals = digits
    }
    return ValueReference(path: path, decimals: decimals, position: position)
  }

  private func label(at start: Int) -> (name: String, start: Int, end: Int)? {
    guard source.matches("{#", at: start) else { return nil }
    let name = source.characters[(start + 2)...].prefix { $0 != "}" && !$0.isNewline }
    let end = start + 2 + name.count
    // What is meant as a label and is none is an error, other words in braces are text.
    guard source.matches("}", at: end), isLabel(String(name)) || labelKind(of: String(name)) != nil
    else { return nil }
    return (String(name), start, end + 1)
  }

  /// The label that follows at most a few spaces after `start`.
  func labelAfterSpaces(from start: Int) -> (name: String, start: Int, end: Int)? {
    label(at: start + source.characters[start...].prefix { $0 == " " }.count)
  }

  private mutating func scanLabel(
    _ label: (name: String, start: Int, end: Int), into findings: inout Findings
  ) {
    let position = source.position(at: label.start)
    if kind == .heading {
      findings.define(label.name, kind: .section, of: "a heading", at: position)
      replace(from: label.start, to: label.end, with: .label(label.name))
    } else if let before = character(before: label.start), before == ")" || before == "]" {
      findings.define(label.name, kind: .figure, of: "an image", at: position)
      replace(from: label.start, to: label.end, with: .label(label.name))
    } else {
      findings.report(
        "the label '\(label.name)' stands on nothing; labels follow a heading, an image or a "
          + "display formula", at: position)
      index = label.end
    }
  }
}
