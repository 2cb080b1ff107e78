internal import Settings

extension SourceText {
  /// The address written in `range` as the parser of Markdown has it, without backslashes and with entities as
  /// what they stand for.
  func decodedAddress(_ range: Range<Int>) -> String {
    let written = text(range)
    guard written.contains(where: { $0 == "\\" || $0 == "&" }),
      let tree = try? CommonMark.tree(of: "[x](<\(written)>)"),
      case .link(let address, _)? = tree.children.first?.children.first?.kind
    else { return written }
    return address
  }
}

extension Findings {
  /// Reports a name that nothing has.
  mutating func reportUndefined(
    _ message: String, name: String, among known: [String: LinkDefinitions.Definition],
    escape: String, at position: SourcePosition
  ) {
    let near =
      mayTakeALook
      ? nearestName(to: name, among: known.keys.sorted()).flatMap { known[$0]?.name } : nil
    report(
      message + (near.map { "; did you mean '\($0)'?" } ?? "; write \(escape)"), at: position)
  }
}
