internal import Algorithms
internal import Foundation
internal import Glibc
internal import ResultStore

/// The worker's side: trains the runs that come over standard input until it ends.
public struct WorkerLoop {
  /// Trains the run of a preimage from the final weights of its stages, by the fields that name
  /// them, keeps checkpoints if it is given where, and reports what is done of the budget and the budget as it goes.
  typealias Training = (
    RunPreimage, _ stages: [String: [UInt8]], TrainingCheckpoints?, _ tracing: UpdateTracing?,
    _ progress: @escaping (_ steps: Int, _ budget: Int) -> Void
  ) throws -> (record: Record, trace: ExecutionTrace?)

  private let train: Training
  private let instructionSet: String
  private let versions: [String: String]
  private let output: Int32
  private var input: [UInt8] = []

  /// Trains runs until the parent closes the pipe or dies.
  ///
  /// - Parameters:
  ///   - instructionSet: The instruction set that the kernels really use, for the provenance.
  ///   - versions: Versions by name, for the provenance.
  ///   - train: Trains one run.
  static func run(
    instructionSet: String, versions: [String: String], train: @escaping Training
  ) {
    // Ctrl-C and a terminal's end reach every process of it; the parent stops its workers in order.
    signal(SIGINT, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    endWithInput()
    var loop = WorkerLoop(instructionSet, versions, train)
    loop.say(.ready)
    while let line = loop.nextLine() {
      guard let job = WorkerJob(line: line) else {
        loop.say(.failed("the worker was given something that is not a job"))
        continue
      }
      loop.say(loop.perform(job))
    }
  }

  private init(_ instructionSet: String, _ versions: [String: String], _ train: @escaping Training)
  {
    self.train = train
    self.instructionSet = instructionSet
    self.versions = versions
    // Whatever else prints goes to the log, not between the messages.
    self.output = fcntl(1, F_DUPFD_CLOEXEC, 3)
    dup2(2, 1)
  }

  private func perform(_ job: WorkerJob) -> WorkerMessage {
    let live = LiveRun(job)
    defer { withExtendedLifetime(live) {} }
    if let trainer = job.trainer { return observe(job, by: trainer, live) }
    let clock = ContinuousClock()
    let start = clock.now
    var provenance = job.provenance
    provenance.instructionSet = instructionSet
    provenance.versions = versions
    provenance.start = Date().formatted(.iso8601)
    var lastReport = start
    do {
      let weights = try stageWeights(of: job)
      let warning = job.checkpointSeconds.map { _ in TerminationWarning() }
      defer { withExtendedLifetime(warning) {} }
      let (record, trace) = try train(
        job.preimage, weights, checkpoints(of: job, weights, live), job.tracing
      ) {
        steps, budget in
        let now = clock.now
        guard now - lastReport >= .milliseconds(100) else { return }
        lastReport = now
        say(.progress(steps: steps, budget: budget))
        live.tell(steps: steps, of: budget)
      }
      provenance.duration = (clock.now - start) / .seconds(1)
      return try stage(record, trace, provenance, of: job)
    } catch TrainingError.interrupted(used: let steps, _) {
      return .suspended(steps: steps)
    } catch StoreError.invalid(_, let part, let problem) {
      return .failed("\(part) \(problem)")
    } catch {
      return .failed("\(error)")
    }
  }

  /// Writes the record, and beside it the notes of its updates, where the parent takes them from.
  func stage(
    _ record: Record, _ trace: ExecutionTrace?, _ provenance: Provenance, of job: WorkerJob,
    files: String? = nil
  ) throws -> WorkerMessage {
    let store = ResultStore(root: URL(filePath: job.session))
    do throws(StoreError) {
      let staged = try store.stage(
        record, for: job.preimage, provenance: provenance, named: job.name, session: job.session,
        files: files)
      if let trace {
        let bytes = trace.bytes(of: job.preimage.key, record: record.digest.all)
        try DurableFiles.create(UpdateTracing.file(beside: staged), bytes)
      }
      return .staged(staged)
    } catch {
      guard case .cannot = error else { throw error }
      return .unstorable("\(error)")
    }
  }

  /// The checkpoints of a job, and the one that it resumes from; none where it is to keep none.
  private func checkpoints(
    of job: WorkerJob, _ weights: [String: [UInt8]], _ live: LiveRun
  ) -> TrainingCheckpoints? {
    guard let seconds = job.checkpointSeconds else { return nil }
    let keeper = CheckpointKeeper(job, everySeconds: seconds, weights: weights) { say(.note($0)) }
    func refuse(_ problem: String) {
      say(.note("its checkpoint is not used: \(problem); the run starts over"))
      say(.onTrial(false))
    }
    var state: [UInt8]?
    switch keeper.found {
    case .none: break
    case .usable(let found):
      state = found
      say(.onTrial(true))
    case .unusable(let problem): refuse(problem)
    }
    return TrainingCheckpoints(
      state: state, isDue: { keeper.isDue }, isWorthHolding: { keeper.isWorthHolding },
      hasHeld: { keeper.hasHeld() }, isOver: { keeper.isOver($0) },
      keep: { state, _ in
        let isFirst = !keeper.hasKept
        keeper.keep(state)
        if isFirst && keeper.hasKept { say(.onTrial(false)) }
        return !TerminationWarning.hasCome
      }, resumed: { say(.resumed(steps: $0)) }, refused: refuse, evaluated: { live.tell($0) })
  }

  /// Reads the final weights of the run's stages from the store and checks them.
  private func stageWeights(of job: WorkerJob) throws -> [String: [UInt8]] {
    let store = ResultStore(root: URL(filePath: job.store, directoryHint: .isDirectory))
    var weights: [String: [UInt8]] = [:]
    for (field, key) in job.preimage.stages.sorted(by: { $0.key < $1.key }) {
      guard let record = try store.record(for: key, named: "\(field) of \(job.name)") else {
        throw StageWeightsError(field: field, key: key, problem: "has no record")
      }
      guard !record.weights.isEmpty else {
        throw StageWeightsError(field: field, key: key, problem: "has no weights in its record")
      }
      guard try store.conflict(for: key) == nil else {
        throw StageWeightsError(
          field: field, key: key,
          problem:
            "has more than one result: 'labbook status' shows them, and 'labbook resolve' decides")
      }
      weights[field] = record.weights
    }
    return weights
  }

  func say(_ message: WorkerMessage) {
    var rest = Array(message.line.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Nobody listens any more.
      guard count > 0 else { exit(1) }
      rest = rest.dropFirst(count)
    }
  }

  private mutating func nextLine() -> [UInt8]? {
    while true {
      if let end = input.firstIndex(of: 0x0A) {
        defer { input.removeFirst(end + 1) }
        return Array(input[..<end])
      }
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = bytes.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      input += bytes[..<count]
    }
  }

  /// Ends this process as soon as the other end of standard input is closed, in the midst of a run
  /// too: the parent is gone.
  ///
  /// Unlike `PR_SET_PDEATHSIG` this also works where an emulator or a shell stands in between.
  private static func endWithInput() {
    Thread.detachNewThread {
      // Without events only the end is reported, so the jobs stay for the main thread.
      var input = pollfd(fd: 0, events: 0, revents: 0)
      while poll(&input, 1, -1) < 1 || Int32(input.revents) & (POLLHUP | POLLERR) == 0 {}
      _exit(0)
    }
  }
}

/// Why a run cannot stand on one of its stages.
private struct StageWeightsError: Error, CustomStringConvertible {
  var field: String
  var key: RunKey
  var problem: String

  var description: String { "the run \(key.short) that it names as \(field) \(problem)" }
}
