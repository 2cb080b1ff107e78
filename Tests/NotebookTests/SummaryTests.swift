import Notebook
import Testing

@Suite struct SummaryTests {
  private static func source(_ summary: String, extra: String = "", _ body: String = "Text.\n")
    -> String
  {
    "---\ntitle: A\nweek: 2026-W47\nstatus: draft\n\(extra)summary: \(summary)\n---\n\(body)"
  }

  @Test func `a summary is a list of findings with values, references and claims`() throws {
    let notebook = try parseNotebook(
      Self.source(
        "|\n  - It reaches {value}`a.B.c` (@sec-end).\n  - Cited [@k2020].\n", "## End {#sec-end}\n"
      ),
      path: "notebook.md")
    let blocks = try #require(notebook.frontMatter.summary?.blocks)
    guard case .list(let list)? = blocks.first else {
      Issue.record("\(blocks)")
      return
    }
    #expect(list.items.count == 2)
    #expect(
      list.items[0].blocks == [
        .paragraph([.text("It reaches "), .value(0), .text(" ("), .reference(0), .text(").")])
      ])
    #expect(notebook.values.map(\.position) == [SourcePosition(line: 6, column: 24)])
  }

  @Test func `summary and abstract are read in the order in which they stand`() throws {
    for extra in ["abstract: '{value}`a.B.c`'\n", ""] {
      let notebook = try parseNotebook(
        Self.source("\n  - '{value}`d.E.f`'", extra: extra).replacing(
          "summary: \n  - '{value}`d.E.f`'",
          with: "summary: '- {value}`d.E.f`'"
            + (extra.isEmpty ? "\nabstract: '{value}`a.B.c`'" : "")), path: "notebook.md")
      #expect(notebook.values.map { $0.path[0] } == (extra.isEmpty ? ["d", "a"] : ["a", "d"]))
    }
  }

  @Test(arguments: [
    ("Words.", "5:10"), ("|\n  1. one\n  2. two\n", "6:3"), ("|\n  - one\n\n  Words.\n", "6:3"),
    ("|\n  - one\n    - inside\n", "6:3"), ("|\n  - [ ] one\n", "6:3"),
    ("|\n  - ```\n    a\n    ```\n", "6:3"),
  ])
  func `anything but a list of paragraphs is refused`(summary: String, place: String) {
    #expect(
      messages(for: Self.source(summary)) == [
        "notebook.md:\(place): error: a summary is one list of what was found: a paragraph in each item, "
          + "which begins with '- '"
      ])
  }

  @Test func `directives and headings have no place in it`() {
    #expect(
      messages(for: Self.source("|\n  - one\n\n  # Two\n")).contains {
        $0.hasSuffix("error: a summary has no headings")
      })
    #expect(
      messages(for: Self.source("|\n  ```{claim} a\n  A > B on c\n  ```\n")).contains {
        $0.hasSuffix("error: a summary has no directives")
      })
  }
}
