import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Testing

@Suite struct WeekBuildTests {
  private static let body = """
    PPO reaches {value}`cartpole.PPO.evaluation_return` [@schulman2017proximal], see @fig-cartpole.

    ```{comparison} cartpole
    against: GRPO
    ```

    ```{curves} cartpole
    label: fig-cartpole
    caption: Learning.
    ```

    ```{claim} cartpole
    PPO > GRPO on evaluation_return
    ```
    """

  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)))

  private func lab(status: String = "draft") throws -> SyntheticLab {
    try SyntheticLab(Self.body, of: experiment, status: status)
  }

  /// A lab whose week was built as a draft and then set final.
  private func finalLab() throws -> SyntheticLab {
    let lab = try lab()
    _ = try lab.build().run()
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W45/notebook.md")
    return lab
  }

  // MARK: Drafts

  @Test func `a draft writes report, figures and lock`() throws {
    let lab = try lab()
    let outcome = try lab.build().run()
    #expect(
      outcome.files == [
        "figures/fig-cartpole.csv", "figures/fig-cartpole.svg", "figures/fig-cartpole.vl.json",
        "prose.json", "report.html", "report.md", "results.lock",
      ])
    #expect(outcome.changedFiles == outcome.files)
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "results.lock")
    #expect(lock.experiments == [experiment.locked])
    #expect(
      lock.documents.keys.sorted() == [
        "../references.bib", "../references.bib#schulman2017proximal", "figures/fig-cartpole.svg",
        "figures/fig-cartpole.vl.json", "notebook.md",
      ])
    #expect(
      lock.documents["figures/fig-cartpole.svg"]
        == Digest.hex(of: try lab.read("reports/2026-W45/figures/fig-cartpole.svg")))
  }

  @Test func `a work that another week cites changes no lock`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let references = try lab.read("reports/references.bib")
    try lab.write(
      "@misc{huang2022, title = {Another work}}\n\n\(references)", to: "reports/references.bib")
    #expect(try lab.build().run().changedFiles.isEmpty)
    try lab.replace("Policy Optimization", with: "Policy", in: "reports/references.bib")
    let changed = try lab.build().run().changedFiles
    #expect(changed == ["report.html", "report.md", "results.lock"])
  }

  @Test func `macros of the lab are an input of the weeks that use them`() throws {
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("Of $\\E[x]$.\n\n```{comparison} cartpole\n```")
    #expect(
      lab.failure()
        == "reports/2026-W45/notebook.md:8:5: error: formula: Undefined control sequence: \\E")
    try lab.write("\\E: '\\mathbb{E}'\n\\KL: 'D(#1)'\n", to: "reports/macros.yaml")
    _ = try lab.build().run()
    #expect(try lab.read("reports/2026-W45/report.md").contains("Of $\\mathbb{E}[x]$."))
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "results.lock")
    #expect(lock.documents.keys.sorted() == ["../macros.yaml", "notebook.md"])
    // What another week uses changes no lock; what this week uses does.
    try lab.write("# all\n\\E: '\\mathbb{E}'\n\\H: 'H'\n", to: "reports/macros.yaml")
    #expect(try lab.build().run().changedFiles.isEmpty)
    try lab.write("\\E: '\\mathrm{E}'\n", to: "reports/macros.yaml")
    #expect(try lab.build().run().changedFiles == ["report.html", "report.md", "results.lock"])
    try lab.write("\\E: '\\E'\n", to: "reports/macros.yaml")
    #expect(
      lab.failure()
        == "reports/macros.yaml:1:1: error: the macro '\\E' stands for itself: \\E → \\E")
  }

  @Test func `a bibliography that nothing is cited from is not in the lock`() throws {
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("```{comparison} cartpole\n```")
    _ = try lab.build().run()
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "results.lock")
    #expect(lock.documents.keys.sorted() == ["notebook.md"])
  }

  @Test func `a lock with the digest of the whole bibliography is rendered as before`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "results.lock")
    var documents = lock.documents
    documents["../references.bib"] = Digest.hex(of: try lab.read("reports/references.bib"))
    let old = Lock(experiments: lock.experiments, documents: documents)
    #expect(old != lock)
    try lab.write(old.text, to: "reports/2026-W45/results.lock")
    try lab.write(
      "@misc{huang2022, title = {Another work}}\n\n" + lab.read("reports/references.bib"),
      to: "reports/references.bib")
    var build = lab.build()
    build.rendersLock = true
    let outcome = try build.run()
    #expect(outcome.changedFiles.isEmpty)
    #expect(outcome.notes.isEmpty)
  }

  @Test func `two builds are byte-identical, and the second touches no file`() throws {
    let first = try lab()
    _ = try first.build().run()
    let files = try first.files(below: "reports")
    #expect(try first.build().run().changedFiles.isEmpty)
    #expect(try first.files(below: "reports") == files)
    let second = try lab()
    _ = try second.build().run()
    #expect(try second.files(below: "reports") == files)
  }

  @Test func `runs without records are listed with the command that executes them`() throws {
    let lab = try lab()
    try lab.remove(lab.recordFolder("cartpole", "PPO", seed: 3))
    try lab.remove(lab.recordFolder("cartpole", "GRPO", seed: 9))
    #expect(
      lab.failure() == """
        error: 2 runs have no record yet: cartpole/PPO/3, cartpole/GRPO/9
        run them with 'labbook run cartpole'
        """)
    #expect(!lab.exists("reports/2026-W45/report.md"))
  }

  @Test func `a record altered by one digit stops the build and leaves the lock`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let before = try lab.files(below: "reports")
    let record = try lab.recordFolder("cartpole", "PPO", seed: 3) + "/record.json"
    try lab.replace("438.5", with: "438.6", in: record)
    let message = lab.failure()
    #expect(message.contains("cartpole/PPO/3"))
    #expect(message.contains("metric.evaluation_return"))
    #expect(try lab.files(below: "reports") == before)
  }

  @Test func `a lock altered by one digit stops the build and stays as it is`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    try lab.replace(
      "\"evaluation_return\": 438.5", with: "\"evaluation_return\": 438.6",
      in: "reports/2026-W45/results.lock")
    let before = try lab.files(below: "reports")
    let message = lab.failure()
    #expect(message.hasPrefix("reports/2026-W45/results.lock"))
    #expect(message.contains("cartpole/PPO/3"))
    #expect(try lab.files(below: "reports") == before)
  }

  @Test func `another record for the same key is an error until it is accepted`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let before = try lab.files(below: "reports")
    var other = experiment
    other.arms[0].returns[3] = 400
    try lab.remove(".labbook")
    try lab.store(other)
    #expect(
      lab.failure() == """
        reports/2026-W45/results.lock: error: run cartpole/PPO/3 (key \
        \(experiment.arms[0].locked.preimage(seed: 3).key.short)): curve.evaluation_return, \
        curve.training_return, metric.evaluation_return in the store differs from the lock
        the lock is as it was; 'labbook report --accept' replaces it by the records
        """)
    #expect(try lab.files(below: "reports") == before)
    var build = lab.build()
    build.acceptsRecords = true
    _ = try build.run()
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "results.lock")
    #expect(lock.experiments == [other.locked])
  }

  @Test func `a run with two results blocks the build`() throws {
    let lab = try lab()
    var other = experiment
    other.arms[0].returns[3] = 400
    try lab.store(other)
    #expect(
      lab.failure() == """
        error: 1 run has more than one result in the store: cartpole/PPO/3
        'labbook status' shows them, and 'labbook resolve' records which one counts and why
        """)
  }

  @Test func `a changed setting replaces the runs in the lock`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    var changed = experiment
    changed.arms[1].settings["algorithm.group_size"] = "16"
    changed.arms[1].returns = tenAround(410)
    lab.experiments = [changed]
    try lab.store(changed)
    _ = try lab.build().run()
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "results.lock")
    #expect(lock.experiments == [changed.locked])
  }

  @Test func `figures that a draft no longer draws are removed`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    try lab.replace("fig-cartpole", with: "fig-learning", in: "reports/2026-W45/notebook.md")
    try lab.write("mine", to: "reports/2026-W45/figures/sketch.svg")
    _ = try lab.build().run()
    #expect(!lab.exists("reports/2026-W45/figures/fig-cartpole.svg"))
    #expect(!lab.exists("reports/2026-W45/figures/fig-cartpole.vl.json"))
    #expect(lab.exists("reports/2026-W45/figures/fig-learning.svg"))
    #expect(lab.exists("reports/2026-W45/figures/sketch.svg"))
  }

  @Test func `a notebook that fails leaves the previous report untouched`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let before = try lab.files(below: "reports")
    for (right, wrong) in [
      ("cartpole.PPO.evaluation_return", "cartpole.PPO.evaluation"),
      ("PPO > GRPO on", "GRPO > PPO on"), ("{curves}", "{curve}"),
      ("{claim} cartpole", "{claim} pole"),
    ] {
      try lab.replace(right, with: wrong, in: "reports/2026-W45/notebook.md")
      let message = lab.failure()
      #expect(message.hasPrefix("reports/2026-W45/notebook.md:"), "\(message)")
      try lab.replace(wrong, with: right, in: "reports/2026-W45/notebook.md")
      #expect(try lab.files(below: "reports") == before)
    }
  }

  @Test func `a notebook in the folder of another week is refused`() throws {
    let lab = try lab()
    try lab.replace("week: 2026-W45", with: "week: 2026-W46", in: "reports/2026-W45/notebook.md")
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:3:7: error: the notebook of '2026-W46' stands in the folder of \
        '2026-W45'
        """)
    #expect(lab.failure(week: "2026-W01") == "error: there is no reports/2026-W01/notebook.md")
  }

  @Test func `a bibliography that is not there is an error where it is named`() throws {
    let lab = try lab()
    try lab.remove("reports/references.bib")
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:5:15: error: there is no bibliography '../references.bib'
        """)
  }

  // MARK: Final weeks

  @Test func `a final week needs no records and changes neither lock nor figures`() throws {
    let lab = try finalLab()
    let before = try lab.files(below: "reports")
    try lab.remove(".labbook")
    try lab.remove("reports/2026-W45/report.html")
    lab.experiments = []
    let outcome = try lab.build().run()
    // The page says that the week is no draft any more.
    #expect(outcome.changedFiles == ["report.html", "report.md"])
    #expect(outcome.notes.isEmpty)
    #expect(
      outcome.files == [
        "figures/fig-cartpole.csv", "figures/fig-cartpole.svg", "figures/fig-cartpole.vl.json",
        "report.html", "report.md", "results.lock",
      ])
    let after = try lab.files(below: "reports")
    for name in ["results.lock", "figures/fig-cartpole.csv", "figures/fig-cartpole.svg"] {
      #expect(after["2026-W45/\(name)"] == before["2026-W45/\(name)"])
    }
  }

  @Test func `a draft can be rendered from its lock alone too`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    let before = try lab.files(below: "reports")
    try lab.remove(".labbook")
    var build = lab.build()
    build.rendersLock = true
    #expect(try build.run().changedFiles.isEmpty)
    #expect(try lab.files(below: "reports") == before)
  }

  @Test func `a final week is refused without its lock`() throws {
    let lab = try lab(status: "final")
    #expect(
      lab.failure() == """
        error: reports/2026-W45 has no results.lock to be rendered from; build it as a draft first
        """)
  }

  @Test func `a final week is refused while a run is missing from its lock`() throws {
    let lab = try finalLab()
    var locked = experiment.locked
    let arm = locked.arms[1]
    locked.arms[1] = LockedArm(
      label: arm.label, title: arm.title, preimage: arm.preimage,
      runs: arm.runs.filter { $0.seed != 4 })
    try lab.write(
      Lock(experiments: [locked]).text, to: "reports/2026-W45/results.lock")
    #expect(lab.failure() == "error: reports/2026-W45/results.lock lacks cartpole/GRPO/4")
  }

  @Test func `a week cannot show what its lock does not have`() throws {
    let lab = try lab()
    _ = try lab.build().run()
    try lab.replace("fig-cartpole", with: "fig-other", in: "reports/2026-W45/notebook.md")
    #expect(
      lab.failure { $0.rendersLock = true } == """
        error: reports/2026-W45/results.lock has no figures/fig-other.svg; build the week as a draft \
        first
        """)
    try lab.replace(
      "{comparison} cartpole", with: "{comparison} bandit", in: "reports/2026-W45/notebook.md")
    #expect(
      lab.failure { $0.rendersLock = true } == """
        reports/2026-W45/notebook.md:10:17: error: there are no results of an experiment 'bandit'
        """)
  }

  @Test func `an altered or missing figure of a final week is an error`() throws {
    let lab = try finalLab()
    let figure = "reports/2026-W45/figures/fig-cartpole.svg"
    try lab.replace("PPO", with: "PPQ", in: figure)
    #expect(
      lab.failure() == """
        error: reports/2026-W45/figures/fig-cartpole.svg is not what the lock of 2026-W45 names: its \
        digest differs
        """)
    try lab.remove(figure)
    #expect(
      lab.failure() == """
        error: reports/2026-W45/figures/fig-cartpole.svg is missing; the lock names it
        """)
  }

  @Test func `records that are there must equal the lock of a final week`() throws {
    let lab = try finalLab()
    var other = experiment
    other.arms[0].returns[3] = 400
    try lab.remove(".labbook")
    try lab.store(other)
    let failure = lab.failure()
    #expect(failure.hasPrefix("reports/2026-W45/results.lock: error: run cartpole/PPO/3"))
    // What a draft is advised to do fails alike here.
    #expect(!failure.contains("--accept") && failure.contains("'labbook verify'"))
  }

  @Test func `words of a draft that is rendered from its lock may have changed, with a note`()
    throws
  {
    let lab = try lab()
    _ = try lab.build().run()
    try lab.replace("PPO reaches", with: "PPO gets to", in: "reports/2026-W45/notebook.md")
    var build = lab.build()
    build.rendersLock = true
    let outcome = try build.run()
    #expect(
      outcome.notes == [
        """
        reports/2026-W45/notebook.md has changed since its results were locked; they are as they were
        """
      ])
    #expect(outcome.changedFiles == ["report.html", "report.md"])
  }

  @Test func `the lock of an earlier week that a final one compares with must not change`() throws {
    let lab = try SyntheticLab(experiment)
    try lab.writeNotebook("```{comparison} cartpole\n```", week: "2026-W44")
    _ = try lab.build(week: "2026-W44").run()
    try lab.writeNotebook("```{changes} 2026-W44\nexperiments: cartpole\n```")
    _ = try lab.build().run()
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W45/notebook.md")
    _ = try lab.build().run()
    try lab.writeNotebook("```{comparison} cartpole\nagainst: PPO\n```", week: "2026-W44")
    _ = try lab.build(week: "2026-W44").run()
    #expect(
      lab.failure() == """
        error: reports/2026-W45/../2026-W44/results.lock is not what the lock of 2026-W45 names: its \
        digest differs
        """)
  }

  // MARK: Names

  @Test func `a notebook says which experiments it needs`() throws {
    let notebook = try parseNotebook(
      """
      ---
      title: T
      week: 2026-W45
      status: draft
      ---
      {value}`bandit.PPO.expected_reward`

      ```{comparison} cartpole
      ```

      ```{changes} 2026-W44
      experiments: pendulum, cartpole
      ```

      ```{suite} acrobot, cartpole
      ```

      ```{published}
      - {of: taxi.PPO.evaluation_return, mean: 7.9, protocol: greedy, cite: someone2022}
      ```
      """, path: "notebook.md")
    #expect(
      experimentsNeeded(by: notebook).map(\.value) == [
        "acrobot", "bandit", "cartpole", "pendulum", "taxi",
      ])
    #expect(experimentsNeeded(by: notebook).map(\.position.line) == [15, 6, 8, 12, 19])
  }

  @Test func `names are checked before anything is run`() throws {
    let notebook = try parseNotebook(
      """
      ---
      title: T
      week: 2026-W45
      status: draft
      ---
      {value}`cartpole.PP.evaluation_return`

      ```{curves} cartpol
      ```

      ```{claim} cartpole
      PPO > GRP on evaluation_return
      PPO and GRPO
      ```
      """, path: "notebook.md")
    #expect(throws: NotebookError.self) {
      try checkNames(of: notebook, in: [experiment.planned])
    }
    do throws(NotebookError) {
      try checkNames(of: notebook, in: [experiment.planned])
    } catch {
      #expect(error.problems.map(\.position.line) == [6, 8, 12, 13])
    }
  }
}
