import Notebook
import Testing

/// Lines that end as other systems end them, however these signs stand together.
struct LineFeedsTests {
  /// All texts of up to six of three signs.
  static let texts: [String] = (0...6).reduce(into: [""]) { texts, length in
    guard length > 0 else { return }
    texts += texts.filter { $0.utf8.count == length - 1 }.flatMap { text in
      ["a", "\r", "\n"].map { text + $0 }
    }
  }

  @Test func `each end of a line is one line feed, and nothing else is changed`() {
    #expect(Self.texts.count == 1093)
    for text in Self.texts {
      // The rule of CommonMark, 2.1, read off sign by sign.
      var expected: [UInt8] = []
      var rest = Array(text.utf8)[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\r"), rest.first == UInt8(ascii: "\n") { rest.removeFirst() }
        expected.append(byte == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : byte)
      }
      #expect(Array(text.withLineFeeds.utf8) == expected, "\(text.debugDescription)")
    }
  }

  @Test func `a heading is found on the line on which the parser has it`() throws {
    for text in Self.texts {
      let source =
        "---\ntitle: T\nweek: 2026-W10\nstatus: draft\n---\n\n\(text)\n\n# One\n\n\(text)\nTwo\n===\n"
      guard let notebook = try? parseNotebook(source, path: "notebook.md") else { continue }
      let lines = source.withLineFeeds.split(separator: "\n", omittingEmptySubsequences: false)
      let one = try #require(lines.firstIndex(of: "# One"))
      let found = headings(ofMarkdown: source.withLineFeeds).filter { !$0.isUnderlined }
      #expect(found.map(\.lines.lowerBound).contains(one + 1), "\(text.debugDescription)")
      #expect(!notebook.path.isEmpty)
    }
  }
}
