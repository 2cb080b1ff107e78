import Foundation
import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// Maps of normalized scores.
@Suite struct HeatMapDirectiveTests {
  /// Normalized from 0 to 400: 1, 0.5 and -0.25; from −500 to −100: 0.75 twice.
  private func lab(_ body: String) throws -> SyntheticLab {
    func arm(_ label: String, _ returns: [Double], _ environment: String) -> SyntheticArm {
      SyntheticArm(
        label, returns, settings: ["algorithm": label.lowercased(), "environment": environment])
    }
    return try SyntheticLab(
      body,
      of: SyntheticExperiment(
        arm("PPO", tenAround(400), "CartPole-v1"), arm("GRPO", tenAround(200), "CartPole-v1"),
        name: "cartpole"),
      SyntheticExperiment(
        arm("PPO", tenAround(-200), "Acrobot-v1"), arm("GRPO", tenAround(-600), "Acrobot-v1"),
        name: "acrobot"))
  }

  @Test func `each cell is the mean of the lock's normalized scores`() throws {
    let lab = try lab("```{heat_map} cartpole, acrobot\nlabel: fig-map\ncaption: A map.\n```")
    let page = try lab.report()
    let lines = try lab.read("reports/2026-W45/figures/fig-map.csv").split(separator: "\n")
    #expect(lines[0] == "task,arm,mean,lower,upper,seeds")
    let cells = lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    #expect(
      cells.map { Array($0[0...2]) } == [
        ["CartPole-v1", "PPO", "1"], ["CartPole-v1", "GRPO", "0.5"], ["Acrobot-v1", "PPO", "0.75"],
        ["Acrobot-v1", "GRPO", "-0.25"],
      ])
    let lock = try #require(try lab.folder().lock())
    let experiment = try #require(lock.experiment("cartpole"))
    let scale = try #require(experiment.normalizations["evaluation_return"])
    let values = try #require(experiment.arm("PPO")).runs.compactMap {
      $0.metrics["evaluation_return"].map(scale.normalized)
    }
    #expect(values.reduce(0, +) / Double(values.count) == Double(cells[0][2]))
    #expect(cells.allSatisfy { $0[5] == "10" })
    #expect(page.contains("A normalized score is 0"))
    let drawing = try lab.read("reports/2026-W45/figures/fig-map.svg")
    for text in ["1.00", "0.50", "0.75", "−0.25"] {
      #expect(drawing.contains(">\(text)<"), "\(text)")
    }
    try expectSnapshot(
      lab.read("reports/2026-W45/figures/fig-map.vl.json"), named: "fig-map.vl.json")
  }

  @Test func `words can be read on every colour, light and dark`() {
    func luminance(_ parts: [Double]) -> Double {
      let linear = parts.map { part in
        part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    for step in -20...20 {
      let colour = ScoreColour.hex(of: Double(step) / 10).dropFirst()
      let parts = stride(from: 0, to: 6, by: 2).map { index in
        Double(Int(colour.dropFirst(index).prefix(2), radix: 16) ?? 0) / 255
      }
      #expect((luminance(parts) + 0.05) / 0.05 >= 4.5, "\(step)")
      // A dark page inverts drawings: white words on what is left of the colour.
      #expect(1.05 / (luminance(parts.map { 1 - $0 }) + 0.05) >= 4.5, "\(step)")
    }
  }

  @Test func `what has no scale is refused`() throws {
    let lab = try lab("```{heat_map} cartpole, maze\n```")
    let maze = SyntheticExperiment(
      SyntheticArm("PPO", tenAround(1), settings: ["algorithm": "ppo", "environment": "Maze-v0"]),
      name: "maze")
    lab.experiments.append(maze)
    try lab.store(maze)
    #expect(
      lab.failure()
        == "reports/2026-W45/notebook.md:8:25: error: 'maze' has no score normalization of 'evaluation_return'"
    )
  }
}
