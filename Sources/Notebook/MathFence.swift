/// Fenced code of the language `math`, which GitHub shows as a formula.
struct MathFence {
  private let source: SourceText
  private let fence: DirectiveParser.Fence
  /// The text that follows the word `math`.
  private let rest: Range<Int>

  /// Reads `fence`; nil if it is code of another language.
  init?(_ fence: DirectiveParser.Fence, in source: SourceText) {
    let start = fence.start + fence.marks.count
    let lineEnd = source.characters[start...].firstIndex(of: "\n") ?? source.characters.count
    let info = (start..<lineEnd).drop { source.characters[$0].isWhitespace }
    guard source.matches("math", at: info.startIndex) else { return nil }
    let after = info.startIndex + "math".count
    if after < lineEnd, !source.characters[after].isWhitespace, source.characters[after] != "{" {
      return nil
    }
    rest = after..<lineEnd
    self.source = source
    self.fence = fence
  }

  /// The formula, whose label may stand after `math`.
  func formula(into findings: inout Findings) -> Formula {
    let position = source.position(at: fence.start)
    var label: String?
    if let start = rest.first(where: { !source.characters[$0].isWhitespace }) {
      let words = source.text(start..<rest.upperBound).trimmingSpaces
      if words.hasPrefix("{#"), words.hasSuffix("}") {
        let name = String(words.dropFirst(2).dropLast())
        findings.define(name, kind: .equation, of: "a formula", at: source.position(at: start))
        label = name
      } else {
        findings.report(
          "after 'math' stands at most the label of the formula, such as '{#eq-name}', not '\(words)'",
          at: source.position(at: start))
      }
    }
    if !fence.isClosed {
      findings.report(
        "the formula that begins here is never closed with '\(fence.marks)'", at: position)
    }
    var lines: [Range<Int>] = fence.lineRanges.map { words(of: $0) }
    while let first = lines.first, first.isEmpty { lines.removeFirst() }
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    if lines.isEmpty { findings.report("empty formula", at: position) }
    return Formula(
      tex: lines.map { source.text($0) }.joined(separator: "\n"),
      source: source.text(fence.start..<fence.end), isDisplay: true, label: label, place: .fence,
      indentation: fence.indentation,
      lineStarts: lines.isEmpty ? [position] : lines.map { source.position(at: $0.lowerBound) })
  }

  /// The line `range` without the marks of the quotes that the fence stands in, and without space around.
  private func words(of range: Range<Int>) -> Range<Int> {
    var quotes = fence.indentation.count { $0 == ">" }
    var words = range
    while let first = words.first {
      if source.characters[first] == ">", quotes > 0 {
        quotes -= 1
      } else if !source.characters[first].isWhitespace {
        break
      }
      words.removeFirst()
    }
    while let last = words.last, source.characters[last].isWhitespace { words.removeLast() }
    return words
  }
}
