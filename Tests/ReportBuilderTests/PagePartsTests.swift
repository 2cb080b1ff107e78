import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Small parts of a page: its script, its files, its drawings.
@Suite struct PagePartsTests {
  @Test func `the policy names a script by its digest`() {
    // Of the empty text, as in NIST's examples of SHA-256.
    #expect(
      PageScript.policySource(of: "") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")
  }

  @Test func `the script ends where it should`() throws {
    let script = try PageScript.text()
    #expect(!script.lowercased().contains("</script"))
    #expect(!script.contains("<!--"))
    for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "fetch(", "import("] {
      #expect(!script.contains(word), "\(word)")
    }
  }

  private func page(_ cells: [String], data: [[String]] = [], svg: String = "<svg/>") throws
    -> String
  {
    let table = ReportTable(
      columns: [.init("A", alignment: .leading)], rows: cells.map { [ReportCell($0)] })
    let figure = ReportFigure(
      label: "fig-a", file: "a.svg", svg: svg, alternative: "In \"words\"", data: data)
    return body(
      of: try renderedPage(
        of: reportDocument(
          "```{curves} a\nlabel: fig-a\n```\n", contents: [[.table(table), .figure(figure)]])))
  }

  /// The files that a page offers, by name.
  private func files(in page: String) -> [String: String] {
    let links = page.matches(
      of: /<a download="([^"]*)" href="data:text\/csv;charset=utf-8,([^"]*)">/)
    return Dictionary(
      links.map { (String($0.output.1), String($0.output.2).removingPercentEncoding ?? "") }
    ) { $1 }
  }

  @Test func `tables and figures can be kept as comma-separated values`() throws {
    let page = try page(
      ["1,5", "a \"b\"", "\u{2212}3.5", "=1+1", "\u{E9}", "a\nb"],
      data: [["arm", "mean"], ["PPO", "-0.5"], ["@x", "1"]])
    let files = files(in: page)
    #expect(
      files["table.csv"]
        == "A\n\"1,5\"\n\"a \"\"b\"\"\"\n-3.5\n'=1+1\n\u{E9}\n\"a\nb\"\n")
    #expect(files["fig-a.csv"] == "arm,mean\nPPO,-0.5\n'@x,1\n")
    #expect(PageStructure(try renderedPage(of: reportDocument("Text.\n"))).faults == [])
  }

  @Test func `a drawing keeps its arms and loses what is told of single marks`() throws {
    let page = try page(
      ["a"],
      svg: """
        <?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
        version="1.1" role="x" aria-label="y" width="9"><g class="mark-line role-mark layer_1_marks" \
        role="graphics-object" aria-roledescription="line"><path aria-label="step: 0; arm: A &quot;b&quot; > c; order: 0" \
        d="M0,0" fill="url(#g)"/></g><g class="mark-group role-axis"><path class="foreground" aria-hidden="true" d="" \
        display="none"/><text aria-label="text: arm: x">n</text></g><linearGradient id="g"/></svg>

        """)
    #expect(
      page.contains(
        """
        <div class="paper small"><svg xmlns="http://www.w3.org/2000/svg" width="9" role="img" aria-label="In \
        &quot;words&quot;"><g class="mark-line"><path data-arm="A &quot;b&quot; > c" d="M0,0" \
        fill="url(#figure-1-g)"/></g><g><text>n</text></g><linearGradient id="figure-1-g"/></svg></div>
        """))
  }

  @Test(arguments: [
    "<svg", "<svg a", "<svg a=", "<svg a=\"", "<svg a=\"b\"", "<svg a b=\"c\"><g", "<svg><g/", "a",
  ])
  func `half a drawing ends`(svg: String) throws {
    #expect(try page(["a"], svg: svg).contains("<div class=\"paper\">"))
  }
}
