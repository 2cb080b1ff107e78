import Foundation
import Testing

/// A mistake of a notebook hides no other one.
@Suite struct NotebookProblemsTests {
  /// A lab whose notebook has a mistake of each kind that is told before anything is executed.
  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(
      "@misc{known2024work, title = {A work}, year = {2024}}\n", to: "reports/references.bib")
    try lab.write(
      LabFixture.notebook.replacing("@tbl-short", with: "@tbl-shorts") + """

        As in [@known2024wrk], see [data](data.csv), ![a curve](curve.png) and
        {value}`shrt.PPO.evaluation_return`; {value}`short.PP.evaluation_return`.

        """, to: "reports/2026-W10/notebook.md")
    return lab
  }

  private let expected = [
    "the label 'tbl-shorts'", "the key 'known2024wrk'", "no file 'data.csv'",
    "no image 'curve.png'",
    "no experiment 'shrt'", "no arm 'PP'",
  ]

  @Test(arguments: ["report", "validate"])
  func `a misspelt label, a missing work, file, image, experiment and arm are told at once`(
    command: String
  ) throws {
    let lab = try lab()
    let result = try lab.labbook(command)
    #expect(result.code == 1)
    for words in expected {
      #expect(result.errors.contains(words), "\(words): \(result.errors)")
    }
    let lines = result.errors.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("reports/2026-W10/notebook.md:") }, "\(lines)")
    #expect(lines.count == expected.count, "\(lines)")
  }

  @Test func `what is wrong is told in the next build too, until nothing is`() throws {
    let lab = try lab()
    // The notebook's form is right now, and names of arms are the first thing that is looked at.
    try lab.replace("@tbl-shorts", with: "@tbl-short", in: "reports/2026-W10/notebook.md")
    var result = try lab.labbook("report")
    for words in expected.dropFirst() {
      #expect(result.errors.contains(words), "\(words): \(result.errors)")
    }
    // Then only files and works are.
    try lab.replace("`shrt.", with: "`short.", in: "reports/2026-W10/notebook.md")
    try lab.replace("short.PP.", with: "short.PPO.", in: "reports/2026-W10/notebook.md")
    result = try lab.labbook("report")
    for words in expected[1...3] {
      #expect(result.errors.contains(words), "\(words): \(result.errors)")
    }
    try lab.replace("known2024wrk", with: "known2024work", in: "reports/2026-W10/notebook.md")
    try lab.replace(
      "see [data](data.csv), ![a curve](curve.png) and", with: "see",
      in: "reports/2026-W10/notebook.md")
    result = try lab.labbook("report")
    #expect(result.code == 0, "\(result.errors)")
  }
}
