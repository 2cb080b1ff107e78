import Notebook
import Testing

@Suite struct FrontMatterParserTests {
  @Test func `every key is read`() throws {
    let notebook = try parseNotebook(
      """
      ---
      title: "Group size"
      week: 2026-W45
      term_week: Week 13
      period: [2026-11-02, 2026-11-08]
      authors: [Ada L., Émile B.]
      abstract: Does $b(x)$ matter? See @li2023remax.
      status: final
      bibliography: ../more.bib
      csl: ../nature.csl
      compare_to: 2026-W44
      ---
      Text.
      """, path: "notebook.md")
    let front = notebook.frontMatter
    #expect(front.title == Positioned("Group size", at: SourcePosition(line: 2, column: 8)))
    #expect(front.week == Positioned("2026-W45", at: SourcePosition(line: 3, column: 7)))
    #expect(front.time == "2026-W45")
    #expect(front.termWeek == "Week 13")
    #expect(front.period == "2026-11-02 – 2026-11-08")
    #expect(front.authors == ["Ada L.", "Émile B."])
    #expect(
      front.abstract?.blocks == [
        .paragraph([
          .text("Does "), .formula(0), .text(" matter? See "), .citation(0), .text("."),
        ])
      ])
    #expect(notebook.citations[0].items[0].position.line == 7)
    #expect(front.status == .final)
    #expect(
      front.bibliography == Positioned("../more.bib", at: SourcePosition(line: 9, column: 15)))
    #expect(front.citationStyle?.value == "../nature.csl")
    #expect(front.compareTo?.value == "2026-W44")
  }

  @Test func `the example of the reference has every key, and only those`() throws {
    let notebook = try parseNotebook(
      FrontMatterKey.example + "\nText with $\\KL{p}{q}$.\n", path: "n.md")
    let front = notebook.frontMatter
    let words = FrontMatterKey.example.split(separator: "\n").filter { $0.first != " " }
      .compactMap { $0.split(separator: ":").first.map(String.init) }
    #expect(words.filter { $0 != "---" } == FrontMatterKey.all.map(\.name))
    #expect(front.authors == ["Ada Lovelace", "Émile Borel"])
    #expect(front.abstract != nil && front.compareTo?.value == "2026-W44")
    #expect(front.macros.macros.keys.sorted() == ["E", "KL"])
  }

  @Test func `each required key is asked for`() {
    for key in FrontMatterKey.all {
      let lines = FrontMatterKey.example.split(separator: "\n", omittingEmptySubsequences: false)
      var isLeftOut = false
      let rest = lines.filter { line in
        if line.first != " " { isLeftOut = line.hasPrefix("\(key.name):") }
        return !isLeftOut
      }
      let complaints = messages(for: rest.joined(separator: "\n") + "\nText.\n")
      // The example has keys that a report of no week cannot have.
      if key.name == "week" { continue }
      #expect(
        complaints
          == (key.isRequired ? ["notebook.md:1:1: error: front matter needs '\(key.name)'"] : []))
    }
  }

  @Test func `a report without a week is a standing one, and has nothing that only weeks have`()
    throws
  {
    let front = try parseNotebook(
      "---\ntitle: Methods\nstatus: draft\n---\nText.\n", path: "notebook.md"
    ).frontMatter
    #expect(front.week == nil && front.time == "standing report")
    let refusal = "error: a report without 'week' belongs to no week, so it has no"
    #expect(
      messages(
        for:
          "---\ntitle: A\nterm_week: Week 1\nperiod: May\nstatus: draft\ncompare_to: 2026-W44\n---\n```{changes} 2026-W44\n```\n"
      ) == [
        "notebook.md:3:12: \(refusal) 'term_week'", "notebook.md:4:9: \(refusal) 'period'",
        "notebook.md:6:13: \(refusal) 'compare_to'", "notebook.md:8:1: \(refusal) 'changes'",
      ])
    // A week that is none is told as such, and not taken for none.
    #expect(
      messages(for: "---\ntitle: A\nweek: 2026-W60\nperiod: May\nstatus: draft\n---\nText.\n")
        == ["notebook.md:3:7: error: '2026-W60' is not an ISO week; write one like 2026-W47"])
  }

  @Test func `what is left out has its default`() throws {
    let front = try notebook("Text.\n").frontMatter
    #expect(front.bibliography.value == "../references.bib")
    #expect(front.authors.isEmpty)
    #expect(front.citationStyle == nil)
    #expect(front.status == .draft)
  }

  @Test(arguments: [
    ("", "1:1: error: a notebook begins with '---', its front matter, and '---'"),
    ("---\ntitle: A\n", "1:1: error: a notebook begins with '---', its front matter, and '---'"),
    ("---\n- a\n---\n", "2:1: error: front matter is a list of 'key: value' lines"),
    (
      "---\ntitle: [A]\nweek: 2026-W47\nstatus: draft\n---\n",
      "2:8: error: 'title' is one piece of text"
    ),
    ("---\ntitle: A\ntitle: B\n---\n", "2:1: error: key 'title' is given twice"),
    (
      "---\ntitle: A\nweek: 2026-W45\ncompare_to: 2026-W45\nstatus: draft\n---\n",
      "4:13: error: 'compare_to' names an earlier week; 2026-W45 is not before 2026-W45"
    ),
    (
      "---\ntitle: A\nweek: 2026-W47\nstatus: drfat\n---\n",
      "4:9: error: 'status' is draft or final, not 'drfat'; did you mean 'draft'?"
    ),
    (
      "---\ntitle: A\nweek: 2026-W47\nstatus: draft\nauthors: [{a: b}]\n---\n",
      "5:11: error: 'authors' is a list of texts"
    ),
  ])
  func `mistakes are named with their place`(source: String, message: String) {
    #expect(messages(for: source).first == "notebook.md:\(message)")
  }

  @Test(arguments: [
    ("2026-W47", true), ("2026-W53", true), ("2020-W53", true), ("2015-W53", true),
    ("2032-W53", true), ("2025-W53", false), ("2027-W53", false), ("2026-W54", false),
    ("2026-W00", false), ("2026-W7", false), ("2026W47", false), ("2026-w47", false),
    ("26-W47", false), ("2026-W47 ", false), ("+026-W01", false),
  ])
  func `weeks are those of the ISO calendar`(text: String, isWeek: Bool) {
    #expect((ISOWeek(text) != nil) == isWeek)
    #expect(ISOWeek(text)?.description ?? text == text)
  }

  @Test func `weeks are ordered across years`() throws {
    let last = try #require(ISOWeek("2026-W53"))
    let first = try #require(ISOWeek("2027-W01"))
    #expect(last < first)
  }
}
