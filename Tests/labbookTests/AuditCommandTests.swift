import Foundation
import Testing

/// Audits as arms of a spec and as a command.
@Suite struct AuditCommandTests {
  static let spec = """
    question: What does the baseline do to the gradient of one policy?
    task: {language: sequences, lengths: [2], held_out_lengths: [3], symbols: 5}
    policy: {layers: 1, width: 16, heads: 2, context: 32}
    budget: {tokens: 600}
    evaluation: {every: 600, prompts: 2, samples: 2}
    seeds: 1
    metric: gradient_relative_variance_leave_one_out
    stages:
      First: {algorithm: sft, budget: {tokens: 3_000}, batch_size: 8}
      Then: {algorithm: rloo, from: First}
    arms:
      Before: {algorithm: audit, from: First, prompts: 4, completions: 4}
      After: {algorithm: audit, from: Then, prompts: 4, completions: 4}

    """

  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(Self.spec, to: "experiments/words.yaml")
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/short.yaml"))
    return lab
  }

  @Test func `audits are arms like others, in the plan, the lock and verify`() throws {
    let lab = try lab()
    let validate = try lab.labbook("validate")
    #expect(validate.code == 0, "\(validate.errors)")
    let plan = try lab.labbook("plan", "--runs")
    #expect(
      plan.output.contains("words/After/0  600 tokens  after words/Then/0\n"), "\(plan.output)")
    try lab.write(
      """
      ---
      title: Audits
      week: 2026-W10
      status: draft
      ---

      {value}`words.After.gradient_variance_leave_one_out`

      ```{comparison} words
      label: tbl-words
      caption: Before and after.
      metrics: gradient_variance_none, gradient_variance_leave_one_out
      ```

      """, to: "reports/2026-W10/notebook.md")
    let report = try lab.labbook("report")
    #expect(report.code == 0, "\(report.errors)")
    let verify = try lab.labbook("verify", "2026-W10")
    #expect(verify.output == "2026-W10: 4 of 4 runs executed again are the same bit for bit\n")
    let rerun = try lab.labbook("rerun", "words", "--arm", "After")
    #expect(rerun.output == "words/After/0: same\n", "\(rerun.errors)")
  }

  @Test func `an audit by name is the run of the arm that says the same`() throws {
    let lab = try lab()
    _ = try lab.labbook("run")
    let audit = try lab.labbook(
      "audit", "words/Then/0", "--prompts", "4", "--completions", "4")
    #expect(audit.code == 0, "\(audit.errors)")
    #expect(audit.output.contains("\nbaseline "), "\(audit.output)")
    for baseline in ["none", "group_mean", "leave_one_out", "optimal_token", "best_of_others"] {
      #expect(audit.output.contains("\n\(baseline) "), "\(audit.output)")
    }
    #expect(audit.output.contains("relative variance of one completion, by group size"))
    let key = try #require(
      audit.output.split(separator: "\n").first { $0.hasPrefix("key  ") }?.dropFirst(5))
    #expect(try lab.labbook("show", "words/After/0").output.contains(key))
    // Done once, it is there.
    let again = try lab.labbook(
      "audit", "words/Then/0", "--prompts", "4", "--completions", "4")
    #expect(again.output == audit.output)
  }

  @Test func `what cannot be audited is told in words, and runs on environments can`() throws {
    let lab = try lab()
    let early = try lab.labbook("audit", "words/Then/0")
    #expect(early.code == 1)
    #expect(early.errors.contains("words/Then/0 has no record yet"), "\(early.errors)")
    let few = try lab.labbook("audit", "words/Then/0", "--prompts", "1")
    #expect(few.code != 0)
    try lab.write(LabFixture.spec, to: "experiments/short.yaml")
    _ = try lab.labbook("run", "short", "--arm", "RLOO", "--seed", "0")
    let environment = try lab.labbook(
      "audit", "short/RLOO/0", "--prompts", "3", "--completions", "2")
    #expect(environment.code == 0, "\(environment.errors)")
    #expect(environment.output.contains("\nbaseline "), "\(environment.output)")
  }
}
