import ReportBuilder
import ResultStore
import TestSupport
import Testing

@Suite struct PublishedTableTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(490), title: "PPO (CleanRL)"),
    SyntheticArm("Fails", Array(repeating: -200, count: 10)),
    SyntheticArm(
      "Loss", tenAround(400), metrics: ["loss": (0..<10).map { 0.25 + Double($0) / 100 }]))

  private func lab(_ rows: String) throws -> SyntheticLab {
    try SyntheticLab(
      "```{published}\nlabel: tbl-held\ncaption: Held to.\n\(rows)\n```", of: experiment)
  }

  private func row(_ of: String, _ value: String) -> String {
    """
    - of: cartpole.\(of)
      \(value)
      protocol: last episodes, 3 seeds
      cite: schulman2017proximal
    """
  }

  private func verdict(_ of: String, _ value: String, options: String = "") throws -> String {
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("```{published}\n\(options)\n\(row(of, value))\n```")
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("| CartPole-v1") })
    return line.split(separator: "|")[5].replacing("*", with: "").split(separator: " ").dropFirst()
      .joined(separator: " ")
  }

  @Test func `published values stand beside ours with verdict, protocol and source`() throws {
    let lab = try lab(
      [
        row("PPO.evaluation_return", "mean: 490.04\n  spread: 6.12\n  spread_over: seeds"),
        row("PPO.evaluation_return", "mean: 470.5\n  spread: 1"),
        row("PPO.evaluation_return", "threshold: 500"),
        row("Fails.evaluation_return", "mean: -200.00\n  spread: 0.00\n  spread_over: episodes"),
        row("Loss.loss", "threshold: 0.3"),
      ].joined(separator: "\n"))
    _ = try lab.build().run()
    try expectSnapshot(lab.read("reports/2026-W45/report.md"), named: "published.md")
    // The works that rows cite are in the list, and the lock knows them.
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "")
    #expect(lock.documents["../references.bib"] != nil)
  }

  // PPO's ten returns 485.5 … 494.5 have mean 490 and an interval inside 488 … 492.
  @Test(arguments: [
    ("mean: 490", "matches"), ("mean: 480", "better"),
    ("mean: 480\n  spread: 9.9\n  spread_over: runs", "matches"),
    ("mean: 500", "below"), ("mean: 500\n  spread: 9.9\n  spread_over: seeds", "matches"),
    ("threshold: 480", "better"),
    ("threshold: 490", "matches"), ("threshold: 490.01", "below"), ("threshold: 500", "below"),
  ])
  func `a verdict follows from interval and bound`(value: String, expected: String) throws {
    #expect(try verdict("PPO.evaluation_return", value) == expected)
  }

  // Losses 0.25 … 0.34 have mean 0.295.
  @Test(arguments: [
    ("mean: 0.3", "matches"), ("mean: 0.5", "better"), ("mean: 0.1", "below"),
    ("threshold: 0.4", "better"), ("threshold: 0.296", "matches"), ("threshold: 0.29", "below"),
  ])
  func `where lower is better the sides are exchanged`(value: String, expected: String) throws {
    #expect(try verdict("Loss.loss", value) == expected)
  }

  // A spread over the episodes of one run is wide, and says nothing of how runs differ.
  @Test(arguments: [
    ("mean: 480\n  spread: 9.9\n  spread_over: episodes", "within one run's spread over episodes"),
    ("mean: 480\n  spread: 9.9", "within a spread of unstated kind"),
    ("mean: 480\n  spread: 1\n  spread_over: episodes", "better"),
    ("mean: 500\n  spread: 1", "below"),
  ])
  func `what a spread is over decides what lying within is called`(
    value: String, expected: String
  ) throws {
    #expect(try verdict("PPO.evaluation_return", value) == expected)
  }

  @Test(arguments: [1, 2])
  func `one seed or two are no verdict and have no interval`(seeds: Int) throws {
    let few = SyntheticExperiment(SyntheticArm("PPO", Array(repeating: 490, count: seeds)))
    let lab = try SyntheticLab(few)
    try lab.writeNotebook("```{published}\n\(row("PPO.evaluation_return", "mean: 490"))\n```")
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("| 490 | 490.0 (too few seeds) | too few seeds |"), "\(text)")
    #expect(!text.contains("✓") && !text.contains("[490"))
  }

  @Test func `a known failure matches when ours fails alike`() throws {
    #expect(
      try verdict("Fails.evaluation_return", "mean: -200.00\n  spread: 0.00\n  spread_over: seeds")
        == "matches")
    #expect(try verdict("Fails.evaluation_return", "mean: -150") == "below")
  }

  @Test func `ours may be the interquartile mean`() throws {
    var skewed = experiment
    skewed.arms[0].returns = Array(repeating: 490, count: 8) + [0, 0]
    let lab = try SyntheticLab(skewed)
    for (statistic, number) in [("mean", "392.0"), ("interquartile_mean", "490.0")] {
      try lab.writeNotebook(
        "```{published}\nstatistic: \(statistic)\n\(row("PPO.evaluation_return", "mean: 1"))\n```")
      _ = try lab.build().run()
      #expect(try lab.read("reports/2026-W45/report.md").contains("| 1 | \(number) ["))
    }
  }

  @Test func `a row without its run is an error where it stands`() throws {
    let path = "reports/2026-W45/notebook.md"
    #expect(
      try lab(row("PPQ.evaluation_return", "mean: 1")).failure()
        == "\(path):11:16: error: 'cartpole' has no arm 'PPQ'; did you mean 'PPO'?")
    #expect(
      try lab(row("PPO.evaluation_retur", "mean: 1")).failure() == """
        \(path):11:20: error: 'cartpole' has no metric 'evaluation_retur'; did you mean \
        'evaluation_return'?
        """)
    #expect(
      try lab(row("PPO.loss", "mean: 1")).failure()
        == "\(path):11:20: error: 'cartpole/PPO' does not measure 'loss'")
    let missing = try lab(
      row("PPO.evaluation_return", "mean: 1").replacing("cartpole", with: "pole")
    ).failure()
    #expect(
      missing == "\(path):11:7: error: there is no experiment 'pole'; did you mean 'cartpole'?")
    #expect(
      try lab(row("PPO.evaluation_return", "mean: 1").replacing("proximal", with: "proximol"))
        .failure() == """
          \(path):14:9: error: no work has the key 'schulman2017proximol' in ../references.bib; did you \
          mean 'schulman2017proximal'?
          """)
  }

  @Test func `a row whose run is not in a lock is an error at its place`() throws {
    let lab = try lab(row("PPO.evaluation_return", "mean: 490"))
    _ = try lab.build().run()
    try lab.replace("PPO.evaluation", with: "Fresh.evaluation", in: "reports/2026-W45/notebook.md")
    let message = lab.failure { $0.rendersLock = true }
    #expect(message == "reports/2026-W45/notebook.md:11:16: error: 'cartpole' has no arm 'Fresh'")
  }
}
