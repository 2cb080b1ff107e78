import Foundation
import ReportBuilder
import ResultStore
import Testing

@Suite struct BuildStateTests {
  private let experiment = SyntheticExperiment(
    SyntheticArm("PPO", tenAround(440)), SyntheticArm("GRPO", tenAround(400)))

  /// A lab whose week has been built and remembered.
  private func builtLab() throws -> SyntheticLab {
    let lab = try SyntheticLab(experiment)
    try lab.write("builder", to: "bin/labbook")
    try lab.write("question: Q\n", to: "experiments/cartpole.yaml")
    try lab.writeNotebook(
      "PPO [@schulman2017proximal]\n\n```{curves} cartpole\nlabel: fig-cartpole\n```")
    let state = state(of: lab)
    #expect(!state.isUpToDate())
    try state.remember(lab.build().run())
    return lab
  }

  private func state(
    of lab: SyntheticLab, specs: [String] = ["cartpole"]
  ) -> BuildState {
    BuildState(
      folder: lab.folder(), lab: lab.root, store: lab.store,
      executable: lab.root.appending(path: "bin/labbook"),
      dependencies: specs.map { lab.root.appending(path: "experiments/\($0).yaml") })
  }

  @Test func `after a build there is nothing to do`() throws {
    let lab = try builtLab()
    #expect(state(of: lab).isUpToDate())
  }

