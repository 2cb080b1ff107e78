import Yams

/// YAML in a notebook, read so that no text can exhaust time or memory.
enum YAMLText {
  /// The reason why a text is not given to the parser, with the place.
  struct Problem: Error {
    var message: String
    /// Both counted from 1.
    var line: Int
    var column: Int
  }

  /// The most bytes of a text: the parser keeps a node and two places for each word.
  private static let mostBytes = 512 << 10
  /// The most brackets that may be open at once; the parser works by recursion.
  private static let mostOpenBrackets = 100
  /// The scalar that the parser sees in place of an asterisk; no notebook holds it, for it is refused there.
  private static let asterisk: Unicode.Scalar = "\u{FFFFD}"

  /// The tree of a text; nil if it is empty.
  ///
  /// An alias given to the parser becomes a copy of what it stands for, and a few of them can grow to billions of
  /// nodes. So the parser gets another character for each asterisk, which ``restored(_:)`` turns back; a plain
  /// text that begins with one was an alias.
  ///
  /// - Throws: ``Problem``, or the error of the parser.
  static func node(of text: String) throws -> Node? {
    guard text.utf8.count <= mostBytes else {
      throw Problem(
        message: "more than \(mostBytes >> 10) KB of YAML; labbook reads none so large", line: 1,
        column: 1)
    }
    var scalars = String.UnicodeScalarView()
    var depth = 0
    var (line, column) = (1, 1)
    for scalar in text.unicodeScalars {
      if scalar == "[" || scalar == "{" { depth += 1 }
      if scalar == "]" || scalar == "}" { depth = max(0, depth - 1) }
      guard depth <= mostOpenBrackets else {
        throw Problem(
          message: "more than \(mostOpenBrackets) brackets are open here", line: line,
          column: column)
      }
      scalars.append(scalar == "*" ? asterisk : scalar)
      (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    let node = try Yams.compose(yaml: String(scalars))
    if let node { try refuseAliases(in: node) }
    return node
  }

  /// A text of the parser with its asterisks.
  static func restored(_ text: String) -> String {
    guard text.unicodeScalars.contains(asterisk) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0 == asterisk ? "*" : $0 }))
  }

  /// Refuses a plain text that begins with an asterisk, as an alias does, or emphasis without quotes.
  private static func refuseAliases(in node: Node) throws(Problem) {
    switch node {
    case .scalar(let scalar):
      guard scalar.style == .plain, scalar.string.unicodeScalars.first == asterisk else { return }
      throw Problem(
        message:
          "'\(restored(scalar.string))' begins with an asterisk, which is an alias in YAML; put it in quotes",
        line: scalar.mark?.line ?? 1, column: scalar.mark?.column ?? 1)
    case .sequence(let sequence):
      for element in sequence { try refuseAliases(in: element) }
    case .mapping(let mapping):
      for (key, value) in mapping {
        try refuseAliases(in: key)
        try refuseAliases(in: value)
      }
    case .alias: return
    }
  }
}
