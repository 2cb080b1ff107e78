import Metrics
import ReportBuilder
import ResultStore
import Testing

/// What is marked, moved, cut and named in tables and claims.
@Suite struct TableMannersTests {
  private func report(
    _ body: String, _ arms: SyntheticArm..., catalog: MetricCatalog = syntheticCatalog
  ) throws -> String {
    try SyntheticLab(body, of: SyntheticExperiment(of: arms)).report(catalog: catalog)
  }

  private func rows(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map(String.init)
  }

  // MARK: Columns

  @Test func `a column of equal cells leaves the table and is said in its note`() throws {
    let text = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("RLOO", tenAround(430)))
    #expect(
      rows(text).first == "| Arm | Evaluation return ↑ | 95 % interval |", "\(text)")
    #expect(text.contains("Means over 10 seeds"))
    #expect(text.contains("The same in all rows: Environment steps (100,000).</sub>"))
  }

  @Test func `a column that differs in one row stays`() throws {
    let text = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm(
        "RLOO", Array(tenAround(430).prefix(9)),
        metrics: ["environment_steps": Array(repeating: 100_001, count: 9)]))
    #expect(
      rows(text).first
        == "| Arm | Seeds | Evaluation return ↑ | 95 % interval | Environment steps |", "\(text)")
    #expect(!text.contains("The same in all rows"))
  }

  @Test func `a table of one row keeps its columns`() throws {
    let text = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)))
    #expect(rows(text).last?.hasSuffix("| 100,000 |") == true, "\(text)")
  }

  @Test func `a metric that all arms have alike leaves a table of several`() throws {
    let text = try report(
      "```{comparison} cartpole\nmetrics: evaluation_return, loss\n```",
      SyntheticArm(
        "PPO", tenAround(440), metrics: ["loss": Array(repeating: 0.25, count: 10)]),
      SyntheticArm(
        "RLOO", tenAround(430), metrics: ["loss": Array(repeating: 0.25, count: 10)]))
    #expect(rows(text).first == "| Arm | Evaluation return ↑ |", "\(text)")
    #expect(text.contains("The same in all rows: Loss ↓ (★ 0.25 (all 10 seeds agree))."))
  }

  @Test func `counts of a column and in the text are written alike`() throws {
    let catalog = MetricCatalog([
      MetricDeclaration(
        "tokens_trained", "", unit: "tokens", isCount: true, costTitle: "Tokens trained on"),
      MetricDeclaration(
        "memory_bytes", "", title: "Memory", unit: "bytes", isCount: true,
        costTitle: "Memory held"),
    ])
    func metrics(_ bytes: Double, _ tokens: Double) -> [String: [Double]] {
      [
        "memory_bytes": Array(repeating: bytes, count: 10),
        "tokens_trained": Array(repeating: tokens, count: 10),
      ]
    }
    let arms = (
      SyntheticArm("PPO", tenAround(440), metrics: metrics(8_188_408, 9_500_000)),
      SyntheticArm("RLOO", tenAround(430), metrics: metrics(27_560_000, 12_345_678))
    )
    let text = try report(
      """
      ```{comparison} cartpole
      ```

      ```{comparison} cartpole
      metrics: memory_bytes, tokens_trained
      ```

      So {value}`cartpole.PPO.memory_bytes` and {value}`cartpole.RLOO.tokens_trained`.
      """, arms.0, arms.1, catalog: catalog)
    #expect(rows(text).filter { $0.hasPrefix("| PPO") && $0.contains("7.81 MiB") }.count == 2)
    #expect(rows(text).filter { $0.hasPrefix("| RLOO") && $0.contains("26.28 MiB") }.count == 2)
    #expect(rows(text).filter { $0.contains("| 9.50 M |") }.count == 2, "\(text)")
    #expect(text.contains("So 7.81 MiB and 12.35 M."), "\(text)")
    #expect(rows(text).first?.contains("Memory held") == true)
  }

  // MARK: The best arm

  @Test func `the best arm is marked with all that are not told apart from it`() throws {
    let text = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("GRPO", tenAround(441).reversed()), SyntheticArm("RLOO", tenAround(300)))
    #expect(text.contains("| PPO | ★ 440.0 |"))
    #expect(text.contains("| GRPO | ★ 441.0 |"))
    #expect(text.contains("| RLOO | 300.0 |"))
    #expect(
      text.contains(
        "★: best, the arm with the best mean and all that are not told apart from it (the 95 % interval of "
          + "the difference holds 0)."))
  }

  @Test func `where less is better the least is the best`() throws {
    let text = try report(
      "```{comparison} cartpole\nmetrics: evaluation_return, loss\n```",
      SyntheticArm(
        "PPO", tenAround(440), metrics: ["loss": (0..<10).map { 0.5 + Double($0) / 100 }]),
      SyntheticArm(
        "RLOO", tenAround(300), metrics: ["loss": (0..<10).map { 0.2 + Double($0) / 100 }]))
    #expect(rows(text).first == "| Arm | Evaluation return ↑ | Loss ↓ |")
    #expect(text.contains("| PPO | ★ 440 [438, 442] | 0.55 ["), "\(text)")
    #expect(text.contains("| RLOO | 300 [298, 302] | ★ 0.25 ["))
  }

  @Test func `nothing is marked with too few seeds, of one arm, or without a better side`() throws {
    let few = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", [1, 2, 3, 4, 5]),
      SyntheticArm("RLOO", [400, 401, 402, 403, 404]))
    let one = try report("```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)))
    let neither = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("RLOO", tenAround(430)), catalog: .empty)
    for text in [few, one, neither] { #expect(!text.contains("★"), "\(text)") }
    #expect(!neither.contains("↑") && !neither.contains("↓"))
  }

  @Test func `a suite marks its best arms, over all tasks and on each`() throws {
    let text = try report(
      "```{suite} cartpole\neach: returns\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("GRPO", tenAround(441).reversed()), SyntheticArm("RLOO", tenAround(300)))
    let marked = rows(text).filter { $0.contains("★") }
    #expect(marked.count == 4 && !marked.contains { $0.contains("RLOO") }, "\(text)")
    #expect(text.contains("Normalized score ↑ | 95 % interval | Optimality gap ↓ |"))
    #expect(text.contains("| Arm | CartPole-v1 ↑ |"))
  }

  // MARK: Intervals

  private static let skewed: [Double] = [500, 500, 500, 499, 500, 500, 500, 500, 500, 470]

  @Test func `no interval is shown beyond what the metric can be`() throws {
    let body = """
      ```{comparison} cartpole
      ```

      ```{comparison} cartpole
      metrics: evaluation_return
      ```

      ```{suite} cartpole
      each: returns
      ```

      ```{published}
      - of: cartpole.RLOO.evaluation_return
        mean: 490
        spread: 6.5
        spread_over: seeds
        protocol: theirs
        cite: schulman2017proximal
      ```

      ```{curves} cartpole
      label: fig-a
      ```

      Up to {value}`cartpole.RLOO.evaluation_return.upper`.
      """
    var experiment = SyntheticExperiment()
    experiment.arms = [
      SyntheticArm("RLOO", Self.skewed), SyntheticArm("PPO", tenAround(300)),
    ]
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook(body)
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("Up to 500.0."), "\(text)")
    let intervals = rows(text).filter { $0.contains("RLOO") }.flatMap {
      $0.matches(of: /, ([0-9.]+)\]/).compactMap { Double($0.output.1) }
    }
    #expect(intervals.count == 5 && intervals.filter { $0 == 500 }.count == 4, "\(text)")
    #expect(text.contains("Intervals are cut at what the metric can be, 0 to 500."))
    #expect(text.contains("Intervals are cut at what each score can be."))
    let figure = try DrawnFigure("fig-a", of: lab)
    #expect(try figure.values(of: "upper").allSatisfy { $0 <= 500 })
    #expect(figure.drawing.contains("RLOO"))
  }

  @Test func `an interval within the range is not said to be cut`() throws {
    let text = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("RLOO", tenAround(430)))
    #expect(!text.contains("cut at"))
  }

  @Test func `a range that is not that of the scores cuts nothing`() throws {
    let text = try report(
      "```{comparison} cartpole\n```", SyntheticArm("PPO", tenAround(-440)),
      SyntheticArm("RLOO", tenAround(-430)))
    #expect(text.contains("| −440.0 | [−442.2, −437.8] |"), "\(text)")
  }

  // MARK: Claims

  @Test func `a claim names its experiment on the page and in Markdown`() throws {
    let lab = try SyntheticLab(
      SyntheticExperiment(
        SyntheticArm("PPO", tenAround(440)), SyntheticArm("RLOO", tenAround(400))),
      SyntheticExperiment(
        SyntheticArm(
          "PPO", tenAround(440), settings: ["algorithm": "ppo", "environment": "Acrobot-v1"]),
        name: "other"))
    try lab.writeNotebook(
      """
      ```{claim} cartpole
      PPO > RLOO on evaluation_return
      ```

      ```{claim} other
      PPO >= 400 on evaluation_return in 9 of 10 seeds
      ```
      """)
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("PPO > RLOO on evaluation_return of `cartpole` —"), "\(text)")
    #expect(text.contains("PPO >= 400 on evaluation_return in 9 of 10 seeds of `other` —"))
    let page = try lab.read("reports/2026-W45/report.html")
    #expect(page.contains("PPO &gt; RLOO on evaluation_return of <code>cartpole</code>"))
    #expect(page.contains("in 9 of 10 seeds of <code>other</code>"))
  }
}
