internal import Settings

/// Finds links to places on the page that no place has.
struct AnchorCheck {
  let blocks: [Block]
  let footnotes: [Footnote]

  /// Reports each such link among the links found, and leaves those to files.
  func check(_ findings: inout Findings) {
    let inPage = findings.links.filter { $0.value.hasPrefix("#") }
    findings.links.removeAll { $0.value.hasPrefix("#") }
    guard !inPage.isEmpty else { return }
    var anchors = Set(findings.labels)
    Self.addHeadings(of: blocks, to: &anchors)
    for footnote in footnotes { Self.addHeadings(of: footnote.blocks, to: &anchors) }
    for item in findings.citations.flatMap(\.items) { anchors.insert("ref-\(item.key)") }
    if !findings.citations.isEmpty { anchors.insert("references") }
    let hasClaims = findings.directives.contains { $0.declaration.body == .claims }
    for link in inPage {
      let name = link.value.dropFirst().removingPercents
      let isClaim = hasClaims && name.wholeMatch(of: /claim\.[0-9]+/) != nil
      // The top of the page has no name.
      guard !name.isEmpty, name != "top", !anchors.contains(name), !isClaim else { continue }
      let near = findings.mayTakeALook ? nearestName(to: name, among: anchors.sorted()) : nil
      findings.report(
        "no heading, label or work has the place '#\(name)'"
          + (near.map { "; did you mean '#\($0)'?" } ?? ""), at: link.position)
    }
  }

  private static func addHeadings(of blocks: [Block], to anchors: inout Set<String>) {
    for block in blocks {
      switch block {
      case .heading(_, let anchor, _): anchors.insert(anchor)
      case .blockQuote(let content), .alert(_, let content): addHeadings(of: content, to: &anchors)
      case .list(let list):
        for item in list.items { addHeadings(of: item.blocks, to: &anchors) }
      case .paragraph, .code, .thematicBreak, .table, .directive: break
      }
    }
  }
}

extension StringProtocol {
  /// The text with bytes that are written as `%41` as they are; as it is where that is no text.
  var removingPercents: String {
    guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let digits = String(validating: rest.prefix(2), as: UTF8.self),
        let value = UInt8(digits, radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(self)
  }
}
