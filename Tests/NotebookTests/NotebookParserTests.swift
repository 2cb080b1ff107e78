import Notebook
import Testing

@Suite struct NotebookParserTests {
  @Test func `the report of week 13 has two lists, eight formulas and no code block`() throws {
    let notebook = try parseNotebook(week13Report(), path: "notebook.md")
    #expect(notebook.count { if case .list = $0 { true } else { false } } == 2)
    #expect(notebook.count { if case .code = $0 { true } else { false } } == 0)
    #expect(
      notebook.formulas.map { ($0.isDisplay ? "display " : "") + $0.tex } == [
        #"display g=\mathbb{E}[\psi(x)\nabla_\theta \log\pi_\theta(x)],"#,
        #"\psi(x)=r(x)-b(x)"#, #"\psi(x)"#, #"\psi(\cdot)"#, #"y_1, y_2, \cdots"#, "x",
        #"\psi(\cdot)"#, #"\psi(\cdot)"#,
      ])
    #expect(notebook.citations.isEmpty)
  }

  @Test func `the lists of week 13 are two and four items, one inside the other`() throws {
    let notebook = try parseNotebook(week13Report(), path: "notebook.md")
    guard case .list(let outer) = notebook.blocks[2] else {
      Issue.record("the third block is \(notebook.blocks[2])")
      return
    }
    #expect(outer.items.count == 2)
    #expect(outer.items.map(\.blocks.count) == [1, 2])
    guard case .list(let inner)? = outer.items.last?.blocks.last else {
      Issue.record("no list inside")
      return
    }
    #expect(inner.items.count == 4)
    guard case .heading(let level, let anchor, let words) = notebook.blocks[4] else {
      Issue.record("the fifth block is \(notebook.blocks[4])")
      return
    }
    #expect(level == 2)
    #expect(anchor == "reference")
    #expect(words == [.text("Reference")])
    #expect(notebook.blocks.count == 15)
  }

  @Test func `literal numbers in brackets stay text`() throws {
    let notebook = try notebook("GPT [1,2] and DPO [3], and [4] too.\n")
    #expect(notebook.blocks == [.paragraph([.text("GPT [1,2] and DPO [3], and [4] too.")])])
  }

  @Test func `the pieces of a notebook give its text back`() throws {
    let source = try week13Report()
    let notebook = try parseNotebook(source, path: "notebook.md")
    let text = notebook.pieces.map { piece in
      switch piece {
      case .verbatim(let text): text
      case .formula(let index): notebook.formulas[index].source
      default: "unexpected"
      }
    }.joined()
    #expect(source.hasSuffix("status: final\n---\n" + text))
  }

  @Test func `windows line ends and a byte order mark are read`() throws {
    let source = ("\u{FEFF}" + leastFrontMatter + "A $x$\nb\n").replacing("\n", with: "\r\n")
    let notebook = try parseNotebook(source, path: "notebook.md")
    #expect(notebook.blocks == [.paragraph([.text("A "), .formula(0), .softBreak, .text("b")])])
  }

  @Test func `headings are named as GitHub names them`() throws {
    let notebook = try notebook(
      "# What's *new*?\n\n## Results {#sec-results}\n\n## Same\n\n## Same\n\nÜber uns\n---\n")
    #expect(
      notebook.blocks == [
        .heading(
          level: 1, anchor: "whats-new",
          content: [.text("What's "), .emphasis([.text("new")]), .text("?")]),
        .heading(level: 2, anchor: "sec-results", content: [.text("Results")]),
        .heading(level: 2, anchor: "same", content: [.text("Same")]),
        .heading(level: 2, anchor: "same-1", content: [.text("Same")]),
        .heading(level: 2, anchor: "über-uns", content: [.text("Über uns")]),
      ])
  }

  @Test func `github's tables, tasks, footnotes and strikethrough are understood`() throws {
    let notebook = try notebook(
      """
      | a | b |
      |:--|--:|
      | $|x|$ | ~~2~~ |

      - [x] done
      - [ ] open

      Text[^n] and a bare https://example.org/@user/$x$ address.

      [^n]: The note.
      """)
    #expect(
      notebook.blocks == [
        .table(
          MarkdownTable(
            alignments: [.leading, .trailing], header: [[.text("a")], [.text("b")]],
            rows: [[[.formula(0)], [.strikethrough([.text("2")])]]])),
        .list(
          MarkdownList(
            start: nil, isTight: true,
            items: [
              .init(isDone: true, blocks: [.paragraph([.text("done")])]),
              .init(isDone: false, blocks: [.paragraph([.text("open")])]),
            ])),
        .paragraph([
          .text("Text"), .footnote(number: 1), .text(" and a bare "),
          .link(
            destination: "https://example.org/@user/$x$", title: "",
            content: [.text("https://example.org/@user/$x$")]), .text(" address."),
        ]),
      ])
    #expect(notebook.tex == ["|x|"])
    #expect(notebook.formulas.map(\.place) == [.table])
    #expect(notebook.footnotes == [Footnote(number: 1, blocks: [.paragraph([.text("The note.")])])])
  }

  @Test func `comments are left out and a few plain tags are kept`() throws {
    let notebook = try notebook("<!-- for authors -->\n\nH<sub>2</sub>O <!-- here -->too\n")
    #expect(
      notebook.blocks == [
        .paragraph([
          .text("H"), .html("<sub>"), .text("2"), .html("</sub>"), .text("O too"),
        ])
      ])
  }
}