  @Test func `a decision, a further result and a further decision each call for a build`() throws {
    let lab = try builtLab()
    let arm = experiment.arms[0]
    let key = arm.locked.preimage(seed: 3).key
    func store(_ value: Double) throws -> String {
      var other = experiment
      other.arms[0].returns[3] = value
      try lab.store(other)
      #expect(!state(of: lab).isUpToDate())
      #expect(lab.failure().hasPrefix("error: 1 run has more than one result"))
      return other.arms[0].record(seed: 3).digest.all
    }
    func decide(_ digest: String, _ reason: String) throws {
      _ = try lab.store.resolve(key, keeping: digest, reason: reason, named: "run")
      #expect(!state(of: lab).isUpToDate())
      var build = lab.build()
      build.acceptsRecords = true
      try state(of: lab).remember(build.run())
      #expect(state(of: lab).isUpToDate())
    }
    _ = try store(400)
    try decide(arm.record(seed: 3).digest.all, "One.")
    let third = try store(401)
    try decide(arm.record(seed: 3).digest.all, "Two.")
    try decide(arm.record(seed: 3).digest.all, "Three.")
    #expect(
      try #require(try lab.folder().lock()).runs.compactMap { $0.run.resolution?.reason } == [
        "Three."
      ])
    try decide(third, "Four.")
  }

  @Test func `what is not part of the report may change`() throws {
    let lab = try builtLab()
    try lab.write("mine", to: "reports/2026-W45/sketch.txt")
    try lab.write("other", to: "reports/2026-W44/notebook.md")
    #expect(state(of: lab).isUpToDate())
  }

  @Test func `a repetition, and a week that comes before this one, call for a build`() throws {
    let lab = try builtLab()
    let key = experiment.arms[0].locked.preimage(seed: 3).key.hex
    try lab.write("", to: ".labbook/repetitions/\(key)/1/record.json")
    #expect(!state(of: lab).isUpToDate())
    try lab.remove(".labbook/repetitions")
    #expect(state(of: lab).isUpToDate())
    try lab.write("", to: "reports/2026-W44/results.lock")
    #expect(!state(of: lab).isUpToDate())
    try lab.remove("reports/2026-W44")
    try lab.write("", to: "reports/2026-W46/results.lock")
    #expect(state(of: lab).isUpToDate())
  }

  @Test func `another input of an external trainer calls for a build`() throws {
    let lab = try builtLab()
    func planned(_ code: String) -> PlannedExperiment {
      PlannedExperiment(
        name: "tuning", question: "", metric: "reward",
        arms: [
          .init(label: "A", title: "A", preimage: ["trainer": "1", "input.code": code], seeds: [0])
        ])
    }
    let now = try #require(planned("a").inputs)
    #expect(planned("b").inputs != now)
    try state(of: lab).remember(lab.build().run(), of: [planned("a")])
    #expect(state(of: lab).isUpToDate { $0 == ["tuning"] ? ["tuning": now] : [:] })
    #expect(!state(of: lab).isUpToDate { _ in ["tuning": planned("b").inputs ?? ""] })
    // An input that is gone, or a spec that cannot be read.
    #expect(!state(of: lab).isUpToDate { _ in [:] })
    // Experiments of the engine have no inputs beside their specs.
    try state(of: lab).remember(
      lab.build().run(),
      of: [
        PlannedExperiment(
          name: "e", question: "", metric: "m",
          arms: [.init(label: "A", title: "A", preimage: ["algorithm": "ppo"], seeds: [0])])
      ])
    #expect(
      state(of: lab).isUpToDate { _ in
        Issue.record("asked"); return [:]
      })
  }

  @Test(arguments: [
    "reports/2026-W45/notebook.md", "reports/references.bib", "reports/2026-W45/results.lock",
    "reports/2026-W45/report.md", "reports/2026-W45/report.html",
    "reports/2026-W45/figures/fig-cartpole.svg", "reports/2026-W45/figures/fig-cartpole.vl.json",
    "experiments/cartpole.yaml", "bin/labbook",
  ])
  func `every file counts`(path: String) throws {
    let lab = try builtLab()
    let text = try lab.read(path)
    let modified = try FileManager.default.attributesOfItem(
      atPath: lab.root.appending(path: path).path(percentEncoded: false))[.modificationDate]
    try lab.write(text + " ", to: path)
    if path != "bin/labbook", let modified {
      // An old modification time hides nothing.
      try FileManager.default.setAttributes(
        [.modificationDate: modified],
        ofItemAtPath: lab.root.appending(path: path).path(percentEncoded: false))
    }
    #expect(!state(of: lab).isUpToDate())
    if path != "bin/labbook" {
      try lab.write(text, to: path)
      #expect(state(of: lab).isUpToDate())
    }
    try lab.remove(path)
    #expect(!state(of: lab).isUpToDate())
  }

  @Test func `a spec that comes or goes counts`() throws {
    let lab = try builtLab()
    try lab.write("question: R\n", to: "experiments/bandit.yaml")
    #expect(!state(of: lab, specs: ["bandit", "cartpole"]).isUpToDate())
    try lab.remove("experiments/cartpole.yaml")
    #expect(!state(of: lab, specs: []).isUpToDate())
  }

  @Test func `an altered or missing record counts`() throws {
    let lab = try builtLab()
    let folder = try lab.recordFolder("cartpole", "GRPO", seed: 7)
    let record = try lab.read("\(folder)/record.json")
    try lab.write(record + " ", to: "\(folder)/record.json")
    #expect(!state(of: lab).isUpToDate())
    try lab.write(record, to: "\(folder)/record.json")
    #expect(state(of: lab).isUpToDate())
    try lab.remove(folder)
    #expect(!state(of: lab).isUpToDate())
  }

  @Test func `another result for a run counts`() throws {
    let lab = try builtLab()
    var other = experiment
    other.arms[0].returns[3] = 400
    try lab.store(other)
    #expect(!state(of: lab).isUpToDate())
  }

  @Test func `a file that changes during a build is not taken for built`() throws {
    let lab = try builtLab()
    let state = state(of: lab)
    let outcome = try lab.build().run()
    try lab.write("question: Another\n", to: "experiments/cartpole.yaml")
    try lab.replace("PPO [", with: "PPO again [", in: "reports/2026-W45/notebook.md")
    try state.remember(outcome)
    #expect(!self.state(of: lab).isUpToDate())
  }

  @Test func `a file that a spec extends counts, though it is no spec`() throws {
    let lab = try builtLab()
    try lab.write("seeds: 3\n", to: "experiments/shared/base.yaml")
    try state(of: lab).remember(lab.build().run(), alsoRead: ["experiments/shared/base.yaml"])
    #expect(state(of: lab).isUpToDate())
    try lab.write("seeds: 4\n", to: "experiments/shared/base.yaml")
    #expect(!state(of: lab).isUpToDate())
  }

  @Test func `records that have stood for a while are known by the states of their files`() throws {
    let lab = try builtLab()
    usleep(2_100_000)
    #expect(state(of: lab).isUpToDate())
    let kept = try lab.read(".labbook/reports/2026-W45.txt")
    #expect(!kept.contains("\nstates -\n"))
    // The digests of records are not looked at as long as the states are the same.
    let key = try #require(try lab.folder().lock()).runs[0].run.key
    let line = try #require(kept.firstRange(of: "\n\(key) "))
    let digest = kept[line.upperBound...].prefix(64)
    try lab.write(
      kept.replacing(digest, with: String(repeating: "0", count: 64)),
      to: ".labbook/reports/2026-W45.txt")
    #expect(state(of: lab).isUpToDate())
    let record = try lab.recordFolder("cartpole", "PPO", seed: 0)
    try lab.write(try lab.read("\(record)/record.json"), to: "\(record)/record.json")
    #expect(!state(of: lab).isUpToDate())
  }

  @Test func `the first build reads each record once, and the next ones none`() throws {
    let lab = try builtLab()
    try lab.remove("reports/2026-W45/results.lock")
    usleep(2_100_000)
    let runs = experiment.arms.reduce(0) { $0 + $1.seeds.count }
    func effort(words: String) throws -> (looks: Int, reads: Int) {
      try lab.replace(
        "[@schulman", with: "\(words) [@schulman", in: "reports/2026-W45/notebook.md")
      let checked = CheckedRecords(of: lab.store, program: "a")
      var state = state(of: lab)
      state.checked = checked
      var build = lab.build()
      build.checked = checked
      try state.remember(build.run())
      #expect(self.state(of: lab).isUpToDate())
      return checked.effort
    }
    #expect(try effort(words: "first") == (looks: 0, reads: runs))
    #expect(try effort(words: "then") == (looks: runs, reads: 0))
    #expect(try effort(words: "last") == (looks: runs, reads: 0))
  }

  @Test func `a build with marked failures is never taken for done`() throws {
    let lab = try builtLab()
    try lab.writeNotebook("```{claim} cartpole\nGRPO > PPO on evaluation_return\n```")
    var build = lab.build()
    build.marksFailures = true
    let state = state(of: lab)
    try state.remember(build.run())
    #expect(!self.state(of: lab).isUpToDate())
  }

  @Test func `a damaged state is no state`() throws {
    let lab = try builtLab()
    try lab.write("labbook report state 1\n", to: ".labbook/reports/2026-W45.txt")
    #expect(!state(of: lab).isUpToDate())
    state(of: lab).forget()
    #expect(!state(of: lab).isUpToDate())
  }

  @Test func `the lab may be moved`() throws {
    let lab = try builtLab()
    let moved = lab.root.deletingLastPathComponent().appending(path: "moved-\(UUID().uuidString)")
    try FileManager.default.moveItem(at: lab.root, to: moved)
    defer { try? FileManager.default.removeItem(at: moved) }
    let state = BuildState(
      folder: WeekFolder(
        url: moved.appending(path: "reports/2026-W45"), displayPath: "reports/2026-W45"),
      lab: moved, store: ResultStore(root: moved.appending(path: ".labbook")),
      executable: moved.appending(path: "bin/labbook"),
      dependencies: [moved.appending(path: "experiments/cartpole.yaml")])
    #expect(state.isUpToDate())
  }
}
