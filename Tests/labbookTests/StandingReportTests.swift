import Foundation
import Testing

/// Reports that belong to no week, beside those that do.
@Suite struct StandingReportTests {
  static let notebook = """
    ---
    title: Methods
    status: draft
    ---

    PPO reaches {value}`short.PPO.evaluation_return`, see @tbl-methods.

    ```{comparison} short
    label: tbl-methods
    caption: Short runs.
    ```

    """

  /// A lab with a week and a standing report, neither of them built.
  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    try lab.write(Self.notebook, to: "reports/methods/notebook.md")
    return lab
  }

  @Test func `a standing report is built by its name, and weeks are taken without one`() throws {
    let lab = try lab()
    let built = try lab.labbook("report", "methods")
    #expect(built.code == 0, "\(built.errors)")
    #expect(built.output.hasPrefix("methods: built\n  reports/methods/prose.json  (changed)\n"))
    let markdown = try lab.text(of: "reports/methods/report.md")
    #expect(markdown.contains("# Methods\n\nstanding report · draft\n"), "\(markdown)")
    #expect(markdown.contains("`labbook verify methods`"))
    #expect(
      try lab.labbook("report", "methods").output
        == "methods: nothing to do; the report is reports/methods/report.html\n")
    // Its name is later in any order of names, and it is a draft.
    #expect(try lab.labbook("report").output.hasPrefix("2026-W10: built\n"))
    let lock = try lab.text(of: "reports/methods/results.lock")
    let all = try lab.labbook("report", "--all", "--rendered-only")
    #expect(all.code == 0, "\(all.errors)")
    #expect(all.output.contains("2026-W10: built") && all.output.contains("methods: built"))
    #expect(try lab.text(of: "reports/methods/results.lock") == lock)
    #expect(try lab.text(of: "reports/methods/report.md") == markdown)
  }

  @Test func `commands that work on locks and notebooks know standing reports`() throws {
    let lab = try lab()
    try lab.write(
      LabFixture.spec.replacing("Does it run?", with: "Alone?").replacing("600}", with: "700}"),
      to: "experiments/alone.yaml")
    try lab.write(
      Self.notebook.replacing("short", with: "alone"), to: "reports/methods/notebook.md")
    #expect(
      try lab.labbook("validate").output
        == "2 experiments, 1 weeks and 1 standing report are valid\n")
    let plan = try lab.labbook("plan", "methods")
    #expect(plan.output.contains("alone") && !plan.output.contains("short"), "\(plan.output)")
    #expect(try lab.labbook("run", "methods").code == 0)
    #expect(try lab.labbook("report", "methods").code == 0)
    let status = try lab.labbook("status")
    #expect(
      status.output.split(separator: "\n").contains {
        $0.hasPrefix("alone") && $0.contains("methods")
      },
      "\(status.output)")
    let verified = try lab.labbook("verify", "methods", "--one-seed", "--short")
    #expect(verified.code == 0, "\(verified.errors)")
    let exported = try lab.labbook("export", "methods", "--to", "paper")
    #expect(exported.output.contains("paper/tables/tbl-methods.csv"), "\(exported.errors)")
    let offered = try lab.shell(
      "SAP_SHELL=bash \"$0\" ---completion report -- positional@0 2 0 labbook report ''")
    #expect(offered.output.split(separator: "\n") == ["2026-W10", "methods"], "\(offered)")
    // What only its lock needs is no waste.
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/alone.yaml"))
    let waste = try lab.labbook("gc", "--days", "0")
    #expect(waste.code == 0 && !waste.output.contains("alone"), "\(waste.output) \(waste.errors)")
    let explained = try lab.labbook("rerun", "short", "--arm", "PPO", "--seed", "0")
    #expect(explained.code == 0, "\(explained.errors)")
  }

  @Test func `only weeks are compared`() throws {
    let lab = try lab()
    for name in ["2026-W10", "methods"] { #expect(try lab.labbook("report", name).code == 0) }
    let result = try lab.labbook("diff", "2026-W10", "methods")
    #expect(result.code == 64)
    #expect(
      result.errors
        == "error: 'methods' is a standing report, and only weeks are compared; there is 2026-W10\n"
    )
    // The week after is compared with the week, whatever else there is.
    #expect(try lab.labbook("new", "2026-W11").code == 0)
    #expect(
      try lab.text(of: "reports/2026-W11/notebook.md").contains("compare_to: 2026-W10\n"))
  }

  @Test func `new begins a standing report that can be built`() throws {
    let lab = try lab()
    try lab.replace(
      "status: draft", with: "authors: [Ada]\nstatus: draft", in: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("new", "reading-list").output == "reports/reading-list/notebook.md\n")
    #expect(
      try lab.text(of: "reports/reading-list/notebook.md").hasPrefix(
        "---\ntitle: 'Reading list'\nstatus: draft\nauthors: [Ada]\n---\n"))
    let built = try lab.labbook("report", "reading-list")
    #expect(built.code == 0, "\(built.errors)")
    #expect(try lab.labbook("new", "reading-list").code == 1)
  }

  @Test func `folder and front matter agree, and a folder of no report is told`() throws {
    let lab = try lab()
    try lab.replace("week: 2026-W10\n", with: "", in: "reports/2026-W10/notebook.md")
    #expect(
      try lab.labbook("report", "2026-W10").errors
        == "reports/2026-W10/notebook.md:1:1: error: front matter needs 'week: 2026-W10', which the folder is named by\n"
    )
    try lab.write(LabFixture.notebook, to: "reports/methods/notebook.md")
    try lab.write(LabFixture.notebook, to: "reports/2026-w10/notebook.md")
    try lab.write("no notebook", to: "reports/my files/notes.md")
    let result = try lab.labbook("validate")
    #expect(result.code == 1)
    for words in [
      "reports/2026-w10: error: '2026-w10' is not an ISO week such as 2026-W47; did you mean '2026-W10'?",
      "reports/methods/notebook.md:3:7: error: the notebook of '2026-W10' stands in the folder of 'methods'; a standing report has no 'week'",
      "reports/2026-W10/notebook.md:1:1: error: front matter needs 'week: 2026-W10'",
    ] { #expect(result.errors.contains(words), "\(result.errors)") }
    #expect(!result.errors.contains("my files"))
  }

  @Test func `a link to a place that another report has not is told where it stands`() throws {
    let lab = try lab()
    #expect(try lab.labbook("report", "methods").code == 0)
    try lab.write(
      LabFixture.notebook + "\nSee [methods](../methods/report.md#tbl-method).\n",
      to: "reports/2026-W10/notebook.md")
    let result = try lab.labbook("report")
    #expect(result.code == 1)
    #expect(
      result.errors.contains(
        "reports/2026-W10/notebook.md:15:15: error: in the report of 'methods' no heading, label or work has the place '#tbl-method'; did you mean '#tbl-methods'?"
      ), "\(result.errors)")
    try lab.replace("#tbl-method)", with: "#tbl-methods)", in: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
  }
}
