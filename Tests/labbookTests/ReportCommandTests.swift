import Foundation
import Testing

@Suite struct ReportCommandTests {
  /// A lab with a week that has been built.
  private func builtLab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let result = try lab.labbook("report")
    try #require(result.code == 0, "\(result.errors)")
    return lab
  }

  @Test func `report runs what is missing, names the files, and has nothing to do afterwards`()
    throws
  {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let first = try lab.labbook("report")
    #expect(first.code == 0, "\(first.errors)")
    for name in ["report.md", "report.html", "results.lock"] {
      #expect(first.output.contains("reports/2026-W10/\(name)  (changed)"))
    }
    #expect(
      try lab.labbook("report").output
        == "2026-W10: nothing to do; the report is reports/2026-W10/report.html\n")
  }

  @Test func `two builds from empty stores with one and two workers are byte-identical`() throws {
    func outputs(jobs: String) throws -> [String] {
      let lab = try LabFixture()
      try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
      let result = try lab.labbook("report", "--jobs", jobs)
      try #require(result.code == 0, "\(result.errors)")
      return try ["results.lock", "report.md", "report.html"].map {
        try lab.text(of: "reports/2026-W10/\($0)")
      }
    }
    #expect(try outputs(jobs: "1") == outputs(jobs: "2"))
  }

  @Test func `a lock altered by one digit stops the report and stays as it is`() throws {
    let lab = try builtLab()
    let lock = "reports/2026-W10/results.lock"
    try lab.replace("\"environment_steps\": 600", with: "\"environment_steps\": 601", in: lock)
    let altered = try lab.text(of: lock)
    let result = try lab.labbook("report")
    #expect(result.code == 1)
    #expect(result.errors.contains("short/PPO/0"), "\(result.errors)")
    #expect(result.errors.contains("environment_steps"), "\(result.errors)")
    #expect(try lab.text(of: lock) == altered)
  }

  @Test func `changing one setting of one arm makes that arm stale, and explain names the field`()
    throws
  {
    let lab = try builtLab()
    try lab.replace(
      "{algorithm: rloo}", with: "{algorithm: rloo, group_size: 4}", in: "experiments/short.yaml")
    #expect(
      try lab.labbook("plan").output.hasSuffix(
        "6 of 12 runs to execute, 3600 environment steps in all\n"))
    let explanation = try lab.labbook("explain", "short")
    #expect(
      explanation.output == """
        PPO, since the lock of 2026-W10: the same settings, so the same key
        RLOO, since the lock of 2026-W10:
          algorithm.group_size  8 → 4

        """)
    let status = try lab.labbook("status")
    #expect(status.output.contains("RLOO"))
    #expect(!status.output.contains("PPO"))
  }

  @Test func `diff compares two weeks and its exit code tells of a change`() throws {
    let lab = try builtLab()
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W11"),
      to: "reports/2026-W11/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let same = try lab.labbook("diff", "2026-W10", "2026-W11", "--exit-code")
    #expect(same.code == 0)
    #expect(same.output.contains("identical"))
    try lab.replace("RLOO: {", with: "Leave-one-out: {", in: "experiments/short.yaml")
    try lab.replace(
      "PPO: {algorithm: ppo}", with: "GRPO: {algorithm: grpo}", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W12").replacing("PPO", with: "GRPO"),
      to: "reports/2026-W12/notebook.md")
    let built = try lab.labbook("report")
    #expect(built.code == 0, "\(built.errors)")
    let changed = try lab.labbook("diff", "2026-W11", "2026-W12", "--exit-code")
    #expect(changed.code == 2)
    #expect(changed.output.contains("RLOO → Leave-one-out"), "\(changed.output)")
    let json = try lab.labbook("diff", "2026-W11", "2026-W12", "--format", "json")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.output.utf8)) }
  }

  @Test func `a claim that is false fails the report at its line, unless it is to be marked`()
    throws
  {
    let lab = try LabFixture()
    try lab.write(
      LabFixture.notebook
        + "```{claim} short\nPPO >= 499 on evaluation_return in 6 of 6 seeds\n```\n",
      to: "reports/2026-W10/notebook.md")
    let result = try lab.labbook("report")
    #expect(result.code == 1)
    #expect(
      result.errors.contains("reports/2026-W10/notebook.md:15:1: error: "), "\(result.errors)")
    #expect(throws: (any Error).self) { try lab.text(of: "reports/2026-W10/report.md") }
    let draft = try lab.labbook("report", "--draft")
    #expect(draft.code == 0, "\(draft.errors)")
    #expect(try lab.text(of: "reports/2026-W10/report.md").contains("❌"))
  }

  @Test func `a final week is rendered from its lock and executes nothing`() throws {
    let lab = try builtLab()
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W10/notebook.md")
    let lock = try lab.text(of: "reports/2026-W10/results.lock")
    try FileManager.default.removeItem(at: lab.folder.appending(path: ".labbook"))
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/short.yaml"))
    let result = try lab.labbook("report", "2026-W10")
    #expect(result.code == 0, "\(result.errors)")
    #expect(try lab.text(of: "reports/2026-W10/results.lock") == lock)
    #expect(
      !FileManager.default.fileExists(atPath: lab.folder.appending(path: ".labbook/records").path))
  }

  @Test func `words of a final week are corrected without its records, and no result changes`()
    throws
  {
    let lab = try builtLab()
    let notebook = "reports/2026-W10/notebook.md"
    try lab.replace("status: draft", with: "status: final", in: notebook)
    let lock =
      try JSONSerialization.jsonObject(
        with: Data(try lab.text(of: "reports/2026-W10/results.lock").utf8)) as? [String: Any]
    try FileManager.default.removeItem(at: lab.folder.appending(path: ".labbook"))
    try lab.replace("PPO reaches", with: "In the end PPO reaches", in: notebook)
    let accept = ["report", "2026-W10", "--rendered-only", "--accept-prose"]
    let refused = try lab.labbook(accept)
    #expect(
      refused.code == 1 && refused.errors.contains("--rendered-only --accept-prose'"),
      "\(refused.errors)")

    try lab.replace("status: final", with: "status: draft", in: notebook)
    let seen = try lab.labbook("report", "2026-W10", "--rendered-only")
    #expect(seen.errors.contains("has changed since its results were locked"), "\(seen.errors)")
    let accepted = try lab.labbook(accept)
    #expect(accepted.code == 0 && !accepted.errors.contains("note:"), "\(accepted.errors)")
    #expect(accepted.output.contains("results.lock  (changed)"))
    try lab.replace("status: draft", with: "status: final", in: notebook)
    let final = try lab.labbook("report", "2026-W10")
    #expect(final.code == 0 && !final.errors.contains("note:"), "\(final.errors)")
    #expect(try lab.text(of: "reports/2026-W10/report.md").contains("In the end PPO reaches"))
    let corrected =
      try JSONSerialization.jsonObject(
        with: Data(try lab.text(of: "reports/2026-W10/results.lock").utf8)) as? [String: Any]
    #expect(
      NSDictionary(
        dictionary: corrected?.filter { !["documents", "digest"].contains($0.key) } ?? [:])
        == NSDictionary(
          dictionary: lock?.filter { !["documents", "digest"].contains($0.key) } ?? [:]))
    #expect(
      !FileManager.default.fileExists(atPath: lab.folder.appending(path: ".labbook/records").path))
  }

  @Test func `words whose claim does not hold on the lock are not taken in`() throws {
    let lab = try builtLab()
    let lock = try lab.text(of: "reports/2026-W10/results.lock")
    try lab.write(
      LabFixture.notebook
        + "```{claim} short\nPPO >= 499 on evaluation_return in 6 of 6 seeds\n```\n",
      to: "reports/2026-W10/notebook.md")
    let result = try lab.labbook("report", "2026-W10", "--rendered-only", "--accept-prose")
    #expect(result.code == 1)
    #expect(
      result.errors.contains("reports/2026-W10/notebook.md:15:1: error: "), "\(result.errors)")
    #expect(try lab.text(of: "reports/2026-W10/results.lock") == lock)
  }

  @Test func `verify executes a lock's runs again`() throws {
    let lab = try builtLab()
    let result = try lab.labbook("verify", "2026-W10", "--one-seed", "--short")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output == "2026-W10: 2 of 2 runs executed again are the same bit for bit\n")
  }

  @Test func `new begins a week that validates, and never writes over one`() throws {
    let lab = try LabFixture()
    #expect(try lab.labbook("new", "2026-W12").output == "reports/2026-W12/notebook.md\n")
    #expect(try lab.labbook("validate").output == "1 experiments and 1 weeks are valid\n")
    try lab.write("mine", to: "reports/2026-W12/notebook.md")
    #expect(try lab.labbook("new", "2026-W12").code == 1)
    #expect(try lab.text(of: "reports/2026-W12/notebook.md") == "mine")
  }

  @Test func `new begins with what the week before it was about, not with the first experiment`()
    throws
  {
    let lab = try builtLab()
    try lab.write("@misc{a, title = {T}, author = {B, C}}\n", to: "reports/2026-W10/own.bib")
    try lab.write(
      """
      ---
      title: A short week
      week: 2026-W10
      status: draft
      authors:
        - A. Writer
        - "B: Writer"
      abstract: Only of this week.
      bibliography: own.bib
      ---

      PPO reaches {value}`short.PPO.evaluation_return`, see @tbl-short.

      ```{comparison} short
      label: tbl-short
      caption: Short runs.
      ```

      ## What is left open

      Is @tbl-short enough [@a]?[^n]

      ### In small

      - Are six seeds?

      ## Afterwards

      Nothing.

      [^n]: A note.

      """, to: "reports/2026-W10/notebook.md")
    try lab.write(LabFixture.spec, to: "experiments/aaa.yaml")
    #expect(try lab.labbook("report").code == 0)
    #expect(try lab.labbook("new", "2026-W12").code == 0)
    #expect(
      try lab.text(of: "reports/2026-W12/notebook.md") == """
        ---
        title: Week 12
        week: 2026-W12
        status: draft
        compare_to: 2026-W10
        authors:
          - A. Writer
          - "B: Writer"
        bibliography: ../2026-W10/own.bib
        summary: |
          - What was found, in values and claims, a line each.
        ---

        What was asked this week, and why.

        ## What moved

        ```{changes}
        ```

        ## What is left open

        Is `tbl-short` of 2026-W10 enough [@a]?[^n]

        ### In small

        - Are six seeds?

        [^n]: A note.

        """)
    let built = try lab.labbook("report", "2026-W12")
    #expect(built.code == 0, "\(built.errors)")
  }

  @Test func `new takes from a notebook that is only half written what can be found in it`() throws
  {
    let lab = try LabFixture()
    try lab.write(
      "---\nauthors: [A. Writer]\nbibliography: ../references.bib\n---\n\n@tbl-none\n\n## Next week\n\nTry it.\n",
      to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("new", "2026-W11").code == 0)
    let text = try lab.text(of: "reports/2026-W11/notebook.md")
    #expect(
      text.contains("\nauthors: [A. Writer]\nbibliography: ../references.bib\nsummary: |\n"),
      "\(text)")
    #expect(text.hasSuffix("## Next week\n\nTry it.\n"), "\(text)")
    // A week without a lock is nothing to compare with.
    #expect(!text.contains("compare_to"))
  }
}
