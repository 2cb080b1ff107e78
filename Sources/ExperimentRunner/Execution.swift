internal import Glibc
internal import ResultStore

/// One execution under way: a loop on one thread over the outputs of the workers.
struct Execution {
  private let executor: RunExecutor
  private let runs: [PlannedRun]
  /// The runs to execute, each key once, in the order in which they are started.
  private let queue: [PlannedRun]
  private var next = 0
  private var outcomes: [RunKey: RunOutcome] = [:]
  private var workers: [Worker] = []
  private var wasInterrupted = false
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// Steps of finished runs, and those of them that were really made.
  private var finishedSteps = 0
  private var madeSteps = 0

  init(_ executor: RunExecutor, _ runs: [PlannedRun], force: Bool) throws {
    self.executor = executor
    self.runs = runs
    self.start = clock.now
    var seen: Set<RunKey> = []
    self.queue = runs.filter { (force || $0.state == .missing) && seen.insert($0.key).inserted }
  }

  /// The outcomes so far.
  var result: ExecutionResult {
    ExecutionResult(
      outcomes: runs.map { run in
        guard var outcome = outcomes[run.key] else {
          let isQueued = queue.contains { $0.key == run.key }
          return RunOutcome(run: run, result: isQueued ? .interrupted : .cached)
        }
        outcome.run = run
        return outcome
      }, progress: progress, wasInterrupted: wasInterrupted)
  }

  mutating func run(_ event: (ExecutionEvent) -> Void) throws {
    guard !queue.isEmpty else { return }
    let interruption = Interruption()
    // What is a day old is nobody's any more; what cannot be removed does no harm.
    _ = try? executor.store.removeLeftovers()
    let session = try executor.store.makeSession()
    // Workers go first, then what they were writing.
    defer { DurableFiles.remove(session) }
    defer { workers = [] }
    let provenance = executor.provenance
    var touched = clock.now
    while outcomes.count < queue.count {
      if interruption.hasHappened {
        wasInterrupted = true
        return
      }
      while workers.count < executor.jobs, workers.count < queue.count - outcomes.count {
        workers.append(try Worker(executor.worker, session: session, number: workers.count))
      }
      let outputs = workers.map(\.process.output)
      for position in ChildProcess.ready(outputs, milliseconds: 200) {
        for message in workers[position].messages() {
          try handle(message, of: workers[position], session, provenance, event)
        }
      }
      workers.removeAll(where: \.hasEnded)
      if clock.now - touched > .seconds(60) {
        DurableFiles.touch(session)
        touched = clock.now
      }
      event(.progress(progress))
    }
  }

  private mutating func handle(
    _ message: Worker.Message, of worker: Worker, _ session: String, _ provenance: Provenance,
    _ event: (ExecutionEvent) -> Void
  ) throws {
    // What a worker that was stopped had still said is of no use.
    if worker.wasStopped { return }
    switch message {
    case .said(.progress(let steps, _)):
      worker.steps = steps
      return
    case .said(.ready): if worker.run != nil { return }
    case .said(.staged(let path)):
      guard let run = worker.run else { break }
      finish(worker, try adopt(path, run, of: worker), event)
    case .said(.failed(let problem)):
      guard worker.run != nil else { break }
      finish(worker, failure(of: worker, problem), event)
    case .garbled(let line):
      guard worker.run != nil else { break }
      finish(
        worker, failure(of: worker, "the worker said something unexpected: \(line)"), event)
      worker.end()
      return
    case .ended(let status):
      guard worker.run != nil else {
        if worker.isReady { return }
        throw ExecutionError.workerEndedAtStart(
          words: executor.worker.words, status: status, output: worker.errorOutput())
      }
      return finish(worker, failure(of: worker, "its worker \(status)"), event)
    }
    if next < queue.count {
      let run = queue[next]
      next += 1
      worker.start(run, session: session, provenance)
    } else {
      worker.end()
    }
  }

  private mutating func finish(
    _ worker: Worker, _ outcome: RunOutcome, _ event: (ExecutionEvent) -> Void
  ) {
    outcomes[outcome.run.key] = outcome
    finishedSteps += outcome.run.budget
    madeSteps += outcome.isFailure ? worker.steps : outcome.run.budget
    worker.run = nil
    worker.steps = 0
    event(.finished(outcome, progress))
  }

  /// Takes a staged record into the store.
  private func adopt(_ path: String, _ run: PlannedRun, of worker: Worker) throws -> RunOutcome {
    let name = "\(run.name)"
    let outcome: ResultStore.Outcome
    let digest: RecordDigest
    do {
      (outcome, digest) = try executor.store.adoptWithDigest(path, for: run.key, named: name)
    } catch StoreError.damaged(let damage) {
      return failure(of: worker, "its record did not arrive as written: \(damage)")
    }
    DurableFiles.remove(executor.store.logFile(for: run.key))
    let result: RunOutcome.Result =
      switch outcome {
      case .stored: .stored
      case .same: .same
      case .conflict(let parts): .differs(parts)
      case .replacedDamaged: .replacedDamaged
      }
    return RunOutcome(run: run, result: result, digest: digest)
  }

  /// Keeps what the worker wrote during a run that failed.
  private func failure(of worker: Worker, _ problem: String) -> RunOutcome {
    guard let run = worker.run else {
      preconditionFailure("a worker without a run cannot fail one")
    }
    let log = executor.store.logFile(for: run.key)
    let text = """
      run \(run.name) failed: \(problem)
      after \(worker.steps) of \(run.budget) steps
      worker: \(executor.worker.words.joined(separator: " "))

      \(run.preimage.text)
      \(worker.errorOutput())
      """
    do {
      try DurableFiles.createFolder(DurableFiles.parent(of: log))
      try DurableFiles.replace(log, Array((text + "\n").utf8))
      return RunOutcome(run: run, result: .failed(problem: problem, log: log))
    } catch {
      // On a full disk the run's own problem is still worth telling.
      return RunOutcome(run: run, result: .failed(problem: problem, log: "none, \(error)"))
    }
  }

  private var progress: ExecutionProgress {
    let running = workers.reduce(0) { $0 + $1.steps }
    return ExecutionProgress(
      runs: queue.count, finishedRuns: outcomes.count,
      steps: queue.reduce(0) { $0 + $1.budget }, finishedSteps: finishedSteps + running,
      madeSteps: madeSteps + running, elapsed: (clock.now - start) / .seconds(1))
  }
}
