import Yams

/// A text of the front matter as Markdown, with the place in the file of each of its characters.
///
/// YAML folds lines: of the blank line between two paragraphs a folded or plain text keeps one line end, which
/// is none to Markdown. So a block (`|` or `>`) is taken as its lines are written, and elsewhere a line end is
/// what it stands for, a blank line.
struct FrontMatterText {
  /// The lines of the front matter, which begin on line 2 of the file.
  let lines: [Substring]

  init(header: String) {
    lines = header.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The text of `scalar`.
  func source(of scalar: Node.Scalar) -> SourceText {
    guard let mark = scalar.mark, mark.line >= 1, mark.line <= lines.count else {
      return SourceText(YAMLText.restored(scalar.string), at: SourcePosition(line: 2, column: 1))
    }
    switch scalar.style {
    case .literal, .folded: return block(after: mark)
    default: return flow(scalar, from: mark)
    }
  }

  /// The lines below the `|` or `>` at `mark`, without their indentation.
  private func block(after mark: Mark) -> SourceText {
    var body = lines[mark.line...].prefix { line in
      line.first.map { $0 == " " || $0 == "\t" } ?? true
    }
    while body.last?.allSatisfy(\.isWhitespace) == true { body.removeLast() }
    let indicator = lines[mark.line - 1].dropFirst(mark.column - 1).prefix { !$0.isWhitespace }
    let first = body.first { !$0.allSatisfy(\.isWhitespace) }
    let width =
      indicator.compactMap(\.wholeNumberValue).first
      ?? first.map { $0.prefix { $0 == " " }.count } ?? 0
    var characters: [Character] = []
    var positions: [SourcePosition] = []
    for (index, line) in zip(body.indices, body) {
      if !characters.isEmpty {
        characters.append("\n")
        positions.append(SourcePosition(line: index + 1, column: lines[index - 1].count + 1))
      }
      let dropped = min(width, line.prefix { $0 == " " }.count)
      for (column, character) in line.dropFirst(dropped).enumerated() {
        characters.append(character)
        positions.append(SourcePosition(line: index + 2, column: dropped + column + 1))
      }
    }
    return SourceText(characters, positions: positions)
  }

  /// The text of a plain or quoted scalar. Its signs are found again one after the other, up to the first
  /// that is written as an escape; what follows that has its place.
  private func flow(_ scalar: Node.Scalar, from mark: Mark) -> SourceText {
    var line = mark.line - 1
    var rest = lines[line].dropFirst(mark.column - 1)
    var column = mark.column
    // A line end that was written as an escape is what it is.
    let isWritten = scalar.style == .doubleQuoted && lines[line...].contains { $0.contains("\\n") }
    var characters: [Character] = []
    var positions: [SourcePosition] = []
    var position = SourcePosition(line: line + 2, column: column)
    var isLost = false
    for character in YAMLText.restored(scalar.string) {
      if !character.isWhitespace, !isLost {
        isLost = true
        var (nextLine, nextRest, nextColumn) = (line, rest, column)
        // Only space, quotes and backslashes are passed over.
        search: while true {
          guard let sign = nextRest.first else {
            nextLine += 1
            guard nextLine < lines.count else { break search }
            (nextRest, nextColumn) = (lines[nextLine], 1)
            continue
          }
          if sign == character {
            position = SourcePosition(line: nextLine + 2, column: nextColumn)
            (line, rest, column) = (nextLine, nextRest.dropFirst(), nextColumn + 1)
            isLost = false
            break search
          }
          guard sign.isWhitespace || "\"'\\".contains(sign) else { break search }
          nextRest = nextRest.dropFirst()
          nextColumn += 1
        }
      }
      let isParagraphEnd = character == "\n" && !isWritten && characters.last != "\n"
      for _ in 0..<(isParagraphEnd ? 2 : 1) {
        characters.append(character)
        positions.append(position)
      }
    }
    return SourceText(characters, positions: positions)
  }
}
