/// Finds headings whose words cannot be written out.
///
/// A reference to a section says the section's heading. Where that heading refers to a section in its turn, the words have no end if
/// the way leads back, and double with each step if it is named twice: neither is what anybody means.
struct HeadingReferences {
  let blocks: [Block]
  let footnotes: [Footnote]

  /// Reports each reference from a heading to a section whose own heading refers to one.
  func check(_ findings: inout Findings) {
    var sections: [String: [Int]] = [:]
    var mentioned: [[Int]] = []
    func read(_ blocks: [Block]) {
      for block in blocks {
        switch block {
        case .heading(_, let anchor, let content):
          let references = content.references.filter { findings.references[$0].kind == .section }
          sections[anchor] = sections[anchor] ?? references
          mentioned.append(references)
        case .blockQuote(let content), .alert(_, let content): read(content)
        case .list(let list): for item in list.items { read(item.blocks) }
        case .paragraph, .code, .thematicBreak, .table, .directive: break
        }
      }
    }
    read(blocks)
    for footnote in footnotes { read(footnote.blocks) }
    for index in mentioned.joined() {
      let reference = findings.references[index]
      guard sections[reference.label]?.isEmpty == false else { continue }
      findings.report(
        "a heading cannot refer to '\(reference.label)', whose own heading refers to a section: "
          + "a reference says the heading that it leads to",
        at: reference.position)
    }
  }
}

extension [Inline] {
  /// The indices of the references in it, at any depth.
  fileprivate var references: [Int] {
    flatMap { inline -> [Int] in
      switch inline {
      case .reference(let index): [index]
      case .emphasis(let content), .strong(let content), .strikethrough(let content),
        .link(_, _, let content), .image(_, _, let content, _):
        content.references
      case .text, .softBreak, .lineBreak, .code, .html, .anchor, .formula, .citation, .value,
        .footnote:
        []
      }
    }
  }
}
