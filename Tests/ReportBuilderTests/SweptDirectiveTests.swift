import Foundation
import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// A metric against the values of a setting.
@Suite struct SweptDirectiveTests {
  private static func arm(
    _ label: String, _ title: String, _ center: Double, size: Int, batch: Int, rate: String = "0.1"
  ) -> SyntheticArm {
    SyntheticArm(
      label, tenAround(center), title: title,
      settings: [
        "algorithm": label.prefix { $0 != "-" }.lowercased(), "algorithm.group_size": "\(size)",
        "algorithm.groups_per_batch": "\(batch)", "algorithm.learning_rate": rate,
      ])
  }

  /// Groups of 16, 2 and 4, not in order; as many rollouts in each batch.
  private let sizes = SyntheticExperiment(
    arm("RLOO-16", "RLOO (G = 16)", 430, size: 16, batch: 1),
    arm("RLOO-2", "RLOO (G = 2)", 400, size: 2, batch: 8),
    arm("RLOO-4", "RLOO (G = 4)", 410, size: 4, batch: 4),
    arm("GRPO-2", "GRPO (G = 2)", 300, size: 2, batch: 8),
    arm("GRPO-4", "GRPO (G = 4)", 320, size: 4, batch: 4),
    arm("PPO", "PPO", 350, size: 1, batch: 16), name: "sizes")

  @Test func `lines go through the means of the lock, by ascending values`() throws {
    let lab = try SyntheticLab(
      "```{swept} sizes\nlabel: fig-sizes\ncaption: Sizes.\nover: group_size\n```", of: sizes)
    let page = try lab.report()
    let lines = try lab.read("reports/2026-W45/figures/fig-sizes.csv").split(separator: "\n")
    let rows = lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    #expect(lines[0] == "arm,step,mean,lower,upper")
    let points = Dictionary(grouping: rows) { $0[0] }.mapValues { $0.map { [$0[1], $0[2]] } }
    #expect(
      points == [
        "RLOO": [["2", "400"], ["4", "410"], ["16", "430"]],
        "GRPO": [["2", "300"], ["4", "320"]],
      ])
    let lock = try #require(try lab.folder().lock())
    let values = try #require(lock.experiment("sizes")?.arm("RLOO-16")).runs.compactMap {
      $0.metrics["evaluation_return"]
    }
    #expect(values.reduce(0, +) / 10 == 430)
    #expect(page.contains("Along the lines groups_per_batch changed too. On no line: PPO."))
    let figure = try DrawnFigure("fig-sizes", of: lab)
    #expect(try figure.ticks(vertical: false).map(\.text) == ["2", "4", "16"])
    try expectSnapshot(figure.specification, named: "fig-swept.vl.json")
  }

  @Test func `arms of one algorithm with one value are on lines of their own`() throws {
    let rates = SyntheticExperiment(
      Self.arm("PPO-a", "PPO, clip_range 0.1, group_size 2", 300, size: 2, batch: 1),
      Self.arm("PPO-b", "PPO, clip_range 0.1, group_size 4", 310, size: 4, batch: 1),
      Self.arm("PPO-c", "PPO, clip_range 0.2, group_size 2", 320, size: 2, batch: 1, rate: "0.2"),
      Self.arm("PPO-d", "PPO, clip_range 0.2, group_size 4", 330, size: 4, batch: 1, rate: "0.2"),
      name: "rates")
    let lab = try SyntheticLab(
      "```{swept} rates\nlabel: fig-rates\nover: group_size\n```", of: rates)
    _ = try lab.report()
    let names = Set(
      try lab.read("reports/2026-W45/figures/fig-rates.csv").split(separator: "\n").dropFirst()
        .compactMap { $0.firstMatch(of: /^"([^"]*)"/).map { String($0.output.1) } })
    #expect(names == ["PPO, clip_range 0.1", "PPO, clip_range 0.2"])
  }

  @Test func `settings of another trainer are swept over too`() throws {
    func arm(_ loss: String, _ size: Int, _ center: Double) -> SyntheticArm {
      SyntheticArm(
        "\(loss)-\(size)", tenAround(center), title: "\(loss) (G = \(size))",
        settings: [
          "trainer.command": "[\"python\",\"train.py\"]", "settings.loss_type": "\"\(loss)\"",
          "settings.sampling.num_generations": "\(size)",
        ])
    }
    let lab = try SyntheticLab(
      "```{swept} trl\nlabel: fig-trl\nover: sampling.num_generations\n```",
      of: SyntheticExperiment(
        arm("grpo", 8, 430), arm("grpo", 4, 420), arm("dapo", 4, 400), arm("dapo", 8, 410),
        name: "trl"))
    _ = try lab.report()
    let rows = try lab.read("reports/2026-W45/figures/fig-trl.csv").split(separator: "\n")
      .dropFirst().map { $0.split(separator: ",").prefix(3).joined(separator: " ") }
    #expect(rows.sorted() == ["dapo 4 400", "dapo 8 410", "grpo 4 420", "grpo 8 430"])
  }

  @Test func `what was not swept over numbers is refused at its place`() throws {
    func failure(_ options: String) throws -> String {
      try SyntheticLab("```{swept} sizes\n\(options)\n```", of: sizes).failure()
    }
    #expect(
      try failure("over: groupsize")
        == "reports/2026-W45/notebook.md:9:7: error: no arm of 'sizes' has a setting 'groupsize'; did you mean 'group_size'?"
    )
    #expect(
      try failure("over: learning_rate\narms: RLOO-2, GRPO-2")
        == "reports/2026-W45/notebook.md:9:7: error: no two arms of 'sizes' differ in 'learning_rate' and share an algorithm"
    )
    #expect(
      try failure("caption: A")
        == "reports/2026-W45/notebook.md:8:1: error: 'swept' needs 'over', the setting that is swept"
    )
    var named = sizes
    named.arms[0].settings["algorithm.baseline"] = "none"
    #expect(
      try SyntheticLab("```{swept} sizes\nover: baseline\n```", of: named).failure().contains(
        "is 'none', no number; 'intervals' draws such arms"))
  }
}
