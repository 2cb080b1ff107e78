import Foundation
import ResultStore
import Testing

/// All weeks as a folder of pages.
@Suite struct SiteCommandTests {
  /// A lab with two weeks that have been built, the later of them on other settings.
  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    let notebook = LabFixture.notebook.replacing(
      "PPO reaches",
      with: "- **Asked:** is 1 < 2?\n- **Found:** it `does`, see [5](#a).\n\nPPO reaches")
    try lab.write(
      notebook.replacing("[5](#a)", with: "@tbl-short"), to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    try lab.replace(
      "{algorithm: rloo}", with: "{algorithm: rloo, group_size: 4}", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W11").replacing(
        "A short week", with: "A second week"),
      to: "reports/2026-W11/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    return lab
  }

  private func files(in folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  @Test
  func `the site has an index, the weeks, experiments, algorithms, terms, a search and a feed`()
    throws
  {
    let lab = try lab()
    let result = try lab.labbook("site")
    #expect(result.code == 0, "\(result.errors)")
    let names = try files(in: lab.folder.appending(path: "site"))
    for name in [
      "index.html", "weeks/2026-W10/report.html", "weeks/2026-W11/report.html",
      "experiments/short.html",
      "algorithms/rloo.html", "glossary.html", "search.html", "feed.xml",
    ] { #expect(names.contains(name), "\(name)") }

    let index = try lab.text(of: "site/index.html")
    #expect(
      index.contains("<p class=\"asked\"><strong>Asked:</strong> is 1 &lt; 2?</p>"), "\(index)")
    #expect(index.contains("<p class=\"answer\">it does, see Table 1.</p>"))
    #expect(index.contains("2 weeks, 2–15 March 2026, on 18 runs in all."), "\(index)")
    #expect(index.contains("<span class=\"days\">9–15 March 2026</span> · 2026-W11 · "))
    #expect(index.contains("Experiments new: short."))
    #expect(index.contains("Experiments with other settings or seeds: short."))
    let (second, first) = (index.range(of: "A second week"), index.range(of: "A short week"))
    #expect(try #require(second).lowerBound < #require(first).lowerBound)

    let week = try lab.text(of: "site/weeks/2026-W10/report.html")
    #expect(week.contains("<a rel=\"next\" href=\"../2026-W11/report.html\">"))
    #expect(!week.contains("rel=\"prev\""))
    let experiment = try lab.text(of: "site/experiments/short.html")
    for words in [
      "Does it run?", "seeds: 6", "<a href=\"../weeks/2026-W10/report.html\">2026-W10</a>",
      "group_size", "interval over 6 seeds, by week", " other metrics</summary>",
      "Environment steps (environment_steps): mean over 6 seeds, by week",
    ] { #expect(experiment.contains(words), "\(words)") }
    let algorithm = try lab.text(of: "site/algorithms/rloo.html")
    for words in ["katex", "group_size", "../experiments/short.html", "leave_one_out"] {
      #expect(algorithm.contains(words), "\(words)")
    }
    #expect(try lab.text(of: "site/glossary.html").contains("<dt id=\"metric-evaluation-return\">"))
  }

  @Test func `two labs with the same weeks have the same site, byte by byte`() throws {
    let (one, other) = (try lab(), try lab())
    for lab in [one, other] { #expect(try lab.labbook("site").code == 0) }
    #expect(try one.labbook("site", "--to", "again").code == 0)
    for name in try files(in: one.folder.appending(path: "site")) {
      let file = try? Data(contentsOf: one.folder.appending(path: "site/\(name)"))
      #expect(
        file == (try? Data(contentsOf: other.folder.appending(path: "site/\(name)"))), "\(name)")
      #expect(
        file == (try? Data(contentsOf: one.folder.appending(path: "again/\(name)"))), "\(name)")
    }
  }

  /// A lab whose reports, one of them a standing one, link to each other and to files.
  private func linkedLab() throws -> LabFixture {
    let lab = try lab()
    try lab.write("a,b\n1,2\n", to: "reports/2026-W10/data (1).csv")
    try lab.write("notes", to: "reports/shared.txt")
    try lab.write("not for others", to: "private.txt")
    try FileManager.default.createSymbolicLink(
      at: lab.folder.appending(path: "reports/2026-W10/linked.txt"),
      withDestinationURL: lab.folder.appending(path: "private.txt"))
    let links = """

      See [the methods](../methods/report.md#how-it-is-done), [itself](report.md#tbl-short),
      [the next](../2026-W11/report.md), [later](../2026-W12/report.md), [data](<data (1).csv>),
      [notes](../shared.txt), [the notebook](notebook.md), [the lock](../2026-W11/results.lock),
      [private](../../private.txt), [a link](linked.txt) and [figures](../2026-W11/).

      """
    try lab.write(
      lab.text(of: "reports/2026-W10/notebook.md") + links, to: "reports/2026-W10/notebook.md")
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W12"),
      to: "reports/2026-W12/notebook.md")
    try lab.write(
      """
      ---
      title: Methods
      status: draft
      ---

      The methods of this lab.

      ## How it is done

      As [week 10](../2026-W10/report.md#tbl-short) says[^1], by {value}`short.PPO.evaluation_return`.

      [^1]: See [above](#how-it-is-done).

      """, to: "reports/methods/notebook.md")
    for name in ["2026-W10", "methods"] {
      let result = try lab.labbook("report", name)
      #expect(result.code == 0, "\(result.errors)")
    }
    return lab
  }

