import Foundation
import Testing

/// What a notebook is warned of and refused for, on the command line.
@Suite struct NotebookWarningTests {
  private func lab(_ body: String) throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(
      "---\ntitle: A\nweek: 2026-W10\nstatus: draft\n---\n\(body)",
      to: "reports/2026-W10/notebook.md")
    return lab
  }

  @Test func `warnings go to standard error with their place, and the week is built`() throws {
    let lab = try lab("Text.\n\n[^n]: A note.\n")
    let warning =
      "reports/2026-W10/notebook.md:8:1: warning: nothing mentions the footnote '[^n]', so it is not shown\n"
    let validate = try lab.labbook("validate")
    #expect(validate.code == 0)
    #expect(validate.errors == warning)
    let report = try lab.labbook("report", "2026-W10")
    #expect(report.code == 0, "\(report.errors)")
    #expect(report.errors.contains(warning))
  }

  @Test func `twenty thousand quotes in each other are one sentence and exit code 1`() throws {
    let lab = try lab(String(repeating: ">", count: 20_000) + " a\n")
    for command in [["validate"], ["report", "2026-W10"]] {
      let result = try lab.labbook(command)
      #expect(result.code == 1)
      #expect(
        result.errors.hasPrefix("reports/2026-W10/notebook.md:6:")
          && result.errors.contains("stand inside each other more than 100 deep here"),
        "\(result.errors.prefix(300))")
    }
  }
}
