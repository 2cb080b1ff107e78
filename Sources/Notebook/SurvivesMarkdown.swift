/// Whether `tex`, written between dollars, is still the same after a Markdown parser has read it
/// as text, whatever stands beside it.
///
/// GitHub parses Markdown before it looks for formulas, so `\\`, `\{`, `_` after a brace and `*` are
/// lost there unless the formula is written as code.
public func survivesMarkdown(_ tex: String) -> Bool {
  guard !tex.contains(where: { "*`~$".contains($0) }) else { return false }
  // An opening `_` in the formula would pair with the closing one after it.
  let probe = "$\(tex)$ b_)"
  let tree = try? CommonMark.tree(of: probe)
  guard let blocks = tree?.children, blocks.count == 1, case .paragraph = blocks[0].kind else {
    return false
  }
  var text = ""
  for node in blocks[0].children {
    switch node.kind {
    case .text(let part): text += part
    case .softBreak: text += "\n"
    default: return false
    }
  }
  let lines = probe.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmingSpaces)
  return text == lines.joined(separator: "\n")
}
