/// A node of the tree that the CommonMark parser returns, before formulas, citations and
/// directives are put back.
struct MarkdownNode {
  var kind: Kind
  /// Lines of the parsed text, from 1; reliable for blocks only.
  var lines: ClosedRange<Int>
  /// The number of bytes before it on its first line.
  var indentation: Int
  var children: [MarkdownNode]

  enum Kind {
    case document, paragraph, blockQuote, thematicBreak
    case heading(level: Int)
    case list(start: Int?, isTight: Bool)
    case item(isDone: Bool?)
    case codeBlock(info: String, text: String, isFenced: Bool)
    case htmlBlock(String)
    case table([ColumnAlignment])
    case tableRow(isHeader: Bool)
    case tableCell
    case footnoteDefinition
    case text(String)
    case softBreak, lineBreak
    case code(String)
    case htmlInline(String)
    case emphasis, strong, strikethrough
    case link(destination: String, title: String)
    case image(source: String, title: String)
    case footnoteReference(Int)
  }

  /// Calls `visit` with this node and everything below it, parents first.
  func forEach(_ visit: (MarkdownNode) -> Void) {
    visit(self)
    for child in children { child.forEach(visit) }
  }
}
