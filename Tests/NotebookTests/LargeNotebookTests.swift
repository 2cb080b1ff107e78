import Notebook
import TestSupport
import Testing

/// No file brings the process down or takes more than a moment.
@Suite struct LargeNotebookTests {
  private static let depth =
    "quotes, lists, links and emphasis stand inside each other more than 100 deep here; labbook reads no "
    + "deeper"

  @Test(arguments: [
    String(repeating: ">", count: 20_000) + " a", String(repeating: "> ", count: 20_000) + "a",
    String(repeating: "- ", count: 20_000) + "a", String(repeating: "1. ", count: 20_000) + "a",
    String(repeating: "*a **", count: 20_000) + "b" + String(repeating: "** c*", count: 20_000),
    String(repeating: "![", count: 20_000) + "a" + String(repeating: "](b)", count: 20_000),
    String(repeating: "> - ", count: 20_000) + "a",
  ])
  func `what stands inside each other too deeply is refused with its place`(line: String) {
    let messages = messages(forBody: "Words.\n\n\(line)\n")
    #expect(
      messages.contains { $0.hasPrefix("notebook.md:8:") && $0.hasSuffix("error: \(Self.depth)") },
      "\(messages.first ?? "no message")")
  }

  @Test func `an abstract and a caption are refused so too`() {
    let quotes = String(repeating: ">", count: 20_000)
    let source =
      "---\ntitle: A\nweek: 2026-W47\nstatus: draft\nabstract: |\n  \(quotes) a\n---\nText.\n"
    #expect(messages(for: source).first?.hasSuffix(Self.depth) == true)
    let caption = "```{comparison} a\ncaption: \(quotes) a\n```\n"
    #expect(messages(forBody: caption).contains { $0.hasSuffix(Self.depth) })
  }

  @Test func `a hundred levels are read`() throws {
    let notebook = try notebook(String(repeating: ">", count: 98) + " a\n")
    #expect(notebook.count { if case .blockQuote = $0 { true } else { false } } == 98)
  }

  @Test(arguments: [
    String(repeating: "|", count: 20_000) + "\n" + String(repeating: "|-", count: 20_000),
    "|a|b|\n|-|-|\n" + String(repeating: "|", count: 20_000),
    "|" + String(repeating: "a|", count: 900) + "\n|" + String(repeating: "-|", count: 900) + "\n"
      + String(repeating: "|x\n", count: 5_000),
  ])
  func `a table that is too large is refused with its place`(table: String) {
    let messages = messages(forBody: "\(table)\n")
    #expect(messages.count == 1)
    #expect(messages.first?.contains("a table") == true, "\(messages)")
  }

  @Test func `more formulas than can be kept apart are an error`() {
    let formulas = String(repeating: "$a$ ", count: 66_000)
    #expect(
      messages(forBody: formulas + "\n") == [
        "notebook.md:6:262133: error: more than 65533 formulas, values, citations and comments"
      ])
  }

  @Test(arguments: [
    ("a < b", String(repeating: "a < b ", count: 20_000)),
    ("tags", String(repeating: "a <b ", count: 20_000)),
    ("headings", String(repeating: "# Same words\n\n", count: 20_000)),
    ("links", String(repeating: "[a](b.md) ", count: 20_000)),
    ("images", String(repeating: "![a](b\\_c.png) ", count: 20_000)),
    (
      "footnotes",
      (0..<5_000).map { "a[^\($0)] " }.joined() + "\n\n"
        + (0..<5_000).map { "[^\($0)]: b" }.joined(separator: "\n\n")
    ),
    ("undefined", String(repeating: "[a][b] ", count: 20_000)),
    ("definitions", (0..<20_000).map { "[a\($0)]: b" }.joined(separator: "\n") + "\n\nText"),
    ("anchors", String(repeating: "[a](#b) ", count: 20_000)),
    ("bars", String(repeating: "a | b\n", count: 20_000)),
    ("braces", String(repeating: "{value ", count: 20_000)),
    ("open braces", String(repeating: "{", count: 100_000)),
    ("open keys", String(repeating: "{@", count: 50_000)),
    ("open targets", String(repeating: "[a](", count: 30_000)),
    ("labels", (0..<5_000).map { "## A {#sec-\($0)}" }.joined(separator: "\n\n")),
    ("titles", String(repeating: "[a](b \"", count: 20_000)),
  ])
  func `what is long is read in a moment`(name: String, body: String) {
    let time = processorTime { _ = try? notebook(body + "\n") }
    #expect(time < timeLimit, "\(name)")
  }
}

#if DEBUG
  private let timeLimit = Duration.seconds(20)
#else
  private let timeLimit = Duration.seconds(2)
#endif
