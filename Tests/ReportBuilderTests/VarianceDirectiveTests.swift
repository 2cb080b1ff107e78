import Foundation
import ReportBuilder
import ResultStore
import TestSupport
import Testing

@Suite struct VarianceDirectiveTests {
  private static let catalog = MetricCatalog(
    baselines: ["none", "group_mean", "leave_one_out", "greedy"])

  /// An audit of six seeds at groups of 2, 4 and 8: the variance of `none` is 20, of the others 2 or so.
  private func audit(
    _ label: String = "start", title: String? = nil, seeds: Int = 6, factor: Double = 1
  ) -> SyntheticArm {
    func values(_ center: Double, _ spread: Double) -> [Double] {
      (0..<seeds).map { factor * (center + spread * (Double($0) - Double(seeds - 1) / 2)) }
    }
    func repeated(_ value: Double) -> [Double] { Array(repeating: value, count: seeds) }
    let variances = [
      "none": values(20, 0.5), "group_mean": values(2, 0.01), "leave_one_out": values(2, 0.01),
      "greedy": values(4, -0.05),
    ]
    var metrics = [
      "gradient_projection_error": repeated(0.0156),
      "gradient_squared_bias_none": values(0.001, 0.002),
      "gradient_squared_bias_group_mean": values(0.0156, 0.001),
      "gradient_squared_bias_leave_one_out": values(-0.001, 0.001),
      "gradient_cosine_none": values(0.5, 0.01), "gradient_cosine_group_mean": values(0.8, 0.01),
      "gradient_cosine_leave_one_out": values(0.8, 0.01),
      "gradient_cosine_greedy": values(0.7, 0.01),
      "gradient_samples_for_cosine_none": values(5000, 100),
      "gradient_samples_for_cosine_group_mean": values(500, 10),
      "gradient_samples_for_cosine_leave_one_out": [.nan] + values(500, 10).dropFirst(),
    ]
    for (baseline, values) in variances {
      metrics["gradient_relative_variance_\(baseline)"] = values
      metrics["gradient_relative_variance_\(baseline)_standard_error"] = repeated(0.125)
    }
    var arm = SyntheticArm(
      label, values(100, 1), title: title ?? "Start",
      settings: [
        "algorithm": "audit", "algorithm.prompts": "64", "algorithm.completions": "8",
        "algorithm.group_sizes": "[]", "algorithm.batch_size": "256", "algorithm.scale": "none",
        "algorithm.credit": "trajectory", "audited": label,
      ], metrics: metrics)
    arm.curves = (0..<seeds).map { seed in
      let sizes = [2, 4, 8]
      return variances.flatMap { baseline, values in
        [
          Curve(
            name: "gradient_relative_variance_\(baseline)", steps: sizes,
            values: sizes.map { values[seed] * (baseline == "none" ? 1 : 8 / Double($0)) }),
          Curve(
            name: "gradient_cosine_\(baseline)", steps: sizes,
            values: sizes.map { 0.9 - 0.02 * values[seed] - 0.1 / Double($0) }),
        ]
      }
    }
    return arm
  }

  /// Training with three audited baselines and a fourth estimate that no audit is of.
  private var training: SyntheticExperiment {
    func arm(
      _ label: String, _ baseline: String, _ center: Double, scale: String = "none", size: Int
    )
      -> SyntheticArm
    {
      SyntheticArm(
        label, tenAround(center),
        settings: [
          "algorithm": label.lowercased(), "algorithm.baseline": baseline,
          "algorithm.scale": scale, "algorithm.group_size": "\(size)",
        ], metrics: ["evaluation_return_auc": tenAround(center / 2)])
    }
    return SyntheticExperiment(
      arm("REINFORCE", "none", 300, size: 1), arm("RLOO", "leave_one_out", 400, size: 4),
      arm("ReMax", "greedy", 420, size: 1), arm("RLOO-8", "leave_one_out", 410, size: 8),
      arm("GRPO", "group_mean", 430, scale: "group_std", size: 4), name: "training")
  }

  private func lab(_ body: String, _ audits: SyntheticArm...) throws -> SyntheticLab {
    var experiment = SyntheticExperiment(of: audits)
    experiment.name = "audit"
    return try SyntheticLab(body, of: experiment, training)
  }

