import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Testing

@Suite struct CurvesOfTwoWeeksTests {
  private var now: SyntheticExperiment {
    SyntheticExperiment(
      SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("GRPO", tenAround(430), settings: ["algorithm": "grpo", "group_size": "16"]),
      SyntheticArm("RLOO", tenAround(400)))
  }

  private var former: SyntheticExperiment {
    SyntheticExperiment(
      SyntheticArm("PPO", tenAround(440)),
      SyntheticArm("GRPO", tenAround(390), settings: ["algorithm": "grpo", "group_size": "8"]))
  }

  private var pilot: SyntheticExperiment {
    SyntheticExperiment(SyntheticArm("ReMax", tenAround(300)), name: "pilot")
  }

  /// A lab with an earlier week in which GRPO had smaller groups, RLOO was missing, and there was a pilot.
  private func lab(_ body: String) throws -> SyntheticLab {
    let lab = try SyntheticLab(former, pilot)
    try lab.writeNotebook(
      "```{comparison} cartpole\n```\n\n```{comparison} pilot\n```", week: "2026-W44")
    _ = try lab.build(week: "2026-W44").run()
    try lab.store(now)
    lab.experiments = [now]
    try lab.writeNotebook(body)
    return lab
  }

  private static let plain = "```{curves} cartpole\nlabel: fig-weeks\nweek: 2026-W44\n```"

  @Test func `a figure has the curves of both weeks, told apart by name, pattern and width`() throws
  {
    let lab = try lab(Self.plain)
    let page = try lab.report()
    let figure = try DrawnFigure("fig-weeks", of: lab)
    let looks = figure.looks
    #expect(
      looks.keys.sorted() == ["GRPO", "GRPO, 2026-W44", "PPO", "PPO, 2026-W44", "RLOO"])
    for arm in ["PPO", "GRPO"] {
      let (own, old) = (try #require(looks[arm]), try #require(looks["\(arm), 2026-W44"]))
      #expect(own[0] == old[0] && own[1] != old[1], "\(own), \(old)")
    }
    let widths = figure.drawing.matches(
      of:
        /arm: ([^"]*)" role="graphics-symbol" aria-roledescription="line mark"[^>]*stroke-width="([0-9.]+)"/
    )
    for match in widths {
      #expect(match.output.2 == (match.output.1.contains("2026") ? "1.25" : "2"))
    }
    #expect(widths.count == 5)
    #expect(
      page.contains(
        "Thin and dotted: 2026-W44. Not in that week: RLOO. Changed since: group_size: 8 → 16 (GRPO)."
      ), "\(page)")
    #expect(page.contains("on one line: PPO, 2026-W44 on PPO's"))
    #expect(figure.names.map(\.text).contains("(as\u{A0}now)"), "\(figure.names)")
    // The lock holds the digest of that week's lock, so the figure cannot change with it unseen.
    #expect(try lab.folder().lock()?.documents["../2026-W44/results.lock"] != nil)
  }

  @Test func `the points have their week, and the earlier arm's are its own`() throws {
    let lab = try lab(Self.plain)
    _ = try lab.report()
    let lines = try lab.read("reports/2026-W45/figures/fig-weeks.csv").split(separator: "\n")
    #expect(lines.first == "arm,week,step,mean,lower,upper")
    #expect(lines.count { $0.contains(",100000,") } == 5, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("\"GRPO, 2026-W44\",2026-W44,100000,390,") })
    #expect(lines.contains { $0.hasPrefix("GRPO,2026-W45,100000,430,") })
  }

  @Test func `the page leads to the runs of both weeks`() throws {
    let lab = try lab(Self.plain)
    _ = try lab.report()
    let page = try lab.read("reports/2026-W45/report.html")
    #expect(page.contains(">cartpole/GRPO, 2026-W44</a>"))
    #expect(page.contains("<summary>cartpole/GRPO, 2026-W44, 10 seeds</summary>"))
    #expect(page.contains("Compute it again: <code>labbook verify 2026-W44</code>"))
    #expect(page.contains("Compute it again: <code>labbook rerun cartpole --arm GRPO</code>"))
    let key = former.arms[1].locked.preimage(seed: 3).key.hex.prefix(12)
    #expect(page.contains("<td>\(key)</td>"))
  }

  @Test func `an arm of another experiment of that week stands beside this week's`() throws {
    let lab = try lab(
      "```{curves} cartpole\nlabel: fig-weeks\narms: PPO\nweek: 2026-W44\nearlier: pilot/ReMax, GRPO\n```"
    )
    let page = try lab.report()
    #expect(
      try DrawnFigure("fig-weeks", of: lab).looks.keys.sorted()
        == ["GRPO, 2026-W44", "PPO", "ReMax of pilot, 2026-W44"])
    #expect(!page.contains("Not in that week"))
  }

