import ReportBuilder
import ResultStore
import TestSupport
import Testing

@Suite struct LanguageDirectivesTests {
  /// Two arms that measure accuracy and a reward model that does not.
  private var experiment: SyntheticExperiment {
    var grpo = SyntheticArm(
      "GRPO", tenAround(440),
      metrics: [
        "test_accuracy": (0..<10).map { 0.6 + Double($0) / 100 },
        "test_accuracy_8": Array(repeating: 0.25, count: 10), "memory_bytes": Self.bytes,
        "reference_kl": Array(repeating: 10, count: 10),
      ])
    grpo.samples = [0, 100, 200, 300, 400].flatMap { step in
      ["3", "5"].map { level in
        """
        {"step":\(step),"level":"\(level)","prompt":"A : B = knave |\(level)","completion":"<think>\\n\
        \(step)","reward":\(step == 400 ? "3" : "-1"),"correct":\(step == 400),"truncated":false}
        """
      }
    }
    var sft = SyntheticArm(
      "SFT", tenAround(400),
      metrics: [
        "test_accuracy": (0..<10).map { 0.3 + Double($0) / 100 },
        "test_accuracy_8": Array(repeating: 0.25, count: 10), "memory_bytes": Self.bytes,
      ])
    sft.samples = Array(grpo.samples.prefix(2))
    let rewardModel = SyntheticArm("RM", tenAround(100), metrics: ["memory_bytes": Self.bytes])
    return SyntheticExperiment(rewardModel, sft, grpo)
  }

  private static let bytes = Array(repeating: 4_000_000.0, count: 10)

  private func lab(_ body: String) throws -> SyntheticLab {
    try SyntheticLab(body, of: experiment)
  }

  private func report(_ body: String) throws -> String {
    try lab(body).report()
  }

  // MARK: several metrics

  @Test func `several metrics stand in a column each, with claimed differences in bold`() throws {
    try expectSnapshot(
      report(
        """
        ```{comparison} cartpole
        metrics: test_accuracy, test_accuracy_8, memory_bytes
        against: SFT
        caption: Accuracy by people.
        ```

        ```{claim} cartpole
        GRPO > SFT on test_accuracy
        unresolved: GRPO, SFT on test_accuracy_8
        ```
        """), named: "metrics.md")
  }

