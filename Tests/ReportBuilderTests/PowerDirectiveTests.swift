import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// The smallest differences that a planned experiment finds, from a pilot and before its runs.
@Suite struct PowerDirectiveTests {
  /// Five seeds from 100 on, with deviations that differ between arms.
  private static let pilot = SyntheticExperiment(
    SyntheticArm("PPO", [440, 452, 431, 447, 444], firstSeed: 100),
    SyntheticArm("GRPO", [400, 404, 396, 402, 399], firstSeed: 100),
    SyntheticArm("RLOO", [410, 414, 406, 412, 409], firstSeed: 100), name: "pilot")

  private static func planned(
    seeds: Int = 20, _ labels: [String] = ["PPO", "GRPO", "RLOO"]
  ) -> SyntheticExperiment {
    var experiment = SyntheticExperiment(
      of: labels.map { SyntheticArm($0, Array(repeating: 0, count: seeds)) })
    experiment.name = "main"
    return experiment
  }

  private func lab(
    _ body: String, planned: SyntheticExperiment = planned()
  ) throws -> SyntheticLab {
    let lab = try SyntheticLab(body, of: Self.pilot)
    // Only its spec is there: none of its runs is stored.
    lab.experiments.append(planned)
    return lab
  }

  @Test func `a table for each pair, before any run of the planned experiment`() throws {
    let lab = try lab(
      """
      ```{power} main
      label: tbl-power
      caption: What twenty seeds find.
      pilot: pilot
      ```
      """)
    let page = try lab.report()
    try expectSnapshot(page, named: "power.md")
    let lock = try #require(try lab.folder().lock())
    #expect(lock.experiments.map(\.name) == ["pilot"])
    #expect(lock.plan("main")?.seeds == Array(0..<20))
    // The lock alone gives the same page.
    lab.experiments = []
    var build = lab.build()
    build.rendersLock = true
    _ = try build.run()
    #expect(try lab.read("reports/2026-W45/report.md") == page)
  }

  @Test func `against one arm there are fewer tests, and claims decide how many there are`() throws
  {
    let against = "```{power} main\npilot: pilot\nagainst: GRPO\n```"
    #expect(
      try lab(against).report().contains(
        "at 0.0250, the first step of Holm's method over the 2 tests of this table"))
    let one = "```{power} main\npilot: pilot\nagainst: GRPO\narms: PPO\n```"
    #expect(try lab(one).report().contains("at .05, the one test of this table"))
    let claimed = """
      \(against)

      ```{preregistered} main
      PPO > GRPO on evaluation_return
      GRPO < PPO on evaluation_return
      PPO > RLOO on evaluation_return
      RLOO > GRPO on evaluation_return
      unresolved: RLOO, GRPO on evaluation_return
      ```
      """
    #expect(
      try lab(claimed).report().contains(
        "at 0.0167, the first step of Holm's method over the 3 tests of the report's claims"))
  }

  @Test func `too few seeds find nothing, and arms that do not spread promise nothing`() throws {
    let page = try lab(
      "```{power} main\npilot: pilot\n```", planned: Self.planned(seeds: 6)
    ).report()
    #expect(page.contains("no difference"))
    #expect(
      page.contains("No difference can be found: the smallest p-value that 6 seeds allow is 0.031.")
    )
    // GRPO and RLOO differ by 10 in every pilot seed.
    #expect(
      try lab("```{power} main\npilot: pilot\narms: GRPO, RLOO\n```").report()
        .contains("no spread in the pilot"))
  }

  @Test func `a pilot's seeds are none of those planned`() throws {
    let failure = try lab(
      "```{power} main\npilot: pilot\n```", planned: Self.planned(seeds: 103)
    ).failure()
    #expect(
      failure.contains(
        "notebook.md:9:8: error: 'pilot' and 'main' have seeds 100 to 102 in common; what a plan is made from is not reported, so a pilot has seeds of its own"
      ), "\(failure)")
  }

  @Test func `what is missing is told at its place`() throws {
    #expect(
      try lab("```{power} main\n```").failure().contains(
        "notebook.md:8:1: error: '{power}' needs 'pilot', the experiment that the spread is measured on"
      ))
    #expect(
      try lab("```{power} man\npilot: pilot\n```").failure().contains(
        "there is no experiment 'man'; did you mean 'main'?"))
    #expect(
      try lab("```{power} main\npilot: pilot\narms: PPO, DPO\n```").failure().contains(
        "'pilot' has no arm 'DPO'"))
    #expect(
      try lab("```{power} main\npilot: pilot\n```", planned: Self.planned(["PPO"])).failure()
        .contains("a comparison needs two arms that 'pilot' and 'main' both have"))
  }

  @Test func `a pilot on validation prompts is said to be one, and has no other settings`() throws {
    var pilot = Self.pilot
    for index in pilot.arms.indices {
      pilot.arms[index].settings["evaluation.split"] = "validation"
    }
    let lab = try SyntheticLab("```{power} main\npilot: pilot\n```", of: pilot)
    lab.experiments.append(Self.planned())
    let page = try lab.report()
    #expect(page.contains("The pilot is scored on validation prompts."), "\(page)")
    #expect(!page.contains("other settings than planned"))
  }

  @Test func `arms with other settings than planned are named`() throws {
    var planned = Self.planned()
    planned.arms[1].settings["learning_rate"] = "0.5"
    let page = try lab("```{power} main\npilot: pilot\n```", planned: planned).report()
    #expect(page.contains("In the pilot GRPO has other settings than planned."))
  }
}
