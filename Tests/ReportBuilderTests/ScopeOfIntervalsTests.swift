import Metrics
import ReportBuilder
import ResultStore
import Testing

/// What an interval is over, what it leaves out, and which runs are in it, is said.
@Suite struct ScopeOfIntervalsTests {
  private func report(_ body: String, _ arms: SyntheticArm...) throws -> String {
    let lab = try SyntheticLab(SyntheticExperiment(of: arms))
    try lab.writeNotebook(body)
    var build = lab.build()
    let returns = MetricDeclaration(
      "evaluation_return", "", range: .fixed(0...500), over: .episodes)
    build.catalog = MetricCatalog([returns]) { metric, _ in
      MetricInformation(metric, ofKey: ["evaluation.episodes": "100"])
    }
    _ = try build.run()
    return try lab.read("reports/2026-W45/report.md")
  }

  private let comparison = "```{comparison} cartpole\nagainst: PPO\n```"

  // MARK: Items

  @Test func `the items of the final evaluation are named with their error`() throws {
    let arms = (
      SyntheticArm(
        "PPO", tenAround(440), metrics: ["evaluation_return_standard_error": tenAround(6)]),
      SyntheticArm(
        "RLOO", tenAround(430), metrics: ["evaluation_return_standard_error": tenAround(8)])
    )
    let text = try report(
      comparison + "\n\n```{claim} cartpole\nPPO > RLOO on evaluation_return\n```", arms.0, arms.1)
    #expect(
      text.contains(
        "Means over 10 seeds, on these 100 evaluation episodes of each run (a run's standard error over "
          + "them is up to 8.0, of RLOO), with 95 % intervals over seeds"), "\(text)")
    #expect(text.contains("10 seeds, on these 100 evaluation episodes of each run"))
    let several = try report(
      "```{comparison} cartpole\nmetrics: evaluation_return\n```", arms.0, arms.1)
    #expect(
      several.contains(
        "Measured: Evaluation return, on these 100 evaluation episodes of each run (a run's standard error "
          + "over them is up to 8, of RLOO)."), "\(several)")
  }

  @Test func `without errors of items only the seeds are named`() throws {
    let text = try report(
      comparison, SyntheticArm("PPO", tenAround(440)), SyntheticArm("RLOO", tenAround(430)))
    #expect(text.contains("<sub>Means over 10 seeds, with 95 % intervals over seeds"))
  }

  // MARK: Diverged runs

  @Test func `runs that diverged are counted, named, and stay in every comparison`() throws {
    let arms = (
      SyntheticArm("PPO", tenAround(440)),
      SyntheticArm(
        "RLOO", Array(tenAround(430).dropLast()) + [3],
        metrics: ["diverged": [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]])
    )
    let sentence =
      "Diverged: RLOO in 2 of 10 seeds (3, 9); these runs count with the values of their last weights."
    for body in [
      comparison, "```{comparison} cartpole\nmetrics: evaluation_return\n```",
      "```{improvement} cartpole\n```",
    ] {
      #expect(try report(body, arms.0, arms.1).contains(sentence))
    }
    let text = try report(comparison, arms.0, arms.1)
    // The nine others differ by 10, this one by 441.5.
    #expect(text.contains("| −53.1 ["), "\(text)")
    let claim = try report(
      "```{claim} cartpole\nPPO > RLOO on evaluation_return\n```", arms.0, arms.1)
    #expect(claim.contains("RLOO diverged in 2 of 10 seeds (3, 9)"))
  }

  @Test func `where nothing diverged nothing is said of it`() throws {
    let text = try report(
      comparison, SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("RLOO", tenAround(430), metrics: ["diverged": Array(repeating: 0, count: 10)]))
    #expect(!text.contains("iverged"))
  }

  // MARK: Spreads and shapes

  @Test func `where spreads differ clearly the test is said to be of more than means`() throws {
    let wide = SyntheticArm("RLOO", tenAround(0).map { 430 + 5 * $0 })
    let text = try report(
      comparison + "\n\n```{claim} cartpole\nunresolved: RLOO, PPO on evaluation_return\n```",
      SyntheticArm("PPO", tenAround(430)), wide)
    #expect(
      text.contains(
        "The scores of RLOO spread over seeds clearly more or less than those of PPO: "),
      "\(text)")
    #expect(
      text.contains(
        "spreads over seeds differ clearly (standard deviations 15.1 and 3.0), so the test asks whether runs of the two "
          + "could be swapped, which is more than whether their means are equal"))
    #expect(
      !(try report(
        comparison, SyntheticArm("PPO", tenAround(430)), SyntheticArm("RLOO", tenAround(440))))
        .contains("clearly more or less"))
  }

  @Test func `where scores are heavily skewed the coverage is printed`() throws {
    let skewed = SyntheticArm("RLOO", [500, 500, 500, 499, 500, 500, 500, 500, 500, 20])
    let text = try report(comparison, SyntheticArm("PPO", tenAround(430)), skewed)
    #expect(
      text.contains(
        "The scores of RLOO are heavily skewed: where simulated samples are, such an interval holds the true mean in "
          + "93 % of them (lognormal), and in 76 % where one seed in ten collapses."), "\(text)")
    #expect(
      !(try report(comparison, SyntheticArm("PPO", tenAround(430)))).contains("skewed:"))
  }

  // MARK: Table and figure

  @Test func `the end of a curve is the value of the table, to the printed digit`() throws {
    var experiment = SyntheticExperiment()
    experiment.arms = [
      SyntheticArm("PPO", [500, 500, 430.3, 499, 12, 500, 467.1, 500, 500, 311.7])
    ]
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook(
      "{value}`cartpole.PPO.evaluation_return`\n\n```{curves} cartpole\nlabel: fig-a\n```")
    _ = try lab.build().run()
    #expect(try lab.read("reports/2026-W45/report.md").contains("\n422.0\n"))
    #expect(
      try lab.read("reports/2026-W45/figures/fig-a.vl.json").contains(
        #""description": "Evaluation return against environment steps; after 100,000 steps: PPO 422.0""#
      ))
  }

  @Test(arguments: [
    (99_000, "after 100,000 steps: PPO 2.000, RLOO 1.000"),
    (60_000, "at the end of each line, at most 100,000 steps: PPO 2.000, RLOO 1.000"),
  ])
  func `lines that end apart are not said to end at one step`(last: Int, words: String) throws {
    func arm(_ name: String, last: Int, value: Double) -> SyntheticArm {
      var arm = SyntheticArm(name, tenAround(400))
      arm.curves = (0..<10).map { _ in
        [Curve(name: "entropy", steps: [50_000, last], values: [3, value])]
      }
      return arm
    }
    var experiment = SyntheticExperiment()
    experiment.arms = [
      arm("PPO", last: 100_000, value: 2), arm("RLOO", last: last, value: 1),
    ]
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-a\ncurve: entropy\n```")
    _ = try lab.build().run()
    let specification = try lab.read("reports/2026-W45/figures/fig-a.vl.json")
    #expect(specification.contains("\(words)\""), "\(specification.prefix(600))")
  }
}
