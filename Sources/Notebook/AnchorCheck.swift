internal import Settings

/// Finds links to places on the page that no place has.
struct AnchorCheck {
  let blocks: [Block]
  let footnotes: [Footnote]

  /// Reports each such link among the links found, and leaves those to files.
  ///
  /// - Returns: The places that there are.
  func check(_ findings: inout Findings) -> Notebook.Places {
    let inPage = findings.links.filter { $0.value.hasPrefix("#") }
    findings.links.removeAll { $0.value.hasPrefix("#") }
    var anchors = Set(findings.labels)
    Self.addHeadings(of: blocks, to: &anchors)
    for footnote in footnotes { Self.addHeadings(of: footnote.blocks, to: &anchors) }
    for item in findings.citations.flatMap(\.items) { anchors.insert("ref-\(item.key)") }
    if !findings.citations.isEmpty { anchors.insert("references") }
    let places = Notebook.Places(
      names: anchors,
      hasClaims: findings.directives.contains { $0.declaration.body == .claims })
    for link in inPage {
      if let problem = places.problem(
        withPlace: link.value.dropFirst(), mayTakeALook: findings.mayTakeALook)
      {
        findings.report(problem, at: link.position)
      }
    }
    return places
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

extension Notebook {
  /// The names of places in a report: headings, labels, works and claims.
  public struct Places: Equatable, Sendable {
    let names: Set<String>
    let hasClaims: Bool

    /// Returns the sentence on a link to a place that is not there; nil if it is.
    ///
    /// - Parameters:
    ///   - fragment: The place as a link has it after `#`.
    ///   - mayTakeALook: Whether a name is looked for that may have been meant.
    /// - Returns: The sentence, or nil.
    public func problem(withPlace fragment: some StringProtocol, mayTakeALook: Bool = true)
      -> String?
    {
      let name = fragment.removingPercents
      let isClaim = hasClaims && name.wholeMatch(of: /claim\.[0-9]+/) != nil
      // The top of the page has no name.
      guard !name.isEmpty, name != "top", !names.contains(name), !isClaim else { return nil }
      let near = mayTakeALook ? nearestName(to: name, among: names.sorted()) : nil
      return "no heading, label or work has the place '#\(name)'"
        + (near.map { "; did you mean '#\($0)'?" } ?? "")
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
