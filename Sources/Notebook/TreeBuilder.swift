/// Turns the Markdown parser's tree into the notebook's, putting back what placeholders stand for.
struct TreeBuilder {
  let placeholders: Placeholders
  /// The lines of the text that was parsed.
  let lines: [Substring]
  private(set) var footnotes: [Footnote] = []
  private var anchors: HeadingAnchors

  init(placeholders: Placeholders, lines: [Substring], anchors: HeadingAnchors) {
    self.placeholders = placeholders
    self.lines = lines
    self.anchors = anchors
  }

  /// The blocks of a document; footnotes are collected on the way.
  ///
  /// A quote is an alert only here: inside another block GitHub shows it as a quote.
  mutating func blocks(of nodes: [MarkdownNode]) -> [Block] {
    nodes.compactMap { node in
      if let (mark, _) = node.alertMark(in: lines), let kind = mark.kind, node.isAlert(mark) {
        return .alert(kind, inside(node.withoutFirstLine))
      }
      return block(node)
    }
  }

  private mutating func inside(_ nodes: [MarkdownNode]) -> [Block] {
    nodes.compactMap { block($0) }
  }

  private mutating func block(_ node: MarkdownNode) -> Block? {
    switch node.kind {
    case .paragraph: return .paragraph(inlines(of: node.children))
    case .heading(let level): return heading(level, inlines(of: node.children))
    case .blockQuote: return .blockQuote(inside(node.children))
    case .list(let start, let isTight):
      return .list(
        MarkdownList(start: start, isTight: isTight, items: node.children.map { item($0) }))
    case .codeBlock(let info, let text, _):
      if let scalar = info.unicodeScalars.first, let index = placeholders.index(of: scalar) {
        switch placeholders.pieces[index] {
        case .directive(let directive, _): return .directive(directive)
        case .fencedFormula(let formula, _): return .paragraph([.formula(formula)])
        default: break
        }
      }
      let language = info.prefix { !$0.isWhitespace }
      return .code(language: String(language), text: placeholders.restored(text))
    case .thematicBreak: return .thematicBreak
    case .table(let alignments): return .table(table(alignments, node.children))
    case .footnoteDefinition:
      footnotes.append(Footnote(number: footnotes.count + 1, blocks: inside(node.children)))
      return nil
    // None gets past the scanner and the check but what keeps two lists apart.
    case .htmlBlock: return nil
    default: return .paragraph(inlines(of: [node]))
    }
  }

  private mutating func heading(_ level: Int, _ content: [Inline]) -> Block {
    var content = content
    var label: String?
    content.removeAll { inline in
      guard case .anchor(let name) = inline else { return false }
      label = name
      return true
    }
    if case .text(let text)? = content.last {
      content[content.count - 1] = .text(String(text.reversed().drop { $0 == " " }.reversed()))
    }
    return .heading(
      level: level, anchor: label ?? anchors.anchor(for: content.plainText.trimmingSpaces),
      content: content)
  }

  private mutating func item(_ node: MarkdownNode) -> MarkdownList.Item {
    guard case .item(let isDone) = node.kind else {
      return MarkdownList.Item(isDone: nil, blocks: inside([node]))
    }
    return MarkdownList.Item(isDone: isDone, blocks: inside(node.children))
  }

  private func table(_ alignments: [ColumnAlignment], _ rows: [MarkdownNode]) -> MarkdownTable {
    let cells = rows.map { row in row.children.map { inlines(of: $0.children) } }
    return MarkdownTable(
      alignments: alignments, header: cells.first ?? [], rows: Array(cells.dropFirst()))
  }

  // MARK: Running text

  /// The running text of `nodes`, with neighbouring texts joined.
  func inlines(of nodes: [MarkdownNode]) -> [Inline] {
    var result: [Inline] = []
    for inline in nodes.flatMap({ inline($0) }) {
      switch (result.last, inline) {
      case (.text(var text)?, .text(let tail)):
        // Taken out first, so that the text grows where it is.
        result.removeLast()
        text += tail
        result.append(.text(text))
      case (.image(let source, let title, let alternative, nil)?, .anchor(let label)):
        result[result.count - 1] = .image(
          source: source, title: title, alternative: alternative, label: label)
      default: result.append(inline)
      }
    }
    return result
  }

  private func inline(_ node: MarkdownNode) -> [Inline] {
    switch node.kind {
    case .text(let text): return text.unicodeScalars.isEmpty ? [] : split(text)
    case .softBreak: return [.softBreak]
    case .lineBreak: return [.lineBreak]
    case .code(let text): return [.code(placeholders.restored(text))]
    case .htmlInline(let text): return [HTMLTag.plainTag(text).map { .html($0) } ?? .text(text)]
    case .emphasis: return [.emphasis(inlines(of: node.children))]
    case .strong: return [.strong(inlines(of: node.children))]
    case .strikethrough: return [.strikethrough(inlines(of: node.children))]
    case .link(let destination, let title):
      return [
        .link(
          destination: placeholders.restored(destination), title: placeholders.restored(title),
          content: inlines(of: node.children))
      ]
    case .image(let source, let title):
      return [
        .image(
          source: placeholders.restored(source), title: placeholders.restored(title),
          alternative: inlines(of: node.children), label: nil)
      ]
    case .footnoteReference(let number): return [.footnote(number: number)]
    default: return inlines(of: node.children)
    }
  }

  /// `text` cut at its placeholders.
  private func split(_ text: String) -> [Inline] {
    var result: [Inline] = []
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard let index = placeholders.index(of: scalar) else {
        plain.append(scalar)
        continue
      }
      if !plain.isEmpty { result.append(.text(String(plain))) }
      plain = String.UnicodeScalarView()
      switch placeholders.pieces[index] {
      case .formula(let index), .fencedFormula(let index, _): result.append(.formula(index))
      case .value(let index): result.append(.value(index))
      case .citation(let index): result.append(.citation(index))
      case .reference(let index): result.append(.reference(index))
      case .label(let label): result.append(.anchor(label))
      case .verbatim, .directive, .comment, .separator:
        result.append(.text(placeholders.sources[index]))
      }
    }
    return plain.isEmpty ? result : result + [.text(String(plain))]
  }
}

extension MarkdownNode {
  /// The blocks of a quote without the first line of its first paragraph.
  fileprivate var withoutFirstLine: [MarkdownNode] {
    guard var first = children.first else { return [] }
    let end = first.children.firstIndex { node in
      switch node.kind {
      case .softBreak, .lineBreak: true
      default: false
      }
    }
    first.children = end.map { Array(first.children[($0 + 1)...]) } ?? []
    return (first.children.isEmpty ? [] : [first]) + children.dropFirst()
  }
}
