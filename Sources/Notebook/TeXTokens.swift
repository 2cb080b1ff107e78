/// A token of TeX, with the text it was written as.
package struct TeXToken: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// A command of letters, such as `\alpha`.
    case word
    /// A command of one other sign, such as `\{`.
    case symbol
    /// White space.
    case space
    case character
  }

  package var kind: Kind
  package var text: String
  /// The place where it is written, in UTF-16 units from the start of the TeX.
  package var offset: Int

  /// Creates a token written at `offset`.
  package init(_ kind: Kind, _ text: String, at offset: Int) {
    self.kind = kind
    self.text = text
    self.offset = offset
  }

  /// The name of a command of letters.
  package var command: String? { kind == .word ? String(text.dropFirst()) : nil }
}

/// The tokens of `tex`, all of which together are `tex` again.
package func texTokens(_ tex: String) -> [TeXToken] {
  let characters = Array(tex)
  var tokens: [TeXToken] = []
  var index = 0
  var offset = 0
  while index < characters.count {
    let character = characters[index]
    var end = index + 1
    var kind = character.isWhitespace ? TeXToken.Kind.space : .character
    if character == "\\", end < characters.count {
      kind = .symbol
      if isLetterOfCommand(characters[end]) {
        kind = .word
        while end < characters.count, isLetterOfCommand(characters[end]) { end += 1 }
      } else {
        end += 1
      }
    }
    let text = String(characters[index..<end])
    tokens.append(TeXToken(kind, text, at: offset))
    offset += text.utf16.count
    index = end
  }
  return tokens
}

/// Whether the name of a command may hold `character`.
package func isLetterOfCommand(_ character: Character) -> Bool {
  ("a"..."z").contains(character) || ("A"..."Z").contains(character)
}
