import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore
import Testing

/// Real runs in real processes that are killed and warned, and go on from their checkpoints.
@Suite(.serialized) struct CheckpointWorkerTests {
  let folder: TemporaryFolder
  let labbook: LabbookProgram
  let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    labbook = try LabbookProgram(in: folder)
    store = ResultStore(root: folder.url.appending(path: "lab/.labbook"))
  }

  private static let control = """
    question: Is a run the same however often it stops?
    task: {environment: CartPole-v1}
    policy: {hidden: [8]}
    budget: {environment_steps: 6000}
    evaluation: {every: 2000, episodes: 2}
    seeds: 1
    metric: evaluation_return
    arms:
      PPO: {algorithm: ppo, rollout_steps: 64}

    """

  /// A run that does not end by itself.
  private static let endless = control.replacing("6000", with: "1_000_000_000")

  private func makeLab(_ spec: String) throws {
    try folder.makeFolder("lab/reports")
    try folder.write(spec, to: "lab/experiments/e.yaml")
  }

  private func runs(_ spec: String, in store: ResultStore) throws -> [PlannedRun] {
    let experiment = try loadExperiment(
      at: "experiments/e.yaml", in: SpecFiles(["experiments/e.yaml": spec]),
      vocabulary: .labbook)
    return try plannedRuns(of: [experiment], in: store, vocabulary: .labbook)
  }

  /// The records of runs that nothing stops.
  private func undisturbed(_ spec: String) throws -> [String: String] {
    let other = ResultStore(root: folder.url.appending(path: "other"))
    let executor = RunExecutor(
      store: other, worker: WorkerCommand([labbook.path, "worker"]), jobs: 2,
      command: ["labbook", "run"])
    let result = try executor.execute(try runs(spec, in: other))
    #expect(result.isComplete, "\(result.outcomes)")
    return try digests(in: other)
  }

  private func digests(in store: ResultStore) throws -> [String: String] {
    var digests: [String: String] = [:]
    for key in try store.keys() {
      digests[key.hex] = try store.record(for: key).map { $0.digest.all }
    }
    return digests
  }

  private func start(_ words: [String] = ["run"], every seconds: String = "0") throws -> Process {
    try labbook.start(
      words
        + ["--lab", folder.url.appending(path: "lab").path, "--jobs", "2"]
        + (words[0] == "run" ? ["--checkpoint-every", seconds] : []),
      output: folder.url.appending(path: "output"))
  }

  private var output: String { (try? folder.text(of: "output")) ?? "" }

  /// The bytes of all checkpoints, by the names of their files.
  private var checkpoints: [String: Data] {
    let place = store.root.appending(path: "checkpoints")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: place.appending(path: $0).path) ?? Data())
      })
  }

  private var leftovers: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: store.root.path + "/temporary")) ?? []
  }

  private func workers(of parent: Process) throws -> [Int32] {
    try LabbookProgram.processes(startingWith: [
      "/proc/\(parent.processIdentifier)/exe", "worker",
    ])
  }

  /// The step at which the output says that a run went on.
  private var resumedStep: Int? { step(after: "e/PPO/0: resumed at step ") }

  /// The number that follows some words of the output.
  private func step(after words: String) -> Int? {
    guard let place = output.range(of: words) else { return nil }
    return Int(output[place.upperBound...].prefix { $0 != " " }.filter(\.isNumber))
  }

  /// Waits until a worker has worked longer than it takes to start.
  private func waitForTraining(of process: Process) throws {
    try LabbookProgram.wait {
      guard let worker = try workers(of: process).first,
        let status = FileManager.default.contents(atPath: "/proc/\(worker)/stat")
      else { return !process.isRunning }
      // The fourteenth field is the processor time, in hundredths of a second.
      let fields = String(decoding: status, as: UTF8.self).split(separator: " ")
      return fields.count > 13 && Int(fields[13]).map { $0 > 80 } == true
    }
  }

  /// Waits for another checkpoint than those before, or the end.
  private func waitForCheckpoint(of process: Process) throws {
    let before = checkpoints
    try LabbookProgram.wait { !process.isRunning || checkpoints != before }
  }

  private func expectFinished(_ process: Process, _ whole: [String: String]) throws {
    try LabbookProgram.waitForExit(of: process)
    #expect(process.terminationStatus == 0, "\(output)")
    #expect(try digests(in: store) == whole)
    #expect(checkpoints.isEmpty)
    #expect(leftovers == [])
  }

  @Test
  func `a labbook that is killed again and again goes on, with the records of one that was not`()
    throws
  {
    let spec = """
      question: Is a run the same however often it is killed?
      task: {language: sequences, lengths: [2], held_out_lengths: [3], symbols: 5}
      policy: {layers: 1, width: 16, heads: 2, context: 32}
      budget: {tokens: 800}
      evaluation: {every: 200, prompts: 2, samples: 2}
      seeds: 1
      stages:
        First: {algorithm: sft, batch_size: 4}
      arms:
        Then: {algorithm: rloo, from: First, group_size: 2, groups_per_batch: 2}

      """
    let whole = try undisturbed(spec)
    try makeLab(spec)
    var kills = 0
    while kills < 8 {
      let process = try start()
      try waitForCheckpoint(of: process)
      // Not always right after a checkpoint.
      usleep(UInt32(kills) * 7_000)
      kill(process.processIdentifier, SIGKILL)
      try LabbookProgram.waitForExit(of: process)
      try LabbookProgram.wait { try workers(of: process).isEmpty }
      if process.terminationReason == .exit { break }
      kills += 1
    }
    #expect(kills >= 3, "\(output)")
    try expectFinished(try start(), whole)
  }

  @Test func `a worker that is killed loses no more than the work since its checkpoint`() throws {
    let whole = try undisturbed(Self.control)
    try makeLab(Self.control)
    let process = try start()
    try waitForCheckpoint(of: process)
    try waitForCheckpoint(of: process)
    for worker in try workers(of: process) { kill(worker, SIGKILL) }
    try LabbookProgram.waitForExit(of: process)
    #expect(process.terminationStatus == 1)
    #expect(output.contains("its worker was ended by signal 9"))
    try #require(checkpoints.count == 1)
    let next = try start()
    try expectFinished(next, whole)
    let step = try #require(resumedStep)
    // Four environments of 64 steps are an update; the first two are kept at least.
    #expect(step >= 512 && step.isMultiple(of: 256))
  }

  @Test(arguments: [SIGTERM, SIGUSR1, SIGINT])
  func `a warning ends the update, leaves a checkpoint, and the next run goes on from it`(
    signal: Int32
  ) throws {
    try makeLab(Self.endless)
    // No checkpoint is due by its interval.
    let process = try start(every: "1000")
    try waitForTraining(of: process)
    #expect(checkpoints.isEmpty)
    // The first update may be under way still, and before it there is nothing to keep.
    usleep(1_000_000)
    kill(process.processIdentifier, signal)
    try LabbookProgram.waitForExit(of: process)
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
    #expect(leftovers == [])
    #expect(checkpoints.count == 1)
    #expect(output.contains("interrupted: runs end their update and leave a checkpoint"))
    #expect(output.contains("e/PPO/0: interrupted"))
    let kept = try #require(step(after: "e/PPO/0: its checkpoint is at step "))

    let next = try start(every: "1000")
    try LabbookProgram.wait { resumedStep != nil || !next.isRunning }
    #expect(resumedStep == kept && kept > 0)
    kill(next.processIdentifier, SIGKILL)
    try LabbookProgram.waitForExit(of: next)
  }

  @Test func `a warning ends an evaluation at once, and what was trained before is kept`() throws {
    let spec = Self.control.replacing(
      "{every: 2000, episodes: 2}", with: "{every: 2000, episodes: 2, final_episodes: 16_000}"
    )
    // Its episodes are long, whatever the policy does.
    .replacing("CartPole-v1", with: "Acrobot-v1")
    let whole = try undisturbed(spec)
    try makeLab(spec)
    let process = try start()
    try waitForCheckpoint(of: process)
    // Updates take a few milliseconds.
    var latest = checkpoints
    try LabbookProgram.wait {
      usleep(400_000)
      defer { latest = checkpoints }
      return latest == checkpoints || !process.isRunning
    }
    let start = ContinuousClock.now
    kill(process.processIdentifier, SIGTERM)
    try LabbookProgram.waitForExit(of: process)
    // Two seconds, and two for a machine that has other work.
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(process.terminationStatus == 130)
    #expect(output.contains("e/PPO/0: its checkpoint is at step 6,000 of 6,000"), "\(output)")
    #expect(checkpoints == latest)
    try expectFinished(try self.start(), whole)
  }

  @Test func `a worker that a cluster warns by itself stops the work with a checkpoint`() throws {
    try makeLab(Self.endless)
    let process = try start(every: "0")
    try waitForCheckpoint(of: process)
    for worker in try workers(of: process) { kill(worker, SIGUSR1) }
    try LabbookProgram.waitForExit(of: process)
    #expect(process.terminationStatus == 130)
    #expect(output.contains("e/PPO/0: its checkpoint is at step "))
    #expect(checkpoints.count == 1)
  }

  @Test func `a second signal does not wait for checkpoints`() throws {
    // One update takes longer than this test may.
    try makeLab(
      Self.endless.replacing("rollout_steps: 64", with: "rollout_steps: 1_000_000"))
    let process = try start()
    try LabbookProgram.wait { try workers(of: process).count == 1 }
    usleep(300_000)
    kill(process.processIdentifier, SIGTERM)
    try LabbookProgram.wait {
      output.contains("a second signal stops at once") || !process.isRunning
    }
    kill(process.processIdentifier, SIGTERM)
    try LabbookProgram.waitForExit(of: process)
    #expect(process.terminationStatus == 130)
    #expect(try workers(of: process).isEmpty)
    #expect(leftovers == [])
  }

  @Test func `a damaged checkpoint is named in a sentence, and the run starts over`() throws {
    let whole = try undisturbed(Self.control)
    try makeLab(Self.control)
    let key = try runs(Self.control, in: store)[0].key.hex
    try folder.write("labbook checkpoint 1\nnonsense\n", to: "lab/.labbook/checkpoints/\(key)")
    try expectFinished(try start(), whole)
    #expect(
      output.contains("e/PPO/0: its checkpoint is not used: it is damaged; the run starts over"))
    #expect(resumedStep == nil)
  }

  @Test func `what is executed to be compared reads no checkpoint`() throws {
    let whole = try undisturbed(Self.control)
    try makeLab(Self.control)
    try expectFinished(try start(), whole)
    let key = try runs(Self.control, in: store)[0].key.hex
    for words in [["rerun", "e"], ["run", "--force"]] {
      try folder.write("labbook checkpoint 1\nnonsense\n", to: "lab/.labbook/checkpoints/\(key)")
      let process = try start(words)
      try expectFinished(process, whole)
      #expect(output.contains("e/PPO/0: same"))
      #expect(!output.contains("checkpoint"))
    }
  }
}
