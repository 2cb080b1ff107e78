extension Findings {
  /// Finds the comments in a block of HTML; whatever else is in it is refused.
  mutating func comments(in range: Range<Int>, of body: SourceText) -> [Replacement] {
    var comments: [Replacement] = []
    // Before the first is at most the mark of a list or a quote.
    var rest = body.characters[range].drop { $0 != "<" }
    while !rest.isEmpty {
      let tag = HTMLTag(in: rest)
      let position = body.position(at: rest.startIndex)
      guard let tag, tag.kind == .comment else {
        let message =
          if rest.first != "<" {
            "words follow a comment that begins a line; end it with '-->' and a blank line"
          } else if tag?.kind == .openComment {
            HTMLTag.openComment
          } else {
            HTMLTag.refusal(of: Self.head(of: rest))
          }
        report(message, at: position)
        break
      }
      let end = rest.startIndex + tag.length
      comments.append(Replacement(range: rest.startIndex..<end, piece: .comment))
      rest = rest[end...].drop { $0.isWhitespace }
    }
    return comments
  }

  /// The tag or the words at the start of `text`, for a message.
  private static func head(of text: ArraySlice<Character>) -> String {
    let head = text.prefix { $0 != "\n" && $0 != ">" }
    return String(head) + (text.dropFirst(head.count).first == ">" ? ">" : "")
  }
}
