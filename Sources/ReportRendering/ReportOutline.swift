import Notebook

/// The title of a report, of which there is one, and how its headings stand below it.
///
/// A notebook that begins with a heading of level 1 and has no other has written its own title; it stands in
/// place of the one in the front matter. So does a first heading with the front matter's words. All other
/// headings of level 1 are sections: then every heading but the title is one level lower.
struct ReportOutline {
  /// The notebook's own title with its anchor; nil if it is the front matter's.
  let title: (anchor: String, content: [Inline])?
  /// By how many levels the headings are lowered.
  let shift: Int

  init(_ notebook: Notebook) {
    let count = Self.titleCount(in: notebook.blocks + notebook.footnotes.flatMap(\.blocks))
    guard case .heading(1, let anchor, let content)? = notebook.blocks.first else {
      title = nil
      shift = count > 0 ? 1 : 0
      return
    }
    let isTitle =
      count == 1
      || Self.words(content.plainText) == Self.words(notebook.frontMatter.title.value)
    title = isTitle ? (anchor, content) : nil
    shift = count > (isTitle ? 1 : 0) ? 1 : 0
  }

  /// The level on the page of a heading of level `level` in the notebook.
  func level(_ level: Int) -> Int { min(6, level + shift) }

  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }
  }

  private static func titleCount(in blocks: [Block]) -> Int {
    blocks.reduce(0) { count, block in
      switch block {
      case .heading(1, _, _): count + 1
      case .blockQuote(let content), .alert(_, let content): count + titleCount(in: content)
      case .list(let list): list.items.reduce(count) { $0 + titleCount(in: $1.blocks) }
      default: count
      }
    }
  }
}
