/// A source text cut at everything that Markdown must not see.
struct CutText {
  /// The text in pieces, from which the Markdown report is made.
  private(set) var pieces: [SourcePiece] = []
  /// The text for the Markdown parser, with placeholders.
  private(set) var markdown = ""
  private(set) var placeholders = Placeholders()
  /// The line of the source, counted from 1, that each line of ``markdown`` begins in.
  private(set) var sourceLines = [1]
  private var sourceLine = 1

  /// Cuts `text` at `replacements`, which ascend.
  init(_ text: SourceText, at replacements: [Replacement]) {
    var done = 0
    for replacement in replacements where replacement.range.lowerBound >= done {
      add(verbatim: text.text(done..<replacement.range.lowerBound))
      add(replacement.piece, for: text.text(replacement.range))
      done = replacement.range.upperBound
    }
    add(verbatim: text.text(done..<text.characters.count))
  }

  private mutating func add(_ piece: SourcePiece, for source: String) {
    pieces.append(piece)
    let firstLine = sourceLine
    sourceLine += source.count { $0 == "\n" }
    // A comment leaves nothing behind, not even for the parser.
    if case .comment = piece { return }
    let mark = placeholders.add(piece, source: source)
    switch piece {
    case .directive(_, let indentation), .fencedFormula(_, let indentation):
      markdown += "```\(mark)\n\(indentation)```"
      sourceLines.append(firstLine)
    default: markdown += mark
    }
  }

  private mutating func add(verbatim text: String) {
    guard !text.isEmpty else { return }
    pieces.append(.verbatim(text))
    markdown += text
    for character in text where character == "\n" {
      sourceLine += 1
      sourceLines.append(sourceLine)
    }
  }
}

/// Parses running text that stands outside the body, such as a caption.
func parseRunningText(_ text: SourceText, into findings: inout Findings) -> [Inline] {
  let formulas = FormulaFinder.formulas(in: text, into: &findings)
  guard !formulas.isTooDeep else { return [] }
  var scanner = InlineScanner(
    source: text, range: 0..<text.characters.count, kind: .paragraph, formulas: formulas)
  scanner.scan(into: &findings)
  let cut = CutText(text, at: scanner.replacements)
  let tree = CommonMark.tree(of: cut.markdown)
  MarkdownCheck(source: text, cut: cut).check(tree, into: &findings)
  let builder = TreeBuilder(placeholders: cut.placeholders)
  return tree.children.flatMap { builder.inlines(of: $0.children) }
}
