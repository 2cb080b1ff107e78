import ReportBuilder
import ResultStore
import Testing

/// Runs of trainers that ended without a finite metric, on pages and in comparisons.
@Suite struct UndefinedScoresTests {
  private static func experiment(
    _ values: [Double], name: String = "cartpole"
  ) -> SyntheticExperiment {
    var experiment = SyntheticExperiment(
      of: [
        ("GRPO", values), ("RLOO", tenAround(440)), ("Lost", tenAround(1).map { _ in .nan }),
      ].map { label, values in
        var arm = SyntheticArm(label, values, settings: ["algorithm": label, "task": name])
        arm.observation = .observed
        return arm
      })
    experiment.name = name
    return experiment
  }

  /// Ten values of which the third is no number and the fifth infinite.
  private static let some: [Double] = {
    var values = tenAround(480)
    values[2] = .nan
    values[4] = .infinity
    return values
  }()

  private static let note =
    "No finite number: GRPO in 2 of 10 seeds (2 NaN, 4 ∞); Lost in 10 of 10 seeds (0 NaN, 1 NaN, 2 NaN"

  @Test func `tables show them, means leave them out, and a note names the seeds`() throws {
    let lab = try SyntheticLab(
      """
      ```{comparison} cartpole
      against: RLOO
      ```
      """, of: Self.experiment(Self.some))
    let page = try lab.report()
    // The other eight of 475.5 to 484.5: 4,800 less 477.5 and 479.5, by 8.
    #expect(page.contains("| 480.4 (2 not finite) |"), "\(page)")
    #expect(page.contains("| NaN |"), "\(page)")
    #expect(page.contains("| 440.0 |") && !page.contains("| ★ "), "\(page)")
    #expect(page.contains(Self.note), "\(page)")
    #expect(page.contains("means and intervals leave these runs out, and ★ leaves out these arms."))
    #expect(
      page.contains("In common with RLOO: GRPO 8 of 10 seeds and Lost 0 of 10 seeds"), "\(page)")
    let html = try lab.read("reports/2026-W45/report.html")
    #expect(html.contains("NaN") && html.contains("∞"))
  }

  @Test func `a table of several metrics and a value in the text show them`() throws {
    let lab = try SyntheticLab(
      """
      It is {value}`cartpole.GRPO.evaluation_return` over {value}`cartpole.GRPO.evaluation_return.seeds`
      seeds, and {value}`cartpole.RLOO.evaluation_return`.

      ```{comparison} cartpole
      metrics: evaluation_return, environment_steps
      ```
      """, of: Self.experiment(Self.some))
    let page = try lab.report()
    #expect(page.contains("It is NaN over 10\nseeds, and 440.0."), "\(page)")
    #expect(page.contains("(2 not finite) |") && page.contains("| NaN |"), "\(page)")
    #expect(page.contains("Evaluation return of GRPO in 2 of 10 seeds (2 NaN, 4 ∞)"), "\(page)")
  }

  @Test func `a claim over them is not tested, and says why`() throws {
    let lab = try SyntheticLab(
      """
      ```{claim} cartpole
      GRPO > RLOO on evaluation_return
      Lost >= 10 on evaluation_return in 8 of 10 seeds
      ```
      """, of: Self.experiment(Self.some))
    #expect {
      try lab.report()
    } throws: { error in
      [
        "'GRPO > RLOO on evaluation_return' cannot be tested: no finite evaluation_return: GRPO in 2 of 10 seeds "
          + "(2 NaN, 4 ∞), so nothing is tested",
        "in 8 of 10 seeds' cannot be tested: no finite evaluation_return: Lost in 10 of 10 seeds",
      ].allSatisfy("\(error)".contains)
    }
  }

  @Test func `a repetition that gives no number where its run gave one is none of the same value`()
    throws
  {
    let experiment = Self.experiment(tenAround(480))
    let lab = try SyntheticLab("```{comparison} cartpole\narms: GRPO, RLOO\n```", of: experiment)
    for (seed, values) in [(0, Self.some), (2, Self.some), (4, Self.some)] {
      let preimage = experiment.arms[0].locked.preimage(seed: seed)
      let session = try lab.store.makeSession()
      let staged = try lab.store.stage(
        Self.experiment(values).arms[0].record(seed: seed), for: preimage, provenance: nil,
        session: session.path)
      _ = try lab.store.keepRepetition(staged, of: preimage.key)
    }
    let page = try lab.report()
    #expect(page.contains("1 run was executed again, with the same value each time."), "\(page)")
    #expect(
      page.contains("2 runs gave a finite number in one execution and none in another."), "\(page)")
  }

  @Test func `a suite refuses them with the reason`() throws {
    let lab = try SyntheticLab(
      "```{suite} cartpole\n```", of: Self.experiment(Self.some))
    #expect { try lab.report() } throws: {
      "\($0)".contains(
        "'cartpole/GRPO' has no finite 'evaluation_return' in 2 of 10 seeds (2 NaN, 4 ∞)")
    }
  }

  @Test func `a diff shows what became of no number, and the same record as the same`() throws {
    func difference(_ old: [Double], _ new: [Double]) -> LockDifference {
      LockDifference(
        from: Self.experiment(old).lock, named: "2026-W44", to: Self.experiment(new).lock,
        named: "2026-W45", catalog: syntheticCatalog, metrics: ["evaluation_return"])
    }
    let same = difference(Self.some, Self.some)
    #expect(
      same.experiments[0].arms.map { $0.metrics.map(\.verdict) } == [
        [.sameRecord], [.sameRecord], [.sameRecord],
      ])
    #expect(!same.hasChanges)
    let lost = difference(tenAround(480), Self.some)
    let metric = lost.experiments[0].arms[0].metrics[0]
    #expect(metric.verdict == .notFinite && metric.old == 480 && metric.new?.isNaN == true)
    #expect(lost.hasChanges)
    #expect(lost.json.contains("\"new\": \"nan\""), "\(lost.json)")
    #expect(lost.text().contains("NaN") && lost.text().contains("not finite"))
  }

  @Test func `a lock holds them in the form that it always had`() throws {
    let experiment = Self.experiment(Self.some)
    let lock = try Lock(text: experiment.lock.text, path: "results.lock")
    #expect(lock == experiment.lock)
    let runs = try #require(lock.experiment("cartpole")?.arm("GRPO")?.runs)
    #expect(runs.map { $0.undefined("evaluation_return") } == Self.some.map(UndefinedValue.init))
    #expect(runs[2].metrics == ["environment_steps": 100_000])
    #expect(runs[0].undefinedMetrics == [])
  }

  @Test func `changes has a row for each arm of an experiment that the earlier week lacks`() throws
  {
    let known = Self.experiment(tenAround(450), name: "known")
    let added = Self.experiment(tenAround(460), name: "added")
    let lab = try SyntheticLab(known, added)
    try lab.writeNotebook("```{comparison} known\n```", week: "2026-W44")
    _ = try lab.build(week: "2026-W44").run()
    try lab.writeNotebook(
      "```{changes} 2026-W44\n```\n\n```{comparison} known\n```\n\n```{comparison} added\n```")
    let page = try lab.report()
    #expect(page.contains("| added | GRPO |"), "\(page)")
    #expect(page.contains("| known | GRPO |"), "\(page)")
  }
}
