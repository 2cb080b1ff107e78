import Algorithms
import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore
import Tensors
import Testing

/// The real engine in real worker processes.
@Suite(.serialized) struct RealWorkerTests {
  let folder: TemporaryFolder
  let labbook: LabbookProgram
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    labbook = try LabbookProgram(in: folder)
    store = ResultStore(root: folder.url.appending(path: "lab/.labbook"))
  }

  static func spec(steps: Int, seeds: Int = 2) -> String {
    """
    question: Is a run the same wherever it runs?
    task: {environment: CartPole-v1}
    policy: {hidden: [8]}
    budget: {environment_steps: \(steps)}
    evaluation: {every: 1000, episodes: 2}
    seeds: \(seeds)
    metric: evaluation_return
    arms:
      PPO: {algorithm: ppo}
      RLOO: {algorithm: rloo}

    """
  }

  private func runs(
    steps: Int, in store: ResultStore? = nil, change: (inout Experiment) -> Void = { _ in }
  ) throws -> [PlannedRun] {
    var experiment = try loadExperiment(
      at: "experiments/e.yaml", in: SpecFiles(["experiments/e.yaml": Self.spec(steps: steps)]),
      vocabulary: .labbook)
    change(&experiment)
    return try plannedRuns(of: [experiment], in: store ?? self.store, vocabulary: .labbook)
  }

  private func executor(jobs: Int = 2, store: ResultStore? = nil) -> RunExecutor {
    RunExecutor(
      store: store ?? self.store, worker: WorkerCommand([labbook.path, "worker"]), jobs: jobs,
      command: ["labbook", "run"])
  }

  private func makeLab(steps: Int) throws {
    try folder.makeFolder("lab/reports")
    try folder.write(Self.spec(steps: steps), to: "lab/experiments/e.yaml")
  }

  private func start(_ arguments: [String]) throws -> Process {
    try labbook.start(
      arguments + ["--lab", folder.url.appending(path: "lab").path, "--jobs", "2"],
      output: folder.url.appending(path: "output"))
  }

  /// The workers of a labbook process.
  private func workers(of parent: Process) throws -> [Int32] {
    try LabbookProgram.processes(startingWith: [
      "/proc/\(parent.processIdentifier)/exe", "worker",
    ])
  }

  /// The sessions of processes, and the claims of runs if they are asked for too.
  private func leftovers(startingWith prefix: String = "") -> [String] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: store.root.path + "/temporary")) ?? []
    return names.filter { $0.hasPrefix(prefix) }
  }

  /// What each file of each record holds, provenance left out.
  private func contents(of store: ResultStore) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    let root = store.root.appending(path: "records")
    for case let name as String in FileManager.default.enumerator(atPath: root.path) ?? .init() {
      let file = root.appending(path: name)
      if name.contains("/provenance.") { continue }
      if let data = FileManager.default.contents(atPath: file.path) { contents[name] = data }
    }
    return contents
  }

  @Test func `records have the same bytes with one worker and with two, in either order`() throws {
    let other = ResultStore(root: folder.url.appending(path: "other"))
    let first = try executor(jobs: 1).execute(runs(steps: 3000))
    let second = try executor(jobs: 2, store: other).execute(
      runs(steps: 3000, in: other).reversed())
    #expect(first.isComplete)
    #expect(second.isComplete)
    let contents = try contents(of: store)
    #expect(contents.count == 4 * 6)
    #expect(try self.contents(of: other) == contents)
    let again = try executor().execute(runs(steps: 3000), force: true)
    #expect(again.outcomes.map(\.result) == [.same, .same, .same, .same])
  }

  @Test func `a record says where it comes from`() throws {
    let run = try runs(steps: 1000)[0]
    _ = try executor().execute([run])
    let provenance = try #require(try store.provenance(for: run.key))
    #expect(provenance.instructionSet == Kernels.instructionSet)
    #expect(provenance.machine == ProvenanceSources.processor)
    #expect(provenance.command == ["labbook", "run"])
    #expect(provenance.versions["kernels"] == "\(Kernels.revision)")
    #expect(provenance.duration > 0)
    #expect(provenance.start.hasSuffix("Z"))
    #expect(try store.preimage(for: run.key) == run.preimage)
  }

  @Test func `the profile openblas runs with its pinned kernels`() throws {
    let runs = try runs(steps: 1000) {
      for index in $0.arms.indices { $0.arms[index].configuration.numerics = .openblas }
    }
    let result = try executor().execute(runs)
    #expect(result.outcomes.allSatisfy { $0.result == .stored })
    let versions = try store.provenance(for: runs[0].key)?.versions
    #expect(versions?["openblas"]?.hasSuffix(" Haswell") == true)
  }

  @Test func `a preimage of another version fails with the field and its revisions`() throws {
    let run = try runs(steps: 1000)[0]
    let future = PlannedRun(
      name: run.name, preimage: run.preimage.setting("revision.algorithm.ppo", to: "999"),
      state: .missing)
    let result = try executor().execute([future])
    guard case .failed(let problem, _) = result.outcomes[0].result else {
      Issue.record("got \(result.outcomes[0])")
      return
    }
    #expect(problem.hasPrefix("it was made with revision.algorithm.ppo 999"))
  }

  @Test func `a worker that is killed in the midst of a run fails that run alone`() throws {
    // The second run of each arm is far too long to end by itself.
    let long = try runs(steps: 1_000_000_000)[0]
    let short = try runs(steps: 1000)
    let result = try executor().execute([long] + short) {
      guard case .progress(let progress) = $0, progress.finishedRuns == 4 else { return }
      for worker in (try? LabbookProgram.processes(startingWith: [labbook.path])) ?? [] {
        kill(worker, SIGKILL)
      }
    }
    #expect(
      result.outcomes[0].result
        == .failed(
          problem: "its worker was ended by signal 9 (Killed)", log: store.logFile(for: long.key)))
    #expect(result.outcomes.dropFirst().allSatisfy { $0.result == .stored })
    #expect(leftovers() == [])
  }

  @Test func `a full disk ends the execution with a sentence and leaves nothing half-written`()
    throws
  {
    let limited = WorkerCommand([
      "sh", "-c", "ulimit -f 0; trap '' XFSZ; exec \"$0\" worker", labbook.path,
    ])
    let runs = try runs(steps: 1000)
    let error = #expect(throws: ExecutionError.self) {
      try RunExecutor(store: store, worker: limited, jobs: 1).execute(runs)
    }
    guard case .cannotStore("e/PPO/0", let problem, 3) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(problem.hasPrefix("cannot write \(store.root.path)/temporary/"))
    #expect(problem.hasSuffix(": File too large"))
    #expect(try store.keys() == [])
    #expect(leftovers() == [])
  }

  @Test func `workers do not outlive a labbook that is killed, and the next run goes on`() throws {
    try makeLab(steps: 1_000_000_000)
    let parent = try start(["run"])
    try LabbookProgram.wait { leftovers(startingWith: "claim-").count == 2 }
    kill(parent.processIdentifier, SIGKILL)
    try LabbookProgram.waitForExit(of: parent)
    try LabbookProgram.wait { try workers(of: parent).isEmpty }
    #expect(try store.keys() == [])
    #expect(leftovers(startingWith: "session-").count == 1)
    #expect(leftovers(startingWith: "claim-").count == 2)

    try makeLab(steps: 1000)
    let next = try start(["run"])
    try LabbookProgram.waitForExit(of: next)
    #expect(next.terminationStatus == 0)
    #expect(try store.keys() == runs(steps: 1000).map(\.key).sorted())
    for key in try store.keys() { #expect(try store.record(for: key) != nil) }
    #expect(leftovers() == [])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupted labbook stops its workers and leaves a clean store`(signal: Int32) throws {
    try makeLab(steps: 1_000_000_000)
    let parent = try start(["run"])
    try LabbookProgram.wait { try workers(of: parent).count == 2 }
    kill(parent.processIdentifier, signal)
    try LabbookProgram.waitForExit(of: parent)
    #expect(parent.terminationReason == .exit)
    #expect(parent.terminationStatus != 0)
    #expect(try workers(of: parent).isEmpty)
    #expect(leftovers() == [])
    #expect(try store.keys() == [])
  }

  @Test func `an edit of the spec in the midst of a run does not reach it`() throws {
    try makeLab(steps: 30_000)
    let planned = try runs(steps: 30_000)
    let parent = try start(["run"])
    try LabbookProgram.wait { try !workers(of: parent).isEmpty || !parent.isRunning }
    try makeLab(steps: 1000)
    try LabbookProgram.waitForExit(of: parent)
    #expect(parent.terminationStatus == 0)
    #expect(try store.keys() == planned.map(\.key).sorted())
    for run in planned {
      #expect(try store.record(for: run.key)?.metrics["environment_steps"] == 30_000)
    }
  }

  @Test func `two labbooks at a time share a store without a conflict`() throws {
    try makeLab(steps: 3000)
    let first = try start(["run"])
    let second = try labbook.start(
      ["run", "--lab", folder.url.appending(path: "lab").path],
      output: folder.url.appending(path: "output-2"))
    try LabbookProgram.waitForExit(of: first)
    try LabbookProgram.waitForExit(of: second)
    #expect(first.terminationStatus == 0)
    #expect(second.terminationStatus == 0)
    #expect(try store.keys() == runs(steps: 3000).map(\.key).sorted())
    #expect(try store.conflicts() == [])
    #expect(leftovers() == [])
  }

  @Test func `labbooks at a time share the runs, and each is executed once`() throws {
    try folder.makeFolder("lab/reports")
    try folder.write(Self.spec(steps: 1000, seeds: 6), to: "lab/experiments/e.yaml")
    let outputs = (0..<4).map { folder.url.appending(path: "output-\($0)") }
    let processes = try outputs.map {
      try labbook.start(
        ["run", "--jobs", "1", "--lab", folder.url.appending(path: "lab").path], output: $0)
    }
    for process in processes {
      try LabbookProgram.waitForExit(of: process)
      #expect(process.terminationStatus == 0)
    }
    let lines = try outputs.flatMap {
      try String(contentsOf: $0, encoding: .utf8).split(separator: "\n")
    }.filter { $0.hasPrefix("[") }
    #expect(lines.count { $0.hasSuffix(": done") } == 12)
    #expect(lines.count { $0.hasSuffix(": same") } == 0)
    #expect(try store.keys().count == 12)
    #expect(leftovers() == [])
  }

  @Test func `a build of labbook in the midst of a run changes nothing in it`() throws {
    try makeLab(steps: 30_000)
    let copy = folder.url.appending(path: "bin/labbook")
    try folder.makeFolder("bin")
    try FileManager.default.copyItem(
      at: URL(filePath: labbook.path).resolvingSymlinksInPath(), to: copy)
    let process = Process()
    process.executableURL = copy
    process.arguments = [
      "run", "--jobs", "1", "--lab", folder.url.appending(path: "lab").path,
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try LabbookProgram.wait {
      !leftovers(startingWith: "claim-").isEmpty || !process.isRunning
    }
    // A worker that is started from now on must be the program that was, too.
    try folder.write("#!/bin/false\n", to: "bin/other")
    #expect(rename(folder.url.appending(path: "bin/other").path, copy.path) == 0)
    for worker in try workers(of: process) { kill(worker, SIGKILL) }
    try LabbookProgram.waitForExit(of: process)
    #expect(process.terminationStatus == 1)
    let stored = try store.keys()
    #expect(stored.count == 3)
    for key in stored {
      #expect(
        try store.provenance(for: key)?.executable
          == LabbookProgram.digest(of: URL(filePath: labbook.path).resolvingSymlinksInPath()))
    }
  }

  @Test func `workers go on after a hang-up that nohup has made the program ignore`() throws {
    try makeLab(steps: 1_000_000_000)
    let parent = try labbook.start(
      ["run", "--lab", folder.url.appending(path: "lab").path, "--jobs", "2"],
      output: folder.url.appending(path: "output"), under: "nohup")
    defer { kill(parent.processIdentifier, SIGKILL) }
    try LabbookProgram.wait { try workers(of: parent).count == 2 }
    let before = try workers(of: parent)
    // A terminal that goes away hangs up on every process of its group.
    for process in before + [parent.processIdentifier] { kill(process, SIGHUP) }
    usleep(500_000)
    #expect(parent.isRunning)
    #expect(try workers(of: parent) == before)
  }

  @Test func `a second labbook leaves the session of the first alone, whatever the times say`()
    throws
  {
    try makeLab(steps: 1_000_000_000)
    let first = try start(["run"])
    defer { kill(first.processIdentifier, SIGKILL) }
    try LabbookProgram.wait { leftovers(startingWith: "claim-").count == 2 }
    let session = try #require(leftovers(startingWith: "session-").first)
    let claims = leftovers(startingWith: "claim-")
    #expect(claims.count == 2)
    let path = "\(store.root.path)/temporary/\(session)"
    // To a machine whose clock is two days ahead, all of it is two days old.
    let ago = Date(timeIntervalSinceNow: -2 * 86_400)
    for name in [""] + (FileManager.default.subpaths(atPath: path) ?? []) {
      try FileManager.default.setAttributes(
        [.modificationDate: ago], ofItemAtPath: name.isEmpty ? path : "\(path)/\(name)")
    }
    try makeLab(steps: 1000)
    let second = try labbook.start(
      ["run", "--lab", folder.url.appending(path: "lab").path, "--jobs", "1"],
      output: folder.url.appending(path: "output-2"))
    try LabbookProgram.waitForExit(of: second)
    #expect(second.terminationStatus == 0)
    #expect(leftovers().sorted() == (claims + [session]).sorted())
    #expect(try workers(of: first).count == 2)
  }
}
