import Notebook
import Testing

@Suite struct AbstractTests {
  private func notebook(abstract: String, body: String = "Text.\n") throws -> Notebook {
    try parseNotebook(Self.source(abstract, body), path: "notebook.md")
  }

  private static func source(_ abstract: String, _ body: String = "Text.\n") -> String {
    "---\ntitle: A\nweek: 2026-W47\nstatus: draft\nabstract: \(abstract)\n---\n\(body)"
  }

  @Test(arguments: [
    "|\n  First $x$, *so*.\n\n  Second **b**.", ">\n  First $x$,\n  *so*.\n\n  Second **b**.",
    "|2-\n  First $x$, *so*.\n\n  Second **b**.", "First $x$, *so*.\n\n  Second **b**.",
    "\"First $x$, *so*.\n\n  Second **b**.\"", "'First $x$, *so*.\n\n  Second **b**.'",
    "\"First $x$, *so*.\\n\\nSecond **b**.\"",
  ])
  func `paragraphs stay paragraphs, however YAML has them written`(abstract: String) throws {
    let blocks = try #require(try notebook(abstract: abstract).frontMatter.abstract?.blocks)
    #expect(blocks.count == 2)
    guard case .paragraph(let first)? = blocks.first else {
      Issue.record("\(blocks)")
      return
    }
    #expect(first.filter { $0 != .softBreak }.contains(.formula(0)))
    #expect(first.contains(.emphasis([.text("so")])))
    #expect(blocks.last == .paragraph([.text("Second "), .strong([.text("b")]), .text(".")]))
  }

  @Test func `lists, quotes, citations and links of the text's definitions stand in it`() throws {
    let notebook = try notebook(
      abstract: "|\n  We:\n\n  1. cite [@a2020],\n  2. link [there][site].\n\n  > And quote.",
      body: "Text [@b2021].\n\n[site]: https://example.org\n")
    let blocks = try #require(notebook.frontMatter.abstract?.blocks)
    #expect(
      blocks == [
        .paragraph([.text("We:")]),
        .list(
          MarkdownList(
            start: 1, isTight: true,
            items: [
              .init(isDone: nil, blocks: [.paragraph([.text("cite "), .citation(0), .text(",")])]),
              .init(
                isDone: nil,
                blocks: [
                  .paragraph([
                    .text("link "),
                    .link(destination: "https://example.org", title: "", content: [.text("there")]),
                    .text("."),
                  ])
                ]),
            ])),
        .blockQuote([.paragraph([.text("And quote.")])]),
      ])
    #expect(notebook.citations.map { $0.items[0].key } == ["a2020", "b2021"])
  }

  @Test(arguments: [
    ("|\n  Words.\n\n  # A heading\n", "8:3: error: an abstract has no headings"),
    (
      "|\n  A note.[^n]\n",
      "6:10: error: a footnote stands in the text alone, not in an abstract, a caption or a protocol"
    ),
    (
      "|\n  A [b][c].\n\n  [c]: d\n",
      "8:3: error: an abstract defines no links and no footnotes; write the address where the link is, or "
        + "define it below"
    ),
    (
      "|\n  ```{claim} a\n  A > B on c\n  ```\n", "6:3: error: an abstract has no directives"
    ),
    (
      "|\n    One.\n\n    Two <b>.\n",
      "8:9: error: raw HTML '<b>' is not allowed, except comments and <br>, <kbd>, <mark>, <small>, <sub>, "
        + "<sup>; write '\\<' for the character, or use a code span"
    ),
    (
      ">\n  One\n  two <b>.\n",
      "7:7: error: raw HTML '<b>' is not allowed, except comments and <br>, <kbd>, <mark>, <small>, <sub>, "
        + "<sup>; write '\\<' for the character, or use a code span"
    ),
  ])
  func `what is wrong in it is told where it is written`(abstract: String, message: String) {
    #expect(messages(for: Self.source(abstract)).first == "notebook.md:\(message)")
  }

  @Test func `a title in a block of YAML is one line`() throws {
    let notebook = try parseNotebook(
      "---\ntitle: >\n  A long\n  title\nweek: 2026-W47\nstatus: draft\n---\nText.\n",
      path: "notebook.md")
    #expect(notebook.frontMatter.title.value == "A long title")
  }
}
