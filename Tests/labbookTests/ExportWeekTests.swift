import Foundation
import Testing

/// A week's report as files for other programs.
@Suite struct ExportWeekTests {
  @Test func `a week becomes tables, runs, figures and documents`() throws {
    let lab = try LabFixture()
    try lab.write(
      LabFixture.notebook + "\n```{curves} short\nlabel: fig-short\ncaption: Learning.\n```\n",
      to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let result = try lab.labbook("export", "2026-W10", "--to", "paper")
    #expect(result.code == 0, "\(result.errors)")
    let names = result.output.split(separator: "\n").map(String.init)
    for name in [
      "report.docx", "report.html", "report.ipynb", "report.md", "runs.csv", "tables/tbl-short.csv",
      "tables/tbl-short.tex", "figures/fig-short.svg", "figures/fig-short.pdf",
      "figures/fig-short.png",
    ] {
      #expect(names.contains("paper/\(name)"), "\(name)")
      #expect(FileManager.default.fileExists(atPath: lab.folder.path + "/paper/\(name)"), "\(name)")
    }
    let table = try lab.text(of: "paper/tables/tbl-short.csv").split(separator: "\r\n").map(
      String.init)
    #expect(table.count == 3)
    #expect(table[0].hasPrefix("Arm,Evaluation return ↑,95 % interval,"), "\(table)")
    #expect(table[1].hasPrefix("PPO,") && table[2].contains("RLOO,"), "\(table)")
    let latex = try lab.text(of: "paper/tables/tbl-short.tex")
    for words in [
      "\\begin{tabular}{lrrr", "\\toprule", "95 \\% interval", "\\label{tbl-short}",
      "Evaluation return $\\uparrow$",
    ] {
      #expect(latex.contains(words), "\(words): \(latex)")
    }
    let runs = try lab.text(of: "paper/runs.csv").split(separator: "\r\n")
    #expect(runs.count == 13)
    #expect(runs[0].hasPrefix("experiment,arm,title,seed,key,"))
    #expect(runs[1].hasPrefix("short,PPO,PPO,0,"))
    let notebook = try JSONSerialization.jsonObject(
      with: Data(contentsOf: lab.folder.appending(path: "paper/report.ipynb")))
    #expect((notebook as? [String: Any])?["nbformat"] as? Int == 4)
    let again = try lab.labbook("export", "2026-W10", "--to", "paper")
    #expect(again.code == 1)
    #expect(again.errors.contains("is there already; nothing was written"))
  }
}
