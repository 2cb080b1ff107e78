import Notebook
import ReportBuilder
import ResultStore
import Testing

@Suite struct ClaimCheckTests {
  /// What a build says of claims on made-up results; the claims start on line 9.
  private func failure(
    _ claims: String, arms: SyntheticArm..., adjust: (inout WeekBuild) -> Void = { _ in }
  ) throws -> String {
    let lab = try SyntheticLab(SyntheticExperiment(of: arms))
    try lab.writeNotebook("```{claim} cartpole\n\(claims)\n```")
    return lab.failure(adjust)
  }

  private let high = SyntheticArm("PPO", tenAround(440))
  private let low = SyntheticArm("ReMax", tenAround(400))
  /// As `low`, with one or two added and taken away in turn.
  private let near = SyntheticArm(
    "RLOO", zip(tenAround(400), [1, -2, 2, -1, 2, -2, 1, -1, 2, -2]).map { $0 + $1 })

  @Test func `a false claim fails the build with file, line and numbers`() throws {
    #expect(
      try failure("ReMax > PPO on evaluation_return", arms: high, low) == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'ReMax > PPO on evaluation_return' does \
        not hold: ReMax 400.0, PPO 440.0, difference −40.0 (in all 10 seeds), p = 0.002 (1 test), \
        10 seeds
        """)
  }

  @Test func `claims of every form that hold are shown with their numbers`() throws {
    let lab = try SyntheticLab(SyntheticExperiment(high, low, near))
    try lab.writeNotebook(
      """
      ```{claim} cartpole
      PPO > ReMax on evaluation_return
      RLOO < PPO on evaluation_return
      PPO >= 436 on evaluation_return in 9 of 10 seeds
      ReMax <= 404.5 on evaluation_return in 10 of 10 seeds
      RLOO ~ ReMax within 5 on evaluation_return
      unresolved: RLOO, ReMax on evaluation_return
      ```
      """)
    #expect(try lab.build().run().markedFailures.isEmpty)
    let report = try lab.read("reports/2026-W45/report.md")
    // Two tests of ten pairs, for the last two lines are no statement that an arm is better: 2 × 2/1024.
    #expect(report.contains("(in all 10 seeds), p = 0.004 (Holm over 2 tests), 10 seeds"))
    #expect(
      report.contains("90 % interval [−1.0, 1.0] against ±5, p = 0.001 (two one-sided tests)"))
    #expect(
      report.contains(
        "⚪ **Claim 6, not told apart:** unresolved: RLOO, ReMax on evaluation_return"))
    #expect(report.contains("10 seeds; this does not show that they are equal"))
    #expect(report.contains("PPO in 9 of 10 seeds, lowest 435.5"))
    #expect(report.contains("ReMax in 10 of 10 seeds, highest 404.5"))
    #expect(!report.contains("not hold"))
  }

  @Test func `a difference in the right direction has to be clear too`() throws {
    let message = try failure("RLOO > ReMax on evaluation_return", arms: near, low)
    #expect(message.contains("does not hold: RLOO "))
    #expect(message.contains("(1 test), 10 seeds"))
  }

  @Test func `all false claims are reported at once, adjusted as one family`() throws {
    let message = try failure(
      """
      ReMax > PPO on evaluation_return
      PPO > ReMax on evaluation_return
      unresolved: PPO, ReMax on evaluation_return
      RLOO > PPO on evaluation_return
      """, arms: high, low, near)
    let lines = message.split(separator: "\n")
    #expect(lines.count == 3)
    // Two of the claims are one test, in either direction, and one tests no difference: 2 × 2/1024.
    #expect(
      lines.first == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'ReMax > PPO on evaluation_return' does \
        not hold: ReMax 400.0, PPO 440.0, difference −40.0 (in all 10 seeds), p = 0.004 (Holm over 2 \
        tests), 10 seeds
        """)
    #expect(
      lines.dropFirst().first == """
        reports/2026-W45/notebook.md:11:1: error: the claim 'unresolved: PPO, ReMax on \
        evaluation_return' does not hold: PPO 440.0, ReMax 400.0, difference 40.0 (in all 10 seeds), \
        10 seeds; the interval leaves out 0
        """)
    #expect(
      lines.last?.contains(":12:1: error: the claim 'RLOO > PPO on evaluation_return'") == true)
  }

  @Test func `a bound counts seeds`() throws {
    let arm = SyntheticArm("PPO", [500, 500, 500, 500, 500, 500, 500, 500, 470.25, 460])
    #expect(
      try failure("PPO >= 475 on evaluation_return in 9 of 10 seeds", arms: arm) == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'PPO >= 475 on evaluation_return in 9 of \
        10 seeds' does not hold: PPO in 8 of 10 seeds, lowest 460.0
        """)
    #expect(
      try failure("PPO <= 465 on evaluation_return in 2 of 10 seeds", arms: arm) == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'PPO <= 465 on evaluation_return in 2 of \
        10 seeds' does not hold: PPO in 1 of 10 seeds, highest 500.0
        """)
    #expect(
      try failure("PPO >= 450 on evaluation_return in 8 of 8 seeds", arms: arm) == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'PPO >= 450 on evaluation_return in 8 of \
        8 seeds' does not hold: PPO has 10 seeds, not 8
        """)
  }

  @Test func `equivalence needs the whole interval`() throws {
    #expect(
      try failure("PPO ~ ReMax within 39 on evaluation_return", arms: high, low) == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'PPO ~ ReMax within 39 on \
        evaluation_return' does not hold: PPO 440.0, ReMax 400.0, difference 40.0, 90 % interval \
        [40.0, 40.0] against ±39, p = 1.000 (two one-sided tests), 10 seeds
        """)
  }

  @Test func `below six common seeds nothing is tested`() throws {
    let first = SyntheticArm("PPO", [1, 2, 3, 4, 5])
    let second = SyntheticArm("ReMax", [11, 12, 13, 14, 15])
    for claim in ["unresolved: ReMax, PPO", "ReMax ~ PPO within 20"] {
      #expect(
        try failure("\(claim) on evaluation_return", arms: first, second) == """
          reports/2026-W45/notebook.md:9:1: error: the claim '\(claim) on evaluation_return' cannot \
          be tested: too few seeds (5 in common, 6 needed): ReMax 13.0, PPO 3.0, difference 10.0
          """)
    }
  }

  @Test func `arms without a common seed cannot be compared`() throws {
    let other = SyntheticArm("ReMax", tenAround(400), firstSeed: 10)
    #expect(
      try failure("PPO > ReMax on evaluation_return", arms: high, other) == """
        reports/2026-W45/notebook.md:9:1: error: the claim 'PPO > ReMax on evaluation_return' cannot \
        be tested: PPO and ReMax have no seed in common
        """)
  }

  @Test func `names that stand for nothing are reported where they stand`() throws {
    #expect(
      try failure("PP0 > ReMax on evaluation_return", arms: high, low)
        == "reports/2026-W45/notebook.md:9:1: error: 'cartpole' has no arm 'PP0'; did you mean 'PPO'?"
    )
    #expect(
      try failure("PPO > ReMax on evaluaton_return", arms: high, low) == """
        reports/2026-W45/notebook.md:9:16: error: 'cartpole' has no metric 'evaluaton_return'; did \
        you mean 'evaluation_return'?
        """)
    #expect(
      try failure("PPO > PPO on evaluation_return", arms: high, low)
        == "reports/2026-W45/notebook.md:9:7: error: the claim compares 'PPO' with itself")
  }

  @Test func `a draft can show claims that do not hold`() throws {
    let lab = try SyntheticLab(SyntheticExperiment(high, low))
    try lab.writeNotebook(
      "```{claim} cartpole\nReMax > PPO on evaluation_return\nPPO > ReMax on evaluation_return\n```"
    )
    var build = lab.build()
    build.marksFailures = true
    let outcome = try build.run()
    #expect(outcome.markedFailures.map(\.position.line) == [9])
    let report = try lab.read("reports/2026-W45/report.md")
    #expect(report.contains("ReMax > PPO on evaluation_return"))
    #expect(report.contains("difference −40.0"))
  }
}
