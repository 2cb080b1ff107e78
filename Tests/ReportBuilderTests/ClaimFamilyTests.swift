import ReportBuilder
import Testing

/// A comparison has one p-value, that of the claim which tests it, and a family can reach its level.
@Suite struct ClaimFamilyTests {
  private let high = SyntheticArm("PPO", tenAround(440))
  private let low = SyntheticArm("ReMax", tenAround(400))
  private let near = SyntheticArm(
    "RLOO", zip(tenAround(400), [1, -2, 2, -1, 2, -2, 1, -1, 2, -2]).map { $0 + $1 })

  private func lab(_ body: String, _ arms: [SyntheticArm]) throws -> SyntheticLab {
    try SyntheticLab(body, of: SyntheticExperiment(of: arms))
  }

  private func report(_ body: String, _ arms: SyntheticArm...) throws -> String {
    try lab(body, arms).report()
  }

  // MARK: Tables

  private let comparison = "```{comparison} cartpole\nagainst: ReMax\n```\n\n"

  @Test func `a table names the claim that tests a difference, and alone the claim has a p-value`()
    throws
  {
    let text = try report(
      comparison + """
        ```{claim} cartpole
        PPO >= 435 on evaluation_return in 10 of 10 seeds
        PPO > ReMax on evaluation_return
        unresolved: RLOO, ReMax on evaluation_return
        ```
        """, high, low, near)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows[0].contains("| Difference to ReMax | Tested by | P(better) |"))
    #expect(rows[2].contains("| **40.0 (in all 10 seeds)** | [claim 2](#claim.2) |"), "\(rows[2])")
    // Of what is not told apart, nothing is bold.
    #expect(rows[4].contains("| 0.0 [−1.5, 1.5] | [claim 3](#claim.3) |"), "\(rows[4])")
    #expect(text.contains("<a id=\"claim.2\"></a>✅ **Claim 2 holds:**"))
    #expect(text.components(of: "p = ") == 1)
    #expect(text.components(of: "p < ") == 0)
  }

  @Test func `without a claim nothing is bold and nothing is promised`() throws {
    let text = try report(comparison, high, low)
    #expect(!text.contains("**"))
    #expect(!text.contains("Tested by"))
    #expect(!text.contains("p = ") && !text.contains("Holm"))
    #expect(
      text.contains(
        "No claim of this report tests a difference, so none has a p-value here or is bold; intervals are "
          + "of 95 % each and not adjusted."))
  }

  @Test func `a claim that falls makes nothing bold`() throws {
    let lab = try lab(
      comparison + "```{claim} cartpole\nRLOO > ReMax on evaluation_return\n```", [low, near])
    var build = lab.build()
    build.marksFailures = true
    _ = try build.run()
    let rows = try lab.read("reports/2026-W45/report.md").split(separator: "\n")
      .filter { $0.hasPrefix("| RLOO") }
    #expect(rows.count == 1 && rows[0].contains("[claim 1]") && !rows[0].contains("**"))
  }

  @Test func `the rule of tests and intervals stands at the end`() throws {
    let text = try report(
      "```{claim} cartpole\nPPO > ReMax on evaluation_return\nPPO > RLOO on evaluation_return\n```",
      high, low, near)
    #expect(
      text.hasSuffix(
        """
        <sub>P-values stand in claims alone, where the 2 tests of differences are one family, adjusted by \
        Holm's method, and an equivalence is tested by itself; intervals are of 95 % each and not \
        adjusted, and where arms are compared, bold marks a difference that a claim which holds has \
        tested.</sub>

        """))
    #expect(!(try report("No table.", high)).contains("<sub>"))
  }

  @Test func `tables of several experiments name the claims on their arms`() throws {
    let body = """
      ```{suite} cartpole
      against: ReMax
      ```

      ```{improvement} cartpole
      ```

      ```{claim} cartpole
      PPO > ReMax on evaluation_return
      PPO > ReMax on environment_steps
      ```
      """
    var costly = high
    costly.metrics["environment_steps"] = tenAround(200_000)
    let text = try report(body, costly, low)
    #expect(
      text.contains("Differences on single tasks are tested by [claim 1](#claim.1)."), "\(text)")
    #expect(text.contains("Differences between these arms are tested by [claim 1](#claim.1)."))
  }

  // MARK: The floor

  private func few(_ label: String, _ seeds: Int, _ shift: Double) -> SyntheticArm {
    SyntheticArm(label, (0..<seeds).map { Double($0) + shift })
  }

  @Test func `a claim that no result could show is refused with the seeds it would take`() throws {
    let claim = "ReMax > PPO on evaluation_return"
    #expect(
      try lab("```{claim} cartpole\n\(claim)\n```", [few("PPO", 5, 0), few("ReMax", 5, 10)])
        .failure()
          == """
          reports/2026-W45/notebook.md:9:1: error: no result can make the claim '\(claim)' hold: the \
          smallest p-value that 5 seeds in common allow is 0.063 (1 test); it would take 6 seeds
          """)
    // Two tests at 6 seeds: 2 × 2/64 is .0625, at 7 seeds 2 × 2/128.
    let two = try lab(
      "```{claim} cartpole\n\(claim)\nGRPO > PPO on evaluation_return\n```",
      [few("PPO", 6, 0), few("ReMax", 6, 10), few("GRPO", 6, 20)]
    ).failure { $0.marksFailures = true }
    #expect(two.split(separator: "\n").count == 2)
    #expect(two.contains("is 0.063 (Holm over 2 tests); it would take 7 seeds"), "\(two)")
  }

  @Test func `ten seeds have room for 25 tests of differences`() throws {
    func failure(_ count: Int) throws -> String {
      let names = (0..<count).map { "A\($0)" }
      let claims = names.map { "\($0) > PPO on evaluation_return" }.joined(separator: "\n")
      let arms =
        [SyntheticArm("PPO", tenAround(100))] + names.map { SyntheticArm($0, tenAround(140)) }
      return try lab("```{claim} cartpole\n\(claims)\n```", arms).failure()
    }
    #expect(try failure(25).hasPrefix("built"))
    let refused = try failure(26)
    #expect(refused.split(separator: "\n").count == 26)
    #expect(
      refused.contains(
        "that 10 seeds in common allow is 0.051 (Holm over 26 tests); it would take 11"))
  }

  @Test func `only the claims with too few seeds are refused`() throws {
    let message = try lab(
      "```{claim} cartpole\nReMax > PPO on evaluation_return\nGRPO > PPO on evaluation_return\n```",
      [few("PPO", 10, 0), few("ReMax", 10, 10), few("GRPO", 5, 20)]
    ).failure()
    #expect(message.split(separator: "\n").count == 1)
    #expect(
      message.contains(":10:1: error: no result can make the claim 'GRPO > PPO"), "\(message)")
    #expect(
      message.contains("5 seeds in common allow is 0.063 (Holm over 2 tests); it would take 6"))
  }

  // MARK: Equal, or not told apart

  @Test func `an interval that leaves out 0 is not called unresolved, whatever the family`() throws
  {
    // Eight of ten seeds better: p is 0.02 by itself, and 25 other tests would have hidden it.
    let better = SyntheticArm(
      "RLOO", zip(tenAround(400), [5, 5, 5, 5, 5, 5, 5, 5, 1, -1]).map { $0 + $1 })
    let message = try lab(
      "```{claim} cartpole\nunresolved: RLOO, ReMax on evaluation_return\n```", [better, low]
    ).failure()
    #expect(
      message.contains("does not hold: RLOO 404.0, ReMax 400.0, difference 4.0 ["), "\(message)")
    #expect(message.hasSuffix("10 seeds; the interval leaves out 0"))
  }

  @Test func `equivalence has its own mark, margin and p-value`() throws {
    let text = try report(
      "```{claim} cartpole\nRLOO ~ ReMax within 5 on evaluation_return\n```", low, near)
    #expect(text.contains("✅ **Claim 1 holds:** RLOO ~ ReMax within 5"), "\(text)")
    #expect(text.contains("against ±5, p = 0.001 (two one-sided tests), 10 seeds"))
    // What is not told apart is not within every margin.
    let message = try lab(
      "```{claim} cartpole\nRLOO ~ ReMax within 0.5 on evaluation_return\n```", [low, near]
    ).failure()
    #expect(message.contains("does not hold"))
  }
}

extension String {
  /// How often `words` stand in the text.
  fileprivate func components(of words: String) -> Int { split(separator: words).count - 1 }
}