  private func report(_ body: String, _ audits: SyntheticArm...) throws -> String {
    var experiment = SyntheticExperiment(of: audits)
    experiment.name = "audit"
    return try SyntheticLab(body, of: experiment, training).report(catalog: Self.catalog)
  }

  // MARK: tables

  @Test func `a table has a row for each baseline and a column for each quantity`() throws {
    try expectSnapshot(
      report(
        """
        ```{variance} audit
        label: tbl-variance
        caption: The same samples, scored by every baseline.
        ```

        ```{variance} audit
        baselines: greedy, none
        quantities: cosine, between_prompts_share
        ```
        """, audit()), named: "variance.md")
  }

  @Test func `several audits have a table for each quantity`() throws {
    let text = try report(
      "```{variance} audit\ncaption: As it learns.\nlabel: tbl-v\nquantities: relative_variance, cosine\n```",
      audit(), audit("later", title: "Later", factor: 2))
    #expect(text.contains("As it learns. Relative variance."))
    #expect(text.contains("| Baseline | Start ↓ | Later ↓ |"), "\(text)")
    #expect(text.contains("| Baseline | Start ↑ | Later ↑ |"))
  }

  @Test func `one audit has its own standard errors`() throws {
    let text = try report(
      "```{variance} audit\nquantities: relative_variance\n```", audit(seeds: 1))
    #expect(text.contains("| `none` | 20.0 ± 0.1 |"), "\(text)")
    #expect(text.contains("±: the standard error of one audit, over its prompts."))
    #expect(!text.contains("★"))
  }

