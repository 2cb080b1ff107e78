import ExperimentRunner
import Foundation
import ResultStore
import Testing

/// Real processes that fail on demand: ``WorkerScript``.
@Suite struct RunExecutorTests {
  let folder: TemporaryFolder
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook"))
  }

  static func preimage(_ seed: Int, fault: String? = nil) -> RunPreimage {
    RunPreimage(fields: ["seed": "\(seed)", "budget.environment_steps": "100"])
      .setting("fault", to: fault)
  }

  static func record(_ seed: Int) -> Record {
    Record(
      metrics: ["evaluation_return": Double(seed) / 3],
      curves: [Curve(name: "c", steps: [1, 2], values: [0.5, .nan])], weights: [UInt8(seed), 7])
  }

  /// The executor and its runs; the script's records are made beforehand.
  private func prepare(
    seeds: Range<Int>, faults: [Int: String] = [:], jobs: Int = 2,
    record: (Int) -> Record = Self.record
  ) throws -> (executor: RunExecutor, runs: [PlannedRun]) {
    let source = "results-\(UUID().uuidString)"
    try folder.makeFolder(source)
    var runs: [PlannedRun] = []
    for seed in seeds {
      let preimage = Self.preimage(seed, fault: faults[seed])
      let staged = try store.stage(
        record(seed), for: preimage, provenance: nil, session: folder.url.path)
      try FileManager.default.moveItem(
        atPath: staged, toPath: folder.url.appending(path: "\(source)/\(seed)").path)
      runs.append(
        try PlannedRun(
          name: RunName(experiment: "e", arm: "A", seed: seed), preimage: preimage, in: store))
    }
    try folder.write(WorkerScript.text, to: "worker.sh")
    let worker = WorkerCommand(
      ["sh", folder.url.appending(path: "worker.sh").path, folder.url.appending(path: source).path])
    return (RunExecutor(store: store, worker: worker, jobs: jobs), runs)
  }

  private func plan(_ runs: [PlannedRun]) throws -> [PlannedRun] {
    try runs.map { try PlannedRun(name: $0.name, preimage: $0.preimage, in: store) }
  }

  private func leftovers() -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: store.root.path + "/temporary")) ?? []
  }

  @Test(arguments: [1, 3])
  func `missing runs are executed and their records stored`(jobs: Int) throws {
    let (executor, runs) = try prepare(seeds: 0..<6, jobs: jobs)
    var finished: [String] = []
    let result = try executor.execute(runs) {
      if case .finished(let outcome, let progress) = $0 {
        finished.append("\(outcome.run.name) \(progress.finishedRuns)/\(progress.runs)")
      }
    }
    #expect(result.isComplete)
    #expect(result.outcomes.map(\.run) == runs)
    #expect(result.outcomes.allSatisfy { $0.result == .stored })
    #expect(finished.count == 6)
    #expect(finished.last?.hasSuffix(" 6/6") == true)
    #expect(result.progress.finishedCost == 600)
    #expect(result.progress.steps == 600)
    for (seed, outcome) in result.outcomes.enumerated() {
      #expect(try store.record(for: outcome.run.key) == Self.record(seed))
      #expect(outcome.digest == Self.record(seed).digest)
    }
    #expect(leftovers() == [])
  }

  /// The content of a file of the store whose name begins so.
  private func content(of name: String, in part: String) -> String? {
    let root = store.root.appending(path: part)
    let files = FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String]
    let file = files?.first { $0.hasPrefix(name) && $0.hasSuffix("checkpoint") || $0 == name }
    return file.flatMap { try? String(contentsOf: root.appending(path: $0), encoding: .utf8) }
  }

  @Test(arguments: ["trialexit", "trialthrow"])
  func `a run that fails from its checkpoint before it keeps another starts over, once`(
    fault: String
  ) throws {
    let (executor, runs) = try prepare(seeds: 0..<2, faults: [1: fault], jobs: 1)
    let key = runs[1].key.hex
    try folder.write("of no use", to: ".labbook/checkpoints/\(key)")
    var notes: [String] = []
    let result = try executor.execute(runs) { if case .note(let text) = $0 { notes.append(text) } }
    #expect(result.outcomes.map(\.result) == [.stored, .stored])
    let problem =
      fault == "trialexit"
      ? "its worker exited with code 3" : "its log-probability is not reproduced"
    let note = try #require(notes.last)
    #expect(
      note.hasPrefix("e/A/1: failed from its checkpoint: \(problem); the checkpoint is now ")
        && note.hasSuffix(", and the run starts over"), "\(notes)")
    #expect(content(of: key, in: "checkpoints") == nil)
    #expect(content(of: String(key.prefix(12)), in: "quarantine") == "of no use")
    #expect(leftovers() == [])
  }

  @Test func `a run starts over no more than once, nor for a worker that somebody killed`() throws {
    let faults = [0: "trialtwice", 1: "trialkill", 2: "trialpassed"]
    let (executor, runs) = try prepare(seeds: 0..<3, faults: faults, jobs: 1)
    for run in runs {
      try folder.write("of no use", to: ".labbook/checkpoints/\(run.key.hex)")
    }
    let result = try executor.execute(runs)
    #expect(result.outcomes.allSatisfy { $0.isFailure })
    let source = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.url.path).first {
        $0.hasPrefix("results-")
      })
    #expect(try folder.text(of: "\(source)/tried-0") == "x\nx\n")
    // Who had kept another checkpoint loses that, and begins at the beginning the next time.
    #expect(try folder.text(of: "\(source)/tried-2") == "x\n")
    #expect(
      runs.map { content(of: $0.key.hex, in: "checkpoints") } == [nil, "of no use", nil])
  }

  @Test func `what is there is not executed again, and only what is missing is`() throws {
    let (executor, runs) = try prepare(seeds: 0..<4)
    _ = try executor.execute(Array(runs[..<2]))
    let again = try plan(runs)
    #expect(again.map(\.state) == [.cached, .cached, .missing, .missing])
    let result = try executor.execute(again)
    #expect(result.outcomes.map(\.result) == [.cached, .cached, .stored, .stored])
    #expect(result.progress.runs == 2)
    // Nothing is missing any more: no worker starts, so one that cannot start does no harm.
    let idle = RunExecutor(store: store, worker: WorkerCommand(["/nonexistent"]), jobs: 2)
    let nothing = try idle.execute(plan(runs))
    #expect(nothing.outcomes.map(\.result) == [.cached, .cached, .cached, .cached])
    #expect(nothing.progress.runs == 0)
  }

  @Test func `forced runs are compared with their records`() throws {
    let (first, runs) = try prepare(seeds: 0..<3)
    _ = try first.execute(runs)
    let again = try first.execute(plan(runs), force: true)
    #expect(again.outcomes.map(\.result) == [.same, .same, .same])
    let (second, _) = try prepare(seeds: 0..<3) { seed in
      var record = Self.record(seed)
      if seed == 1 { record.weights[0] = 99 }
      return record
    }
    let result = try second.execute(plan(runs), force: true)
    #expect(result.outcomes.map(\.result) == [.same, .differs(["weights"]), .same])
    #expect(result.isComplete)
    #expect(try store.conflicts().map(\.key) == [runs[1].key])
    #expect(try plan(runs).map(\.state) == [.cached, .conflict, .cached])
    #expect(try store.record(for: runs[1].key) == Self.record(1))
  }

  @Test func `runs with the same key are executed once`() throws {
    let (executor, runs) = try prepare(seeds: 0..<2)
    let twin = PlannedRun(
      name: RunName(experiment: "e", arm: "B", seed: 1), preimage: runs[1].preimage, state: .missing
    )
    let result = try executor.execute(runs + [twin])
    #expect(result.progress.runs == 2)
    #expect(result.outcomes.map { "\($0)" } == ["e/A/0: done", "e/A/1: done", "e/B/1: done"])
  }

  @Test(arguments: [
    ("exit", "its worker exited with code 3"),
    ("kill", "its worker was ended by signal 9 (Killed)"),
    ("throw", "the loss is not finite"),
    ("silence", "its worker was ended by signal 9 (Killed)"),
    ("garbage", "the worker said something unexpected: Hello!"),
  ])
  func `a run that fails leaves the others unharmed and a log behind`(
    fault: String, problem: String
  ) throws {
    for jobs in [1, 2] {
      let (executor, runs) = try prepare(seeds: 0..<5, faults: [1: fault], jobs: jobs)
      let result = try executor.execute(runs, force: true)
      let log = store.logFile(for: runs[1].key)
      #expect(result.outcomes[1].result == .failed(problem: problem, log: log))
      for seed in [0, 2, 3, 4] {
        #expect(!result.outcomes[seed].isFailure)
        #expect(try store.record(for: runs[seed].key) == Self.record(seed))
      }
      #expect(!result.isComplete)
      #expect(!store.contains(runs[1].key))
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(text.hasPrefix("run e/A/1 failed: \(problem)\nafter 40 of 100 steps\n"))
      #expect(text.contains(runs[1].preimage.text))
      #expect(text.contains("what the engine had to say") == (fault == "exit"))
      #expect(leftovers() == [])
    }
  }

  @Test func `every run may fail`() throws {
    let (executor, runs) = try prepare(
      seeds: 0..<4, faults: [0: "kill", 1: "exit", 2: "kill", 3: "exit"])
    let result = try executor.execute(runs)
    #expect(result.outcomes.allSatisfy { $0.isFailure })
    #expect(try store.keys() == [])
  }

  @Test(arguments: ["altered", "missing"])
  func `a record that is not as the worker wrote it is not stored`(fault: String) throws {
    let (executor, runs) = try prepare(seeds: 0..<3, faults: [1: fault])
    let result = try executor.execute(runs)
    guard case .failed(let problem, _) = result.outcomes[1].result else {
      Issue.record("got \(result.outcomes[1])")
      return
    }
    #expect(problem.hasPrefix("its record did not arrive as written: run e/A/1"))
    #expect(try store.keys() == [runs[0].key, runs[2].key].sorted())
  }

  @Test func `the log of a run that failed goes when the run succeeds`() throws {
    let (executor, runs) = try prepare(seeds: 0..<1)
    let log = store.logFile(for: runs[0].key)
    try folder.write("old", to: ".labbook/logs/" + URL(filePath: log).lastPathComponent)
    _ = try executor.execute(runs)
    #expect(!FileManager.default.fileExists(atPath: log))
  }

  @Test func `a worker that cannot be started is an error and not a failed run`() throws {
    let (_, runs) = try prepare(seeds: 0..<2)
    let absent = RunExecutor(store: store, worker: WorkerCommand(["/no/such/program"]), jobs: 2)
    #expect(
      throws: ExecutionError.cannotStart(
        words: ["/no/such/program"], reason: "No such file or directory")
    ) { try absent.execute(runs) }
    let broken = RunExecutor(
      store: store, worker: WorkerCommand(["sh", "-c", "echo 'no library' >&2; exit 127"]), jobs: 2)
    let error = #expect(throws: ExecutionError.self) { try broken.execute(runs) }
    #expect(
      error.map { "\($0)" }
        == "the worker 'sh -c echo 'no library' >&2; exit 127' exited with code 127 before it was "
        + "ready: no library\n")
    #expect(leftovers() == [])
  }

  @Test func `a damaged record is replaced by a forced execution`() throws {
    let (executor, runs) = try prepare(seeds: 0..<1)
    _ = try executor.execute(runs)
    let key = runs[0].key
    try folder.write(
      "x", to: ".labbook/records/\(key.hex.prefix(2))/\(key.hex)/weights.safetensors")
    #expect(throws: StoreError.self) { try store.record(for: key) }
    let result = try executor.execute(plan(runs), force: true)
    #expect(result.outcomes.map(\.result) == [.replacedDamaged])
    #expect(try store.record(for: key) == Self.record(0))
  }

  @Test func `a store that cannot be written is an error`() throws {
    let (executor, runs) = try prepare(seeds: 0..<1)
    try folder.write("", to: "blocked")
    var blocked = executor
    blocked.store = ResultStore(root: folder.url.appending(path: "blocked"))
    #expect(throws: StoreError.self) { try blocked.execute(runs) }
  }

  @Test(arguments: [1, 2])
  func `a record that cannot be stored ends the execution with a sentence`(jobs: Int) throws {
    let (executor, runs) = try prepare(seeds: 0..<6, faults: [1: "unstorable"], jobs: jobs)
    let error = #expect(throws: ExecutionError.self) { try executor.execute(runs) }
    guard case .cannotStore("e/A/1", "cannot write /x: No space left on device", let left) = error
    else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(try store.keys().count == 5 - left)
    #expect(left >= 3)
    #expect(
      "\(ExecutionError.cannotStore(run: "e/A/1", problem: "cannot write /x: full", left: 2))"
        == "the record of e/A/1 cannot be stored: cannot write /x: full; the 2 runs that are left would fail alike, "
        + "and were not executed")
    #expect(leftovers() == [])
    let rest = try prepare(seeds: 0..<6, faults: [1: "throw"])
    #expect(try rest.executor.execute(plan(rest.runs)).outcomes.count { $0.isFailure } == 1)
  }

  @Test func `a store that vanishes ends the execution with a sentence`() throws {
    let (executor, runs) = try prepare(seeds: 0..<6, jobs: 1)
    #expect(throws: (any Error).self) {
      try executor.execute(runs) {
        guard case .finished(_, let progress) = $0, progress.finishedRuns == 2 else { return }
        try? FileManager.default.removeItem(at: store.root)
      }
    }
    #expect(try store.keys() == [])
    #expect(try executor.execute(plan(runs)).outcomes.allSatisfy { $0.result == .stored })
  }

  // MARK: Executions that share a store

  @Test func `a run that was stored after the plan was made is not executed again`() throws {
    let (first, runs) = try prepare(seeds: 0..<4)
    _ = try first.execute(Array(runs[..<2]))
    // Executed again it would be a conflict.
    let (second, _) = try prepare(seeds: 0..<4) { seed in
      var record = Self.record(seed)
      record.weights[0] = 99
      return record
    }
    let result = try second.execute(runs)
    #expect(result.outcomes.map(\.result) == [.cached, .cached, .stored, .stored])
    #expect(try store.conflicts() == [])
  }

  @Test func `a run that another process has claimed is left to it and waited for`() throws {
    let (executor, runs) = try prepare(seeds: 0..<4)
    let other = try prepare(seeds: 1..<2).executor
    var claim = try store.claim(runs[1].key)
    var order: [String] = []
    let result = try executor.execute(runs) {
      switch $0 {
      case .waiting(let runs):
        order.append("waiting for \(runs)")
        claim = nil
        _ = try? other.execute([self.planned(1)])
      case .finished(let outcome, _): order.append("\(outcome)")
      case .progress, .note: break
      }
    }
    #expect(claim == nil)
    #expect(order.prefix(3).sorted() == ["e/A/0: done", "e/A/2: done", "e/A/3: done"])
    #expect(order.suffix(2) == ["waiting for 1", "e/A/1: already there"])
    #expect(result.outcomes.map(\.result) == [.stored, .cached, .stored, .stored])
    #expect(leftovers() == [])
  }

  private func planned(_ seed: Int) throws -> PlannedRun {
    try PlannedRun(
      name: RunName(experiment: "e", arm: "A", seed: seed), preimage: Self.preimage(seed), in: store
    )
  }

  @Test func `a run whose claim is dropped without a record is executed here`() throws {
    let (executor, runs) = try prepare(seeds: 0..<2)
    var claim = try store.claim(runs[0].key)
    let result = try executor.execute(runs) {
      if case .waiting = $0 { claim = nil }
    }
    #expect(claim == nil)
    #expect(result.outcomes.map(\.result) == [.stored, .stored])
  }

  @Test func `a holder that shows no sign of life is not waited for for ever`() throws {
    var (executor, runs) = try prepare(seeds: 0..<2)
    executor.patience = .milliseconds(300)
    let claim = try store.claim(runs[0].key)
    let result = try executor.execute(runs)
    #expect(result.outcomes.map(\.result) == [.stored, .stored])
    withExtendedLifetime(claim) {}
  }

  @Test func `a forced execution asks nobody`() throws {
    let (executor, runs) = try prepare(seeds: 0..<2)
    _ = try executor.execute(runs)
    let claim = try store.claim(runs[0].key)
    #expect(try executor.execute(plan(runs), force: true).outcomes.map(\.result) == [.same, .same])
    withExtendedLifetime(claim) {}
  }

  @Test func `an executed run is compared with a lock by its key`() throws {
    let (executor, runs) = try prepare(seeds: 0..<2)
    let outcomes = try executor.execute(runs).outcomes
    func lock(_ record: Record) -> Lock {
      Lock(experiments: [
        LockedExperiment(
          name: "renamed", question: "", metric: "evaluation_return",
          arms: [
            LockedArm(
              label: "Other", title: "Other", preimage: runs[0].preimage.fields,
              runs: [LockedRun(seed: 0, key: runs[0].key, record: record)])
          ])
      ])
    }
    #expect(outcomes[0].differences(from: lock(Self.record(0))) == [])
    #expect(
      outcomes[0].differences(from: lock(Self.record(4))) == [
        "metric.evaluation_return", "weights",
      ])
    #expect(outcomes[1].differences(from: lock(Self.record(0))) == nil)
    let cached = RunOutcome(run: runs[0], result: .cached)
    #expect(cached.differences(from: lock(Self.record(0))) == nil)

    // The lock's runs can be executed from the lock alone.
    let planned = try lock(Self.record(0)).plannedRuns(in: store)
    #expect(planned.map { "\($0.name) \($0.state)" } == ["renamed/Other/0 cached"])
    #expect(planned.map(\.preimage) == [runs[0].preimage])
  }

  @Test func `an emulator's words come first and OpenBLAS is pinned`() {
    let command = WorkerCommand(["labbook", "worker"], emulator: " qemu-x86_64  -cpu EPYC-Rome ")
    #expect(command.words == ["qemu-x86_64", "-cpu", "EPYC-Rome", "labbook", "worker"])
    #expect(WorkerCommand(["labbook"], emulator: nil).words == ["labbook"])
    #expect(command.environment["OPENBLAS_NUM_THREADS"] == "1")
    #expect(command.environment["OPENBLAS_CORETYPE"] == "Haswell")
  }
}
