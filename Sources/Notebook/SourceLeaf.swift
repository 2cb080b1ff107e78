/// A block of a source text that holds no other blocks, as far as something may be found in it.
struct SourceLeaf {
  /// The lines of the text, counted from 1, as the parser of Markdown tells them.
  var lines: ClosedRange<Int>
  /// The number of bytes before it on its first line.
  var indentation: Int
  var kind: Kind

  enum Kind {
    case text(InlineScanner.Kind)
    case code(isFenced: Bool)
    /// Of so many lines: the parser tells the end of such a block a line too early.
    case html(lineCount: Int, separates: Bool)
  }

  /// Whether it is a paragraph, which alone can begin with definitions.
  var isParagraph: Bool {
    if case .text(.paragraph) = kind { true } else { false }
  }

  /// The leaves of `source`, in reading order, with its formulas passed over.
  static func leaves(
    of source: SourceText, _ formulas: FoundFormulas
  ) throws(MarkdownRefusal) -> [SourceLeaf] {
    let tree = try CommonMark.tree(of: formulas.masked(source))
    var leaves: [SourceLeaf] = []
    func add(_ node: MarkdownNode, separates: Bool) {
      let kind: Kind? =
        switch node.kind {
        case .paragraph: .text(.paragraph)
        case .heading: .text(.heading)
        case .tableRow: .text(.tableRow)
        case .codeBlock(_, _, let isFenced): .code(isFenced: isFenced)
        case .htmlBlock(let text):
          .html(
            lineCount: max(
              1, text.split(separator: "\n", omittingEmptySubsequences: false).count - 1),
            separates: separates)
        default: nil
        }
      if let kind {
        var lines = node.lines
        if case .tableRow(isHeader: true) = node.kind {
          let line = formulas.tableHead(from: lines.lowerBound)
          lines = line...line
        }
        leaves.append(SourceLeaf(lines: lines, indentation: node.indentation, kind: kind))
      }
      for (index, child) in node.children.enumerated() {
        add(child, separates: child.separates(node.children, at: index))
      }
    }
    add(tree, separates: false)
    leaves.sort { $0.lines.lowerBound < $1.lines.lowerBound }
    return leaves
  }
}

extension MarkdownNode {
  /// Whether a list would go on in what follows if this were not between them.
  fileprivate func separates(_ siblings: [MarkdownNode], at index: Int) -> Bool {
    guard case .htmlBlock = kind, index > 0, index + 1 < siblings.count,
      case .list = siblings[index - 1].kind
    else { return false }
    switch siblings[index + 1].kind {
    case .list, .codeBlock(_, _, isFenced: false): return true
    default: return false
    }
  }
}
