import Foundation
import Notebook
import ReportBuilder
import ResultStore
import TestSupport
import Testing

/// The page that each directive makes, as a whole: captions, tables, drawings, notes, links to runs.
///
/// Drawings and files to keep are left out of the goldens; tests of their own are about them.
@Suite struct GoldenPagesTests {
  /// A notebook for each directive, by its name.
  private static let notebooks = [
    "changes":
      "```{changes} 2026-W44\nlabel: tbl-a\ncaption: What moved.\nexperiments: cartpole\n```",
    "claim": """
    ```{claim} cartpole
    PPO > GRPO on evaluation_return
    PPO >= 430 on evaluation_return in 10 of 10 seeds
    PPO ~ DrGRPO within 10 on evaluation_return
    unresolved: PPO, DrGRPO on evaluation_return
    ```
    """,
    "comparison": "```{comparison} cartpole\nlabel: tbl-a\ncaption: Return.\nagainst: GRPO\n```",
    "curves": "```{curves} cartpole\nlabel: fig-a\ncaption: Learning.\n```",
    "heat_map": "```{heat_map} cartpole, acrobot\nlabel: fig-a\ncaption: A map.\n```",
    "improvement": "```{improvement} cartpole, acrobot\nlabel: tbl-a\ncaption: Who wins.\n```",
    "intervals":
      "```{intervals} cartpole\nlabel: fig-a\ncaption: Seeds.\nagainst: GRPO\nweek: 2026-W44\n```",
    "power":
      "```{power} main\nlabel: tbl-a\ncaption: What is found.\npilot: cartpole\narms: PPO, GRPO\n```",
    "preregistered": "```{preregistered} main\nPPO > GRPO on evaluation_return\n```",
    "profile": "```{profile} cartpole, acrobot\nlabel: fig-a\ncaption: Profiles.\n```",
    "published": """
    ```{published}
    label: tbl-a
    caption: What others report.
    - of: cartpole.PPO.evaluation_return
      mean: 441
      spread: 2
      spread_over: seeds
      protocol: the last episodes
      cite: schulman2017proximal
    ```
    """,
    "samples": "```{samples} puzzles\nlabel: tbl-a\ncaption: What it wrote.\nlevel: 5\n```",
    "suite":
      "```{suite} cartpole, acrobot\nlabel: tbl-a\ncaption: As one.\nagainst: GRPO\neach: scores\n```",
    "swept": "```{swept} sizes\nlabel: fig-a\ncaption: Sizes.\nover: group_size\n```",
    "variance":
      "```{variance} audit\nlabel: tbl-a\ncaption: Estimates.\nquantities: relative_variance\n```",
    "variance_curves":
      "```{variance_curves} audit\nlabel: fig-a\ncaption: By size.\nquantities: relative_variance\n```",
  ]

  private static func arm(
    _ label: String, _ returns: [Double], _ environment: String = "CartPole-v1",
    title: String? = nil,
    size: Int? = nil
  ) -> SyntheticArm {
    SyntheticArm(
      label, returns, title: title,
      settings: [
        "algorithm": label.prefix { $0 != "-" }.lowercased(), "environment": environment,
        "algorithm.group_size": "\(size ?? 8)",
      ])
  }

  private static var audit: SyntheticArm {
    let values = (0..<6).map { 2 + Double($0) / 10 }
    var arm = SyntheticArm(
      "start", values, title: "Start",
      settings: [
        "algorithm": "audit", "algorithm.prompts": "64", "algorithm.completions": "8",
        "algorithm.group_sizes": "[]", "algorithm.batch_size": "256", "algorithm.scale": "none",
        "algorithm.credit": "trajectory",
      ],
      metrics: [
        "gradient_relative_variance_none": values,
        "gradient_relative_variance_leave_one_out": values.map { $0 / 2 },
      ])
    arm.curves = values.map { value in
      [("none", 1.0), ("leave_one_out", 2.0)].map { baseline, divisor in
        Curve(
          name: "gradient_relative_variance_\(baseline)", steps: [2, 4, 8],
          values: [1.0, 2, 4].map { value / divisor / $0 })
      }
    }
    return arm
  }

  private static var puzzles: SyntheticArm {
    var arm = SyntheticArm("GRPO", tenAround(440))
    arm.samples = [0, 200, 400].map { step in
      """
      {"step":\(step),"level":"5","prompt":"A : B = knave","completion":"<think>\\n\(step)","reward":1,\
      "correct":true,"truncated":false}
      """
    }
    return arm
  }

  /// A lab in which all of the notebooks can be built, with an earlier week.
  private func lab() throws -> SyntheticLab {
    func experiment(_ name: String, _ arms: [SyntheticArm]) -> SyntheticExperiment {
      var experiment = SyntheticExperiment(of: arms)
      experiment.name = name
      return experiment
    }
    let cartpole = experiment(
      "cartpole",
      [
        Self.arm("PPO", tenAround(440)), Self.arm("GRPO", tenAround(400)),
        Self.arm("DrGRPO", tenAround(441).reversed(), title: "Dr. GRPO"),
      ])
    let lab = try SyntheticLab(
      "```{comparison} cartpole\n```", of: cartpole,
      experiment(
        "acrobot",
        [
          Self.arm("PPO", tenAround(-200), "Acrobot-v1"),
          Self.arm("GRPO", tenAround(-300), "Acrobot-v1"),
        ]),
      experiment(
        "sizes",
        [
          Self.arm("RLOO-2", tenAround(400), title: "RLOO, group_size 2", size: 2),
          Self.arm("RLOO-4", tenAround(420), title: "RLOO, group_size 4", size: 4),
        ]),
      experiment("audit", [Self.audit]), experiment("puzzles", [Self.puzzles]))
    // The week before had another group size.
    var former = cartpole
    former.arms[1].settings["algorithm.group_size"] = "4"
    former.arms[1].returns = tenAround(390)
    try lab.store(former)
    let now = lab.experiments
    lab.experiments[0] = former
    try lab.writeNotebook("```{comparison} cartpole\n```", week: "2026-W44")
    _ = try lab.build(week: "2026-W44").run()
    lab.experiments = now
    // Of a planned experiment only the spec is there.
    lab.experiments.append(
      experiment(
        "main",
        [
          SyntheticArm("PPO", Array(repeating: 0, count: 20), firstSeed: 100),
          SyntheticArm("GRPO", Array(repeating: 0, count: 20), firstSeed: 100),
        ]))
    return lab
  }

  @Test func `there is one for every directive`() {
    #expect(Self.notebooks.keys.sorted() == reportDirectives.map(\.name))
  }

  @Test(arguments: reportDirectives.map(\.name))
  func `the page of a directive is the golden one`(name: String) throws {
    let lab = try lab()
    try lab.writeNotebook(try #require(Self.notebooks[name]))
    var build = lab.build()
    if name.hasPrefix("variance") {
      build.catalog = MetricCatalog(baselines: ["none", "leave_one_out"])
    }
    _ = try build.run()
    let page = try lab.read("reports/2026-W45/report.html")
    let golden = body(of: page)
      .replacing(/<svg[^>]* (aria-label="[^"]*")>(?:.|\n)*?<\/svg>/) {
        "<svg \($0.output.1)>…</svg>"
      }
      .replacing(/href="data:([a-z\/]+)[^"]*"/) { "href=\"data:\($0.output.1),…\"" }
    try expectSnapshot(golden, named: "page-\(name).html")
  }
}
