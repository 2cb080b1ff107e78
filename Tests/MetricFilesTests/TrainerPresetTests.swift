import CanonicalJSON
import Metrics
import Settings
import Testing

import MetricFiles

@Suite struct TrainerPresetTests {
  private static let fixtures = [
    "trl/grpo": "grpo/trainer_state.json", "trl/rloo": "rloo/trainer_state.json",
    "trl/dpo": "dpo/trainer_state.json", "trl/sft": "sft/trainer_state.json",
    "trl/reward": "reward/trainer_state.json", "verl/ppo": "verl.jsonl", "verl/grpo": "verl.jsonl",
  ]

  @Test(arguments: TrainerPreset.all.map(\.name))
  func `every preset names what its library logs`(name: String) throws {
    let preset = try #require(TrainerPreset.named(name))
    let history = try readMetricHistory(
      preset.format, from: Fixture.path(try #require(Self.fixtures[name])), shownAs: name)
    for metric in preset.metrics {
      // Some files are cut to a few rows.
      _ = try MetricTake.last.value(of: metric.key, in: history, better: metric.better)
    }
    for curve in preset.curves where curve.isAlwaysLogged {
      #expect(try history.points(of: curve.key, over: .step).count > 0)
    }
  }

  @Test func `a preset's metrics are taken from a whole run`() throws {
    let preset = try #require(TrainerPreset.named("trl/grpo"))
    let history = try readMetricHistory(
      preset.format, from: Fixture.path("grpo/trainer_state.json"), shownAs: "state")
    let reward = preset.metrics[0]
    #expect(reward.name == "training_reward")
    let rewards = try history.points(of: "reward", over: .step).map(\.y)
    #expect(
      try reward.take.value(of: reward.key, in: history, better: reward.better)
        == rewards.reduce(0, +) / 10)
  }

  @Test(arguments: TrainerPreset.all.map(\.name))
  func `names fit records, and no two quantities of a preset share one`(name: String) throws {
    let preset = try #require(TrainerPreset.named(name))
    let names = preset.curves.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(preset.metrics.map(\.name)).count == preset.metrics.count)
    for name in names + preset.metrics.map(\.name) {
      #expect(
        name.utf8.allSatisfy {
          $0 == UInt8(ascii: "_") || (97...122).contains($0) || (48...57).contains($0)
        })
    }
    // A metric is a value of the curve of its key.
    for metric in preset.metrics {
      #expect(preset.curves.contains { $0.key == metric.key && $0.name == metric.name })
    }
  }

  @Test func `one name stands for one unit and title in all presets`() {
    var seen: [String: TrainerPreset.Curve] = [:]
    for curve in TrainerPreset.all.flatMap(\.curves) {
      if let first = seen[curve.name] {
        #expect(first.unit == curve.unit && first.title == curve.title, "\(curve.name)")
      }
      seen[curve.name] = curve
      if let engine = MetricDeclaration.named(curve.name, .curve, in: .languageTasks) {
        #expect(engine.unit == curve.unit, "\(curve.name)")
      }
    }
    #expect(seen["fraction_groups_without_signal"]?.key == "frac_reward_zero_std")
    #expect(seen["reference_kl"] == nil, "no library logs a sum over a completion")
  }
}