  @Test func `a final week needs no record of an earlier one`() throws {
    let lab = try lab(Self.plain)
    _ = try lab.report()
    let drawn = try lab.read("reports/2026-W45/figures/fig-weeks.svg")
    try lab.remove(".labbook")
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W45/notebook.md")
    _ = try lab.build().run()
    #expect(try lab.read("reports/2026-W45/figures/fig-weeks.svg") == drawn)
  }

  @Test(arguments: [
    (
      "week: 2026-W43",
      "9:7: error: the week '2026-W43' has no results.lock; did you mean '2026-W44'?"
    ),
    (
      "week: 2026-W45",
      "9:7: error: 'curves' compares with an earlier week; 2026-W45 is not before 2026-W45"
    ),
    (
      "earlier: PPO",
      "9:10: error: 'earlier' names arms of an earlier week, and no 'week' says which"
    ),
    (
      "week: 2026-W44\nearlier: PPPO",
      "10:10: error: 'cartpole' of 2026-W44 has no arm 'PPPO'; did you mean 'PPO'?"
    ),
    (
      "week: 2026-W44\nearlier: GRPO, RLOO",
      "10:16: error: 'cartpole' of 2026-W44 has no arm 'RLOO'; there are PPO, GRPO"
    ),
    (
      "week: 2026-W44\nearlier: pilots/ReMax",
      "10:10: error: '2026-W44' has no results of 'pilots'; did you mean 'pilot'?"
    ),
    ("week: 2026-W44\nearlier: PPO, PPO", "10:15: error: the arm 'PPO' is named twice"),
    (
      "week: 2026-W44\narms: RLOO",
      "9:7: error: 'cartpole' of 2026-W44 has none of the arms drawn; 'earlier' names others: 'PPO' and 'GRPO'"
    ),
    (
      "week: 2026-W44\narms: PPO\ncurve: evaluation_return, training_return\nearlier: PPO, GRPO",
      "12:10: error: several curves are drawn of one arm, and of one of the earlier week, named by 'earlier'; here are 2"
    ),
  ])
  func `names that that week lacks are told where they stand`(options: String, message: String)
    throws
  {
    let lab = try lab("```{curves} cartpole\n\(options)\n```")
    #expect(lab.failure() == "reports/2026-W45/notebook.md:\(message)")
    // They are told before anything is executed, too.
    let notebook = try lab.folder().notebook()
    guard !options.hasPrefix("earlier"), !options.contains("training_return") else { return }
    do throws(NotebookError) {
      try lab.folder().checkEarlierWeeks(of: notebook, in: lab.experiments.map(\.planned))
      Issue.record("nothing is told of \(options)")
    } catch {
      #expect("\(error)" == "reports/2026-W45/notebook.md:\(message)")
    }
  }

  @Test func `of several experiments no earlier week is drawn, and that is said`() throws {
    let lab = try lab("```{curves} cartpole, pilot\nweek: 2026-W44\n```")
    lab.experiments.append(pilot)
    #expect(
      lab.failure()
        == "reports/2026-W45/notebook.md:9:7: error: 'week' is of one experiment; here are several")
    try lab.folder().checkEarlierWeeks(
      of: lab.folder().notebook(), in: lab.experiments.map(\.planned))
  }

  @Test func `a curve that the earlier arm lacks is told with those that it has`() throws {
    var later = now
    for index in later.arms.indices {
      later.arms[index].curves = later.arms[index].seeds.map { _ in
        [Curve(name: "entropy", steps: [10, 20], values: [2, 1])]
      }
    }
    let lab = try lab("```{curves} cartpole\ncurve: entropy\nweek: 2026-W44\n```")
    try lab.remove(".labbook")
    for experiment in [former, pilot, later] { try lab.store(experiment) }
    lab.experiments = [later]
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:10:7: error: 'cartpole/GRPO' of 2026-W44 has no curve 'entropy'; there are \
        evaluation_return, training_return
        """)
  }

  @Test func `records that are not in the store are told with what brings them`() throws {
    let lab = try lab(Self.plain)
    lab.experiments = [pilot]
    for seed in [2, 5] { try lab.remove(lab.recordFolder("pilot", "ReMax", seed: seed)) }
    lab.experiments = [now]
    try lab.writeNotebook(
      "```{curves} cartpole\nlabel: fig-weeks\nweek: 2026-W44\nearlier: pilot/ReMax, PPO\n```")
    let message = """
      reports/2026-W45/notebook.md:11:10: error: the store lacks the records of 2 of 10 runs of 'pilot/ReMax' in \
      2026-W44, whose curves are to be drawn; 'labbook pull --week 2026-W44' fetches them, 'labbook verify 2026-W44' \
      executes them again and keeps what is missing
      """
    #expect(lab.failure() == message)
    #expect(throws: NotebookError.self) {
      try lab.folder().checkEarlierWeeks(
        of: lab.folder().notebook(), in: lab.experiments.map(\.planned), store: lab.store)
    }
  }
}
