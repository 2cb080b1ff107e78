import Foundation
import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// Interval plots with their seeds: of means, of paired differences, of two weeks.
@Suite struct IntervalsDirectiveTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)),
    SyntheticArm("GRPO", [400, 402, 401, 404, 399, 403, 398, 405, 400, 401]),
    SyntheticArm("RLOO", tenAround(430), firstSeed: 4))

  private func lab(_ body: String) throws -> SyntheticLab {
    try SyntheticLab(body, of: experiment)
  }

  /// The points of a figure, a dictionary for each.
  private func rows(_ name: String, of lab: SyntheticLab) throws -> [[String: String]] {
    let text = try lab.read("reports/2026-W45/figures/\(name).csv")
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { first, _ in first } }
  }

  @Test func `every seed of the lock is a point, beside the mean and interval of the table`() throws
  {
    let lab = try lab(
      """
      ```{intervals} cartpole
      label: fig-arms
      caption: Each arm.
      ```

      ```{comparison} cartpole
      ```
      """)
    let page = try lab.report()
    let rows = try rows("fig-arms", of: lab)
    let lock = try #require(try lab.folder().lock())
    for arm in try #require(lock.experiment("cartpole")).arms {
      let own = rows.filter { $0["arm"] == arm.title }
      #expect(own.compactMap { $0["seed"] } == arm.runs.map { "\($0.seed)" })
      #expect(
        own.compactMap { $0["value"].flatMap(Double.init) }
          == arm.runs.compactMap { $0.metrics["evaluation_return"] })
      let first = try #require(own.first)
      let numbers = try ["mean", "lower", "upper"].map { name in
        NumberText.fixed(try #require(first[name].flatMap(Double.init)), decimals: 1)
      }
      // The table has the same numbers.
      #expect(
        page.contains("\(numbers[0]) | [\(numbers[1]), \(numbers[2])] |")
          || page.contains("\(numbers[0]) | \\[\(numbers[1]), \(numbers[2])\\] |"), "\(numbers)")
    }
    try expectSnapshot(
      lab.read("reports/2026-W45/figures/fig-arms.vl.json"), named: "fig-intervals.vl.json")
  }

  @Test func `with against the points are differences on common seeds`() throws {
    let lab = try lab(
      "```{intervals} cartpole\nlabel: fig-differences\nagainst: PPO\n```\n\n```{comparison} cartpole\nagainst: PPO\n```"
    )
    let page = try lab.report()
    let rows = try rows("fig-differences", of: lab)
    #expect(Set(rows.compactMap { $0["arm"] }) == ["GRPO", "RLOO"])
    let grpo = rows.filter { $0["arm"] == "GRPO" }
    #expect(grpo.count == 10)
    for (row, (own, other)) in zip(
      grpo, zip(experiment.arms[1].returns, experiment.arms[0].returns))
    {
      #expect(row["value"].flatMap(Double.init) == own - other)
    }
    // RLOO has seeds 4 to 13, PPO 0 to 9.
    let rloo = rows.filter { $0["arm"] == "RLOO" }
    #expect(rloo.compactMap { $0["seed"] } == ["4", "5", "6", "7", "8", "9"])
    #expect(rloo.allSatisfy { $0["value"] == "-14" })
    #expect(page.contains("In common with PPO: RLOO 6 of 10 seeds; differences are over these."))
    let first = try #require(grpo.first)
    let ends = try ["mean", "lower", "upper"].map { name in
      NumberText.fixed(try #require(first[name].flatMap(Double.init)), decimals: 1)
    }
    #expect(
      page.replacing("\\", with: "").contains("\(ends[0]) [\(ends[1]), \(ends[2])]"), "\(ends)")
  }

  @Test func `an earlier week's seeds stand below, and arms that it lacks are named`() throws {
    let lab = try lab("Text.")
    try lab.writeNotebook(
      "```{comparison} cartpole\narms: PPO, GRPO\n```", week: "2026-W44")
    var earlier = experiment
    earlier.arms.removeLast()
    earlier.arms[1].returns = tenAround(380)
    earlier.arms[1].settings["algorithm.group_size"] = "4"
    try lab.store(earlier)
    lab.experiments = [earlier]
    _ = try lab.build(week: "2026-W44").run()
    lab.experiments = [experiment]
    try lab.writeNotebook("```{intervals} cartpole\nlabel: fig-weeks\nweek: 2026-W44\n```")
    let page = try lab.report()
    let rows = try rows("fig-weeks", of: lab)
    let old = rows.filter { $0["week"] == "2026-W44" && $0["arm"] == "GRPO" }
    #expect(old.compactMap { $0["value"].flatMap(Double.init) } == tenAround(380))
    #expect(rows.filter { $0["week"] == "2026-W45" }.count == 30)
    #expect(page.contains("Hollow and dashed: 2026-W44. Not in that week: RLOO."))
    // The lock holds the digest of that week's lock, so a page cannot change with it unseen.
    #expect(try lab.folder().lock()?.documents["../2026-W44/results.lock"] != nil)
    try lab.writeNotebook("```{intervals} cartpole\nweek: 2026-W46\n```")
    #expect(
      lab.failure().contains("notebook.md:9:7: error: 'intervals' compares with an earlier week"))
  }

  @Test func `too few seeds have points and no interval, and it says so`() throws {
    let few = SyntheticExperiment(SyntheticArm("PPO", [1, 2, 3]), SyntheticArm("GRPO", [2, 3, 4]))
    let lab = try SyntheticLab("```{intervals} cartpole\nlabel: fig-few\n```", of: few)
    #expect(try lab.report().contains("No interval below 4 seeds."))
    #expect(try rows("fig-few", of: lab).allSatisfy { $0["lower"] == "" && $0["upper"] == "" })
  }

  @Test func `an arm is not compared with itself alone`() throws {
    #expect(
      try lab("```{intervals} cartpole\nagainst: PPO\narms: PPO\n```").failure() == """
        reports/2026-W45/notebook.md:10:7: error: 'intervals' with 'against' needs another arm than 'PPO'
        """)
  }
}
