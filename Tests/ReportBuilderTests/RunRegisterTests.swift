import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Where the numbers of a page come from.
@Suite struct RunRegisterTests {
  private func provenance(_ arms: String..., metric: String = "m", value: String = "1.0")
    -> ReportProvenance
  {
    ReportProvenance(
      summary: "Mean of \(metric)",
      arms: arms.map {
        .init(
          name: $0, metric: metric, runs: [.init(seed: "0", key: "k-\($0)", value: value)],
          command: "c \($0)")
      })
  }

  private func page(_ rows: [[ReportCell]]) throws -> String {
    let table = ReportTable(
      label: "tbl-a",
      columns: [.init("Arm", alignment: .leading)]
        + rows[0].dropFirst().map { _ in .init("x", alignment: .trailing) }, rows: rows)
    return body(
      of: try renderedPage(
        of: reportDocument("```{comparison} a\nlabel: tbl-a\n```\n", contents: [[.table(table)]])))
  }

  @Test func `an arm stands there once, with a column for each metric`() throws {
    let page = try page([
      [
        ReportCell("PPO"), ReportCell("1", provenance: provenance("a/PPO")),
        ReportCell("2", provenance: provenance("a/PPO", metric: "n", value: "2.0")),
        ReportCell("1", provenance: provenance("a/PPO", value: "1.0000")),
      ],
      [
        ReportCell("RLOO"), ReportCell("3", provenance: provenance("a/RLOO")), ReportCell(""),
        ReportCell(""),
      ],
    ])
    #expect(page.components(separatedBy: "k-a/PPO").count == 2)
    #expect(
      page.contains(
        "<th>seed</th><th>m</th><th>n</th><th>key</th>"))
    // With the most digits that are shown of it.
    #expect(
      page.contains("<td>0</td><td>1.0000</td><td>2.0</td>"))
    #expect(page.contains("<th scope=\"row\"><a class=\"origin\" href=\"#runs.1\">PPO</a></th>"))
    #expect(page.contains("<th scope=\"row\"><a class=\"origin\" href=\"#runs.2\">RLOO</a></th>"))
    #expect(!page.contains("<summary>Runs</summary>"))
  }

  @Test func `rows of several arms, or of one arm all, share a line below the table`() throws {
    for cells in [
      [provenance("a/PPO", "b/PPO"), provenance("a/RLOO", "b/RLOO")],
      [provenance("a/PPO"), provenance("a/PPO", metric: "n")],
    ] {
      let page = try page(cells.map { [ReportCell("row"), ReportCell("1", provenance: $0)] })
      #expect(!page.contains("class=\"origin\""))
      #expect(
        page.contains("<summary>Runs</summary>\n<p class=\"note\"><a href=\"#runs.1\">a/PPO</a>"))
    }
  }

  @Test func `no row of a table has more than one stop`() throws {
    let page = try page([
      [ReportCell("PPO")] + (0..<9).map { _ in ReportCell("1", provenance: provenance("a/PPO")) }
    ])
    #expect(!page.contains("<button"))
    #expect(page.components(separatedBy: "href=\"#runs.1\"").count == 2)
  }

  /// A page whose table has a row for each arm, of ten runs each.
  private func large(_ arms: Int) throws -> String {
    try page(
      (0..<arms).map { arm in
        let runs = (0..<10).map {
          ReportProvenance.Run(seed: "\($0)", key: "k\(arm)-\($0)", value: "\(arm).\($0)")
        }
        let name = "e\(arm / 100)/A\(arm)"
        return [
          ReportCell("A\(arm)"),
          ReportCell(
            "1",
            provenance: ReportProvenance(
              summary: "Mean of m",
              arms: [.init(name: name, metric: "m", runs: runs, command: "rerun \(name)")])),
        ]
      })
  }

  @Test func `a page of very many runs has a line for each arm, and their values`() throws {
    let long = try large(200)
    #expect(
      long.contains("<td>k7-3</td>") && long.contains("download=")
        && !long.contains("class=\"numbers\""))
    let short = try large(201)
    #expect(!short.contains("k7-3") && !short.contains("download="))
    #expect(short.contains("<summary>e0, seeds 0 to 9: m</summary>"))
    #expect(short.contains("<summary>e2, seeds 0 to 9: m</summary>"))
    #expect(short.components(separatedBy: "<summary>").count == 4)
    #expect(
      short.contains(
        "<p id=\"runs.8\"><code>rerun e0/A7</code> 7.0 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.8 7.9</p>"))
    #expect(short.contains("<a class=\"origin\" href=\"#runs.8\">A7</a></th><td>1</td>"))
    // What a page of ten thousand runs has for each of them.
    #expect(try large(1000).utf8.count - short.utf8.count < 799 * 10 * 25)
  }
}
