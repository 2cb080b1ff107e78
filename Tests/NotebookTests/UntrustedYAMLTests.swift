import Notebook
import Testing

/// Front matter and published results of a shape that nobody writes by hand.
@Suite(.timeLimit(.minutes(1))) struct UntrustedYAMLTests {
  private func complaints(header: String = "", body: String = "") -> [String] {
    do throws(NotebookError) {
      _ = try parseNotebook(
        "---\ntitle: T\nweek: 2026-W10\nstatus: draft\n\(header)---\n\n\(body)\n", path: "n.md")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func `aliases do not grow, in keys neither`() {
    var header = "a0: &a0 [x, x]\n"
    for level in 1..<60 { header += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    header += "? *a59\n: x\n"
    #expect(
      complaints(header: header).first
        == "n.md:6:10: error: '*a0' begins with an asterisk, which is an alias in YAML; put it in quotes"
    )
  }

  @Test func `emphasis in front matter is text, and at its start wants quotes`() throws {
    let source =
      "---\ntitle: \"*A* week\"\nweek: 2026-W10\nstatus: draft\nauthors: [A*, B]\nabstract: An *old* question.\n---\n"
    let notebook = try parseNotebook(source, path: "n.md")
    #expect(notebook.frontMatter.title.value == "*A* week")
    #expect(notebook.frontMatter.authors == ["A*", "B"])
    #expect(
      notebook.frontMatter.abstract?.blocks == [
        .paragraph([.text("An "), .emphasis([.text("old")]), .text(" question.")])
      ])
    #expect(
      complaints(header: "period: *Autumn* 2026\n") == [
        "n.md:5:9: error: '*Autumn* 2026' begins with an asterisk, which is an alias in YAML; put it in quotes"
      ])
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func `a nest without end is refused at a place`(piece: String) {
    let nest = String(repeating: piece, count: 50_000)
    for words in [
      complaints(header: "authors:\n  \(nest)\n"),
      complaints(body: "```{published}\n- of: a.b.c\n  mean: \(nest)\n```"),
    ] {
      #expect(words.first?.wholeMatch(of: #/n\.md:\d+:\d+: error: .*/#) != nil, "\(words)")
    }
  }

  @Test(arguments: ["> ", "- ", "*a **b ", "1. ", "[", "![", "~~x "])
  func `text that is nested without end is refused at its line, or is just text`(piece: String) {
    let words = complaints(body: "One.\n\n" + String(repeating: piece, count: 20_000) + "x")
    let isTold = words.count == 1 && words[0].contains("inside each other more than 100 deep here")
    #expect(isTold || !["> ", "- ", "1. "].contains(piece), "\(words)")
  }

  @Test func `YAML that nobody writes is not parsed`() {
    let lines = String(repeating: "# comment\n", count: 60_000)
    #expect(
      complaints(header: lines) == [
        "n.md:2:1: error: more than 512 KB of YAML; labbook reads none so large"
      ])
  }

  @Test func `brackets that are never closed are counted before Markdown is parsed`() {
    let depth =
      "quotes, lists, links and emphasis stand inside each other more than 100 deep here; "
    #expect(
      complaints(body: "One.\n\n" + String(repeating: "![[]()", count: 20_000)).first
        == "n.md:9:1: error: \(depth)labbook reads no deeper")
    // What stands in code and in blocks of their own is as far as it goes.
    let short = String(repeating: "[", count: 900)
    #expect(
      complaints(body: "```\n\(String(repeating: "[", count: 5_000))\n```\n\n\(short)\n\n\(short)")
        == [])
  }

  @Test(arguments: ["](b (", "<a =\"", "[a](b (c", "<a b='"])
  func `what is looked for ahead is looked for once`(piece: String) {
    _ = complaints(body: String(repeating: piece, count: 20_000))
  }

  @Test func `very many problems are told in part`() {
    let words = #expect(throws: NotebookError.self) {
      try parseNotebook(
        "---\ntitle: T\nweek: 2026-W10\nstatus: draft\n---\n\n"
          + String(repeating: "<b>\n\n", count: 1_000), path: "n.md")
    }?.description.split(separator: "\n")
    #expect(words?.count == 201)
    #expect(words?.last == "error: there are 800 more problems like these")
  }

  @Test func `brackets are told at the first that is too many`() {
    #expect(
      complaints(header: "authors: \(String(repeating: "[", count: 200))\n") == [
        "n.md:5:110: error: more than 100 brackets are open here"
      ])
  }

  @Test(arguments: [".nan", ".inf", "1e999", "0x10", "1_0"])
  func `a published number is in digits`(number: String) {
    let words = complaints(
      body: "```{published}\n- of: a.b.c\n  mean: \(number)\n  protocol: P\n  cite: k\n```")
    #expect(words.contains { $0.contains("'mean' is a number in digits") }, "\(words)")
  }
}
