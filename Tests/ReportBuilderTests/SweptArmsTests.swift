import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Testing

/// Arms that a sweep named by their values, wherever a notebook names arms.
@Suite struct SweptArmsTests {
  private let slow = SyntheticArm(
    "RLOO-learning_rate=0.001-group_size=3", tenAround(400),
    title: "RLOO, learning_rate 0.001, group_size 3", settings: ["algorithm": "rloo", "n": "1"])
  private let fast = SyntheticArm(
    "RLOO-learning_rate=1e-5-group_size=16", tenAround(440),
    title: "RLOO, learning_rate 1e-5, group_size 16", settings: ["algorithm": "rloo", "n": "2"])
  private let wide = SyntheticArm(
    "B-widths=1x2", tenAround(420), title: "B, widths [1, 2]", settings: ["algorithm": "b"])

  private func lab(_ body: String) throws -> SyntheticLab {
    try SyntheticLab(body, of: SyntheticExperiment(slow, fast, wide))
  }

  @Test func `values, claims, lists and published results name them`() throws {
    let lab = try lab(
      """
      It reaches {value}`cartpole.RLOO-learning_rate=0.001-group_size=3.evaluation_return|.2f`, \
      at least {value}`cartpole.RLOO-learning_rate=1e-5-group_size=16.evaluation_return.min`.

      ```{comparison} cartpole
      arms: B-widths=1x2, RLOO-learning_rate=0.001-group_size=3
      against: RLOO-learning_rate=0.001-group_size=3
      ```

      ```{claim} cartpole
      RLOO-learning_rate=1e-5-group_size=16 > RLOO-learning_rate=0.001-group_size=3 on evaluation_return
      RLOO-learning_rate=0.001-group_size=3 >= 390 on evaluation_return in 10 of 10 seeds
      ```

      ```{published}
      - of: cartpole.RLOO-learning_rate=0.001-group_size=3.evaluation_return
        mean: 400
        protocol: p
        cite: schulman2017proximal
      ```
      """)
    #expect(try lab.build().run().markedFailures.isEmpty)
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("It reaches 400.00, at least 435.5."))
    #expect(text.contains("| B, widths \\[1, 2\\] |") || text.contains("| B, widths [1, 2] |"))
    #expect(text.contains("RLOO, learning_rate 0.001, group_size 3"))
  }

  @Test func `a name that the sweep no longer gives is an error where it stands`() throws {
    let path = "reports/2026-W45/notebook.md"
    let nearest =
      "; did you mean 'RLOO-learning_rate=0.001-group_size=3' or 'RLOO-learning_rate=1e-5-group_size=16'?"
    for (body, place, name) in [
      (
        "See {value}`cartpole.RLOO-learning_rate=0.002-group_size=3.evaluation_return`.", "8:13",
        "RLOO-learning_rate=0.002-group_size=3"
      ),
      (
        "```{comparison} cartpole\narms: B-widths=1x2, RLOO-learning_rate=0.001-group_size=4\n```",
        "9:21", "RLOO-learning_rate=0.001-group_size=4"
      ),
      ("```{comparison} cartpole\nagainst: RLOO-2\n```", "9:10", "RLOO-2"),
      ("```{claim} cartpole\nB-widths=1x2 > RLOO-1 on evaluation_return\n```", "9:16", "RLOO-1"),
    ] {
      let message = try lab(body).failure()
      #expect(
        message.hasPrefix(
          "\(path):\(place): error: 'cartpole' has no arm '\(name)'; did you mean "), "\(message)")
      if name.hasPrefix("RLOO-") && name.count < 8 {
        #expect(message.hasSuffix(nearest), "\(message)")
      }
    }
  }

  // MARK: Titles that an old lock has twice

  @Test func `two arms of an old lock with one title are two lines and two rows`() throws {
    let first = SyntheticArm("A", tenAround(400), title: "PPO", settings: ["algorithm": "a"])
    let second = SyntheticArm("B", tenAround(100), title: "ppo", settings: ["algorithm": "b"])
    let lab = try SyntheticLab(SyntheticExperiment(first, second))
    try lab.writeNotebook(
      """
      ```{curves} cartpole
      label: fig-c
      ```

      ```{profile} cartpole
      label: fig-p
      ```

      ```{comparison} cartpole
      ```
      """)
    _ = try lab.build().run()
    for name in ["fig-c", "fig-p"] {
      let figure = try lab.read("reports/2026-W45/figures/\(name).vl.json")
      #expect(figure.contains("\"domain\": [\"PPO (A)\", \"ppo (B)\"]"))
      #expect(!figure.contains("\"arm\": \"PPO\""))
    }
    let text = try lab.read("reports/2026-W45/report.md")
    #expect(text.contains("| PPO (A) |") && text.contains("| ppo (B) |"))
    // What is said of it changes nothing in the lock.
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "")
    #expect(lock.experiments[0].arms.map(\.title) == ["PPO", "ppo"])
  }

  @Test func `a curve named twice is refused`() throws {
    let message = try lab(
      "```{curves} cartpole\narms: B-widths=1x2\ncurve: training_return, training_return\n```"
    ).failure()
    #expect(message.hasSuffix("error: the curve 'training_return' is named twice"), "\(message)")
  }
}
