/// Checks what Markdown makes of a text: where its links lead, which images it shows, and that nothing in
/// it is HTML but plain tags.
///
/// The scanner has looked for the same in the source; here it is what the parser found that counts,
/// whatever entities, escapes and references it was written with.
struct MarkdownCheck {
  let source: SourceText
  let cut: CutText

  /// Adds the images below `node`, and what is wrong there.
  func check(_ node: MarkdownNode, into findings: inout Findings) {
    check(node, line: 1, &findings)
  }

  private func check(_ node: MarkdownNode, line: Int, _ findings: inout Findings) {
    var line = line
    switch node.kind {
    case .text, .softBreak, .lineBreak, .code, .emphasis, .strong, .strikethrough: break
    case .link(let destination, _):
      let address = cut.placeholders.restored(destination)
      guard let problem = LinkAddress.problem(withLink: address) else { break }
      findings.report(problem, at: position(of: address, line: line))
    case .image(let source, _):
      let address = cut.placeholders.restored(source)
      let position = position(of: address, line: line)
      if let problem = LinkAddress.problem(withImage: address) {
        findings.report(problem, at: position)
      } else {
        findings.images.append(Positioned(address, at: position))
      }
    case .htmlInline(let text):
      if HTMLTag.plainTag(text) == nil { refuse(html: text, line: line, &findings) }
    case .htmlBlock(let text):
      refuse(html: String(text.prefix { $0 != "\n" }), line: node.lines.lowerBound, &findings)
    default: line = node.lines.lowerBound
    }
    for child in node.children { check(child, line: line, &findings) }
  }

  /// Reports a piece of HTML, unless the scanner has done so already.
  private func refuse(html: String, line: Int, _ findings: inout Findings) {
    let position = position(of: html, line: line)
    guard !findings.problems.contains(where: { $0.position == position }) else { return }
    findings.report(HTMLTag.refusal(of: html), at: position)
  }

  /// Where `text` is written: at or after the line `line` of the cut text if it stands there as it is, else
  /// anywhere, such as in the definition of a reference; else the line.
  private func position(of text: String, line: Int) -> SourcePosition {
    // Its head is enough to find it by; a text that repeats itself would match far at every place.
    let text = String(text.prefix(200))
    let sourceLine = cut.sourceLines[min(line, cut.sourceLines.count) - 1]
    let start = source.range(ofLines: sourceLine...sourceLine).lowerBound
    for from in [start, 0] {
      for head in ["(", "(<", "<", ": ", ""] {
        let place = (from..<source.characters.count).first {
          source.matches(head + text, at: $0)
        }
        if let place, !text.isEmpty { return source.position(at: place + head.count) }
      }
    }
    return source.position(at: start)
  }
}
