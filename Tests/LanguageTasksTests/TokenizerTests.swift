import Foundation
import LanguageTasks
import Testing

@Suite struct TokenizerTests {
  private let characters = Tokenizer(characters: "\n 01+=")
  private let words = Tokenizer(words: ["\n", "the", "cat", "sat", "(1)", "\\", "\""])

  @Test func `characters have the ids of their places after the special tokens`() throws {
    #expect(
      characters.vocabulary == ["<pad>", "<end>", "<unknown>", "\n", " ", "0", "1", "+", "="])
    #expect(try characters.encode("1 + 0=\n") == [6, 4, 7, 4, 5, 8, 3])
    #expect(characters.decode([6, 4, 7, 4, 5, 8, 3]) == "1 + 0=\n")
    #expect(try characters.encode("").isEmpty && characters.decode([]).isEmpty)
  }

  @Test func `words are what stands between spaces, and a newline is a word`() throws {
    #expect(try words.encode("the cat\n(1) sat") == [4, 5, 3, 7, 6])
    #expect(words.decode([4, 5, 3, 7, 6]) == "the cat\n(1) sat")
    #expect(words.decode([3, 3, 4, 3, 3, 5, 3]) == "\n\nthe\n\ncat\n")
    #expect(try words.encode("") == [] && words.encode(" ") == [])
  }

  @Test func `spaces beyond one part words no further`() throws {
    #expect(try words.encode("  the   cat \n sat ") == [4, 5, 3, 6])
    #expect(try words.decode(words.encode("  the   cat \n sat ")) == "the cat\nsat")
  }

  @Test func `special tokens are written out, so that no text is without a trace of them`() {
    #expect([words.padToken, words.endToken, words.unknownToken] == [0, 1, 2])
    #expect(words.decode([4, 0, 2, 5, 1]) == "the <pad> <unknown> cat <end>")
    #expect(characters.decode([6, 0, 5, 1, 1]) == "1<pad>0<end><end>")
    for token in Int32(0)..<9 { #expect(words.isSpecial(token) == (token < 3)) }
  }

  @Test(arguments: [
    ("the dog sat", "dog"), ("the\tcat", "the\tcat"), ("The", "The"), ("<end>", "<end>"),
    ("the <pad>", "<pad>"), ("catsat", "catsat"),
  ])
  func `a word that the vocabulary lacks is named`(text: String, piece: String) {
    #expect(throws: TokenizerError(piece: piece, kind: .words)) { try words.encode(text) }
  }

  @Test(arguments: [("12", "2"), ("1<end>", "<"), ("1\u{661}", "\u{661}"), ("1\r\n", "\r")])
  func `a character that the vocabulary lacks is named`(text: String, piece: String) {
    #expect(throws: TokenizerError(piece: piece, kind: .characters)) {
      try characters.encode(text)
    }
  }

  @Test func `a spelling that is equal in Unicode only is another text`() {
    // The Kelvin sign is canonically equivalent to K, and Swift's strings compare as equal.
    #expect("\u{212A}" == "K")
    #expect(throws: TokenizerError.self) { try Tokenizer(characters: "K").encode("\u{212A}") }
    #expect(throws: TokenizerError.self) { try Tokenizer(words: ["K"]).encode("\u{212A}") }
  }

  @Test func `the identity is one line that tells all tokens apart`() {
    #expect(characters.identity == #"characters: <pad> <end> <unknown> \n \s 0 1 + ="#)
    #expect(words.identity == #"words: <pad> <end> <unknown> \n the cat sat (1) \\ ""#)
    #expect(
      Tokenizer(characters: "ab").identity != Tokenizer(words: ["a", "b"]).identity)
    #expect(Tokenizer(characters: "\\s").identity != Tokenizer(characters: " s").identity)
    #expect(
      TokenizerError(piece: "x", kind: .words).description == "the vocabulary of words has no 'x'")
  }

  @Test func `the exported file is JSON with the same ids`() throws {
    for tokenizer in [characters, words] {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(tokenizer.json.utf8)) as? [String: Any])
      let model = try #require(object["model"] as? [String: Any])
      let vocabulary = try #require(model["vocab"] as? [String: Int])
      #expect(vocabulary.count == tokenizer.vocabulary.count)
      for (id, token) in tokenizer.vocabulary.enumerated() { #expect(vocabulary[token] == id) }
      let special = try #require(object["added_tokens"] as? [[String: Any]])
      #expect(special.map { $0["content"] as? String } == ["<pad>", "<end>", "<unknown>"])
    }
  }
}
