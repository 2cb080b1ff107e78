import ReportBuilder
import ReportRendering
import TestSupport
import Testing

/// Long notebooks are rendered in a moment.
@Suite struct LargeReportTests {
  @Test(arguments: [
    ("headings", String(repeating: "# Same words\n\n", count: 20_000)),
    (
      "footnotes",
      (0..<5_000).map { "a[^\($0)] " }.joined() + "\n\n"
        + (0..<5_000).map { "[^\($0)]: b" }.joined(separator: "\n\n")
    ),
    ("figures", (0..<2_000).map { "![a](plan.svg){#fig-\($0)}" }.joined(separator: "\n\n")),
    ("signs", String(repeating: "a < b & c ", count: 20_000)),
    ("cells", "| a | b |\n|---|---|\n" + String(repeating: "| c | d |\n", count: 10_000)),
    ("items", String(repeating: "- [ ] a\n", count: 20_000)),
  ])
  func `what is long is rendered in a moment`(name: String, body: String) throws {
    let folder = try RenderingFolder()
    let document = try reportDocument(body + "\n")
    let time = try processorTime {
      _ = try renderedPage(of: document, folder: folder)
      _ = try markdown(for: document)
    }
    #expect(time < timeLimit, "\(name)")
  }
}

#if DEBUG
  private let timeLimit = Duration.seconds(20)
#else
  private let timeLimit = Duration.seconds(2)
#endif
