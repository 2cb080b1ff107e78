/// A text of the front matter that is Markdown: the abstract, or the summary of what was found.
public struct FrontMatterProse: Equatable, Sendable {
  /// Paragraphs, lists, quotes, tables and code; no headings, directives or footnotes.
  public var blocks: [Block]
  /// The text cut at everything that is replaced in the Markdown report.
  public var pieces: [SourcePiece]
}

extension FrontMatterProse {
  /// The name of the text that `key` holds, for messages: "an abstract".
  static func name(of key: FrontMatterKey) -> String {
    key == .abstract ? "an abstract" : "a \(key.name)"
  }

  /// Whether the text is one list with a sentence or two in each item, as a summary is.
  var isListOfFindings: Bool {
    guard blocks.count == 1, case .list(let list) = blocks[0], list.start == nil else {
      return false
    }
    return list.items.allSatisfy { item in
      guard item.blocks.count == 1, item.isDone == nil, case .paragraph = item.blocks[0] else {
        return false
      }
      return true
    }
  }
}
