import ReportBuilder
import ResultStore
import Testing

/// Numbers in keys, locks and records that brought the process down before they were bounded: each case by itself.
@Suite struct UntrustedNumbersTests {
  /// Builds a draft with one figure or none, then renders it from its lock.
  private func build(_ body: String, _ experiments: SyntheticExperiment...) throws -> String {
    let lab = try SyntheticLab()
    lab.experiments = experiments
    for experiment in experiments { try lab.store(experiment) }
    try lab.writeNotebook(body)
    var build = try MutatedWeek.build(lab, figures: 1)
    do throws(ReportFailure) {
      _ = try build.run()
      build.rendersLock = true
      _ = try build.run()
    } catch { return error.description }
    return try lab.read("reports/2026-W45/report.md")
  }

  private func audit(_ settings: [String: String]) -> SyntheticExperiment {
    SyntheticExperiment(
      MutatedWeek.arm(
        "start", MutatedWeek.around(1),
        ["algorithm": "audit", "algorithm.prompts": "64"].merging(settings) { $1 },
        metrics: [
          "gradient_between_prompts_share_none": MutatedWeek.around(0.5, 0.1),
          "gradient_relative_variance_none": MutatedWeek.around(2, 0.1),
        ]), name: "audit")
  }

  @Test(arguments: ["9223372036854775807", "4611686018427387904", "-1", "0", "9e99", ""])
  func `an audit of any number of completions is shown`(completions: String) throws {
    let text = try build(
      "```{variance} audit\nquantities: between_prompts_share, relative_variance\n```",
      audit(["algorithm.completions": completions, "algorithm.group_sizes": "[]"]))
    #expect(text.contains("| `none` |"), "\(text)")
  }

  @Test(arguments: ["[9223372036854775807]", "[4611686018427387904, 2]", "[-1]", "[½]"])
  func `an audit of groups of any size is shown`(sizes: String) throws {
    let text = try build(
      "```{variance} audit\nquantities: between_prompts_share, relative_variance\n```",
      audit(["algorithm.completions": "9223372036854775807", "algorithm.group_sizes": sizes]))
    #expect(text.contains("| `none` |"), "\(text)")
  }

  @Test(arguments: ["9223372036854775807", "4611686018427387904", "1"])
  func `curves over any budget are drawn`(budget: String) throws {
    let settings = ["environment": "CartPole-v1", "budget.environment_steps": budget]
    let text = try build(
      "```{curves} cartpole\nlabel: fig-a\narms: PPO\n```".replacing(
        "cartpole", with: "cartpole, acrobot"),
      SyntheticExperiment(MutatedWeek.arm("PPO", MutatedWeek.around(400), settings)),
      SyntheticExperiment(
        MutatedWeek.arm(
          "PPO", MutatedWeek.around(-100), ["environment": "Acrobot-v1"]), name: "acrobot"))
    #expect(text.contains("figures/fig-a.svg"), "\(text)")
  }

  @Test(arguments: ["0", "-5", "9223372036854775808"])
  func `a budget that is none is said to be missing`(budget: String) throws {
    let text = try build(
      "```{curves} cartpole, acrobot\nlabel: fig-a\n```",
      SyntheticExperiment(
        MutatedWeek.arm(
          "PPO", MutatedWeek.around(400),
          ["environment": "CartPole-v1", "budget.environment_steps": budget])),
      SyntheticExperiment(
        MutatedWeek.arm(
          "PPO", MutatedWeek.around(-100), ["environment": "Acrobot-v1"]), name: "acrobot"))
    #expect(text.hasSuffix("'cartpole/PPO' has no budget"), "\(text)")
  }

  @Test func `levels of any number are drawn`() throws {
    var metrics: [String: [Double]] = [:]
    for level in ["3", "03", "9223372036854775807", "9223372036854775808", "1000000"] {
      metrics["test_accuracy_\(level)"] = MutatedWeek.around(0.5, 0.1)
    }
    let settings = ["language": "arithmetic", "budget.tokens": "1000"]
    let text = try build(
      "```{curves} words\nlabel: fig-a\nlevels: test_accuracy\n```",
      SyntheticExperiment(
        MutatedWeek.arm("GRPO", MutatedWeek.around(1), settings, metrics: metrics), name: "words"))
    #expect(text.contains("figures/fig-a.svg"), "\(text)")
  }

  @Test(arguments: [9e299, -9e299, Double.leastNonzeroMagnitude])
  func `curves and metrics as large as a record may have are shown`(value: Double) throws {
    func arm(_ label: String, _ sign: Double) -> SyntheticArm {
      MutatedWeek.arm(
        label, (0..<7).map { ($0 % 2 == 0 ? value : -value) * sign },
        metrics: ["training_return_last_100": Array(repeating: value, count: 7)])
    }
    let experiment = SyntheticExperiment(arm("PPO", 1), arm("GRPO", -1))
    let text = try build(
      """
      ```{comparison} cartpole
      against: PPO
      ```

      ```{suite} cartpole
      against: PPO
      each: scores
      ```

      ```{claim} cartpole
      PPO ~ GRPO within 1 on training_return_last_100
      ```

      ```{published}
      - of: cartpole.PPO.evaluation_return
        mean: 490.04
        spread: 6.12
        protocol: whatever
        cite: schulman2017proximal
      ```

      ```{curves} cartpole
      label: fig-a
      ```
      """, experiment)
    #expect(text.contains("figures/fig-a.svg") || text.contains("does not hold"), "\(text)")
  }

  @Test func `a curve beyond what can be added up is not stored`() throws {
    let lab = try SyntheticLab()
    let key = RunPreimage(fields: ["seed": "0"])
    for (steps, value) in [([1], 1e301), ([1], -1.7e308), ([-1], 0), ([Int.max], 0)] {
      let record = Record(
        metrics: [:], curves: [Curve(name: "m", steps: steps, values: [value])])
      #expect(throws: StoreError.self, "\(steps) \(value)") {
        try lab.store.store(record, for: key, provenance: nil)
      }
    }
    for value in [Double.nan, .infinity, -.infinity, 1e300] {
      let record = Record(metrics: [:], curves: [Curve(name: "m", steps: [1], values: [value])])
      let key = RunPreimage(fields: ["seed": "1", "value": "\(value)"])
      #expect(try lab.store.store(record, for: key, provenance: nil) == .stored)
      #expect(try lab.store.record(for: key.key) == record)
    }
  }
}
