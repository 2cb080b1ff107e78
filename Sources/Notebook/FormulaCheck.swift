/// A check for what must not stand in a formula, because one of the two outputs would show something else.
///
/// The rest, such as a command that does not exist, is told by KaTeX when the formula is typeset.
package enum FormulaCheck {
  /// The most characters of a formula, macros written out; what is longer is no formula that a person reads.
  package static let maximumLength = 2_000
  /// The deepest nesting of groups, fractions, environments and changes of style.
  package static let maximumDepth = 100

  /// The most characters of the different formulas of a notebook together, macros written out: a typesetter takes
  /// half a millisecond for each.
  package static let mostInAll = 30_000
  /// That the formulas of a notebook have more together.
  package static let tooMuchInAll =
    "with this one the different formulas of the report have more than \(mostInAll) characters, the most that "
    + "labbook typesets in a page"

  /// Something wrong with a formula.
  package struct Problem: Equatable, Sendable {
    /// The place, in UTF-16 units from the start of the TeX.
    package var offset: Int
    package var message: String

    /// Creates a problem at `offset`.
    package init(offset: Int, message: String) {
      self.offset = offset
      self.message = message
    }
  }

  /// Returns the problems of `tex`, in reading order.
  package static func problems(in tex: String) -> [Problem] {
    if let problem = tooLong(tex) { return [problem] }
    let tokens = texTokens(tex)
    var problems: [Problem] = []
    for (index, token) in tokens.enumerated() {
      guard let message = problem(with: token, followedBy: tokens[(index + 1)...]) else { continue }
      problems.append(Problem(offset: token.offset, message: message))
    }
    return problems + [tooDeep(tokens)].compactMap { $0 }
  }

  /// The reason why `tex` is more than a typesetter can be given; nil if it is not.
  package static func excess(in tex: String) -> Problem? {
    tooLong(tex) ?? tooDeep(texTokens(tex))
  }

  private static func tooLong(_ tex: String) -> Problem? {
    let length = tex.count
    guard length > maximumLength else { return nil }
    return Problem(
      offset: 0,
      message: "a formula of \(length) characters; it may have \(maximumLength) at most")
  }

  private static func problem(
    with token: TeXToken, followedBy rest: ArraySlice<TeXToken>
  ) -> String? {
    if token.text == "%" {
      return
        "'%' begins a comment in TeX, and the rest of the line would be lost; write '\\%' for the sign"
    }
    if token.text == "{", rest.prefix(7).map(\.text).joined() == "value}`" {
      return "a value cannot stand in a formula; end the formula before it"
    }
    guard let command = token.command else { return nil }
    if let advice = refusals[command] { return "'\\\(command)' \(advice)" }
    if definitions.contains(command) {
      return
        "'\\\(command)' defines a command, which GitHub refuses in a formula; write the command under "
        + "'macros:' in the front matter, or in macros.yaml in the folder of weeks"
    }
    return nil
  }

  /// Commands that one output refuses or shows nothing for, with what to write instead.
  private static let refusals: [String: String] = {
    let link =
      "is a link, which a formula cannot hold here; write a link of Markdown beside the formula"
    let html = "is HTML, which reaches neither output; leave it out"
    let invisible =
      "is refused by GitHub, as all that cannot be seen; write space as '\\quad' or '\\;'"
    let box = "is refused by GitHub; write '\\boxed{…}' or '\\color{…}'"
    return [
      "href": link, "url": link,
      "includegraphics":
        "is an image, which a formula cannot hold here; write an image of Markdown",
      "htmlClass": html, "htmlId": html, "htmlStyle": html, "htmlData": html,
      "phantom": invisible, "hphantom": invisible, "vphantom": invisible,
      "colorbox": box, "fcolorbox": box,
      "label": "names a formula in LaTeX; write '{#eq-name}' after the closing '$$'",
      "ref": "refers to a formula in LaTeX; write '@eq-name' in the text",
      "eqref": "refers to a formula in LaTeX; write '@eq-name' in the text",
      "cite": "cites a work in LaTeX; write '[@key]' in the text",
    ]
  }()

  private static let definitions: Set<String> = [
    "def", "edef", "gdef", "xdef", "let", "futurelet", "global", "long", "newcommand",
    "renewcommand", "providecommand", "DeclareMathOperator", "newenvironment", "renewenvironment",
    "require",
  ]

  /// Commands after which the rest of a group is one level deeper for a parser.
  private static let switches: Set<String> = [
    "color", "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "tiny", "scriptsize",
    "footnotesize", "small", "normalsize", "large", "Large", "LARGE", "huge", "Huge", "rm", "sf",
    "tt", "bf", "it", "cal", "over", "above", "atop", "choose", "brace", "brack",
  ]

  /// That groups become too deep, where they do; nil if they do not.
  private static func tooDeep(_ tokens: [TeXToken]) -> Problem? {
    // The depth that each open group began at.
    var groups: [Int] = []
    var depth = 0
    for token in tokens {
      switch token.text {
      case "{", "\\left", "\\begin", "\\begingroup", "\\bgroup":
        groups.append(depth)
        depth += 1
      case "}", "\\right", "\\end", "\\endgroup", "\\egroup":
        depth = groups.popLast() ?? 0
      default:
        if let command = token.command, switches.contains(command) { depth += 1 }
      }
      if depth > maximumDepth {
        return Problem(
          offset: token.offset,
          message: "groups stand more than \(maximumDepth) deep in each other in this formula")
      }
    }
    return nil
  }
}
