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
    let table = try lab.text(of: "paper/tables/tbl-short.csv").split(separator: "\n").map(
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
    let runs = try lab.text(of: "paper/runs.csv").split(separator: "\n")
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

  @Test func `images of the notebook go along, and no file is written over by what is converted`()
    throws
  {
    let lab = try LabFixture()
    let image =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"9\" height=\"9\"/></svg>"
    try lab.write(image, to: "reports/2026-W10/dot.svg")
    let pixel =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    let bytes = try #require(Data(base64Encoded: pixel))
    try lab.write("", to: "reports/2026-W10/own images/a.png")
    try bytes.write(to: lab.folder.appending(path: "reports/2026-W10/own images/a.png"))
    try lab.write(
      LabFixture.notebook + "\n![A dot](dot.svg)\n\n![A pixel](<own images/a.png>)\n",
      to: "reports/2026-W10/notebook.md")
    let built = try lab.labbook("report")
    #expect(built.code == 0, "\(built.errors)")
    for folder in ["paper", "\(lab.folder.path)/far/paper"] {
      let result = try lab.labbook("export", "2026-W10", "--to", folder)
      #expect(result.code == 0, "\(result.errors)")
      for name in ["dot.svg", "own images/a.png", "report.docx", "report.ipynb"] {
        #expect(result.output.contains("\(folder)/\(name)\n"), "\(name): \(result.output)")
      }
    }
    #expect(try lab.text(of: "paper/dot.svg") == image)
    try lab.write("mine", to: "other/report.docx")
    let refused = try lab.labbook("export", "2026-W10", "--to", "other")
    #expect(refused.code == 1 && refused.errors.contains("other/report.docx is there already"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: lab.folder.path + "/other") == [
        "report.docx"
      ])
    #expect(try lab.text(of: "other/report.docx") == "mine")
  }

  /// A lab with a week that has a summary, a figure, a claim, a formula and a wide table.
  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(
      LabFixture.notebook.replacing(
        "status: draft", with: "status: draft\nsummary: |\n  - PPO is \"first\" #1."
      ) + """

        It is $g = \\frac{1}{2} \\nabla b(x)$, @fig-short, with \\#braces [and] \\$5 @ home.

        ```{curves} short
        label: fig-short
        caption: Learning.
        ```

        ```{claim} short
        PPO >= 1 on evaluation_return in 6 of 6 seeds
        ```

        | a long head | another | third | fourth | fifth | sixth | seventh | eighth | ninth |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        | words that need room | words | words | words | words | words | words | words | words |

        """, to: "reports/2026-W10/notebook.md")
    let built = try lab.labbook("report")
    #expect(built.code == 0, "\(built.errors)")
    return lab
  }

  @Test(.enabled(if: ExportPackages.folder != nil, "make test installs typst"))
  func `the report is typeset for print, the same each time`() throws {
    let lab = try lab()
    for folder in ["paper", "again"] {
      let result = try lab.labbook("export", "2026-W10", "--to", folder)
      #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
      #expect(result.output.contains("\(folder)/report.pdf\n"))
    }
    let pdf = try Data(contentsOf: lab.folder.appending(path: "paper/report.pdf"))
    #expect(pdf.starts(with: Data("%PDF-".utf8)))
    #expect(try pdf == Data(contentsOf: lab.folder.appending(path: "again/report.pdf")))
    // No clock and no machine is in it.
    #expect(pdf.range(of: Data("CreationDate".utf8)) == nil)
    #expect(pdf.range(of: Data(lab.folder.path.utf8)) == nil)
    let source = try lab.text(of: "paper/report.typ")
    for words in [
      "#summary[", "#strong[Found]", "#drawing(\"figures/fig-short.pdf\"", "#caption[",
      "#link(<fig-short>)[Figure 1]", "label(\"claim.1\")", "✓ #strong[Claim 1",
    ] { #expect(source.contains(words), "\(words): \(source)") }
    #expect(!source.contains("<sub>") && !source.contains("✅"))
  }

  @Test func `links lead to what the export has, and are words elsewhere`() throws {
    let lab = try LabFixture()
    try lab.write("a,b\n1,2\n", to: "reports/2026-W10/data (1).csv")
    try lab.write("notes", to: "reports/shared.txt")
    try lab.write(
      "---\ntitle: Methods\nstatus: draft\n---\n\nWords.\n\n## How\n\nBy hand.\n",
      to: "reports/methods/notebook.md")
    try lab.write(
      LabFixture.notebook + """

        See [the *methods* [1]](../methods/report.md#how), [itself](report.md#tbl-short), [data](<data (1).csv>),
        [notes](../shared.txt), [the notebook](notebook.md) and [elsewhere](https://example.org).

        """, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let result = try lab.labbook("export", "2026-W10", "--to", "paper")
    #expect(result.code == 0, "\(result.errors)")
    #expect(try lab.text(of: "paper/data (1).csv") == "a,b\n1,2\n")
    #expect(try lab.text(of: "paper/notebook.md").contains("title: A short week"))
    let page = try lab.text(of: "paper/report.html")
    for link in ["report.html#tbl-short", "data%20(1).csv", "notebook.md", "https://example.org"] {
      #expect(page.contains("href=\"\(link)\""), "\(link)")
    }
    #expect(!page.contains("href=\"..") && page.contains(">notes</a>"))
    let text = try lab.text(of: "paper/report.md")
    #expect(text.contains("See the *methods* "), "\(text)")
    #expect(
      text.contains("[itself](report.md#tbl-short)") && text.contains("[data](<data (1).csv>)"))
    #expect(
      !text.contains("](..") && text.contains("\nnotes, [the notebook](notebook.md)"), "\(text)")
    // The report itself keeps them.
    #expect(try lab.text(of: "reports/2026-W10/report.md").contains("](../shared.txt)"))
  }

  @Test func `without typst everything else is there, and a sentence says how to have it`() throws {
    let lab = try lab()
    let bare = try ExportPackages.environmentWithout(in: lab.folder)
    let result = try lab.shell("LABBOOK_TOOLS=\(bare.path) $0 export 2026-W10 --to paper")
    #expect(result.code == 0, "\(result.errors)")
    #expect(
      result.errors
        == "note: there is no report.pdf, since the Python package typst is not there; "
        + "'labbook doctor --install --exports' installs it\n")
    #expect(result.output.contains("paper/report.docx\n"))
    #expect(!result.output.contains("report.pdf"))
  }
}