  @Test func `arms without the metric are left out unless they are named`() throws {
    let text = try report("```{comparison} cartpole\nmetric: test_accuracy\n```")
    #expect(!text.contains("| RM"))
    #expect(text.contains("| GRPO"))
    #expect(
      try lab("```{comparison} cartpole\nmetric: test_accuracy\narms: RM, GRPO\n```").failure()
        == """
        reports/2026-W45/notebook.md:9:9: error: 'cartpole/RM' does not measure 'test_accuracy'
        """)
  }

  @Test func `an unknown metric of several is reported at its place`() throws {
    #expect(
      try lab("```{comparison} cartpole\nmetrics: test_accuracy, test_acuracy_8\n```").failure()
        == """
        reports/2026-W45/notebook.md:9:25: error: 'cartpole' has no metric 'test_acuracy_8'; did \
        you mean 'test_accuracy_8'?
        """)
    #expect(
      try lab("```{comparison} cartpole\nmetric: loss\nmetrics: test_accuracy\n```").failure()
        == """
        reports/2026-W45/notebook.md:9:9: error: 'metric' shows one metric with its differences, \
        'metrics' shows several; give one of them
        """)
  }

  // MARK: curves

  @Test func `curves of one arm are drawn against another curve in the order of training`() throws {
    let lab = try lab(
      """
      ```{curves} cartpole
      label: fig-kl
      curve: evaluation_return, training_return
      x: reference_kl
      arms: GRPO
      ```
      """)
    _ = try lab.build().run()
    let specification = try lab.read("reports/2026-W45/figures/fig-kl.vl.json")
    #expect(specification.contains(#""title": "Reference kl""#))
    #expect(specification.contains(#""arm": "Evaluation return", "step": 0.1, "#))
    #expect(specification.contains(#""order": 9}"#))
    #expect(
      specification.contains(
        #""description": "Evaluation return and Training return, GRPO against reference kl; at the end: Evaluation return 440"#
      ))
  }

  @Test func `several curves of several arms are refused`() throws {
    #expect(
      try lab("```{curves} cartpole\ncurve: evaluation_return, training_return\n```").failure()
        == """
        reports/2026-W45/notebook.md:9:8: error: several curves are drawn of one arm, named by \
        'arms'; here are 3
        """)
    #expect(
      try lab("```{curves} cartpole\nx: reference_kl\narms: SFT, GRPO\n```").failure() == """
        reports/2026-W45/notebook.md:9:4: error: not every arm drawn has the curve 'reference_kl'
        """)
  }

  @Test func `a metric is drawn over its levels`() throws {
    let lab = try lab("```{curves} cartpole\nlevels: test_accuracy\nlabel: fig-people\n```")
    lab.experiments[0].arms[2].metrics["test_accuracy_3"] = Array(repeating: 0.75, count: 10)
    lab.experiments[0].arms[2].settings["changed"] = "yes"
    try lab.store(lab.experiments[0])
    _ = try lab.build().run()
    let specification = try lab.read("reports/2026-W45/figures/fig-people.vl.json")
    #expect(specification.contains(#"{"arm": "GRPO", "step": 3, "mean": 0.75, "#))
    #expect(specification.contains(#"{"arm": "GRPO", "step": 8, "mean": 0.25, "#))
    #expect(specification.contains(#""values": [3, 8]"#))
    #expect(!specification.contains(#""RM""#))
    #expect(
      try self.lab("```{curves} cartpole\nlevels: test_acuracy\n```").failure() == """
        reports/2026-W45/notebook.md:9:9: error: 'cartpole' has no metrics 'test_acuracy_1', \
        'test_acuracy_2', … of levels; did you mean 'test_accuracy'?
        """)
  }

  // MARK: samples

  @Test func `samples show one prompt at the first, the last and points between`() throws {
    let lab = try lab("```{samples} cartpole\nlabel: tbl-written\nlevel: 5\narms: GRPO\n```")
    let outcome = try lab.build().run()
    #expect(outcome.files.contains("figures/tbl-written.json"))
    let text = try lab.read("reports/2026-W45/report.md")
    let rows = text.split(separator: "\n").filter { $0.contains("| `<think>") }
    #expect(rows.count == 3)
    for (row, step) in zip(rows, [0, 200, 400]) { #expect(row.contains("`<think> ⏎ \(step)`")) }
    #expect(text.contains("Prompt: `A : B = knave |5`"))
  }

  @Test func `samples are called what their record says of them`() throws {
    let lab = try lab("```{samples} cartpole\nlabel: tbl-written\nlevel: 5\narms: GRPO\n```")
    let kinds = ["greedy", "greedy", "greedy", "greedy", "greedy", "sampled"]
    lab.experiments[0].arms[2].samples = kinds.enumerated().map { index, kind in
      """
      {"step":\(min(index, 4) * 100),"level":"5","kind":"\(kind)","prompt":"A","completion":"\(kind) \(index)",\
      "reward":1,"correct":true,"truncated":false}
      """
    }
    lab.experiments[0].arms[2].settings["changed"] = "yes"
    try lab.store(lab.experiments[0])
    _ = try lab.build().run()
    let text = try lab.read("reports/2026-W45/report.md")
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
    #expect(
      rows.map(String.init) == [
        "| 0 | greedy | `greedy 0` | **1.00** |", "| 200 | greedy | `greedy 2` | **1.00** |",
        "| 400 | greedy | `greedy 4` | **1.00** |",
        "| 400 | sampled at temperature 1 | `sampled 5` | **1.00** |",
      ], "\(text)")
    #expect(!text.contains("Greedy completions"))
    #expect(text.contains("The same in all rows: Arm (GRPO)."))
  }

  @Test func `samples that are all decoded alike are said to be in the note`() throws {
    let text = try report("```{samples} cartpole\nlevel: 5\narms: GRPO\n```")
    // These records do not say how they were decoded, so neither does the report.
    #expect(text.contains("Decoding (not recorded)"), "\(text)")
  }

  @Test func `a locked week shows the samples that were kept, without records`() throws {
    let lab = try lab("```{samples} cartpole\nlabel: tbl-written\n```")
    _ = try lab.build().run()
    let rows = {
      try lab.read("reports/2026-W45/report.md").split(separator: "\n").filter { $0.hasPrefix("|") }
    }
    let before = try rows()
    #expect(before.contains { $0.contains("`<think> ⏎ 400`") })
    try lab.remove(".labbook")
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W45/notebook.md")
    _ = try lab.build().run()
    #expect(try rows() == before)
    try lab.replace("knave", with: "knight", in: "reports/2026-W45/figures/tbl-written.json")
    #expect(lab.failure().contains("figures/tbl-written.json is not what the lock"))
  }

  @Test func `samples that are not there are reported`() throws {
    #expect(
      try lab("```{samples} cartpole\narms: RM\n```").failure() == """
        reports/2026-W45/notebook.md:9:7: error: 'cartpole/RM' has no samples
        """)
    #expect(
      try lab("```{samples} cartpole\nseed: 77\n```").failure() == """
        reports/2026-W45/notebook.md:9:7: error: not every arm shown has the seed 77
        """)
  }
}
