/// `text` so that Markdown shows it as it is, with as few backslashes as that takes.
func escapedMarkdown(_ text: String) -> String {
  escapedMarkdown(text, inTable: false)
}

/// `text` so that Markdown shows it as it is; in a table, `|` would end the cell.
///
/// It goes by scalars, as Markdown's parsers do, for which an accent takes nothing from the mark it stands
/// on. What would end a line becomes a space.
func escapedMarkdown(_ text: String, inTable: Bool) -> String {
  let scalars = Array(text.unicodeScalars)
  let hasLink = zip(scalars, scalars.dropFirst()).contains {
    $0 == "]" && "([:".unicodeScalars.contains($1)
  }
  let hasSemicolon = scalars.contains(";")
  var isInAddress = false
  var result = String.UnicodeScalarView()
  for (index, scalar) in scalars.enumerated() {
    let before = index > 0 ? scalars[index - 1] : " "
    let isLast = index + 1 == scalars.count
    let after = isLast ? " " : scalars[index + 1]
    let needsBackslash: Bool =
      switch scalar {
      // What stands at the end may be followed by anything.
      case "\\": isPunctuation(after) || isLast
      case "`", "*", "$": true
      // Between letters it is a letter too, as in `evaluation_return`.
      case "_": !(isWord(before) && isWord(after))
      // A link needs more than a bracket; intervals such as [1, 2] need no backslash.
      case "[": after == "^" || hasLink
      // It would close the brackets that the words may stand in.
      case "]": "([:".unicodeScalars.contains(after)
      case "<": isWord(after) || after == "/" || after == "!" || after == "?" || isLast
      case "&": after == "#" || isWord(after) && hasSemicolon || isLast
      case "~": before == "~" || after == "~"
      case "|": inTable
      // A name after it would be taken for someone on GitHub.
      case "@": isWord(after) && !isWord(before)
      default: false
      }
    if scalar.properties.isWhitespace {
      isInAddress = false
    } else if scalar == ":" && after == "/" || scalar == "." && before == "w" {
      isInAddress = true
    }
    // A bare address becomes a link as GitHub's Markdown has it, and takes a backslash for its own.
    if scalar == "<", isInAddress {
      result.append(contentsOf: "&lt;".unicodeScalars)
      continue
    }
    if needsBackslash { result.append("\\") }
    result.append(endsLine(scalar) ? " " : scalar)
  }
  return String(result)
}

/// `text` as code that Markdown shows as it is; in a table, `|` would end the cell.
func markdownCode(_ text: String, inTable: Bool = false) -> String {
  let line = oneLine(text)
  let fence = String(repeating: "`", count: longestRunOfBackticks(in: line) + 1)
  let code = fence.count == 1 && !line.isEmpty ? "`\(line)`" : "\(fence) \(line) \(fence)"
  return inTable ? code.replacing("|", with: "\\|") : code
}

/// The address `address` so that it can stand in the parentheses of a link.
func markdownAddress(_ address: String) -> String {
  var depth = 0
  let isBalanced =
    address.unicodeScalars.allSatisfy { scalar in
      depth += scalar == "(" ? 1 : scalar == ")" ? -1 : 0
      return depth >= 0
    } && depth == 0
  var result = ""
  for scalar in address.unicodeScalars {
    let isPlain: Bool =
      switch scalar {
      case "(", ")": isBalanced
      case "<", ">", "\"", "\\", "`", "|", "*", "$", "[", "]": false
      default: scalar.properties.generalCategory != .control && !scalar.properties.isWhitespace
      }
    if isPlain {
      result.unicodeScalars.append(scalar)
    } else {
      for byte in String(scalar).utf8 {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
  }
  // A character's name would be read as the character.
  return result.replacing(/&(?=#?[A-Za-z0-9]+;)/, with: "&amp;")
}

/// `text` with a space for what would end a line.
func oneLine(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map { endsLine($0) ? " " : $0 }))
}

/// Whether Markdown may take `scalar` for the end of a line, or nobody sees it.
private func endsLine(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: true
  default: false
  }
}

private func longestRunOfBackticks(in text: String) -> Int {
  var longest = 0
  var run = 0
  for byte in text.utf8 {
    run = byte == UInt8(ascii: "`") ? run + 1 : 0
    if run > longest { longest = run }
  }
  return longest
}

/// `text` so that its start is not taken for a list, a heading or a quote.
func escapedStart(_ text: String) -> String {
  let head = text.prefix { $0.isNumber }
  let rest = text.dropFirst(head.count)
  if !head.isEmpty, let mark = rest.first, mark == "." || mark == ")", rest.dropFirst().first == " "
  {
    return "\(head)\\\(rest)"
  }
  guard let first = text.first, "+-#>=".contains(first) else { return text }
  let marks = text.drop { $0 == first }
  return first == ">" || marks.first == " " || marks.isEmpty ? "\\" + text : text
}

private func isWord(_ scalar: Unicode.Scalar) -> Bool {
  Character(scalar).isLetter || Character(scalar).isNumber
}

private func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
  let character = Character(scalar)
  return character.isASCII && (character.isPunctuation || character.isSymbol)
}

extension StringProtocol {
  /// Without spaces at the start.
  var trimmedStart: String { String(drop { $0 == " " || $0 == "\t" }) }

  /// Without white space at the end.
  var trimmedEnd: String {
    var end = endIndex
    while end > startIndex {
      let last = index(before: end)
      guard self[last].isWhitespace else { break }
      end = last
    }
    return String(self[..<end])
  }

  /// Without blank lines at the start.
  var droppingLeadingBlankLines: String { String(drop { $0 == "\n" }) }

  /// Without blank lines at either end.
  var trimmingBlankLines: String { droppingLeadingBlankLines.trimmedEnd }
}
