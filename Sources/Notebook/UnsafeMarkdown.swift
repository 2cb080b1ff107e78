/// Returns what a parser of Markdown would take from `text` and a report must not hold: HTML other than the
/// few tags that labbook itself writes, and links and images that lead where they must not.
///
/// - Parameter text: A whole report in Markdown.
/// - Returns: Each part as the parser has it; empty if the text is safe.
public func unsafeParts(ofMarkdown text: String) -> [String] {
  var parts: [String] = []
  let tree: MarkdownNode
  do throws(MarkdownRefusal) {
    tree = try CommonMark.tree(of: text)
  } catch {
    return [error.message]
  }
  tree.forEach { node in
    switch node.kind {
    case .htmlInline(let html), .htmlBlock(let html):
      let rest = html.replacing(ownHTML, with: "")
      if rest.unicodeScalars.contains("<") { parts.append(html) }
    case .link(let destination, _):
      if LinkAddress.problem(withLink: destination) != nil { parts.append(destination) }
    case .image(let source, _):
      if LinkAddress.problem(withImage: source) != nil { parts.append(source) }
    default: break
    }
  }
  return parts
}

/// The tags and the comment that labbook writes, and those that a notebook may use.
nonisolated(unsafe) private let ownHTML =
  /<\/?(?:a|br|details|kbd|mark|small|sub|summary|sup)\s*\/?>|<a id="[^"<>]*">|<!-- -->|<!-- Built by labbook from [\w.\-]+; edit that instead\. -->/
  .ignoresCase()
