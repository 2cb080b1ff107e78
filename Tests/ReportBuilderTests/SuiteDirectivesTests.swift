import Foundation
import Metrics
import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// The directives that compare the arms of several experiments as one.
@Suite struct SuiteDirectivesTests {
  /// Normalized from 0 to 400: PPO 1.0 ± 0.01, GRPO 0.5 ± 0.01.
  private let cartpole = SyntheticExperiment(
    Self.arm("PPO", tenAround(400), "CartPole-v1"), Self.arm("GRPO", tenAround(200), "CartPole-v1"),
    Self.arm("DPO", tenAround(100), "CartPole-v1"), name: "cartpole")
  /// Normalized from −500 to −100: PPO 0.75 ± 0.01, GRPO the same in reverse.
  private let acrobot = SyntheticExperiment(
    Self.arm("PPO", tenAround(-200), "Acrobot-v1"),
    Self.arm("GRPO", tenAround(-200).reversed(), "Acrobot-v1"), name: "acrobot")
  /// Nothing is declared of it.
  private let maze = SyntheticExperiment(
    Self.arm("PPO", tenAround(1), "Maze-v0"), Self.arm("GRPO", tenAround(2), "Maze-v0"),
    name: "maze")

  private static func arm(
    _ label: String, _ returns: [Double], _ environment: String, budget: Int = 100_000
  ) -> SyntheticArm {
    SyntheticArm(
      label, returns,
      settings: [
        "algorithm": label.lowercased(), "environment": environment,
        "budget.environment_steps": "\(budget)",
      ])
  }

  private func lab(_ body: String) throws -> SyntheticLab {
    try SyntheticLab(body, of: cartpole, acrobot, maze)
  }

  private func report(_ body: String) throws -> String {
    try lab(body).report()
  }

  private func failure(_ body: String) throws -> String { try lab(body).failure() }

  // MARK: suite

  @Test func `a suite compares the arms that all experiments have`() throws {
    try expectSnapshot(
      report(
        """
        ```{suite} cartpole, acrobot
        label: tbl-suite
        caption: Two tasks as one.
        against: GRPO
        each: returns
        ```
        """), named: "suite.md")
  }

  @Test func `a suite of one experiment shows named arms in normalized scores`() throws {
    let text = try report("```{suite} cartpole\narms: DPO, PPO\neach: scores\n```")
    // Scores of 100 ± 4.5 of 400; the middle six of ten average to 0.25, all ten fall short by 0.75.
    #expect(text.contains("| DPO | 0.250 | "), "\(text)")
    #expect(text.contains(" | 0.750 [0.745, 0.755] |"), "\(text)")
    #expect(!text.contains("GRPO"))
    #expect(!text.contains("P(better"))
    #expect(text.contains("| Arm | CartPole-v1 ↑ |"))
    #expect(!text.contains("left out"))
  }

  @Test func `the numbers of a suite follow from its scores`() throws {
    let text = try report("```{suite} cartpole, acrobot\nagainst: GRPO\n```")
    let rows = text.split(separator: "\n").filter {
      $0.hasPrefix("| PPO") || $0.hasPrefix("| GRPO")
    }
    try #require(rows.count == 2)
    // Of 20 scores around 1 and 0.75 the middle ten are the upper five of one and the lower five of
    // the other: 0.75 + 0.0075 · … and 1 − …, whose mean is 0.875 by symmetry.
    #expect(rows[0].hasPrefix("| PPO | ★ 0.875 |"), "\(rows[0])")
    // GRPO: the same around 0.5 and 0.75.
    #expect(rows[1].hasPrefix("| GRPO | 0.625 |"), "\(rows[1])")
    // PPO always wins on CartPole, and the same scores in another order are even.
    #expect(rows[0].contains("| 0.75 ["))
    #expect(rows[1].hasSuffix("| — |"))
  }

