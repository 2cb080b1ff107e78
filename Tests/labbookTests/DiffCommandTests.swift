import Foundation
import Testing

/// The page of a diff, as a person asks for it.
@Suite struct DiffCommandTests {
  @Test func `two weeks are one page, made from locks and notebooks alone`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    try lab.replace("seeds: 6", with: "seeds: 7", in: "experiments/short.yaml")
    try lab.replace(
      "{algorithm: rloo}", with: "{algorithm: rloo, group_size: 4}", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W11")
        .replacing("A short week", with: "A second week").replacing("PPO reaches", with: "PPO has"),
      to: "reports/2026-W11/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    for week in ["2026-W10", "2026-W11"] {
      try lab.replace("status: draft", with: "status: final", in: "reports/\(week)/notebook.md")
    }
    for name in [".labbook", "experiments/short.yaml", "reports/2026-W10/report.html"] {
      try FileManager.default.removeItem(at: lab.folder.appending(path: name))
    }
    let result = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html")
    #expect(result.code == 0, "\(result.errors)")
    for words in [
      "<title>2026-W10 → 2026-W11</title>", "<li>2026-W11: A second week</li>",
      "<code>algorithm.<wbr>group_<wbr>size</code>", "6 → 7, 6 in common (all 2 arms)",
      "<figure class=\"intervals\">", "PPO <del>reaches</del>", "PPO <ins>has</ins>",
    ] { #expect(result.output.contains(words), "\(words): \(result.output.suffix(9_000))") }
    let again = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html")
    #expect(result.output == again.output)
    let narrow = try lab.labbook(
      "diff", "2026-W10", "2026-W11", "--format", "html", "--metric", "environment_steps")
    #expect(!narrow.output.contains("<code>evaluation_return</code>"))
  }
}
