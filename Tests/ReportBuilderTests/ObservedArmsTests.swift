import ReportBuilder
import ResultStore
import Testing

/// What pages say of results that a command outside labbook gave.
@Suite struct ObservedArmsTests {
  private func experiment(_ observations: Observation?...) -> SyntheticExperiment {
    var experiment = SyntheticExperiment(
      of: zip(["GRPO", "RLOO", "PPO"], observations).map { label, observation in
        var arm = SyntheticArm(label, tenAround(440))
        arm.observation = observation
        return arm
      })
    experiment.stated = [
      "evaluation_return": StatedMetric(
        title: "Reward at the end", unit: "points", higherIsBetter: false, tolerance: 0.5)
    ]
    return experiment
  }

  @Test func `a table marks them and says what the marks mean, from the lock alone`() throws {
    let lab = try SyntheticLab(
      """
      ```{comparison} cartpole
      ```

      ```{comparison} cartpole
      metrics: evaluation_return
      ```
      """, of: experiment(.observed, .imported, nil))
    let page = try lab.report()
    for row in ["| GRPO (observed) |", "| RLOO (imported) |", "| PPO |"] {
      #expect(page.ranges(of: row).count == 2, "\(page)")
    }
    #expect(page.ranges(of: "Observed: a command outside labbook gave").count == 2)
    #expect(page.ranges(of: "Imported: read from output that was there").count == 2)
    #expect(page.ranges(of: "Reward at the end ↓").count == 2)
    let html = try lab.read("reports/2026-W45/report.html")
    #expect(html.contains("10 seeds; observed once, on one machine"))
    #expect(html.contains("10 seeds; imported, its inputs as stated"))
    #expect(
      html.contains("20 runs are of commands outside labbook: observed, not computed here."))
    lab.experiments = []
    var build = lab.build()
    build.rendersLock = true
    _ = try build.run()
    #expect(try lab.read("reports/2026-W45/report.md") == page)
  }

  @Test func `of the engine's own results a page says nothing of the kind`() throws {
    let lab = try SyntheticLab("```{comparison} cartpole\n```", of: experiment(nil, nil))
    let page = try lab.report()
    #expect(!page.lowercased().contains("observed") && !page.contains("imported"))
  }

  @Test func `repetitions become the noise beside that of seeds`() throws {
    let experiment = experiment(.observed)
    let lab = try SyntheticLab("```{comparison} cartpole\n```", of: experiment)
    #expect(try !lab.report().contains("executed again"))
    // Two executions of each of two runs, 2 and 4 apart: (2²/2 + 4²/2) / 2 degrees of freedom, whose root is √5.
    for (seed, difference) in [(0, 2.0), (1, 4)] {
      try repeatRun(seed, of: experiment.arms[0], changedBy: difference, in: lab.store)
    }
    _ = try lab.build().run()
    let page = try lab.read("reports/2026-W45/report.md")
    // The seeds are one apart: their deviation is that of 1, …, 10, √(110 / 12).
    #expect(
      page.contains(
        "Repeat noise: 2 runs were executed again; standard deviations are 2.2 with one seed, 3.0 over seeds (GRPO)."
      ), "\(page)")
    let locked = try #require(try lab.folder().lock()?.experiment("cartpole")?.arms[0].runs[0])
    #expect(locked.repetitions.map { $0.metrics["evaluation_return"] } == [437.5])
  }

  @Test func `a repetition with the same bits is said to be one`() throws {
    let experiment = experiment(.observed)
    let lab = try SyntheticLab("```{comparison} cartpole\n```", of: experiment)
    try repeatRun(3, of: experiment.arms[0], changedBy: 0, in: lab.store)
    #expect(
      try lab.report().contains("1 run was executed again, with the same value each time."))
  }

  private func repeatRun(
    _ seed: Int, of arm: SyntheticArm, changedBy difference: Double, in store: ResultStore
  ) throws {
    var record = arm.record(seed: seed)
    record.metrics["evaluation_return", default: 0] += difference
    let session = try store.makeSession()
    let preimage = arm.locked.preimage(seed: seed)
    let staged = try store.stage(record, for: preimage, provenance: nil, session: session.path)
    _ = try store.keepRepetition(staged, of: preimage.key)
  }

  @Test
  func `two weeks with the records of one execution have the same record, and are not identical`()
    throws
  {
    func verdicts(_ observation: Observation?) -> [MetricDifference.Verdict?] {
      let lock = experiment(observation).lock
      let difference = LockDifference(
        from: lock, named: "2026-W44", to: lock, named: "2026-W45", catalog: syntheticCatalog,
        metrics: nil)
      return difference.experiments[0].arms[0].metrics.map(\.verdict)
    }
    #expect(verdicts(.observed) == [.sameRecord, .sameRecord])
    #expect(verdicts(.imported) == [.sameRecord, .sameRecord])
    #expect(verdicts(nil) == [.identical, .identical])
  }
}