  @Test func `zero is the better of a random policy and of one action throughout`() throws {
    let lab = try lab("```{suite} cartpole\narms: PPO\n```")
    var build = lab.build()
    let returns = MetricDeclaration("evaluation_return", "", range: .fixed(0...500))
    build.catalog = MetricCatalog([returns]) { metric, preimage in
      MetricInformation(
        metric, ofKey: preimage,
        normalization: ScoreScale(random: 0, constant: 200, solved: 600))
    }
    _ = try build.run()
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("| PPO | 10 | 0.500 |"), "\(text)")
    #expect(
      text.contains(
        "A normalized score is 0 at the better of two scores that need no learning, a random policy's and the best of one action throughout, and 1 where the task counts as solved (CartPole-v1 200 and 600)."
      ))
  }

  @Test(arguments: [1, 2])
  func `a suite of one seed or two has neither intervals nor probabilities`(seeds: Int) throws {
    let lab = try SyntheticLab(
      SyntheticExperiment(
        Self.arm("PPO", Array([300, 290].prefix(seeds)), "CartPole-v1"),
        Self.arm("GRPO", Array([200, 210].prefix(seeds)), "CartPole-v1"), name: "cartpole"))
    try lab.writeNotebook(
      """
      ```{suite} cartpole
      against: GRPO
      each: scores
      ```

      ```{profile} cartpole
      label: fig-profile
      ```

      ```{curves} cartpole
      label: fig-curves
      ```
      """)
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    #expect(rows.contains { $0.contains("| too few seeds |") && $0.hasSuffix("| too few seeds |") })
    #expect(rows.allSatisfy { !$0.contains("[") && !$0.contains("**") && !$0.contains("1.00") })
    for name in ["fig-profile", "fig-curves"] {
      #expect(
        try lab.read("reports/2026-W45/figures/\(name).vl.json").contains(
          "(no intervals below 4 seeds)"))
    }
  }

  @Test func `a week with a suite is rendered from its lock alone, constants and all`() throws {
    let lab = try lab(
      """
      ```{suite} cartpole, acrobot
      against: GRPO
      ```

      ```{profile} cartpole, acrobot
      label: fig-profile
      ```

      ```{curves} cartpole, acrobot
      label: fig-curves
      ```

      ```{comparison} maze
      ```
      """)
    _ = try lab.build().run()
    let before = try lab.files(below: "reports")
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "")
    #expect(
      lock.experiment("acrobot")?.normalizations == [
        "evaluation_return": ScoreScale(random: -500, solved: -100)
      ])
    #expect(lock.experiment("maze")?.normalizations == [:])
    try lab.remove(".labbook")
    lab.experiments = []
    var build = lab.build()
    build.rendersLock = true
    // A builder whose environments have other constants.
    build.catalog = MetricCatalog(syntheticMetrics) { metric, preimage in
      MetricInformation(
        metric, ofKey: preimage,
        normalization: metric.name == "evaluation_return"
          ? ScoreScale(random: 1, solved: 2) : nil)
    }
    #expect(try build.run().changedFiles.isEmpty)
    #expect(try lab.files(below: "reports") == before)
  }

  @Test func `a lock holds no constants where nothing is normalized`() throws {
    let lab = try lab("```{comparison} cartpole\n```\n\n```{improvement} acrobot\n```")
    _ = try lab.build().run()
    #expect(!(try lab.read("reports/2026-W45/results.lock")).contains("normalizations"))
  }

  @Test func `names that a suite gets wrong are reported where they are`() throws {
    let path = "reports/2026-W45/notebook.md"
    #expect(
      try failure("```{suite} cartpole, acrobat\n```") == """
        \(path):8:22: error: there is no experiment 'acrobat'; did you mean 'acrobot'?
        """)
    #expect(
      try failure("```{suite} cartpole, acrobot\narms: PPO, DPO\n```") == """
        \(path):9:12: error: 'acrobot' has no arm 'DPO'; did you mean 'PPO'?
        """)
    #expect(
      try failure("```{suite} cartpole, acrobot\nagainst: GRP\n```") == """
        \(path):9:10: error: 'acrobot' has no arm 'GRP'; did you mean 'GRPO'?
        \(path):9:10: error: 'cartpole' has no arm 'GRP'; did you mean 'GRPO'?
        """)
    #expect(
      try failure("```{suite} cartpole, cartpole\n```")
        == "\(path):8:22: error: the experiment 'cartpole' is named twice")
    #expect(
      try failure("```{suite} cartpole, maze\n```")
        == "\(path):8:22: error: 'maze' has no score normalization of 'evaluation_return'")
    #expect(
      try failure("```{suite} cartpole, acrobot\nmetric: evaluation_retur\n```") == """
        \(path):9:9: error: 'acrobot' has no metric 'evaluation_retur'; did you mean \
        'evaluation_return'?
        \(path):9:9: error: 'cartpole' has no metric 'evaluation_retur'; did you mean \
        'evaluation_return'?
        """)
    #expect(
      try failure("```{suite} cartpole\narms: PPO, PPO\n```")
        == "\(path):9:12: error: the arm 'PPO' is named twice")
  }

  @Test func `experiments without an arm in common are no suite`() throws {
    var other = acrobot
    other.arms = [Self.arm("ReMax", tenAround(-200), "Acrobot-v1")]
    let lab = try SyntheticLab(cartpole, other)
    try lab.writeNotebook("```{suite} cartpole, acrobot\n```")
    #expect(
      lab.failure()
        == "reports/2026-W45/notebook.md:8:12: error: the experiments have no arm in common")
  }

  @Test func `only the seeds that all arms have are counted`() throws {
    var uneven = cartpole
    uneven.arms[1].returns = tenAround(200) + [0, 0, 0]
    let lab = try SyntheticLab(uneven, acrobot)
    try lab.writeNotebook("```{suite} cartpole, acrobot\n```")
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("| GRPO | 0.625 |"), "\(text)")
    #expect(text.contains("Seeds that all arms have in common: CartPole-v1 10 of 13."))
  }

  // MARK: improvement

  @Test func `each arm stands against each other, averaged over tasks`() throws {
    try expectSnapshot(
      report("```{improvement} cartpole, acrobot\nlabel: tbl-better\ncaption: Pairs.\n```"),
      named: "improvement.md")
  }

  @Test func `against one arm every task is shown too`() throws {
    let text = try report("```{improvement} cartpole, acrobot\nagainst: GRPO\n```")
    #expect(
      text.contains(
        "| Arm | Seeds | P(better than GRPO) | CartPole-v1 | Acrobot-v1 |"), "\(text)")
    #expect(text.contains("| PPO | 10 | 0.75 [") && text.contains("] | 1.00 | 0.50 |"))
    let single = try report("```{improvement} cartpole\nagainst: GRPO\narms: PPO, DPO\n```")
    #expect(single.contains("| PPO | 1.00 [0.72, 1.00] |"), "\(single)")
    #expect(single.contains("| DPO | 0.00 [0.00, 0.28] |"))
  }

  @Test func `a lower metric can be the better one of a pair`() throws {
    let losses = SyntheticExperiment(
      SyntheticArm("PPO", tenAround(1), metrics: ["loss": Array(repeating: 0.5, count: 10)]),
      SyntheticArm("GRPO", tenAround(1), metrics: ["loss": Array(repeating: 0.25, count: 10)]))
    let lab = try SyntheticLab(losses)
    try lab.writeNotebook("```{improvement} cartpole\nagainst: PPO\nmetric: loss\n```")
    _ = try lab.build().run()
    #expect(
      try lab.read("reports/2026-W45/report.md").contains("| GRPO | 10 | 1.00 [0.72, 1.00] |"))
  }

  @Test func `one arm improves on nothing`() throws {
    #expect(
      try failure("```{improvement} cartpole\narms: PPO\n```")
        == "reports/2026-W45/notebook.md:8:1: error: an improvement needs two arms; here is one")
  }

  // MARK: profile

  @Test func `a profile is drawn of all runs of all tasks`() throws {
    let lab = try lab("```{profile} cartpole, acrobot\nlabel: fig-profile\ncaption: Runs.\n```")
    let outcome = try lab.build().run()
    #expect(outcome.files.contains("figures/fig-profile.svg"))
    let text = try lab.read("reports/2026-W45/figures/fig-profile.vl.json")
    try expectSnapshot(text, named: "fig-profile.vl.json")
    // Half of PPO's runs, those on CartPole, are above 0.8; none of GRPO's.
    #expect(text.contains(#"{"arm": "PPO", "step": 0.803, "mean": 0.5, "lower": 0.3612"#))
    #expect(
      text.contains(#"{"arm": "GRPO", "step": 0.803, "mean": 0, "lower": 0, "upper": 0.1962"#))
  }

  @Test func `a profile of one experiment needs a normalization too`() throws {
    let lab = try lab("```{profile} cartpole\n```")
    #expect(try lab.build().run().files.contains("figures/cartpole-profile.svg"))
    #expect(
      try failure("```{profile} maze\n```")
        == "reports/2026-W45/notebook.md:8:14: error: 'maze' has no score normalization of "
        + "'evaluation_return'")
  }

  // MARK: curves

  @Test func `curves of several experiments go over the share of the budget`() throws {
    let lab = try lab("```{curves} cartpole, acrobot\nlabel: fig-efficiency\n```")
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/figures/fig-efficiency.vl.json")
    try expectSnapshot(text, named: "fig-efficiency.vl.json")
    #expect(text.contains(#""title": "Share of the budget""#))
    // At the end PPO's scores are those of its table.
    #expect(text.contains(#"{"arm": "PPO", "step": 1, "mean": 0.875, "#))
  }

  @Test func `a task with another budget is read at the same share of it`() throws {
    // Ten points to 100,000 of 200,000 steps: at half of that budget its curve is at its end.
    var longer = acrobot
    longer.arms = [Self.arm("PPO", tenAround(-200), "Acrobot-v1", budget: 200_000)]
    let lab = try SyntheticLab(cartpole, longer)
    try lab.writeNotebook("```{curves} cartpole, acrobot\nlabel: fig-a\n```")
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/figures/fig-a.vl.json")
    // CartPole at half its budget 0.5, Acrobot at its end 0.75: the mean of the upper five, 0.503125,
    // and of the lower five, 0.74375.
    #expect(text.contains(#"{"arm": "PPO", "step": 0.5, "mean": 0.6234375, "#), "\(text)")
  }

  @Test func `what only one experiment can show is refused of several`() throws {
    let path = "reports/2026-W45/notebook.md"
    #expect(
      try failure("```{curves} cartpole, acrobot\nx: training_return\n```")
        == "\(path):9:4: error: 'x' is of one experiment; here are several")
    #expect(
      try failure("```{curves} cartpole, acrobot\ncurve: evaluation_return, training_return\n```")
        == "\(path):9:27: error: of several experiments one curve is drawn; here are 2")
    #expect(
      try failure("```{curves} cartpole, acrobot\ncurve: evaluation_retur\n```") == """
        \(path):9:8: error: not every arm of 'cartpole' that is drawn has the curve \
        'evaluation_retur'; did you mean 'evaluation_return'?
        """)
    #expect(
      try failure("```{curves} cartpole, acrobot\ncurve: training_return\n```")
        == "\(path):8:13: error: 'cartpole' has no score normalization of 'training_return'")
  }
}
