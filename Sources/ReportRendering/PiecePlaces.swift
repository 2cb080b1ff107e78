import Notebook

/// The places of the citations, references and lists of a notebook, as far as the Markdown report has to write
/// them differently there.
struct PiecePlaces {
  /// The surroundings of a piece of running text.
  struct Place: OptionSet {
    let rawValue: Int
    /// In a link or in the words of an image: it cannot be a link itself.
    static let link = Place(rawValue: 1)
    /// In a table, where a bar ends the cell.
    static let table = Place(rawValue: 2)
  }

  private(set) var citations: [Int: Place] = [:]
  private(set) var references: [Int: Place] = [:]
  private(set) var values: [Int: Place] = [:]
  /// The directives that a list comes right before, and those that one follows.
  private(set) var afterList: Set<Int> = []
  private(set) var beforeList: Set<Int> = []
  /// The words of the images that have labels.
  private(set) var images: [String: [Inline]] = [:]

  init(_ notebook: Notebook) {
    add(notebook.frontMatter.summary?.blocks ?? [])
    add(notebook.frontMatter.abstract?.blocks ?? [])
    add(notebook.blocks)
    for footnote in notebook.footnotes { add(footnote.blocks) }
  }

  private mutating func add(_ blocks: [Block]) {
    for (index, block) in blocks.enumerated() {
      switch block {
      case .paragraph(let content), .heading(_, _, let content): add(content, [])
      case .blockQuote(let content), .alert(_, let content): add(content)
      case .list(let list): for item in list.items { add(item.blocks) }
      case .table(let table):
        for cell in table.header + table.rows.flatMap({ $0 }) { add(cell, .table) }
      case .directive(let directive):
        if index > 0, blocks[index - 1].isBulletList { afterList.insert(directive) }
        if index + 1 < blocks.count, blocks[index + 1].isBulletList { beforeList.insert(directive) }
      case .code, .thematicBreak: break
      }
    }
  }

  private mutating func add(_ content: [Inline], _ place: Place) {
    for inline in content {
      switch inline {
      case .citation(let index): citations[index] = place
      case .reference(let index): references[index] = place
      case .value(let index): values[index] = place
      case .emphasis(let inside), .strong(let inside), .strikethrough(let inside):
        add(inside, place)
      case .link(_, _, let inside): add(inside, place.union(.link))
      case .image(_, _, let words, let label):
        if let label { images[label] = words }
        add(words, place.union(.link))
      case .text, .softBreak, .lineBreak, .code, .html, .anchor, .formula, .footnote: break
      }
    }
  }
}

extension Block {
  fileprivate var isBulletList: Bool {
    guard case .list(let list) = self else { return false }
    return list.start == nil
  }
}
