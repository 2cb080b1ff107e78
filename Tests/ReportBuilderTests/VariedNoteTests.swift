import ReportBuilder
import ResultStore
import Testing

/// Tables say in which settings the arms differ, where the spec promises that they differ in no other.
@Suite struct VariedNoteTests {
  private func experiment(varied: [String]) -> SyntheticExperiment {
    var experiment = SyntheticExperiment(
      SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)))
    experiment.varied = varied
    return experiment
  }

  @Test(arguments: [
    (["baseline"], "The arms differ in `baseline` alone."),
    (["baseline", "learning_rate"], "The arms differ in `baseline` and `learning_rate` alone."),
    (["a", "b", "c"], "The arms differ in `a`, `b` and `c` alone."),
  ])
  func `below a comparison and below its metrics, from the lock alone`(
    varied: [String], sentence: String
  ) throws {
    let lab = try SyntheticLab(
      """
      ```{comparison} cartpole
      against: GRPO
      ```

      ```{comparison} cartpole
      metrics: evaluation_return, environment_steps
      ```

      ```{comparison} cartpole
      arms: PPO
      ```
      """, of: experiment(varied: varied))
    let page = try lab.report()
    #expect(page.ranges(of: sentence).count == 2)
    #expect(try lab.folder().lock()?.experiment("cartpole")?.varied == varied)
    lab.experiments = []
    var build = lab.build()
    build.rendersLock = true
    _ = try build.run()
    #expect(try lab.read("reports/2026-W45/report.md") == page)
  }

  @Test func `of a stage among the arms nothing is promised, and the sentence says so`() throws {
    var experiment = experiment(varied: ["baseline"])
    var start = SyntheticArm("SFT", tenAround(300))
    start.isStage = true
    experiment.arms.insert(start, at: 0)
    let page = try SyntheticLab(
      "```{comparison} cartpole\nmetrics: evaluation_return, environment_steps\n```", of: experiment
    ).report()
    #expect(page.contains("The arms but SFT differ in `baseline` alone."), "\(page)")
  }

  @Test func `nothing is said where nothing is promised`() throws {
    let lab = try SyntheticLab(
      "```{comparison} cartpole\n```", of: experiment(varied: []))
    #expect(try !lab.report().contains("The arms differ"))
    #expect(try !lab.read("reports/2026-W45/results.lock").contains("varied"))
  }
}
