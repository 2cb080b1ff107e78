import Notebook

/// The form of a formula in a report, so that GitHub shows it: between dollars where Markdown leaves them
/// alone and their neighbours let GitHub see them, else as code.
enum GitHubFormula {
  /// An inline formula between the characters `before` and `after`; nil stands for the end of a line.
  static func inline(
    _ tex: String, before: Character?, after: Character?, isInTable: Bool = false
  ) -> String {
    var tex = text(for: tex, isDisplay: false)
    if isInTable { tex = withoutBars(tex) }
    // On one line, so that nothing in it begins a line of the report.
    tex = tex.split(separator: "\n").map(\.trimmedStart).joined(separator: " ")
    if mayFollow(before), mayBeFollowed(by: after), survivesMarkdown(tex) { return "$\(tex)$" }
    guard tex.utf8.contains(UInt8(ascii: "`")) else { return "$`\(tex)`$" }
    // Code cannot hold a backtick; as text, each sign that Markdown may read is written as one.
    return "$" + tex.replacing(/[\\`<*_]/) { "\\" + $0.output } + "$"
  }

  /// The TeX of a formula in commands that GitHub takes.
  static func text(for tex: String, isDisplay: Bool) -> String {
    GitHubTeX.text(for: tex, isDisplay: isDisplay)
  }

  /// Whether GitHub sees a formula that begins after `character`: it wants space or an opening mark.
  private static func mayFollow(_ character: Character?) -> Bool {
    guard let character else { return true }
    return character.isWhitespace && character.isASCII || "([{\"'*_~>|".contains(character)
  }

  /// Whether GitHub sees a formula that ends before `character`: letters and digits hide it, and so do the
  /// marks and letters of scripts without spaces.
  private static func mayBeFollowed(by character: Character?) -> Bool {
    guard let character else { return true }
    return character.isASCII && !character.isLetter && !character.isNumber && character != "$"
      && character != "`"
  }

  // MARK: Bars

  /// TeX with the same meaning whose bars end no cell of a table: `\vert` for a sign, and between two texts
  /// where one stands in a text. Where a bar is part of a word, such as in the columns of an array, it is
  /// escaped, as GitHub has it.
  static func withoutBars(_ tex: String) -> String {
    let tokens = texTokens(tex)
    guard tokens.contains(where: { $0.text == "|" || $0.text == "\\|" }) else { return tex }
    var result = ""
    var groups: [Group] = [.formula]
    var next: Group?
    var isColumns = false
    for (index, token) in tokens.enumerated() {
      var text = token.text
      let group = groups.last ?? .formula
      switch token.text {
      case "{":
        groups.append(isColumns ? .columns : next ?? (group.isText ? .inner : .formula))
        next = nil
        isColumns = false
      case "}":
        if groups.count > 1 { groups.removeLast() }
        isColumns = group == .name && isArray(before: index, in: tokens)
      case "|":
        switch group {
        case .formula, .name: text = "\\vert"
        case .text(let command): text = "}\\vert\\\(command){"
        case .inner, .columns: text = "\\|"
        }
      case "\\|":
        // The norm; what would be unescaped to it is the same with one backslash more.
        text = group == .formula ? "\\Vert" : "\\\\|"
      default:
        if let command = token.command {
          next = texts.contains(command) ? .text(command) : nil
          if command == "begin" { next = .name }
        } else if token.kind != .space {
          next = nil
        }
      }
      result += text
      // A letter right after it would be read as part of the name.
      if text == "\\vert" || text == "\\Vert", index + 1 < tokens.count,
        let first = tokens[index + 1].text.first, isLetterOfCommand(first)
      {
        result += " "
      }
    }
    return result
  }

  private enum Group: Equatable {
    case formula, columns, name
    /// The text of a command such as `\text`.
    case text(String)
    /// A group in a text.
    case inner

    var isText: Bool { if case .formula = self { false } else { true } }
  }

  private static let texts: Set<String> = [
    "text", "textrm", "textbf", "textit", "textsf", "texttt", "textnormal", "textup",
  ]

  /// Whether the brace at `index` closes the name of an environment that its columns follow.
  private static func isArray(before index: Int, in tokens: [TeXToken]) -> Bool {
    let name = tokens[..<index].reversed().prefix { $0.text != "{" }.map(\.text).reversed().joined()
    return name == "array" || name == "subarray"
  }
}
