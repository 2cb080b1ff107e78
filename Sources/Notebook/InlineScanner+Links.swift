extension InlineScanner {
  /// The index after the destination of a link, `(address "title")`, that begins at `start`; nil if none does.
  func linkTail(at start: Int) -> Int? {
    guard start < end, source.characters[start] == "(" else { return nil }
    var index = afterSpace(start + 1)
    guard index < end else { return nil }
    if source.characters[index] == "<" {
      index += 1
      while index < end, source.characters[index] != ">" {
        guard source.characters[index] != "\n", source.characters[index] != "<" else { return nil }
        index += source.characters[index] == "\\" ? 2 : 1
      }
      index += 1
    } else {
      var depth = 0
      while index < end, !source.characters[index].isSpace {
        let character = source.characters[index]
        if character == "(" { depth += 1 }
        // CommonMark's own limit, which keeps long runs of brackets from being read again and again.
        guard depth <= 32 else { return nil }
        if character == ")" {
          if depth == 0 { break }
          depth -= 1
        }
        index += character == "\\" ? 2 : 1
      }
    }
    let space = afterSpace(index)
    if space > index, space < end, let closing = Self.titleEnds[source.characters[space]] {
      index = space + 1
      while index < end, source.characters[index] != closing {
        // No title in brackets holds an opening one.
        guard closing != ")" || source.characters[index] != "(" else { return nil }
        index += source.characters[index] == "\\" ? 2 : 1
      }
      index += 1
    }
    index = afterSpace(index)
    return index < end && source.characters[index] == ")" ? index + 1 : nil
  }

  private static let titleEnds: [Character: Character] = ["\"": "\"", "'": "'", "(": ")"]

  private func afterSpace(_ start: Int) -> Int {
    var index = start
    while index < end, source.characters[index].isWhitespace { index += 1 }
    return index
  }
}
