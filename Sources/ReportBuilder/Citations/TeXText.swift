internal import Foundation

/// TeX of a bibliography's field, made ready for the citation processor.
///
/// Accents and letters become the characters that they stand for, because the processor sets a dot under an accent
/// on `\i` and shortens no name that begins with a command. Signs that TeX would take for its own are marked as
/// signs: an unmarked `%` hides the rest of a title.
struct TeXText {
  /// The TeX as it goes to the citation processor.
  private(set) var text = ""
  /// The first command that would be lost, with all that it is given.
  private(set) var unknownCommand: String?

  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// Reads `source`, the value of a field.
  init(_ source: String) {
    scalars = Array(source.unicodeScalars)
    while index < scalars.count { step() }
    // The processor takes `\\}` for a brace that is a sign.
    if text.hasSuffix("\\") { text += " " }
    text = text.replacing("\\\\}", with: "\\\\ }")
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func step() {
    let scalar = scalars[index]
    switch scalar {
    case "\\": readCommand()
    case "$": readDollar()
    case "%": take(1, as: "\\%")
    case "#": take(1, as: "\\#")
    case "&": readAmpersand()
    default:
      text.unicodeScalars.append(scalar)
      index += 1
    }
  }

  private mutating func take(_ count: Int, as replacement: String) {
    text += replacement
    index += count
  }

  // MARK: Commands

  private mutating func readCommand() {
    let start = index
    index += 1
    guard let first = current else {
      text += "\\textbackslash{}"
      return
    }
    guard Self.isLetter(first) else {
      index += 1
      if let accent = Self.accents[String(first)] {
        readAccented(accent, sign: first)
      } else if first == "(" || first == "[" {
        copyFormula(from: start, until: first == "(" ? ")" : "]")
      } else if first == "&" {
        index -= 1
        readAmpersand()
      } else if !"-/@!".unicodeScalars.contains(first) {
        text += "\\"
        text.unicodeScalars.append(first)
      }
      return
    }
    var name = ""
    while let scalar = current, Self.isLetter(scalar) {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    if let accent = Self.accents[name] {
      readAccented(accent, sign: nil)
    } else if let symbol = Self.symbols[name] {
      endCommand()
      text += symbol
    } else {
      // What is only a box is shown by its braces alone.
      if Self.plainBoxes.contains(name) {
        while current == " " { index += 1 }
        return
      }
      text += "\\" + name
      if Self.verbatimCommands.contains(name) {
        copyGroup()
      } else if !Self.knownCommands.contains(name), unknownCommand == nil {
        unknownCommand = "\\" + name
      }
    }
  }

  /// Passes over what ends the name of a command: space, or empty braces.
  private mutating func endCommand() {
    if current == "{", index + 1 < scalars.count, scalars[index + 1] == "}" {
      index += 2
    } else {
      while let scalar = current, scalar.properties.isWhitespace { index += 1 }
    }
  }

  /// Reads what an accent stands on and writes both as one character.
  private mutating func readAccented(_ accent: Unicode.Scalar, sign: Unicode.Scalar?) {
    while current == " " { index += 1 }
    var depth = 0
    while current == "{" {
      depth += 1
      index += 1
    }
    while current == " " { index += 1 }
    var base: String?
    if current == "\\", index + 1 < scalars.count {
      // A dotless letter gets its accent instead of the dot.
      var end = index + 1
      while end < scalars.count, Self.isLetter(scalars[end]) { end += 1 }
      let name = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
      if name == "i" || name == "j" {
        base = name
      } else if let symbol = Self.symbols[name], symbol.count == 1 {
        base = symbol
      }
      if base != nil {
        index = end
        endCommand()
      }
    } else if let scalar = current, scalar.properties.isAlphabetic {
      base = String(scalar)
      index += 1
    }
    guard let base else {
      // An accent on nothing is the sign itself, as in `\~{}`.
      text += sign == "~" ? "\\textasciitilde{}" : sign == "^" ? "\\^{}" : ""
      closeGroups(depth)
      return
    }
    text += (base + String(accent)).precomposedStringWithCanonicalMapping
    closeGroups(depth)
  }

  /// Passes over the braces that close `count` groups; what else is in these is left to the text.
  private mutating func closeGroups(_ count: Int) {
    for _ in 0..<count {
      while current == " " { index += 1 }
      guard current == "}" else {
        text += "{"
        return
      }
      index += 1
    }
  }

  // MARK: Formulas and signs

  private mutating func copyFormula(from start: Int, until closing: Unicode.Scalar) {
    var end = index
    while end + 1 < scalars.count, scalars[end] != "\\" || scalars[end + 1] != closing { end += 1 }
    let formula = String(String.UnicodeScalarView(scalars[index..<min(end, scalars.count)]))
    text += "$" + formula + "$"
    index = min(end + 2, scalars.count)
  }

  private mutating func readDollar() {
    let width = index + 1 < scalars.count && scalars[index + 1] == "$" ? 2 : 1
    var end = index + width
    while end < scalars.count, scalars[end] != "$" { end += scalars[end] == "\\" ? 2 : 1 }
    guard end < scalars.count, end > index + width else {
      take(1, as: "\\$")
      return
    }
    let next = end + width < scalars.count ? scalars[end + width] : " "
    let head = scalars[index + width]
    // Sums of money: "$5 and $6".
    if ("0"..."9").contains(head), ("0"..."9").contains(next) {
      take(1, as: "\\$")
      return
    }
    let formula = String(String.UnicodeScalarView(scalars[(index + width)..<end]))
    text += "$" + formula + "$"
    index = min(end + width, scalars.count)
  }

  /// Reads `&`, which may begin the name of a character as in HTML.
  private mutating func readAmpersand() {
    let rest = scalars[(index + 1)...].prefix(10)
    if let end = rest.firstIndex(of: ";") {
      let name = String(String.UnicodeScalarView(rest[..<end]))
      if let character = Self.character(named: name) {
        index = end + 1
        text += character
        return
      }
    }
    take(1, as: "\\&")
  }

  private static func character(named name: String) -> String? {
    if name.hasPrefix("#") {
      let isHexadecimal = name.dropFirst().first?.lowercased() == "x"
      let digits = name.dropFirst(isHexadecimal ? 2 : 1)
      guard let value = UInt32(digits, radix: isHexadecimal ? 16 : 10),
        let scalar = Unicode.Scalar(value), value >= 0x20
      else { return nil }
      return "\\{}%#$&~_^".unicodeScalars.contains(scalar)
        ? TeXText.escapes[scalar] : String(Character(scalar))
    }
    return entities[name]
  }

  private mutating func copyGroup() {
    guard current == "{" else { return }
    var depth = 0
    while let scalar = current {
      text.unicodeScalars.append(scalar)
      index += 1
      if scalar == "{" { depth += 1 }
      if scalar == "}" { depth -= 1 }
      if depth == 0 { return }
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  // MARK: Tables

  private static let escapes: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "%": "\\%", "#": "\\#", "$": "\\$",
    "&": "\\&", "~": "\\textasciitilde{}", "_": "\\_", "^": "\\^{}",
  ]

  private static let entities = [
    "amp": "\\&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "~", "ndash": "–",
    "mdash": "—", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "hellip": "…",
    "eacute": "é", "egrave": "è", "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö",
    "Uuml": "Ü", "szlig": "ß", "aacute": "á", "iacute": "í", "oacute": "ó", "uacute": "ú",
    "ntilde": "ñ", "ccedil": "ç", "aring": "å", "oslash": "ø",
  ]

  /// Combining characters by the commands that set them.
  private static let accents: [String: Unicode.Scalar] = [
    "'": "\u{301}", "`": "\u{300}", "^": "\u{302}", "\"": "\u{308}", "~": "\u{303}",
    "=": "\u{304}", ".": "\u{307}", "u": "\u{306}", "v": "\u{30C}", "H": "\u{30B}",
    "c": "\u{327}", "d": "\u{323}", "b": "\u{331}", "r": "\u{30A}", "k": "\u{328}",
    "C": "\u{30F}", "G": "\u{30F}", "h": "\u{309}", "U": "\u{30E}", "f": "\u{311}",
  ]

  private static let symbols = [
    "i": "ı", "j": "ȷ", "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "ij": "ĳ", "IJ": "Ĳ", "textendash": "–",
    "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "\u{2019}", "textellipsis": "…", "ldots": "…",
    "dots": "…", "texttimes": "×", "textmu": "µ", "textdegree": "°", "textpm": "±",
    "textregistered": "®", "texttrademark": "™", "textcopyright": "©", "copyright": "©",
    "textless": "<", "textgreater": ">", "textbar": "|", "textbardbl": "‖", "textbullet": "•",
    "textperiodcentered": "·", "textexclamdown": "¡", "textquestiondown": "¿", "textsection": "§",
    "textparagraph": "¶", "S": "§", "P": "¶", "pounds": "£", "textsterling": "£", "euro": "€",
    "texteuro": "€", "textyen": "¥", "textcent": "¢", "dag": "†", "ddag": "‡", "textdagger": "†",
    "guillemotleft": "«", "guillemotright": "»", "guilsinglleft": "‹", "guilsinglright": "›",
    "quotedblbase": "„", "quotesinglbase": "‚", "textquotedbl": "\"", "textonehalf": "½",
    "textonequarter": "¼", "textthreequarters": "¾", "texttwosuperior": "²",
    "textthreesuperior": "³", "textonesuperior": "¹", "textordfeminine": "ª",
    "textordmasculine": "º", "textminus": "−", "textrightarrow": "→", "textleftarrow": "←",
    "textasciigrave": "\u{2018}", "textasteriskcentered": "*", "textunderscore": "\\_",
    "LaTeX": "{LaTeX}", "TeX": "{TeX}", "BibTeX": "{BibTeX}",
    "textvisiblespace": "␣", "slash": "/", "textalpha": "α", "textbeta": "β", "textgamma": "γ",
    "textdelta": "δ", "textepsilon": "ε", "textlambda": "λ", "textpi": "π", "textsigma": "σ",
    "textohm": "Ω", "relax": "", "protect": "", "newblock": "", "xspace": "", "break": " ",
    "newline": " ", "par": " ", "linebreak": " ", "allowbreak": "", "quad": " ", "qquad": " ",
    "sim": "∼", "textbraceleft": "\\{", "textbraceright": "\\}", "nobreakspace": "~",
  ]

  private static let verbatimCommands: Set = ["url", "href", "path", "nolinkurl"]

  /// Commands that show their argument as it is.
  private static let plainBoxes: Set = [
    "mbox", "hbox", "text", "pkg", "proglang", "code", "acro", "acronym", "samp", "textlf",
    "sc", "tt", "rm", "sf", "sl", "scshape", "ttfamily", "rmfamily", "sffamily", "slshape",
    "normalfont", "upshape", "mdseries", "footnotesize", "small", "large", "textmd",
  ]

  /// Commands whose text the citation processor shows.
  private static let knownCommands: Set = [
    "emph", "textit", "textbf", "texttt", "textsc", "textsf", "textrm", "textup", "textsl",
    "textnormal", "textsuperscript", "textsubscript", "ensuremath", "em", "it", "bf",
    "itshape", "bfseries",
    "textasciitilde", "textasciicircum", "textbackslash", "textdollar", "uppercase",
    "MakeUppercase", "enquote", "underline", "noopsort", "foreignlanguage", "mkbibquote",
  ]
}
