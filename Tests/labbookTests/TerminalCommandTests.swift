import Foundation
import Testing

/// Plans, runs and records as a person sees them.
@Suite struct TerminalCommandTests {
  @Test func `a plan has a line for each experiment, with the weeks that name it and the time`()
    throws
  {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let first = try lab.labbook("plan")
    #expect(
      first.output == """
        experiment  to execute  of  budget                  time       weeks
        short               12  12  7200 environment steps  not known  2026-W10

        12 of 12 runs to execute, 7200 environment steps in all

        """, "\(first.output)")
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
    let next = try lab.labbook("plan")
    #expect(next.output.contains("  about "), "\(next.output)")
    #expect(next.output.contains(", going by records that there are\n10 of 12 runs to execute"))
    let runs = try lab.labbook("plan", "--runs")
    #expect(runs.output.split(separator: "\n").count == 11)
    #expect(runs.output.contains("  short/RLOO/5  600 steps\n"))
  }

  @Test func `a week stands for the experiments that its notebook names`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    try lab.write(
      LabFixture.spec.replacing("environment_steps: 600", with: "environment_steps: 900"),
      to: "experiments/other.yaml")
    #expect(try lab.labbook("plan").output.contains("24 of 24 runs"))
    #expect(try lab.labbook("plan", "2026-W10").output.contains("12 of 12 runs"))
    #expect(try lab.labbook("plan", "2026-W11").code == 64)
    let run = try lab.labbook("run", "2026-W10", "--seed", "1")
    #expect(run.output == "short/PPO/1: done\nshort/RLOO/1: done\n", "\(run.errors)")
  }

  @Test func `arms are chosen by patterns`() throws {
    let lab = try LabFixture()
    try lab.write(
      LabFixture.spec.replacing(
        "  RLOO: {algorithm: rloo}",
        with: "  RLOO: {algorithm: rloo, sweep: {group_size: [2, 4, 8]}}"),
      to: "experiments/short.yaml")
    #expect(try lab.labbook("plan", "--arm", "RLOO*").output.contains("18 of 18 runs"))
    #expect(try lab.labbook("plan", "--arm", "RLOO-group_size=?").output.contains("18 of 18 runs"))
    #expect(try lab.labbook("plan", "--arm", "*4").output.contains("6 of 6 runs"))
    let none = try lab.labbook("plan", "--arm", "RLO")
    #expect(none.code == 64)
    #expect(none.errors.hasPrefix("error: no selected experiment has an arm 'RLO'"))
    #expect(!none.errors.contains("Usage"))
  }

  @Test func `a run ends with the results of what it ran`() throws {
    let lab = try LabFixture()
    let run = try lab.labbook("run")
    let table = run.errors.split(separator: "\n").map(String.init).drop { $0 != "short" }
    let rows = table.dropFirst().map { $0.split(separator: " ").map(String.init) }
    #expect(rows.count == 3, "\(run.errors)")
    #expect(rows.first?.prefix(3) == ["arm", "Evaluation", "return"])
    #expect(rows.allSatisfy { $0 == rows[0] || $0.suffix(3) == ["6", "of", "6"] }, "\(run.errors)")
    // The numbers are those of a report.
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let report = try lab.text(of: "reports/2026-W10/report.md")
    let mean = try #require(rows.last { $0.first == "PPO" }?.first { Double($0) != nil })
    #expect(report.contains("PPO reaches \(mean), see"), "\(mean): \(report)")
    // Nothing was executed: there is nothing new to show.
    #expect(try lab.labbook("run").errors.contains("interval") == false)
  }

  @Test func `show draws the curve and writes numbers as a person would`() throws {
    let lab = try LabFixture()
    try lab.replace("every: 300", with: "every: 100", in: "experiments/short.yaml")
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
    let show = try lab.labbook("show", "short/PPO/0")
    #expect(show.code == 0, "\(show.errors)")
    #expect(
      show.output.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) }, "\(show.output)"
    )
    #expect(show.output.contains("\n  evaluation_return"))
    #expect(!show.output.split(separator: "settings")[0].contains(#/\d\.\d{9}/#), "\(show.output)")
  }

  @Test func `what is piped has no colour, and a terminal has some unless NO_COLOR says not to`()
    throws
  {
    let lab = try LabFixture()
    #expect(try lab.labbook("status").output.contains("\u{1B}") == false)
    func onTerminal(_ variables: String) throws -> String {
      try lab.shell("\(variables) TERM=xterm script -qec \"$0 status\" /dev/null").output
    }
    #expect(try onTerminal("NO_COLOR=").contains("\u{1B}[1mexperiment"))
    #expect(try onTerminal("NO_COLOR=1").contains("\u{1B}[1m") == false)
  }

  @Test(arguments: [40, 60, 200])
  func `tables fit a terminal of any width`(width: Int) throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let result = try lab.shell(
      "NO_COLOR=1 script -qec \"stty cols \(width); $0 plan\" /dev/null")
    let lines = result.output.split(whereSeparator: \.isNewline)
    for line in lines.dropLast() { #expect(line.count <= width, "\(line)") }
    for word in ["experiment", "to execute", "budget", "time", "weeks", "2026-W10"] {
      #expect(result.output.contains(word), "\(word)")
    }
  }
}
