import ReportBuilder
import Testing

/// One seed, two seeds and seeds that agree are not certainty.
@Suite struct FewSeedsTests {
  private func report(_ body: String, _ arms: SyntheticArm...) throws -> String {
    try SyntheticLab(body, of: SyntheticExperiment(of: arms)).report()
  }

  private func rows(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("| PPO") || $0.hasPrefix("| RLOO") }
      .map(String.init)
  }

  private let body = """
    ```{comparison} cartpole
    against: PPO
    ```

    ```{improvement} cartpole
    ```

    ```{improvement} cartpole
    against: PPO
    ```

    ```{suite} cartpole
    against: PPO
    each: returns
    ```

    ```{curves} cartpole
    label: fig-one
    ```
    """

  @Test(arguments: 1...3) func `one, two and three seeds have no interval anywhere`(seeds: Int)
    throws
  {
    let text = try report(
      body, SyntheticArm("PPO", (0..<seeds).map { 0.569 + Double($0) / 100 }),
      SyntheticArm("RLOO", (0..<seeds).map { 0.7 + Double($0) / 100 }))
    let rows = rows(text)
    #expect(rows.count == 9)
    for row in rows {
      #expect(row.contains("too few seeds") || row.hasPrefix("| PPO |"), "\(row)")
      #expect(!row.contains("[") && !row.contains("**"), "\(row)")
    }
    #expect(rows[0].contains("too few seeds"))
    #expect(!text.contains("1.00"))
  }

  @Test func `the band of a curve of one seed has no width, for there is none`() throws {
    let lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", [300])))
    try lab.writeNotebook("```{curves} cartpole\nlabel: fig-one\n```")
    _ = try lab.build().run()
    #expect(
      try lab.read("reports/2026-W45/figures/fig-one.vl.json").contains(
        #"{"arm": "PPO", "step": 100000, "mean": 300, "lower": 300, "upper": 300}"#))
  }

  @Test(arguments: [4, 5])
  func `four and five seeds have intervals of arms, and none of differences`(
    seeds: Int
  ) throws {
    let text = try report(
      "```{comparison} cartpole\nagainst: PPO\n```",
      SyntheticArm("PPO", (0..<seeds).map { 100 + Double($0) }),
      SyntheticArm("RLOO", (0..<seeds).map { 90 + Double($0 * $0) }))
    let rows = rows(text)
    #expect(rows[0].contains("| [") && rows[1].contains("| ["))
    #expect(rows[1].contains("(too few seeds) | too few seeds |"), "\(rows[1])")
    #expect(
      text.contains(
        "At \(seeds) seeds such an interval holds the mean in 94 % of simulated samples of normal scores"
      ))
  }

  @Test func `scores that all seeds agree on have no interval of no width`() throws {
    let text = try report(
      body, SyntheticArm("PPO", Array(repeating: 500, count: 10)),
      SyntheticArm("RLOO", Array(repeating: 480, count: 10)))
    let rows = rows(text)
    #expect(rows[0].contains("| ★ 500.0 | all 10 seeds agree |"), "\(rows[0])")
    #expect(
      rows[1].contains("| 480.0 | all 10 seeds agree | −20.0 (in all 10 seeds) |"), "\(rows[1])")
    #expect(rows[1].contains("| 0.00 [0.00, 0.28] |"))
    #expect(!text.contains("[500") && !text.contains("[0.00, 0.00]"))
    // Two seeds that agree are two seeds.
    let two = try report(
      "```{comparison} cartpole\nmetrics: evaluation_return\n```", SyntheticArm("PPO", [500, 500]))
    #expect(two.contains("| PPO | 500 (too few seeds) |"), "\(two)")
  }

  @Test func `an arm with fewer seeds is compared over the common ones, which is said`() throws {
    let arms = (
      SyntheticArm("PPO", tenAround(440)), SyntheticArm("RLOO", Array(tenAround(430).prefix(9)))
    )
    let text = try report(
      "```{comparison} cartpole\nagainst: PPO\n```", arms.0, arms.1)
    #expect(text.contains("In common with PPO: RLOO 9 of 10 seeds; differences are over these."))
    #expect(text.contains("| −10.0 (in all 9 seeds) |"))
    let claim = try report(
      "```{claim} cartpole\nPPO > RLOO on evaluation_return\n```", arms.0, arms.1)
    #expect(claim.contains("PPO 439.5, RLOO 429.5, difference 10.0 (in all 9 seeds)"), "\(claim)")
    #expect(claim.contains("9 of 10 seeds in common"))
    // Five of ten are too few.
    let few = try report(
      "```{comparison} cartpole\nagainst: PPO\n```", arms.0,
      SyntheticArm("RLOO", Array(tenAround(430).prefix(5))))
    #expect(few.contains("| −10.0 (too few seeds) | too few seeds |"), "\(few)")
  }

  @Test func `arms without a common seed are not passed over`() throws {
    let text = try report(
      "```{comparison} cartpole\nagainst: PPO\n```", SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("RLOO", tenAround(430), firstSeed: 10))
    #expect(text.contains("In common with PPO: RLOO 0 of 10 seeds"))
  }

  @Test func `the end of an interval that is not there fails the build at its place`() throws {
    let lab = try SyntheticLab(SyntheticExperiment(SyntheticArm("PPO", [1, 2, 3])))
    try lab.writeNotebook("From {value}`cartpole.PPO.evaluation_return.lower` on.")
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:8:14: error: 'cartpole/PPO' has too few seeds for an interval: 3, 4 \
        needed
        """)
  }

  @Test func `a claim on one seed is not tested`() throws {
    let lab = try SyntheticLab(
      SyntheticExperiment(SyntheticArm("PPO", [0.5]), SyntheticArm("RLOO", [0.6])))
    try lab.writeNotebook("```{claim} cartpole\nunresolved: RLOO, PPO on evaluation_return\n```")
    #expect(lab.failure().contains("cannot be tested: too few seeds (1 in common, 6 needed)"))
  }
}
