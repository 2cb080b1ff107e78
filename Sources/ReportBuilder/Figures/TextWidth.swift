/// The width of words in figures, estimated so that no installed font is measured and nothing is cut.
enum TextWidth {
  /// Returns the width of `text` at `size`, in bold: of Helvetica's letters, a little more than the fonts that
  /// may stand in for it take.
  static func of(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + thousandths(of: $1) } * size * 1.12 / 1000
  }

  /// Returns `text` in lines of at most `width`, broken at spaces; a word that is wider is broken within.
  static func lines(_ text: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let joined = line.isEmpty ? String(word) : line + " " + word
      if of(joined, size: size) <= width {
        line = joined
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if !line.isEmpty, of(line + String(character), size: size) > width {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    return lines + (line.isEmpty ? [] : [line])
  }

  /// The widths of Helvetica Bold, from Adobe's metrics of the font.
  private static func thousandths(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "f", "t", "i", "j", "l", "I", " ", ".", ",", "/", "\\", "'", "|", "!", "(", ")", "[", "]",
      "-", ":", ";", "`":
      333
    case "r", "*", "{", "}", "z", "\"": 500
    case "m", "W", "@", "%": 975
    case "M", "w", "O", "Q", "G", "&": 833
    case "A"..."Z": 722
    case "0"..."9", "a"..."z", " "..."~": 611
    case "\u{2190}"...: 1000
    default: 722
    }
  }
}
