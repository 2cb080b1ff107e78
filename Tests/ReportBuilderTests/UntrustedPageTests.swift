import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// The structure of a page whose words are HTML; `make torture` opens such a page in a browser.
@Suite struct UntrustedPageTests {
  private static let attacks = [
    "<script>x</script>", "<img src=x onerror=y>", "\"><svg/onload=x>", "' onmouseover='x",
    "</style><script>x</script>",
    "</title><script>x</script>", "--><script>x</script>", "]]><script>x</script>",
    "<style>@import url(//x)</style>",
    "<a href=javascript:x>", "<meta http-equiv=refresh content=0>", "<base href=//x>",
    "&lt;script&gt;x",
    "<iframe srcdoc='<script>x</script>'>", "<details open ontoggle=x>",
    "\u{2028}<script>x</script>",
    "http://a.b/)<script>x</script>",
  ]

  @Test func `the reader of pages finds what is there`() {
    let page = """
      <!DOCTYPE html><META HTTP-EQUIV=content-security-policy content="default-src 'none'"><!-- a > b --><IMG
      SRC = x oNerror='y'/><a href=" java\tscript:x">b</a><title><script></title><style>a<b{}</style><script>"</scripT>"
      """
    let structure = PageStructure(page)
    #expect(structure.tags.map(\.name) == ["meta", "img", "a", "title", "style", "script"])
    #expect(structure.comments == [" a > b "])
    #expect(
      structure.faults == [
        "a comment ' a > b '", "src of <img>: x", "onerror of <img>",
        "href of <a>:  java\tscript:x",
        "<script>",
      ])
    #expect(PageStructure("<p>a").faults == ["no policy"])
  }

  @Test(arguments: attacks)
  func `words of HTML make no element, no handler and no address`(words: String) throws {
    let text = [Inline.text(words)]
    let folder = try RenderingFolder()
    var document = try reportDocument(
      "# A\n\n```` \(words.replacing("\u{2028}", with: " ")) ````\n\n$\\text{<b>}$ [@ahmadian2024]\n\n```{comparison} a\nlabel: tbl-a\n```\n",
      contents: [
        [
          .table(tableOfWords(words)),
          .paragraph(
            text + [.text(" "), .link(destination: words, title: words, content: [.text("a")])]),
          .claim(ReportClaim(number: 1, statement: text, verdict: .holds, evidence: text)),
          .details(summary: text, content: [.paragraph(text)]),
        ]
      ], folder: folder)
    document.bibliography.entries[0].key = words
    document.bibliography.entries[0].text = [
      .text(words + " "), .link(destination: words, content: [.text(words)]), .text(" "),
      .code(words),
    ]
    let faults = try PageStructure(renderedPage(of: document, folder: folder)).faults
    #expect(faults == [], "\(faults)")
    #expect(unsafeParts(ofMarkdown: try markdown(for: document)) == [])
  }
}
