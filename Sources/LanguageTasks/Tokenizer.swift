/// A vocabulary and the way between text and token ids: the characters of a text, or its words.
///
/// The first ids are those of the special tokens `<pad>`, `<end>` and `<unknown>`, which no text is
/// encoded as; the task's own characters or words follow in the order given. All are ASCII,
/// so that no two spellings of a text are equal but for their bytes.
public struct Tokenizer: Hashable, Sendable {
  /// The unit that text is cut into.
  public enum Kind: String, Sendable {
    /// One character.
    case characters
    /// Words between spaces; a newline is a token of its own.
    case words
  }

  /// Raised by hand when, and only when, a text gets other ids, or ids another text.
  public static let revision = 2

  private static let specialTokens = ["<pad>", "<end>", "<unknown>"]
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")

  /// The unit that text is cut into.
  public let kind: Kind
  /// The tokens; a token's id is its index.
  public let vocabulary: [String]
  private let ids: [[UInt8]: Int32]

  /// The id of the token that fills up a rectangle of sequences; no text has it.
  public var padToken: Int32 { 0 }
  /// The id of the token that ends a completion; no text has it.
  public var endToken: Int32 { 1 }
  /// The id that readers of ``json`` give to what the vocabulary lacks; ``encode(_:)`` throws instead.
  public var unknownToken: Int32 { 2 }

  /// Creates a tokenizer whose tokens are single characters.
  ///
  /// - Parameter characters: Printable ASCII, spaces and newlines, each once; their order is that of
  ///   the ids.
  public init(characters: String) {
    self.init(.characters, characters.unicodeScalars.map { String($0) })
  }

  /// Creates a tokenizer whose tokens are words.
  ///
  /// - Parameter words: Printable ASCII without spaces, none beginning with `##`, each once; `"\n"` if
  ///   texts have more than one line. Their order is that of the ids.
  public init(words: [String]) {
    for word in words {
      precondition(
        word == "\n" || !word.utf8.contains { $0 == Self.newline || $0 == Self.space },
        "a word has no white space in it, got '\(word)'")
      // The mark of a part of a word in the exported decoder.
      precondition(!word.hasPrefix("##"), "a word does not begin with ##, got '\(word)'")
    }
    self.init(.words, words)
  }

  private init(_ kind: Kind, _ tokens: [String]) {
    self.kind = kind
    vocabulary = Self.specialTokens + tokens
    var ids: [[UInt8]: Int32] = [:]
    for (id, token) in vocabulary.enumerated() {
      precondition(
        !token.isEmpty
          && token.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == Self.newline },
        "a token is printable ASCII, got '\(token)'")
      precondition(ids[Array(token.utf8)] == nil, "the vocabulary has '\(token)' twice")
      ids[Array(token.utf8)] = Int32(id)
    }
    self.ids = ids
  }

  /// Returns the ids of a text's tokens, no end token added.
  ///
  /// Spaces only separate words: several are as good as one, and none is needed beside a newline, at the beginning
  /// or at the end.
  ///
  /// - Returns: Ids above those of the special tokens.
  /// - Throws: The first piece of the text that the vocabulary lacks; special tokens written out count
  ///   as lacking, or as the characters they are written with.
  public func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    var result: [Int32] = []
    for piece in pieces(of: Array(text.utf8)) {
      guard let id = ids[Array(piece)], Int(id) >= Self.specialTokens.count else {
        throw TokenizerError(piece: String(decoding: piece, as: UTF8.self), kind: kind)
      }
      result.append(id)
    }
    return result
  }

  /// Returns whether an id is that of a special token.
  public func isSpecial(_ token: Int32) -> Bool { Int(token) < Self.specialTokens.count }

  /// Returns the text of a sequence of ids.
  ///
  /// Characters are joined as they are. Words are joined by one space, newlines by none. Special tokens
  /// are written out: a text that has lost them would read like one that never had them.
  ///
  /// - Parameter tokens: Ids in `vocabulary.indices`.
  /// - Returns: Text that ``encode(_:)`` gives the same ids for if none is special.
  public func decode(_ tokens: some Sequence<Int32>) -> String {
    var text = ""
    var follows = false
    for token in tokens {
      let piece = vocabulary[Int(token)]
      let isNewline = piece == "\n"
      if kind == .words && follows && !isNewline { text += " " }
      text += piece
      follows = !isNewline
    }
    return text
  }

  /// Returns the parts of a text that are to be tokens.
  private func pieces(of text: [UInt8]) -> [ArraySlice<UInt8>] {
    switch kind {
    case .characters:
      // A byte beyond ASCII begins a piece of its own with the bytes that continue it, to be named.
      var starts = text.indices.filter { text[$0] & 0xC0 != 0x80 }
      starts.append(text.endIndex)
      return zip(starts, starts.dropFirst()).map { text[$0..<$1] }
    case .words:
      return text.split(separator: Self.space).flatMap { part in
        var pieces: [ArraySlice<UInt8>] = []
        var start = part.startIndex
        for index in part.indices where part[index] == Self.newline {
          if start < index { pieces.append(part[start..<index]) }
          pieces.append(part[index...index])
          start = index + 1
        }
        if start < part.endIndex { pieces.append(part[start...]) }
        return pieces
      }
    }
  }
}

/// A piece of a text that a vocabulary lacks.
public struct TokenizerError: Error, Hashable, Sendable {
  /// The character or word.
  public let piece: String
  /// The unit that the tokenizer cuts text into.
  public let kind: Tokenizer.Kind

  /// Creates the error.
  public init(piece: String, kind: Tokenizer.Kind) {
    self.piece = piece
    self.kind = kind
  }
}

extension TokenizerError: CustomStringConvertible {
  public var description: String {
    "the vocabulary of \(kind.rawValue) has no '\(piece)'"
  }
}
