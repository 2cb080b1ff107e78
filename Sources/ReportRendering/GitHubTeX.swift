import Notebook

/// TeX as GitHub takes it, which shows formulas with MathJax 3 and refuses some of its commands.
///
/// The refused commands are those of github/markup, issue 1688; those that MathJax lacks were found by giving it
/// every command of KaTeX. Where commands that both know say the same, they are used instead.
enum GitHubTeX {
  /// The commands in `tex` that GitHub does not have.
  static func problems(in tex: String) -> [FormulaCheck.Problem] {
    texTokens(tex).compactMap { token in
      guard let command = token.command, unknown.contains(command) else { return nil }
      return FormulaCheck.Problem(
        offset: token.offset,
        message:
          "GitHub does not know '\\\(command)'; write it in other commands, or the letter or sign itself"
      )
    }
  }

  /// `tex` in commands that GitHub takes.
  ///
  /// - Parameters:
  ///   - tex: A formula without macros.
  ///   - isDisplay: Whether lines may break, which MathJax does within an environment only.
  /// - Returns: The same formula.
  static func text(for tex: String, isDisplay: Bool) -> String {
    var tokens = texTokens(tex)
    if isDisplay, breaksLines(tokens) {
      tokens = texTokens("\\begin{gathered}\(tex)\\end{gathered}")
    }
    // The star of a command is part of its name.
    var whole: [TeXToken] = []
    for token in tokens {
      if token.text == "*", whole.last?.command == "operatorname" {
        whole[whole.count - 1].text += "*"
      } else {
        whole.append(token)
      }
    }
    guard whole.contains(where: { $0.command.map { macros[$0] != nil } ?? false }) else {
      return tokens.map(\.text).joined()
    }
    return (try? MacroExpansion(whole, macros).tex) ?? tex
  }

  /// Whether a line breaks outside of every environment and group.
  private static func breaksLines(_ tokens: [TeXToken]) -> Bool {
    guard !tokens.contains(where: { $0.command == "tag" }) else { return false }
    var depth = 0
    for token in tokens {
      switch token.text {
      case "{", "\\begin", "\\left": depth += 1
      case "}", "\\end", "\\right": depth -= 1
      case "\\\\" where depth == 0: return true
      default: break
      }
    }
    return false
  }

  /// The replacements of commands that GitHub refuses or does not know.
  private static let macros: [String: FormulaMacros.Macro] = {
    var macros: [String: FormulaMacros.Macro] = [:]
    func add(_ name: String, _ body: String) {
      macros[name] = FormulaMacros.Macro(
        body: body, argumentCount: body.contains("#1") ? 1 : 0,
        position: SourcePosition(line: 1, column: 1))
    }
    add("operatorname", "\\mathop{\\mathrm{#1}}\\nolimits")
    add("operatorname*", "\\mathop{\\mathrm{#1}}")
    add("operatornamewithlimits", "\\mathop{\\mathrm{#1}}")
    for (name, words) in ["argmax": "arg\\,max", "argmin": "arg\\,min", "plim": "plim"] {
      add(name, "\\mathop{\\mathrm{\(words)}}")
    }
    for name in ["arctg", "arcctg", "cosec", "cotg", "ctg", "cth", "ch", "sh", "tg", "th"] {
      add(name, "\\mathop{\\mathrm{\(name)}}\\nolimits")
    }
    let letters = [
      "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K",
      "Mu": "M", "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X",
    ]
    for (name, letter) in letters { add(name, "\\mathrm{\(letter)}") }
    let doubled = [
      "R": "R", "Reals": "R", "reals": "R", "N": "N", "natnums": "N", "Z": "Z", "Complex": "C",
      "cnums": "C",
    ]
    for (name, letter) in doubled { add(name, "\\mathbb{\(letter)}") }
    let same = [
      "bm": "boldsymbol{#1}", "bold": "mathbf{#1}", "textmd": "text{#1}",
      "underbar": "underline{#1}",
      "dag": "dagger", "ddag": "ddagger", "Dagger": "ddagger", "infin": "infty", "isin": "in",
      "exist": "exists", "empty": "emptyset", "sub": "subset", "sube": "subseteq",
      "supe": "supseteq", "plusmn": "pm", "sdot": "cdot", "bull": "bullet", "image": "Im",
      "real": "Re", "weierp": "wp", "thetasym": "vartheta", "alef": "aleph", "alefsym": "aleph",
      "clubs": "clubsuit", "diamonds": "diamondsuit", "hearts": "heartsuit", "spades": "spadesuit",
      "lang": "langle", "rang": "rangle", "medspace": ":", "thickspace": ";", "enskip": "enspace",
      "mathellipsis": "dots", "dotsx": "dots", "notni": "not\\ni", "sect": "S",
      "colonequals": "coloneqq", "equalscolon": "eqqcolon", "coloncolon": "dblcolon",
      "coloncolonequals": "Coloneqq", "equalscoloncolon": "Eqqcolon", "colonminus": "coloneq",
      "minuscolon": "eqcolon", "coloncolonminus": "Coloneq", "minuscoloncolon": "Eqcolon",
      "vcentcolon": "mathrel{:}", "ratio": "mathrel{:}", "llbracket": "mathopen{[\\![}",
      "rrbracket": "mathclose{]\\!]}", "larr": "leftarrow", "lArr": "Leftarrow",
      "Larr": "Leftarrow", "rarr": "rightarrow", "rArr": "Rightarrow", "Rarr": "Rightarrow",
      "harr": "leftrightarrow", "hArr": "Leftrightarrow", "Harr": "Leftrightarrow",
      "lrarr": "leftrightarrow", "lrArr": "Leftrightarrow", "Lrarr": "Leftrightarrow",
      "uarr": "uparrow", "uArr": "Uparrow", "Uarr": "Uparrow", "darr": "downarrow",
      "dArr": "Downarrow", "Darr": "Downarrow",
    ]
    for (name, other) in same { add(name, "\\" + other) }
    for name in ["allowbreak", "nobreak", "relax", "DOTSB", "DOTSI", "DOTSX"] { add(name, "") }
    return macros
  }()

  /// Commands of KaTeX that MathJax lacks and that nothing both know stands for.
  private static let unknown = Set(
    """
    AA AE H KaTeX O OE Overrightarrow P TextOrMath aa ae angl angln approxcolon approxcoloncolon blue blueA blueB \
    blueC blueD blueE c char coloncolonapprox coloncolonsim copyright errmessage expandafter footnotesize goldA \
    goldB goldC goldD goldE gray grayA grayB grayC grayD grayE grayF grayG grayH grayI green greenA greenB greenC \
    greenD greenE i imageof j kaBlue kaGreen lBrace lq maroonA maroonB maroonC maroonD maroonE mathsterling message \
    mintA mintB mintC minuso noexpand o oe oiiint oiint orange origof overgroup overleftharpoon overlinesegment \
    overrightharpoon phase pink pounds purple purpleA purpleB purpleC purpleD purpleE r rBrace red redA redB redC \
    redD redE rq show simcolon simcoloncolon sixptsize sout ss tealA tealB tealC tealD tealE textasciicircum \
    textasciitilde textbackslash textbar textbardbl textbraceleft textbraceright textcircled textdagger \
    textdaggerdbl textdegree textdollar textellipsis textemdash textendash textgreater textless textquotedblleft \
    textquotedblright textquoteleft textquoteright textsterling textunderscore undergroup underlinesegment utilde \
    varvdots widecheck xleftequilibrium xlongequal xrightequilibrium xrightleftarrows xtofrom xtwoheadleftarrow \
    xtwoheadrightarrow
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
