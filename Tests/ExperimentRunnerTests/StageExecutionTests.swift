import ExperimentRunner
import Foundation
import ResultStore
import Testing

/// Runs that start from other runs, with workers that fail on demand: ``WorkerScript``.
@Suite struct StageExecutionTests {
  let folder: TemporaryFolder
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook"))
  }

  /// A chain: a stage, a reward model that starts from it, an arm that stands on both, and an arm
  /// that stands on nothing.
  struct Chain {
    var executor: RunExecutor
    var stage, judge, arm, free: PlannedRun

    var all: [PlannedRun] { [stage, judge, arm, free] }
  }

  private func prepare(fault: String? = nil, jobs: Int = 2) throws -> Chain {
    try folder.makeFolder("results")
    func run(
      _ label: String, _ number: Int, stages: [String: PlannedRun] = [:], fault: String? = nil
    ) throws -> PlannedRun {
      var fields = ["seed": "\(number)", "budget.tokens": "100", "policy.width": "64"]
      for (name, stage) in stages { fields[name] = stage.key.hex }
      fields["fault"] = fault
      let preimage = RunPreimage(fields: fields)
      let record = Record(metrics: ["test_accuracy": Double(number)], weights: [UInt8(number), 7])
      let place = folder.url.appending(path: "results/\(number)").path
      if !FileManager.default.fileExists(atPath: place) {
        let staged = try store.stage(
          record, for: preimage, provenance: nil, session: folder.url.path)
        try FileManager.default.moveItem(atPath: staged, toPath: place)
      }
      return try PlannedRun(
        name: RunName(experiment: "e", arm: label, seed: 0), preimage: preimage, in: store)
    }
    let stage = try run("Stage", 0, fault: fault)
    let judge = try run("Judge", 1, stages: ["start": stage])
    let arm = try run("Arm", 2, stages: ["start": stage, "reward": judge])
    try folder.write(WorkerScript.text, to: "worker.sh")
    let worker = WorkerCommand([
      "sh", folder.url.appending(path: "worker.sh").path,
      folder.url.appending(path: "results").path,
    ])
    return Chain(
      executor: RunExecutor(store: store, worker: worker, jobs: jobs), stage: stage, judge: judge,
      arm: arm, free: try run("Free", 3))
  }

  /// The runs that finish, in that order.
  private func finished(
    _ chain: Chain, _ runs: [PlannedRun], stages: [PlannedRun] = [], force: Bool = false
  ) throws -> (order: [String], result: ExecutionResult) {
    var order: [String] = []
    let result = try chain.executor.execute(runs, stages: stages, force: force) {
      if case .finished(let outcome, _) = $0 { order.append("\(outcome)") }
    }
    return (order, result)
  }

  @Test(arguments: [1, 3])
  func `a run starts when its stages are in the store, whatever the order asked for`(
    jobs: Int
  ) throws {
    let chain = try prepare(jobs: jobs)
    let (order, result) = try finished(chain, chain.all.reversed())
    #expect(result.isComplete)
    #expect(result.stages == [])
    let chained = order.filter { $0 != "e/Free/0: done" }
    #expect(chained == ["e/Stage/0: done", "e/Judge/0: done", "e/Arm/0: done"])
    #expect(order.count == 4)
    #expect(try store.keys() == chain.all.map(\.key).sorted())
  }

  @Test func `missing stages are executed although nobody asked for them, and only once`() throws {
    let chain = try prepare()
    let stages = stagesNeeded(by: [chain.arm], among: chain.all)
    #expect(stages == [chain.stage, chain.judge])
    let (order, result) = try finished(chain, [chain.arm], stages: stages)
    #expect(order == ["e/Stage/0: done", "e/Judge/0: done", "e/Arm/0: done"])
    #expect(result.outcomes.map { "\($0)" } == ["e/Arm/0: done"])
    #expect(result.stages.map { "\($0)" } == ["e/Stage/0: done", "e/Judge/0: done"])
    #expect(result.progress.runs == 3)

    let again = try prepare()
    let forced = try finished(
      again, [again.arm], stages: stagesNeeded(by: [again.arm], among: again.all), force: true)
    #expect(forced.order == ["e/Arm/0: same"])
    #expect(forced.result.stages == [])
    let both = try finished(again, [again.stage, again.arm], force: true)
    #expect(both.order == ["e/Stage/0: same", "e/Arm/0: same"])
  }

  @Test func `a failed stage fails what stands on it with a sentence each, and nothing else`()
    throws
  {
    let chain = try prepare(fault: "throw")
    let (_, result) = try finished(chain, chain.all)
    let log = store.logFile(for: chain.stage.key)
    #expect(
      result.outcomes.map(\.result) == [
        .failed(problem: "the loss is not finite", log: log),
        .failed(problem: "its stage e/Stage/0 failed", log: log),
        .failed(problem: "its stage e/Stage/0 failed", log: log),
        .stored,
      ])
    #expect(result.progress.finishedRuns == 4)
    #expect(try store.keys() == [chain.free.key])
  }

  @Test func `a run whose stage is nowhere fails with the stage's key`() throws {
    let chain = try prepare()
    let (order, result) = try finished(chain, [chain.judge, chain.arm, chain.free])
    #expect(order.contains("e/Free/0: done"))
    #expect(
      result.outcomes[0].result
        == .failed(
          problem: "it starts from the run \(chain.stage.key.short), which has no record here",
          log: "none"))
    #expect(result.outcomes[1].isFailure)
  }

  @Test func `a token costs more than an environment step, and one that is sampled twice that`() {
    func run(_ fields: [String: String]) -> PlannedRun {
      PlannedRun(
        name: RunName(experiment: "e", arm: "A", seed: 0), preimage: RunPreimage(fields: fields),
        state: .missing)
    }
    let steps = run(["budget.environment_steps": "500", "algorithm": "ppo"])
    #expect(steps.cost == 500)
    #expect(steps.unit == .environmentSteps)
    let shape = ["budget.tokens": "500", "policy.layers": "2", "policy.width": "64"]
    let trained = run(shape.merging(["algorithm": "sft"]) { $1 })
    #expect(trained.unit == .tokens)
    #expect(trained.budget == 500)
    // 98,304 parameters.
    #expect(trained.cost == 983)
    #expect(run(shape.merging(["algorithm": "grpo"]) { $1 }).cost == 1966)
    let huge = [
      "budget.tokens": "\(Int.max)", "policy.layers": "\(Int.max)", "policy.width": "\(Int.max)",
    ]
    #expect(run(huge).cost == Int.max / 1_000_000)
  }
}
