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
}
