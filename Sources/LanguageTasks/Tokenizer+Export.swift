extension Tokenizer {
  /// One line that names everything a text's ids depend on: the kind and the vocabulary.
  ///
  /// Tokens are parted by spaces; a space is written `\s`, a newline `\n` and a backslash `\\`.
  public var identity: String {
    let tokens = vocabulary.map { token in
      token.unicodeScalars.map { scalar in
        switch scalar {
        case " ": "\\s"
        case "\n": "\\n"
        case "\\": "\\\\"
        default: String(scalar)
        }
      }.joined()
    }
    return "\(kind.rawValue): \(tokens.joined(separator: " "))"
  }

  /// The text of a `tokenizer.json` that Hugging Face's `tokenizers` reads, with the same ids and texts.
  ///
  /// There, what the vocabulary lacks becomes `<unknown>`, and special tokens written out in a text
  /// become the tokens.
  ///
  /// Source: https://huggingface.co/docs/tokenizers (`WordLevel` model).
  public var json: String {
    let special = [padToken, endToken, unknownToken].map { id in
      """
          {"id": \(id), "content": \(quoted(vocabulary[Int(id)])), "single_word": false, \
      "lstrip": false, "rstrip": false, "normalized": false, "special": true}
      """
    }
    let tokens = vocabulary.enumerated().map { "      \(quoted($1)): \($0)" }
    return """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [
      \(special.joined(separator: ",\n"))
        ],
        "normalizer": null,
        "pre_tokenizer": \(preTokenizer),
        "post_processor": null,
        "decoder": \(decoder),
        "model": {
          "type": "WordLevel",
          "vocab": {
      \(tokens.joined(separator: ",\n"))
          },
          "unk_token": "<unknown>"
        }
      }

      """
  }

  /// How a text is cut into what the vocabulary is searched for.
  private var preTokenizer: String {
    switch kind {
    case .characters:
      #"{"type": "Split", "pattern": {"Regex": "[\\s\\S]"}, "behavior": "Isolated", "invert": false}"#
    case .words:
      #"""
      {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"String": " "}, "behavior": "Removed", "invert": false},
          {"type": "Split", "pattern": {"String": "\n"}, "behavior": "Isolated", "invert": false}
        ]}
      """#
    }
  }

  /// How tokens are joined. The word-piece decoder puts a space before each but the first.
  private var decoder: String {
    switch kind {
    case .characters:
      #"{"type": "Fuse"}"#
    case .words:
      #"""
      {"type": "Sequence", "decoders": [
          {"type": "WordPiece", "prefix": "##", "cleanup": false},
          {"type": "Fuse"},
          {"type": "Replace", "pattern": {"String": " \n"}, "content": "\n"},
          {"type": "Replace", "pattern": {"String": "\n "}, "content": "\n"}
        ]}
      """#
    }
  }

  /// Returns a token as a JSON string.
  private func quoted(_ token: String) -> String {
    let escaped = token.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