  @Test func `a standing report is on the index and in the search, and in no order of weeks`()
    throws
  {
    let lab = try linkedLab()
    #expect(try lab.labbook("site").code == 0)
    let index = try lab.text(of: "site/index.html")
    #expect(index.contains("<h2 id=\"standing\">Standing reports</h2>"), "\(index)")
    #expect(
      index.contains(
        "<dt><a href=\"weeks/methods/report.html\">Methods</a> <span class=\"status\"><a class=\"term draft\" href=\"glossary.html#word-draft\">draft</a></span></dt><dd>The methods of this lab.</dd>"
      ), "\(index)")
    #expect(try lab.text(of: "site/search.html").contains("\"weeks/methods/report.html\""))
    #expect(try lab.text(of: "site/feed.xml").contains("methods") == false)
    #expect(try lab.text(of: "site/weeks/2026-W11/report.html").contains("rel=\"next\"") == false)
    let page = try lab.text(of: "site/weeks/methods/report.html")
    #expect(page.contains("<a href=\"../../index.html\" aria-current=\"true\">Weeks</a>"))
    #expect(!page.contains("rel=\"prev\""))
    #expect(page.contains("<span>standing report</span>"))
  }

  @Test func `pages link to pages, and files beside reports are carried along`() throws {
    let lab = try linkedLab()
    #expect(try lab.labbook("site").code == 0)
    let markdown = try lab.text(of: "reports/2026-W10/report.md")
    #expect(markdown.contains("[the methods](../methods/report.md#how-it-is-done)"))
    let page = try lab.text(of: "site/weeks/2026-W10/report.html")
    for link in [
      "../methods/report.html#how-it-is-done", "report.html#tbl-short", "../2026-W11/report.html",
      "data%20(1).csv", "../shared.txt", "notebook.md", "../2026-W11/results.lock",
    ] { #expect(page.contains("<a href=\"\(link)\">"), "\(link)") }
    // What the site has not is no link there; the report itself keeps it.
    for link in ["../2026-W12/report.html", "../../private.txt", "linked.txt", "../2026-W11/"] {
      #expect(!page.contains("href=\"\(link)\""), "\(link)")
      #expect(
        try lab.text(of: "reports/2026-W10/report.html").contains("href=\"\(link)\""), "\(link)")
    }
    #expect(page.contains(">later</a>") && page.contains(">private</a>"))
    let names = try files(in: lab.folder.appending(path: "site"))
    #expect(!names.contains { $0.contains("private") || $0.contains("linked") })
    #expect(try lab.text(of: "site/weeks/2026-W10/data (1).csv") == "a,b\n1,2\n")
    #expect(try lab.text(of: "site/weeks/shared.txt") == "notes")
  }

  @Test func `every link and anchor of the site leads somewhere in it`() throws {
    let lab = try linkedLab()
    #expect(try lab.labbook("site").code == 0)
    let root = lab.folder.appending(path: "site")
    var count = 0
    for name in try files(in: root) where name.hasSuffix(".html") {
      let text = try lab.text(of: "site/\(name)")
      for match in text.matches(of: #/href="([^"]*)"/#) {
        let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        // Tables offer themselves as files, which the page holds.
        guard !match.1.hasPrefix("http"), !match.1.hasPrefix("data:text/csv;") else { continue }
        count += 1
        let folder = root.appending(path: name).deletingLastPathComponent()
        let target =
          parts[0].isEmpty
          ? root.appending(path: name)
          : folder.appending(path: parts[0].removingPercentEncoding ?? "").standardized
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: target.path, isDirectory: &isFolder)
        #expect(isThere && !isFolder.boolValue, "\(name): \(match.1)")
        #expect(target.path.hasPrefix(root.path + "/"), "\(name): \(match.1)")
        if parts.count > 1, !parts[1].isEmpty {
          let page = try String(contentsOf: target, encoding: .utf8)
          #expect(
            page.contains("id=\"\(parts[1].removingPercentEncoding ?? "")\""), "\(name): \(match.1)"
          )
        }
      }
    }
    #expect(count > 100)
  }

  @Test func `the feed has the dates of weeks and is well formed`() throws {
    let lab = try lab()
    #expect(try lab.labbook("site", "--address", "https://example.org/r").code == 0)
    let feed = try lab.text(of: "site/feed.xml")
    // Week 10 of 2026 ends on the 8th of March, week 11 on the 15th.
    #expect(feed.contains("<updated>2026-03-08T00:00:00Z</updated>"), "\(feed)")
    #expect(feed.contains("<updated>2026-03-15T00:00:00Z</updated>"))
    #expect(feed.contains("<link href=\"https://example.org/r/weeks/2026-W11/report.html\"/>"))
    let parsed = try lab.shell(
      "python3 -c 'import sys, xml.dom.minidom as m; m.parse(\"site/feed.xml\")'")
    #expect(parsed.code == 0, "\(parsed.errors)")
  }

  @Test func `a folder that is no site stays as it is, and an old site is replaced as a whole`()
    throws
  {
    let lab = try lab()
    try lab.write("mine", to: "public/thesis.tex")
    let refused = try lab.labbook("site", "--to", "public")
    #expect(refused.code == 1)
    #expect(
      refused.errors.hasPrefix("error: public is no site: it has thesis.tex;"), "\(refused.errors)")
    #expect(try lab.text(of: "public/thesis.tex") == "mine")
    #expect(try lab.labbook("site").code == 0)
    try lab.write("old", to: "site/weeks/2026-W09/report.html")
    #expect(try lab.labbook("site").code == 0)
    #expect(
      try files(in: lab.folder.appending(path: "site")).contains("weeks/2026-W09/report.html")
        == false)
    #expect(try files(in: lab.folder).allSatisfy { !$0.hasPrefix(".site-") })
  }

  @Test func `names of a stranger's lock stay in the site's folder`() throws {
    let lab = try lab()
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/short.yaml"))
    for week in ["2026-W10", "2026-W11"] {
      try lab.replace("status: draft", with: "status: final", in: "reports/\(week)/notebook.md")
    }
    let name = "reports/2026-W11/results.lock"
    let lock = try Lock(text: lab.text(of: name), path: name)
    var invented = lock.experiments[0]
    invented.name = "../../../escape"
    try lab.write(
      Lock(experiments: lock.experiments + [invented], documents: lock.documents).text, to: name)
    let result = try lab.labbook("site")
    #expect(result.code == 0, "\(result.errors)")
    let names = try files(in: lab.folder)
    #expect(names.filter { $0.contains("escape") }.allSatisfy { $0.hasPrefix("site/experiments/") })
    #expect(names.contains { $0.contains("escape") })
    // Without a spec, the locks tell of the experiment.
    #expect(try lab.text(of: "site/experiments/short.html").contains("Does it run?"))
  }
}
