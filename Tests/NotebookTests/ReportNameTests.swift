import Notebook
import Testing

/// Names of reports, and links between them.
@Suite struct ReportNameTests {
  @Test(arguments: [
    "methods", "reading-list", "Notes_2", "2026", "2026-11", "a", "2026-W44-appendix", "W-and-B",
  ])
  func `letters, digits, hyphens and underscores name a standing report`(name: String) {
    #expect(ReportName(name) == .standing(name))
  }

  @Test func `a week is named by itself`() throws {
    #expect(ReportName("2026-W53") == .week(try #require(ISOWeek("2026-W53"))))
  }

  @Test(arguments: [
    ("2026-w44", "; did you mean '2026-W44'?"), ("2026-W4", "; did you mean '2026-W04'?"),
    ("2026W44", "; did you mean '2026-W44'?"), ("2026_W44", "; did you mean '2026-W44'?"),
    ("2026-W60", "; did you mean '2026-W50', '2026-W44' or '2026-W45'?"),
    ("2031-W00", "; did you mean '2031-W01'?"),
    ("2027-W53", "; did you mean '2027-W52'?"),
    ("2026-W99999999999999999999", "; did you mean '2026-W53'?"),
    ("W3", ""), ("26-W44", ""),
  ])
  func `what looks like a week and is none is told with the nearest one`(
    name: String, suggestion: String
  ) {
    #expect(ReportName(name) == nil)
    #expect(
      ReportName.problem(with: name, among: ["2026-W44", "2026-W45", "2026-W50"])
        == "'\(name)' is not an ISO week such as 2026-W47" + suggestion)
  }

  @Test(arguments: ["", "my notes", "a/b", "..", ".git", "-x", "méthodes", "a.b", "a\u{301}"])
  func `other names are no reports`(name: String) {
    #expect(ReportName(name) == nil)
    #expect(
      ReportName.problem(with: name, among: []).hasPrefix("'\(name)' is no name of a report:"))
  }

  @Test(arguments: [
    ("../2026-W50/report.md", "../2026-W50/report.html"),
    ("../methods/report.md#sec-cost", "../methods/report.html#sec-cost"),
    ("./../2026-W50/./report.md#a", "../2026-W50/report.html#a"),
    ("../2026%2DW50/report.md?plain=1#L3", "../2026-W50/report.html#L3"),
    ("report.md#a", "report.html#a"), ("figures/../report.md", "report.html"),
  ])
  func `a link to a report leads to the same place of its page`(address: String, page: String) {
    #expect(ReportLink(address)?.page == page)
  }

  @Test(arguments: [
    "../2026-W60/report.md", "../2026-W50/notebook.md", "../report.md", "../../reports/a/report.md",
    "../a/b/report.md", "report.mdx", "https://example.org/report.md", "", "#report.md",
  ])
  func `other links are left as they are`(address: String) {
    #expect(ReportLink(address) == nil)
  }
}
