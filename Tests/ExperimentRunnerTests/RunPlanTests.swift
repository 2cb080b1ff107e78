import ExperimentRunner
import ExperimentSpec
import ResultStore
import Testing

@Suite struct RunPlanTests {
  let folder: TemporaryFolder
  let store: ResultStore
  let experiments: [Experiment]

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
    experiments = try loadExperiments(
      at: ["experiments/a.yaml", "experiments/b.yaml"],
      in: SpecFiles([
        "experiments/a.yaml": RealWorkerTests.spec(steps: 1000),
        "experiments/b.yaml": RealWorkerTests.spec(steps: 2000, seeds: 3),
      ]), vocabulary: .labbook)
  }

  private func names(_ selection: RunSelection) throws -> [String] {
    try selection.check(in: experiments)
    return try plannedRuns(
      of: experiments, in: store, selection: selection, vocabulary: .labbook
    ).map { "\($0.name)" }
  }

  @Test func `a plan goes through experiments, arms and seeds in order`() throws {
    #expect(
      try names(RunSelection()) == [
        "a/PPO/0", "a/PPO/1", "a/RLOO/0", "a/RLOO/1", "b/PPO/0", "b/PPO/1", "b/PPO/2", "b/RLOO/0",
        "b/RLOO/1", "b/RLOO/2",
      ])
    #expect(try names(RunSelection(experiments: ["b"], seeds: [2])) == ["b/PPO/2", "b/RLOO/2"])
    #expect(try names(RunSelection(arms: ["RLOO"], seeds: [0])) == ["a/RLOO/0", "b/RLOO/0"])
    #expect(RunSelection(arms: ["RLOO"]).contains(RunName(experiment: "x", arm: "RLOO", seed: 7)))
  }

  @Test func `a run knows its budget and what the store has of it`() throws {
    let run = try plannedRuns(of: experiments, in: store, vocabulary: .labbook)[4]
    #expect(run.budget == 2000)
    #expect(run.state == .missing)
    #expect(run.preimage.fields["seed"] == "0")
    func state() throws -> PlannedRun.State {
      try PlannedRun(name: run.name, preimage: run.preimage, in: store).state
    }
    _ = try store.store(Record(metrics: ["a": 1]), for: run.preimage, provenance: nil)
    #expect(try state() == .cached)
    _ = try store.store(Record(metrics: ["a": 2]), for: run.preimage, provenance: nil)
    #expect(try state() == .conflict)
  }

  @Test func `names that stand for nothing are told with what there is`() {
    #expect(throws: SelectionError.unknownExperiment("c", available: ["a", "b"])) {
      try names(RunSelection(experiments: ["c"]))
    }
    #expect(throws: SelectionError.unknownArm("GRPO", available: ["PPO", "RLOO"])) {
      try names(RunSelection(arms: ["GRPO"]))
    }
    #expect(throws: SelectionError.unknownSeed(2, available: [0, 1])) {
      try names(RunSelection(experiments: ["a"], seeds: [2]))
    }
    #expect(
      "\(SelectionError.unknownSeed(2, available: [0, 1]))"
        == "no selected experiment has the seed 2; there is 0 to 1")
    #expect(seedList([0, 1, 2, 5, 7, 8]) == "0 to 2, 5, 7 to 8")
  }
}
