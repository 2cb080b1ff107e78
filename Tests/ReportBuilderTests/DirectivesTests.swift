import ReportBuilder
import ResultStore
import TestSupport
import Testing

@Suite struct DirectivesTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)),
    SyntheticArm("GRPO", tenAround(400)),
    SyntheticArm("DrGRPO", tenAround(441).reversed(), title: "Dr. GRPO"))

  private func report(_ body: String, experiment: SyntheticExperiment? = nil) throws -> String {
    try SyntheticLab(body, of: experiment ?? self.experiment).report()
  }

  private func failure(_ body: String) throws -> String {
    try SyntheticLab(body, of: experiment).failure()
  }

  // MARK: comparison

  @Test func `a comparison shows arms, differences and costs`() throws {
    try expectSnapshot(
      report(
        """
        ```{comparison} cartpole
        label: tbl-cartpole
        caption: Return after 100,000 steps.
        against: GRPO
        ```
        """), named: "comparison.md")
  }

  @Test func `a comparison without a reference shows no differences`() throws {
    try expectSnapshot(
      report("```{comparison} cartpole\narms: DrGRPO, PPO\n```"), named: "comparison-plain.md")
  }

  @Test func `a lower metric can be the better one`() throws {
    let losses = SyntheticExperiment(
      SyntheticArm("PPO", tenAround(1), metrics: ["loss": Array(repeating: 0.5, count: 10)]),
      SyntheticArm("GRPO", tenAround(1), metrics: ["loss": Array(repeating: 0.25, count: 10)]))
    let text = try report(
      "```{comparison} cartpole\nagainst: PPO\nmetric: loss\n```", experiment: losses)
    #expect(text.contains("| 1.00 [0.72, 1.00] |"))
  }

  @Test func `names that a comparison gets wrong are all reported`() throws {
    #expect(
      try failure("```{comparison} cartpole\narms: PP, GRPO\nagainst: GRP\n```") == """
        reports/2026-W45/notebook.md:9:7: error: 'cartpole' has no arm 'PP'; did you mean 'PPO'?
        reports/2026-W45/notebook.md:10:10: error: 'cartpole' has no arm 'GRP'; did you mean 'GRPO'?
        """)
    #expect(
      try failure("```{comparison} cartpol\n```") == """
        reports/2026-W45/notebook.md:8:17: error: there is no experiment 'cartpol'; did you mean \
        'cartpole'?
        """)
    #expect(
      try failure("```{comparison} cartpole\nmetric: evaluation_retun\n```") == """
        reports/2026-W45/notebook.md:9:9: error: 'cartpole' has no metric 'evaluation_retun'; did \
        you mean 'evaluation_return'?
        """)
  }

  // MARK: values

  @Test func `values are shown as their metric asks`() throws {
    let text = try report(
      """
      PPO {value}`cartpole.PPO.evaluation_return`, GRPO \
      {value}`cartpole.GRPO.evaluation_return|.3f`, steps {value}`cartpole.PPO.environment_steps`, \
      seeds {value}`cartpole.PPO.evaluation_return.seeds`, from \
      {value}`cartpole.PPO.evaluation_return.min` to {value}`cartpole.PPO.evaluation_return.max`.
      """)
    #expect(
      text.contains(
        "PPO 440.0, GRPO 400.000, steps 100,000, seeds 10, from 435.5 to 444.5."))
  }

  @Test func `the ends of a value's interval are those of the table`() throws {
    let text = try report(
      """
      [{value}`cartpole.PPO.evaluation_return.lower`, {value}`cartpole.PPO.evaluation_return.upper`]

      ```{comparison} cartpole
      arms: PPO
      ```
      """)
    let interval = try #require(
      text.split(separator: "\n").first { $0.hasPrefix("[") || $0.hasPrefix("\\[") })
    #expect(text.split(separator: "\n").contains { $0.hasPrefix("|") && $0.contains(interval) })
  }

  @Test func `a value that stands for nothing fails the build`() throws {
    #expect(
      try failure("So {value}`cartpole.PPO.evaluation_retur` it is.") == """
        reports/2026-W45/notebook.md:8:12: error: 'cartpole' has no metric 'evaluation_retur'; did \
        you mean 'evaluation_return'?
        """)
    #expect(
      try failure("So {value}`cartpole.PPO.evaluation_return.lowr` it is.") == """
        reports/2026-W45/notebook.md:8:12: error: there is no statistic 'lowr'; did you mean \
        'lower'?; the statistics are lower, upper, min, max, seeds
        """)
  }

  // MARK: curves

  @Test func `curves are drawn with their data beside them`() throws {
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-cartpole\ncaption: Learning.\n```")
    let outcome = try lab.build().run()
    #expect(
      outcome.files == [
        "figures/fig-cartpole.csv", "figures/fig-cartpole.svg", "figures/fig-cartpole.vl.json",
        "report.html", "report.md", "results.lock",
      ])
    try expectSnapshot(
      lab.read("reports/2026-W45/figures/fig-cartpole.vl.json"), named: "fig-cartpole.vl.json")
    let drawing = try lab.read("reports/2026-W45/figures/fig-cartpole.svg")
    #expect(drawing.contains("Dr. GRPO"))
    #expect(drawing.contains("Liberation Sans"))
    #expect(try lab.read("reports/2026-W45/report.md").contains("(figures/fig-cartpole.svg)"))
  }

  @Test func `a curve that runs do not have is reported`() throws {
    #expect(
      try failure("```{curves} cartpole\ncurve: trainig_return\n```") == """
        reports/2026-W45/notebook.md:9:8: error: 'cartpole' has no curve 'trainig_return'; did you \
        mean 'training_return'?
        """)
    #expect(
      try failure("```{curves} cartpole\ncurve: value_loss\n```") == """
        reports/2026-W45/notebook.md:9:8: error: 'cartpole' has no curve 'value_loss': it is only \
        with baseline: value
        """)
  }

  @Test func `two drawings of one name are refused`() throws {
    let directive = "```{curves} cartpole\n```"
    #expect(
      try failure("\(directive)\n\n\(directive)") == """
        reports/2026-W45/notebook.md:11:1: error: two directives draw \
        figures/cartpole-evaluation_return.svg; give one of them a label
        """)
  }

  // MARK: changes

  private func labWithTwoWeeks() throws -> SyntheticLab {
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("```{comparison} cartpole\n```", week: "2026-W44")
    _ = try lab.build(week: "2026-W44").run()
    var later = experiment
    later.arms[1].settings["algorithm.group_size"] = "16"
    later.arms[1].returns = tenAround(430)
    lab.experiments = [later]
    try lab.store(later)
    return lab
  }

  @Test func `changes compares with an earlier week`() throws {
    let lab = try labWithTwoWeeks()
    try lab.writeNotebook(
      "```{changes} 2026-W44\nexperiments: cartpole\ncaption: What moved.\n```")
    _ = try lab.build().run()
    try expectSnapshot(lab.read("reports/2026-W45/report.md"), named: "changes.md")
  }

  @Test func `changes takes the week from the front matter`() throws {
    let lab = try labWithTwoWeeks()
    let body = "{value}`cartpole.PPO.evaluation_return`\n\n```{changes}\n```"
    try lab.writeNotebook(body)
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:10:1: error: 'changes' needs a week, here or as 'compare_to' in \
        the front matter
        """)
    try lab.writeNotebook(body, extra: "compare_to: 2026-W44\n")
    _ = try lab.build().run()
    #expect(try lab.read("reports/2026-W45/report.md").contains("algorithm.group_size"))
  }

  @Test func `changes over more seeds says how many, and never that nothing changed`() throws {
    let lab = try labWithTwoWeeks()
    var later = lab.experiments[0]
    later.arms[0].returns = tenAround(440) + [380, 390, 400]
    lab.experiments = [later]
    try lab.store(later)
    try lab.writeNotebook("```{changes} 2026-W44\n```\n\n```{comparison} cartpole\narms: PPO\n```")
    _ = try lab.build().run()
    let rows = try lab.read("reports/2026-W45/report.md").split(separator: "\n")
      .filter { $0.contains("PPO") }
    #expect(rows.count == 3)
    #expect(
      rows[0].contains("| 440.0 | 440.0 | — | the same on 10 seeds in common |"), "\(rows[0])")
    #expect(rows[1].contains("| 440.0 | 428.5 | — | 13 instead of 10 seeds |"), "\(rows[1])")
    #expect(rows[2].contains("| 13 | 428.5 |"), "\(rows[2])")
  }

  @Test func `changes needs an earlier week with results`() throws {
    let lab = try labWithTwoWeeks()
    try lab.writeNotebook("```{changes} 2026-W43\n```")
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:8:14: error: the week '2026-W43' has no results.lock; did you mean '2026-W44'?
        """)
    try lab.writeNotebook("```{changes} 2026-W45\n```")
    #expect(lab.failure().contains("2026-W45 is not before 2026-W45"))
  }
}
