internal import Settings

/// Checks what Markdown makes of a text: where its links lead, which images it shows, and that nothing in
/// it is HTML but plain tags.
///
/// The scanner has looked for the same in the source; here it is what the parser found that counts,
/// whatever entities, escapes and references it was written with.
struct MarkdownCheck {
  let source: SourceText
  let cut: CutText
  /// The places of addresses, in ascending order, by what the parser makes of them.
  let addresses: [String: [Int]]

  /// Adds the images and links below `node`, and what is wrong there.
  func check(_ node: MarkdownNode, into findings: inout Findings) {
    let lines = cut.lines
    check(node, line: 1, isInHeading: false, &findings)
    for block in node.children { checkAlerts(block, lines, isAlone: true, &findings) }
  }

  private func check(
    _ node: MarkdownNode, line: Int, isInHeading: Bool, _ findings: inout Findings
  ) {
    var line = line
    var isInHeading = isInHeading
    switch node.kind {
    case .text, .softBreak, .lineBreak, .code, .emphasis, .strong, .strikethrough: break
    case .link(let destination, _):
      let address = cut.placeholders.restored(destination)
      let position = position(of: address, line: line)
      if let problem = LinkAddress.problem(withLink: address) {
        findings.report(problem, at: position)
      } else if LinkAddress.isRelative(address) {
        findings.links.append(Positioned(address, at: position))
      }
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
      guard text != HTMLTag.emptyComment + "\n", text != HTMLTag.emptyComment else { break }
      refuse(html: String(text.prefix { $0 != "\n" }), line: node.lines.lowerBound, &findings)
    case .heading:
      line = node.lines.lowerBound
      isInHeading = true
    default: line = node.lines.lowerBound
    }
    if !isInHeading { checkLabels(in: node, line: line, &findings) }
    for child in node.children { check(child, line: line, isInHeading: isInHeading, &findings) }
  }

  /// Reports labels that follow a link or words instead of an image.
  private func checkLabels(in node: MarkdownNode, line: Int, _ findings: inout Findings) {
    for (index, child) in node.children.enumerated() {
      guard case .text(let text) = child.kind else { continue }
      var isAfterImage = false
      if index > 0, case .image = node.children[index - 1].kind { isAfterImage = true }
      for scalar in text.unicodeScalars {
        if let piece = cut.placeholders.index(of: scalar),
          case .label(let label) = cut.placeholders.pieces[piece], isLabel(label), !isAfterImage
        {
          findings.reportOnce(
            "the label '\(label)' stands on nothing; labels follow a heading, an image or a display formula",
            at: place(ofLabel: label, line: line))
        }
        isAfterImage = false
      }
    }
  }

  private func place(ofLabel label: String, line: Int) -> SourcePosition {
    let sourceLine = cut.sourceLine(line)
    let start = source.range(ofLines: sourceLine...sourceLine).lowerBound
    let place = source.characters[start...].prefix(100_000).indices.first {
      source.matches("{#\(label)}", at: $0)
    }
    return source.position(at: place ?? start)
  }

  // MARK: Alerts

  /// Warns of quotes that are meant as alerts and that GitHub shows as quotes.
  private func checkAlerts(
    _ node: MarkdownNode, _ lines: [Substring], isAlone: Bool, _ findings: inout Findings
  ) {
    if let (mark, line) = node.alertMark(in: lines),
      let words = problem(with: mark, of: node, isAlone: isAlone)
    {
      let position = source.position(ofLine: cut.sourceLine(line))
      findings.warn(
        "'[!\(mark.word)]' would be shown as it is: \(words)",
        at: SourcePosition(
          line: position.line, column: position.column + node.children[0].indentation))
    }
    for child in node.children { checkAlerts(child, lines, isAlone: false, &findings) }
  }

  private func problem(
    with mark: AlertMark, of node: MarkdownNode, isAlone: Bool
  ) -> String? {
    let kinds = AlertKind.allCases.map(\.rawValue)
    if mark.kind == nil {
      return "the alerts are " + kinds.joined(separator: ", ")
        + suggestion(for: mark.word.uppercased(), among: kinds)
    }
    if !isAlone { return "an alert stands in no list and no other quote" }
    if !mark.rest.isEmpty { return "the words of an alert begin on the line below" }
    return node.isAlert(mark) ? nil : "the alert is empty"
  }

  // MARK: Places

  /// Reports a piece of HTML, unless the scanner has done so already.
  private func refuse(html: String, line: Int, _ findings: inout Findings) {
    let sourceLine = cut.sourceLine(line)
    let start = source.range(ofLines: sourceLine...sourceLine).lowerBound
    // The more there is to report, the less is looked for.
    let reach = findings.mayTakeALook ? source.characters.count - start : 0
    let place = (start..<(start + reach)).first { source.matches(html, at: $0) }
    findings.reportOnce(HTMLTag.refusal(of: html), at: source.position(at: place ?? start))
  }

  /// The place of `address`: at or after the line `line` of the cut text if it stands there, else in a
  /// definition above; else the line.
  private func position(of address: String, line: Int) -> SourcePosition {
    let sourceLine = cut.sourceLine(line)
    let start = source.range(ofLines: sourceLine...sourceLine).lowerBound
    guard let places = addresses[address], let first = places.first else {
      return source.position(at: start)
    }
    let next = places.partitioningIndex { $0 >= start }
    return source.position(at: next < places.count ? places[next] : first)
  }
}
