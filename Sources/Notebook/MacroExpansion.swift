/// TeX with macros written out, and where each part of it was written.
///
/// Both outputs are made from this one text, so that they show the same formula; GitHub knows no macros.
package struct MacroExpansion: Equatable, Sendable {
  /// The TeX without macros.
  package private(set) var tex = ""
  /// The places where the tokens of ``tex`` begin in it and in the TeX as written, in UTF-16 units.
  private var places: [(new: Int, old: Int)] = []
  private var length = 0

  /// A macro that cannot be written out.
  package struct Failure: Error, Equatable {
    /// The place, in UTF-16 units from the start of the TeX as written.
    package var offset: Int
    package var message: String
  }

  package static func == (left: MacroExpansion, right: MacroExpansion) -> Bool {
    left.tex == right.tex && left.places.elementsEqual(right.places) { $0 == $1 }
  }

  /// Writes the `macros` in `tokens` out.
  ///
  /// It works on a stack of tokens: however deep macros stand in each other, nothing here does.
  package init(_ tokens: [TeXToken], _ macros: [String: FormulaMacros.Macro]) throws(Failure) {
    var left = Array(tokens.reversed())
    var arguments = PendingArguments()
    var steps = 0
    while let token = left.popLast() {
      guard let name = token.command, let macro = macros[name] else {
        arguments.take(token)
        append(token)
        continue
      }
      var values: [[TeXToken]] = []
      for number in 0..<macro.argumentCount {
        guard let value = Self.argument(from: &left) else {
          throw Failure(
            offset: token.offset,
            message: "'\\\(name)' takes \(macro.argumentCount) "
              + "\(macro.argumentCount == 1 ? "argument" : "arguments") in braces; \(number) "
              + "\(number == 1 ? "follows" : "follow")")
        }
        values.append(value)
      }
      var body = Self.substituted(texTokens(macro.body), values, at: token.offset)
      if arguments.isNext {
        body = [TeXToken(.character, "{", at: token.offset)] + body
        body.append(TeXToken(.character, "}", at: token.offset))
      }
      steps += body.count + 1
      guard steps <= 4 * FormulaCheck.maximumLength else {
        throw Failure(
          offset: token.offset,
          message: "the macro '\\\(name)' makes this formula longer than "
            + "\(FormulaCheck.maximumLength) characters")
      }
      left += body.reversed()
    }
    guard length <= FormulaCheck.maximumLength else {
      throw Failure(
        offset: 0,
        message: "a formula of \(length) characters with its macros written out; it may have "
          + "\(FormulaCheck.maximumLength) at most")
    }
  }

  /// The place in the TeX as written that `offset`, in UTF-16 units, of ``tex`` comes from.
  package func offset(ofWritten offset: Int) -> Int {
    let next = places.partitioningIndex { $0.new > offset }
    guard next > 0 else { return 0 }
    let place = places[next - 1]
    let isWithin =
      next == places.count || places[next].old - place.old == places[next].new - place.new
    return place.old + (isWithin ? offset - place.new : 0)
  }

  private mutating func append(_ token: TeXToken) {
    // KaTeX numbers the lines of these, GitHub does not; numbers come from labels alone.
    if token.text == "}", Self.numbering.contains(where: { tex.hasSuffix($0) }) {
      tex += "*"
      length += 1
    }
    // A letter right after a command would be read as part of its name.
    if let last = tex.unicodeScalars.last, lastIsCommand, let first = token.text.first,
      isLetterOfCommand(first), isLetterOfCommand(Character(last))
    {
      tex += " "
      length += 1
    }
    places.append((length, token.offset))
    tex += token.text
    length += token.text.utf16.count
    lastIsCommand = token.kind == .word
  }

  private var lastIsCommand = false
  private static let numbering = ["align", "alignat", "equation", "gather"].flatMap {
    ["\\begin{" + $0, "\\end{" + $0]
  }

  /// Takes one argument: a group without its braces, or one token.
  private static func argument(from left: inout [TeXToken]) -> [TeXToken]? {
    while left.last?.kind == .space { left.removeLast() }
    guard let first = left.popLast(), first.text != "}", first.text != "&" else { return nil }
    guard first.text == "{" else { return [first] }
    var depth = 1
    var value: [TeXToken] = []
    while let token = left.popLast() {
      if token.text == "{" { depth += 1 }
      if token.text == "}" { depth -= 1 }
      if depth == 0 { return value }
      value.append(token)
    }
    return nil
  }

  private static func substituted(
    _ body: [TeXToken], _ values: [[TeXToken]], at offset: Int
  ) -> [TeXToken] {
    var result: [TeXToken] = []
    var index = 0
    while index < body.count {
      if body[index].text == "#", index + 1 < body.count, let number = Int(body[index + 1].text),
        (1...max(1, values.count)).contains(number), !values.isEmpty
      {
        result += values[number - 1]
        index += 2
      } else {
        result.append(TeXToken(body[index].kind, body[index].text, at: offset))
        index += 1
      }
    }
    return result
  }
}

/// The number of arguments that the commands before a place still take.
///
/// The TeX of a macro is put in braces where it
/// is one, as in `\frac\a\b`: TeX takes arguments before it writes macros out.
private struct PendingArguments {
  private var count = 0
  private var outer: [Int] = []
  /// Whether a group in brackets, which some commands may have first, is open or may follow.
  private var isInBrackets = false
  private var mayHaveBrackets = false

  /// Whether what comes next is an argument.
  var isNext: Bool { count > 0 && !isInBrackets }

  mutating func take(_ token: TeXToken) {
    if token.kind == .space { return }
    defer { mayHaveBrackets = token.kind == .word }
    if isInBrackets {
      if token.text == "]" { isInBrackets = false }
      return
    }
    switch token.text {
    case "{":
      outer.append(max(0, count - 1))
      count = 0
    case "}": count = outer.popLast() ?? 0
    case "[" where mayHaveBrackets && count > 0: isInBrackets = true
    case "^", "_": count = 1
    default:
      let taken = token.command.flatMap { Self.arguments[$0] }
      count = taken ?? max(0, count - 1)
    }
  }

  private static let arguments: [String: Int] = {
    var counts: [String: Int] = [:]
    let two = "frac dfrac tfrac cfrac binom dbinom tbinom overset underset stackrel"
    for name in two.split(separator: " ") { counts[String(name)] = 2 }
    let one = """
      sqrt hat widehat bar overline underline vec tilde widetilde dot ddot dddot ddddot check breve acute grave mathring \
      mathbf mathbb mathcal mathrm mathsf mathtt mathit mathfrak mathscr mathnormal boldsymbol bm pmb text textrm textbf \
      textit textsf texttt textnormal operatorname overbrace underbrace overrightarrow overleftarrow \
      overleftrightarrow underrightarrow underleftarrow underleftrightarrow boxed cancel bcancel xcancel mathop mathbin \
      mathrel mathopen mathclose mathpunct mathord mathinner smash substack tag xleftarrow xrightarrow xRightarrow \
      xLeftarrow xleftrightarrow xmapsto Bbb widecheck mathllap mathrlap mathclap llap rlap
      """
    for name in one.split(separator: " ") { counts[String(name)] = 1 }
    return counts
  }()
}
