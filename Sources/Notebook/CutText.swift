/// A source text cut at everything that Markdown must not see.
struct CutText {
  /// The text in pieces, from which the Markdown report is made.
  private(set) var pieces: [SourcePiece] = []
  /// The text for the Markdown parser, with placeholders.
  private(set) var markdown = ""
  private(set) var placeholders = Placeholders()

  /// Cuts `text` at `replacements`, which ascend.
  init(_ text: SourceText, at replacements: [Replacement]) {
    var done = 0
    for replacement in replacements where replacement.range.lowerBound >= done {
      add(verbatim: text.text(done..<replacement.range.lowerBound))
      pieces.append(replacement.piece)
      let mark = placeholders.add(replacement.piece, source: text.text(replacement.range))
      if case .directive(_, let indentation) = replacement.piece {
        markdown += "```\(mark)\n\(indentation)```"
      } else {
        markdown += mark
      }
      done = replacement.range.upperBound
    }
    add(verbatim: text.text(done..<text.characters.count))
  }

  private mutating func add(verbatim text: String) {
    guard !text.isEmpty else { return }
    pieces.append(.verbatim(text))
    markdown += text
  }
}

/// Parses running text that stands outside the body, such as a caption.
func parseRunningText(_ text: SourceText, into findings: inout Findings) -> [Inline] {
  var scanner = InlineScanner(source: text, range: 0..<text.characters.count, kind: .paragraph)
  scanner.scan(into: &findings)
  let cut = CutText(text, at: scanner.replacements)
  let builder = TreeBuilder(placeholders: cut.placeholders)
  return CommonMark.tree(of: cut.markdown).children.flatMap { builder.inlines(of: $0.children) }
}
