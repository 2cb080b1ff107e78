/// `text` so that Markdown shows it as it is, with as few backslashes as that takes.
func escapedMarkdown(_ text: String) -> String {
  escapedMarkdown(text, inTable: false)
}

/// `text` so that Markdown shows it as it is; in a table, `|` would end the cell.
func escapedMarkdown(_ text: String, inTable: Bool) -> String {
  let characters = Array(text)
  var result = ""
  for (index, character) in characters.enumerated() {
    let before = index > 0 ? characters[index - 1] : " "
    let after = index + 1 < characters.count ? characters[index + 1] : " "
    let needsBackslash: Bool =
      switch character {
      case "\\": isPunctuation(after)
      case "`", "*", "$": true
      // Between letters it is a letter too, as in `evaluation_return`.
      case "_": !(isWord(before) && isWord(after))
      // A link needs more than a bracket; intervals such as [1, 2] need no backslash.
      case "[": after == "^" || ["](", "][", "]:"].contains { text.contains($0) }
      case "<": after.isLetter || after == "/" || after == "!" || after == "?"
      case "&": after == "#" || after.isLetter && text.contains(";")
      case "~": before == "~" || after == "~"
      case "|": inTable
      // A name after it would be taken for someone on GitHub.
      case "@": after.isLetter && !isWord(before)
      default: false
      }
    if needsBackslash { result.append("\\") }
    result.append(character)
  }
  return result
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

private func isWord(_ character: Character) -> Bool {
  character.isLetter || character.isNumber
}

private func isPunctuation(_ character: Character) -> Bool {
  character.isASCII && (character.isPunctuation || character.isSymbol)
}

extension StringProtocol {
  /// Without spaces at the start.
  var trimmedStart: String { String(drop { $0 == " " || $0 == "\t" }) }

  /// Without white space at the end.
  var trimmedEnd: String { String(reversed().drop { $0.isWhitespace }.reversed()) }

  /// Without blank lines at the start.
  var droppingLeadingBlankLines: String { String(drop { $0 == "\n" }) }

  /// Without blank lines at either end.
  var trimmingBlankLines: String { droppingLeadingBlankLines.trimmedEnd }

  /// How many of `character` stand side by side at most.
  func longestRun(of character: Character) -> Int {
    var longest = 0
    var run = 0
    for other in self {
      run = other == character ? run + 1 : 0
      if run > longest { longest = run }
    }
    return longest
  }

  /// TeX with the same meaning and without `|`, which ends a cell of a table.
  var replacingBars: String {
    let characters = Array(self)
    var result = ""
    var index = 0
    while index < characters.count {
      var name = ""
      if characters[index] == "|" {
        name = "\\vert"
      } else if characters[index] == "\\", index + 1 < characters.count {
        name = characters[index + 1] == "|" ? "\\Vert" : ""
        if name.isEmpty { result.append(characters[index]) }
        index += 1
      }
      result += name.isEmpty ? String(characters[index]) : name
      index += 1
      // A letter right after it would be read as part of the name.
      if !name.isEmpty, index < characters.count, characters[index].isLetter { result += " " }
    }
    return result
  }
}
