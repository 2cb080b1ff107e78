import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Words from locks and bibliographies, which nobody has checked, in both outputs.
@Suite struct UntrustedTextTests {
  private static let words = [
    "<script>alert(1)</script>", "<!--> <script>x</script> -->", "a\n\n<script>x</script>",
    "a\r\n\r\n<img src=x onerror=y>", "[a](javascript:x)", "[\u{301}a](javascript:x)",
    "`\u{301}<i>x</i>`",
    "\"\u{301} onmouseover=\"x", "&lt;script&gt;", "<?php ?>", "a\n\n[x]: javascript:y", "<", "a\\",
    "![a](http://x/y.png)", "<javascript:x>", "a\u{2028}<i>x</i>", "a | b <i>",
  ]

  /// A report in which `words` stand wherever somebody else's words can.
  private func document(_ words: String) throws -> ReportDocument {
    let text = [Inline.text(words)]
    let link = Inline.link(destination: words, title: words, content: [.text("a")])
    return try reportDocument(
      "```{comparison} a\nlabel: tbl-a\n```\n",
      contents: [
        [
          .table(tableOfWords(words)),
          .paragraph(text + [.code(words), .emphasis(text), link]), .notice(text), .list([text]),
          .claim(ReportClaim(number: 1, statement: text, verdict: .holds, evidence: text)),
          .details(summary: text, content: [.paragraph(text)]),
          .figure(
            ReportFigure(
              caption: text, file: "figures/a.svg", svg: "<svg></svg>", alternative: words)),
        ]
      ])
  }

  @Test(arguments: words)
  func `words are words in both outputs`(words: String) throws {
    let document = try document(words)
    let text = try markdown(for: document)
    #expect(unsafeParts(ofMarkdown: text) == [])
    // Every word arrives, as text: nothing has been taken for markup.
    let whole = try renderedPage(of: document)
    #expect(PageStructure(whole).faults == [])
    let page = body(of: whole)
    for tag in page.matches(of: /<[^>]*>/) {
      let names = tag.output.replacing(/"[^"]*"/, with: "")
      #expect(!names.contains(/script|onerror|onmouseover|<\/?i>|<[?!]/), "\(tag.output)")
    }
    #expect(!page.contains("<script"))
    #expect(!page.contains("href=\"javascript"))
    #expect(!page.contains("<img"))
  }

  @Test func `addresses of a bibliography lead nowhere but to the web`() throws {
    func link(_ address: String) -> RichText {
      .link(destination: address, content: [.text(address)])
    }
    let folder = try RenderingFolder()
    var document = try reportDocument("[@ahmadian2024]\n", folder: folder)
    document.bibliography.entries[0].key = "a\"><script>"
    document.bibliography.entries[0].text = [
      link("javascript:alert(1)"), .text(" "), link("https://doi.org/10.1/x\"><script>y</script>"),
      .text(" "), link("https://example.org/a"), .text(" "), link("java\tscript:x"),
      .formula("`<script>z</script>"), .code("`\u{301}<b>"),
    ]
    let text = try markdown(for: document)
    #expect(unsafeParts(ofMarkdown: text) == [])
    #expect(text.contains("<https://example.org/a>"))
    #expect(!text.contains("](java"))
    #expect(text.contains("<a id=\"ref-a&quot;&gt;&lt;script&gt;\"></a>"))
    let page = try body(of: renderedPage(of: document))
    #expect(!page.contains("<script"))
    #expect(!page.contains("href=\"java"))
    #expect(page.contains("<li id=\"ref-a&quot;&gt;&lt;script&gt;\">"))
  }

  @Test func `a definition in the text makes no link of a number in brackets`() throws {
    let document = try reportDocument(
      "```{comparison} a\n```\n\n[1, 2]: javascript:alert\n",
      contents: [
        [
          .table(
            ReportTable(columns: [.init("a", alignment: .leading)], rows: [[ReportCell("[1, 2]")]]))
        ]
      ])
    #expect(
      problems { _ = try markdown(for: document) } == [
        "notebook.md:1:1: error: the report would hold 'javascript:alert', which labbook writes into no page"
      ])
  }

  @Test func `comments reach neither output`() throws {
    let document = try reportDocument("A <!-- secret -->B\n\n<!-- secret\n-->\n\nC\n")
    #expect(try !markdown(for: document).contains("secret"))
    #expect(try !renderedPage(of: document).contains("secret"))
  }

  @Test func `a formula cannot hold a tag`() throws {
    for tex in ["<script>x</script>", "\\text{`<script>x</script>`}", "\\text{`}<b>"] {
      let document = try reportDocument("Text $\(tex)$ and\n\n$$\(tex)$$\n")
      #expect(unsafeParts(ofMarkdown: try markdown(for: document)) == [], "\(tex)")
    }
  }
}
