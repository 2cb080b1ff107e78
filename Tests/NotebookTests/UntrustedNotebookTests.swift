import Notebook
import Testing

/// What someone hostile could write into a notebook.
@Suite struct UntrustedNotebookTests {
  // MARK: Labels

  @Test(arguments: [
    "fig-/../../../../../victim2/thesis", "fig-..", "fig-a/b", "fig-a b", "fig-é",
    "fig-a\"onclick=x",
    "fig-<script>", "fig-~", "fig-%2e%2e", "fig-a.b", "../fig-a",
  ])
  func `the label of a directive is made of letters, digits, _ and -`(label: String) {
    #expect(
      messages(forBody: "```{curves} c\nlabel: \(label)\n```\n") == [
        "notebook.md:7:8: error: '\(label)' is no label; labels are made of the letters A to Z and a to z, "
          + "digits, '_' and '-', such as 'fig-name'"
      ])
  }

  @Test(arguments: [
    ("## A {#sec-a/../b}\n", "6:6", "sec-a/../b", "sec"),
    ("## A {#sec-é}\n", "6:6", "sec-é", "sec"),
    ("$$x$$ {#eq-a\"b}\n", "6:7", "eq-a\"b", "eq"),
    ("![a](a.png){#fig-a b}\n", "6:12", "fig-a b", "fig"),
  ])
  func `so is every other label`(body: String, place: String, label: String, kind: String) {
    #expect(
      messages(forBody: body).first
        == "notebook.md:\(place): error: '\(label)' is no label; labels are made of the letters A to Z and a "
        + "to z, digits, '_' and '-', such as '\(kind)-name'")
  }

  // MARK: HTML

  @Test(arguments: [
    "<!---->", "<!-- a -->", "<!-->", "<!--->", "<!-- a --!>", "<!-- a <!-- b -->", "<!-- a\nb -->",
    "<!-- <script>alert(1)</script> -->", "<!-- -- -->", "<!--->", "<!-- a - -->",
  ])
  func `a comment ends where it does in a browser, and is no part of the notebook`(comment: String)
    throws
  {
    let inline = try notebook("A \(comment)B\n")
    #expect(inline.blocks == [.paragraph([.text("A B")])])
    #expect(inline.pieces.contains(.comment))
    for piece in inline.pieces {
      if case .verbatim(let text) = piece { #expect(!text.contains("<!--")) }
    }
    // To Markdown, a comment that begins a line has not ended there.
    guard !comment.hasSuffix("--!>") else { return }
    #expect(try notebook("\(comment)\n\nB\n").blocks == [.paragraph([.text("B")])])
    let quoted = comment.replacing("\n", with: "\n> ")
    #expect(try notebook("> \(quoted)\n\nB\n").blocks.last == .paragraph([.text("B")]))
  }

  @Test(arguments: [
    "a <!--> <script>alert(1)</script> -->", "a <!---> <script>alert(1)</script> -->",
    "<!-- --!> <meta http-equiv=refresh content=0> -->", "<!--> <img src=x onerror=alert(1)> -->",
    "a <!-- b --!> <b onclick=alert(1)> -->", "<!-- a --> <script>alert(1)</script>",
    "<!-- a -->\n<script>alert(1)</script>", "<![CDATA[ <script>alert(1)</script> ]]>",
    "a <![CDATA[ <b> ]]> b", "<?php echo 1 ?>", "a <?xml-stylesheet href=x?> b", "<!DOCTYPE html>",
    "a <!DOCTYPE html> b", "a <!doctype x> b", "<script>alert(1)</script>",
    "<SCRIPT SRC=//x>", "a <svg/onload=alert(1)> b", "a <img src=x> b", "a <sub onclick=x>b</sub>",
    "`\u{301} ` <script>alert(1)</script> `", "| a |\n|---|\n| <script>x</script> |",
    "- <iframe src=x>", "> <style>x", "# A <b>b</b>", "[a <script>x</script>](b)",
    "*a* <a href=x>b</a>", "[^1]\n\n[^1]: <script>x</script>", "a <!-- never closed",
    "<!-- never closed",
    "> <!-- closed by\nb -->", "<textarea>", "a <?never closed", "<x-y>",
  ])
  func `raw HTML is refused in every place`(body: String) {
    let messages = messages(forBody: body + "\n")
    #expect(!messages.isEmpty)
    #expect(
      messages.allSatisfy { message in
        ["error: raw HTML '", "never closed", "closes nothing", "words follow a comment"].contains {
          message.contains($0)
        }
      }, "\(messages)")
  }

  @Test(arguments: [
    "caption: a <!--> <script>x</script> -->", "caption: <?php x ?>", "caption: <![CDATA[x]]>",
  ])
  func `raw HTML is refused in captions`(option: String) {
    #expect(
      messages(forBody: "```{comparison} c\n\(option)\n```\n").first?.contains("raw HTML '") == true
    )
  }

  @Test func `raw HTML is refused in abstracts and protocols`() {
    let abstract =
      "---\ntitle: A\nweek: 2026-W47\nstatus: draft\nabstract: a <script>x</script>\n---\n"
    #expect(messages(for: abstract).first?.contains("raw HTML '<script>'") == true)
    let protocolText = """
      ```{published}
      - of: a.b.c
        mean: 1
        protocol: a <script>x</script>
        cite: k
      ```

      """
    #expect(messages(forBody: protocolText).first?.contains("raw HTML '<script>'") == true)
  }

  @Test func `signs in prose and plain tags stay what they are`() throws {
    let body = "a < b, x <= y, <3, a <br> b, H<SUB >2</SUB>O, <br/>\n"
    let notebook = try notebook(body)
    #expect(
      notebook.blocks == [
        .paragraph([
          .text("a < b, x <= y, <3, a "), .html("<br>"), .text(" b, H"), .html("<sub>"), .text("2"),
          .html("</sub>"), .text("O, "), .html("<br>"),
        ])
      ])
  }

  // MARK: Links

  @Test(arguments: [
    "[a](javascript:alert)", "[a](JaVaScRiPt:alert)", "[a](&#106;avascript:alert)",
    "[a](java&Tab;script:alert)", "[a](java&#10;script:alert)", "[a](&#1;javascript:alert)",
    "[a](<java script:alert>)", "[a](java\u{200B}script:alert)", "[a](javascript&colon;alert)",
    "[a](vbscript:x)", "[a](data:text/html,x)", "[a](file:///etc/passwd)",
    "[a][b]\n\n[b]: javascript:x",
    "[b]\n\n[b]: javascript:x", "<javascript:alert>", "![a](b.png) [a](javascript:x 'title')",
    "[![a](b.png)](javascript:x)", "| a |\n|---|\n| [a](javascript:x) |", "# [a](javascript:x)",
    "ftp://example.org", "[^1]\n\n[^1]: [a](javascript:x)",
  ])
  func `a link that runs something or leads elsewhere is refused`(body: String) {
    let messages = messages(forBody: body + "\n")
    #expect(
      messages.contains { $0.contains("a link leads to http, https, mailto or a place") },
      "\(messages)")
  }

  @Test func `a link that is refused is told where it is written`() {
    #expect(
      messages(forBody: "Words.\n\nSee [this](javascript:x) and [that].\n\n[that]: data:x\n") == [
        "notebook.md:8:12: error: a link leads to http, https, mailto or a place relative to the report, not "
          + "to 'javascript:'; write the address as code to show it",
        "notebook.md:10:9: error: a link leads to http, https, mailto or a place relative to the report, not "
          + "to 'data:'; write the address as code to show it",
      ])
  }

  @Test(arguments: [
    "[a](https://example.org/a:b)", "[a](http://example.org)", "[a](mailto:a@b.c)",
    "[a](#b)\n\n# B",
    "[a](../b/c.md#d)", "[a](b?c=d:e)", "[a](./a:b)", "<https://example.org>", "<a@b.c>", "[a]()",
    "www.example.org", "`[a](javascript:x)`", "\\[a](javascript:x)", "javascript:x",
  ])
  func `other links pass`(body: String) {
    #expect(messages(forBody: body + "\n") == [])
  }

  @Test(arguments: ["[a](//example.org/x)", "[a](\\\\\\\\example.org)", "[a](/\\example.org)"])
  func `a link to another host says how`(body: String) {
    #expect(messages(forBody: body + "\n").first?.contains("leads to another host") == true)
  }

  // MARK: Images

  @Test(arguments: [
    "![a](https://example.org/a.png)", "![a](//example.org/a.png)", "![a](data:image/png;base64,x)",
    "![a][b]\n\n[b]: https://example.org/a.png", "![a](file:///etc/passwd)", "![a](JAVASCRIPT:x)",
    "![a](&#104;ttp://example.org/a.png)", "[![a](http://example.org/a.png)](b)",
    "![a](\\\\\\\\host\\a.png)",
  ])
  func `an image from elsewhere is refused`(body: String) {
    #expect(
      messages(forBody: body + "\n").contains {
        $0.hasSuffix(
          "a report needs no network: keep the image beside the notebook and name the file")
      })
  }

  @Test func `every image is listed as Markdown reads its address`() throws {
    let notebook = try notebook(
      "![a](plot\\_1.png) ![b](<my plot.png>) ![c](a&amp;b.png) ![d][r] ![e](p(1).png)\n\n[r]: %2e%2e/r.png\n"
    )
    #expect(
      Set(notebook.images.map(\.value)) == [
        "plot_1.png", "my plot.png", "a&b.png", "%2e%2e/r.png", "p(1).png",
      ])
    #expect(notebook.images.first { $0.value == "my plot.png" }?.position.column == 25)
  }
}