  @Test func `an interval ends where the quantity does, and only there`() throws {
    var skewed = audit()
    skewed.metrics["gradient_relative_variance_none"] = [1, 1, 1, 1, 1, 400]
    skewed.metrics["gradient_squared_bias_none"] = [0, 0, 0, 0, 0, 400]
    let text = try report(
      "```{variance} audit\nbaselines: none\nquantities: relative_variance, squared_bias\n```",
      skewed)
    #expect(text.contains("Intervals are cut at what the metric can be, 0 or more."), "\(text)")
    let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("| `none`") })
    #expect(row.contains("[0.0,") || row.contains("[0,"), "\(row)")
    // A bias is estimated without bias itself, and may come out below 0.
    #expect(row.contains("[−"), "\(row)")
  }

  // MARK: learning

  @Test func `variance stands beside the scores of training, with the correlation of their orders`()
    throws
  {
    let lab = try lab(
      "```{variance} audit\nlabel: tbl-learning\nlearning: training\n```", audit())
    try expectSnapshot(lab.report(catalog: Self.catalog), named: "variance-learning.md")
    let file = try lab.read("reports/2026-W45/figures/tbl-learning.json")
    // Groups of 4 at twice the variance of groups of 8; groups of one as the least audited.
    #expect(file.contains(#""arm":"RLOO","baseline":"leave_one_out","group_size":4,"#))
    #expect(file.contains(#""values":[3.95,3.97,3.99,4.01,4.03,4.05]"#), "\(file)")
    #expect(file.contains(#""arm":"ReMax","baseline":"greedy","group_size":2,"#))
    #expect(!file.contains("GRPO"))
  }

  @Test func `an order that seeds do not settle is not resolved`() throws {
    var training = training
    for index in training.arms.indices {
      training.arms[index].returns = (0..<10).map { Double(($0 * 7 + index * 3) % 10) }
    }
    var experiment = SyntheticExperiment(audit())
    experiment.name = "audit"
    let text = try SyntheticLab(
      "```{variance} audit\nlearning: training\nmetrics: evaluation_return\n```", of: experiment,
      training
    ).report(catalog: Self.catalog)
    #expect(text.contains("| all equal | all equal |"), "\(text)")
    training.arms[1].returns[0] += 3
    training.arms[1].settings["changed"] = "yes"
    training.arms[2].returns[3] += 2
    training.arms[2].settings["changed"] = "yes"
    let next = try SyntheticLab(
      "```{variance} audit\nlearning: training\nmetrics: evaluation_return\n```", of: experiment,
      training
    ).report(catalog: Self.catalog)
    #expect(next.contains("| not resolved |"), "\(next)")
  }

  // MARK: figures

  @Test func `a figure has a panel for each audit and quantity, on logarithmic axes`() throws {
    let lab = try lab(
      "```{variance_curves} audit\nlabel: fig-variance\n```", audit(),
      audit("later", title: "Later", factor: 0.1))
    let page = try lab.report(catalog: Self.catalog)
    #expect(page.contains("Bands: 95 % intervals over seeds."))
    let specification = try lab.read("reports/2026-W45/figures/fig-variance.vl.json")
    try expectSnapshot(specification, named: "fig-variance.vl.json")
    let drawing = try lab.read("reports/2026-W45/figures/fig-variance.svg")
    for words in [
      "Relative variance, Start", "Cosine of a batch, Later", "Group size", "greedy",
      "leave one out",
    ] {
      #expect(drawing.contains(">\(words)<"), "\(words)")
    }
  }

  // MARK: faults

  @Test(arguments: [
    (
      "{variance} training\n",
      "8:15: error: 'training' has no audit: no run of 'algorithm: audit' with a baseline"
    ),
    (
      "{variance} audi\n",
      "8:15: error: there is no experiment 'audi'; did you mean 'audit'?"
    ),
    (
      "{variance} audit\nbaselines: none, leave_one_ot\n",
      "9:18: error: no audit shown has a baseline 'leave_one_ot'; did you mean 'leave_one_out'?"
    ),
    (
      "{variance_curves} audit\nbaselines: none, none\n",
      "9:18: error: the baseline 'none' is named twice"
    ),
    (
      "{variance} audit\nquantities: cosin\n",
      "9:13: error: 'cosin' is none of relative_variance, between_prompts_share, squared_bias, scale, "
        + "direction, cosine, samples_for_cosine, variance, adam_relative_variance, adam_cosine; did you "
        + "mean 'cosine'?"
    ),
    (
      "{variance} audit\nquantities: cosine, cosine\n",
      "9:21: error: the quantity 'cosine' is named twice"
    ),
    (
      "{variance_curves} audit\nquantities: cosine, scale, direction\n",
      "9:28: error: one quantity is drawn, or two side by side; here are 3"
    ),
    (
      "{variance} audit\nmetrics: evaluation_return\n",
      "9:10: error: 'metrics' are scores of 'learning', which is not given"
    ),
    (
      "{variance} audit\nlearning: trainin\n",
      "9:11: error: there is no experiment 'trainin'; did you mean 'training'?"
    ),
    (
      "{variance} audit\nlearning: training\nmetrics: evaluation_retun\n",
      "10:10: error: 'training' has no metric 'evaluation_retun'; did you mean 'evaluation_return'?"
    ),
    (
      "{variance} audit\nlearning: training\nquantities: cosine\n",
      "10:13: error: 'learning' is about the relative variance alone; leave 'quantities' out"
    ),
    (
      "{variance} audit\nlearning: audit\n",
      "9:11: error: no arm of 'audit' trains with an estimate that 'audit' audits: the same baseline, "
        + "scale, credit, length normalizer and discount"
    ),
  ])
  func `what a directive gets wrong is said at its place`(directive: String, message: String) throws
  {
    #expect(
      try lab("```\(directive)```", audit()).failure { $0.catalog = Self.catalog }
        == "reports/2026-W45/notebook.md:\(message)")
  }

  @Test func `an audit without the trained size of groups is refused`() throws {
    var arm = audit()
    arm.settings["algorithm.group_sizes"] = "[2, 8]"
    #expect(
      try lab("```{variance} audit\nlearning: training\n```", arm).failure {
        $0.catalog = Self.catalog
      } == """
        reports/2026-W45/notebook.md:9:11: error: 'training/RLOO' trains with groups of 4, and the audit \
        'audit/start' measures those of 2 and 8
        """)
    let named = try lab("```{variance} audit\narms: other\n```", arm)
    named.experiments[0].arms.append(
      SyntheticArm("other", tenAround(3), settings: ["algorithm": "sft"]))
    try named.store(named.experiments[0])
    #expect(
      named.failure { $0.catalog = Self.catalog }
        == "reports/2026-W45/notebook.md:9:7: error: 'audit/other' is no audit: its algorithm is sft"
    )
  }
}
