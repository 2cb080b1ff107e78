internal import ChildProcesses
internal import ExternalTrainers
internal import ResultStore

/// One execution under way: a loop on one thread over the outputs of the workers.
///
/// A run starts when the records of its stages are in the store, so the runs that are ready go to the
/// workers in their order, and the others wait. Executions on one store share the work: each claims a run, looks whether
/// somebody has stored it meanwhile, and executes it; a run that another one has claimed is left until that one is done.
struct Execution {
  let executor: RunExecutor
  let runs: [PlannedRun]
  /// The runs to execute, each key once: those asked for, and before them their missing stages.
  let queue: [PlannedRun]
  private let queuedKeys: Set<RunKey>
  /// The runs that are executed whatever the store or another execution has.
  private let forcedKeys: Set<RunKey>
  /// The runs of the queue that have not been started, in its order; those at its beginning go first.
  var waiting: ArraySlice<PlannedRun>
  var outcomes: [RunKey: RunOutcome] = [:]
  /// The runs that others have claimed.
  private var elsewhere = ClaimedElsewhere()
  var workers: [Worker] = []
  /// The folder of the session, where workers write.
  var session = ""
  private var wasInterrupted = false
  private var hasToldOfDevices = false
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// The cost of the queue, and the unit of its budgets, if they have one.
  private let queueCost: Int
  private let queueUnit: PlannedRun.Unit?
  /// Cost of finished runs, the part of it that was really spent, and the steps made for it.
  private var finishedCost = 0
  private var spentCost = 0
  private var madeSteps = 0

  init(_ executor: RunExecutor, _ runs: [PlannedRun], stages: [PlannedRun], force: Bool) throws {
    self.executor = executor
    self.runs = runs
    self.start = clock.now
    let known = Dictionary((runs + stages).map { ($0.key, $0) }) { first, _ in first }
    var seen: Set<RunKey> = []
    var queue: [PlannedRun] = []
    func add(_ run: PlannedRun) {
      guard seen.insert(run.key).inserted else { return }
      for key in run.stages {
        if let stage = known[key], stage.needsExecution { add(stage) }
      }
      queue.append(run)
    }
    for run in runs where force || run.needsExecution { add(run) }
    self.queue = queue
    self.queuedKeys = seen
    self.waiting = queue[...]
    queueCost = queue.reduce(0) { $0 + $1.cost }
    let units = Set(queue.map(\.unit))
    queueUnit = units.count == 1 ? units.first : nil
    self.forcedKeys = force ? Set(runs.map(\.key)) : []
  }

  /// The outcomes so far.
  var result: ExecutionResult {
    func outcome(of run: PlannedRun) -> RunOutcome {
      guard var outcome = outcomes[run.key] else {
        return RunOutcome(
          run: run, result: queuedKeys.contains(run.key) ? .interrupted : .cached)
      }
      outcome.run = run
      return outcome
    }
    let asked = Set(runs.map(\.key))
    return ExecutionResult(
      outcomes: runs.map(outcome),
      stages: queue.filter { !asked.contains($0.key) }.map(outcome),
      progress: progress, wasInterrupted: wasInterrupted)
  }

  mutating func run(_ event: (ExecutionEvent) -> Void) throws {
    // A file that cannot be removed does no harm.
    try? executor.store.removeFinishedCheckpoints()
    guard !queue.isEmpty else { return }
    let interruption = Interruption()
    let session = try executor.store.makeSession()
    self.session = session.path
    // Workers go first, then what they were writing.
    defer { withExtendedLifetime(session) {} }
    defer { workers = [] }
    let provenance = executor.provenance
    failRunsWithoutStages(event)
    failRunsWithoutTrainers(event)
    while outcomes.count < queue.count {
      if interruption.count > 0 && !wasInterrupted { stop(event) }
      if wasInterrupted {
        // Who asks twice does not want to wait for checkpoints.
        if interruption.count > 1 || workers.allSatisfy({ $0.run == nil }) { return }
      }
      while !wasInterrupted, workers.count < executor.jobs,
        workers.count < queue.count - outcomes.count
      {
        workers.append(try Worker(executor.worker, session: session.path, number: workers.count))
      }
      let outputs = workers.map(\.process.output)
      for position in ChildProcess.ready(outputs, milliseconds: 200) {
        for message in workers[position].messages() {
          try handle(message, of: workers[position], session.path, event)
        }
      }
      try giveWork(session.path, provenance, event)
      workers.removeAll(where: \.hasEnded)
      event(.progress(progress))
    }
  }

  private mutating func handle(
    _ message: Worker.Message, of worker: Worker, _ session: String,
    _ event: (ExecutionEvent) -> Void
  ) throws {
    // The last words of a worker that was stopped are of no use.
    if worker.wasStopped { return }
    switch message {
    case .said(.progress(let steps, _)):
      worker.steps = steps
      return
    case .said(.resumed(let steps)):
      worker.resume(at: steps)
      guard let run = worker.run else { return }
      event(
        .note(
          run.trainer == nil
            ? "\(run.name): resumed at step \(Self.place(steps, in: run))"
            : "\(run.name): handed back what its trainer left in its folder of checkpoints"))
      return
    case .said(.note(let text)):
      if let run = worker.run { event(.note("\(run.name): \(text)")) }
      return
    case .said(.suspended(let steps)):
      guard let run = worker.run else { break }
      if let trainer = run.trainer {
        event(
          .note(
            "\(run.name): interrupted; its trainer "
              + (trainer.mayResume && executor.checkpointSeconds != nil
                ? "is handed back its folder of checkpoints the next time"
                : "begins anew the next time")))
      } else {
        event(.note("\(run.name): its checkpoint is at step \(Self.place(steps, in: run))"))
      }
      finish(worker, RunOutcome(run: run, result: .interrupted), event)
      // Whoever warned one worker means the work as a whole.
      if !wasInterrupted { stop(event) }
    case .said(.ready): break
    case .said(.staged(let path)):
      guard let run = worker.run else { break }
      finish(worker, try adopt(path, run, of: worker, session), event)
    case .said(.unstorable(let problem)):
      guard let run = worker.run else { break }
      throw cannotStore(run, problem)
    case .said(.failed(let problem)):
      guard worker.run != nil else { break }
      forgetCheckpoint(of: worker)
      finish(worker, failure(of: worker, problem), event)
    case .said(.lacking(let problem)):
      guard let run = worker.run else { break }
      forgetCheckpoint(of: worker)
      finish(worker, failure(of: worker, problem), event)
      leaveOut(runsThatLack: run, event)
    case .said(.ended(let problem)):
      guard worker.run != nil else { break }
      finish(worker, failure(of: worker, problem), event)
    case .garbled(let line):
      guard worker.run != nil else { break }
      finish(
        worker, failure(of: worker, "the worker said something unexpected: \(line)"), event)
      worker.end()
    case .ended(let status):
      guard worker.run != nil else {
        if worker.isReady { break }
        throw ExecutionError.workerEndedAtStart(
          words: executor.worker.words, status: "\(status)", output: worker.errorOutput())
      }
      if wasInterrupted, let run = worker.run {
        finish(worker, RunOutcome(run: run, result: .interrupted), event)
        break
      }
      if status.isOwnFault { forgetCheckpoint(of: worker) }
      finish(worker, failure(of: worker, "its worker \(status)"), event)
    }
  }

  /// Stops: no run begins any more, and those under way are asked to end with a checkpoint, or are given up where
  /// the engine keeps none; external trainers are always asked.
  private mutating func stop(_ event: (ExecutionEvent) -> Void) {
    wasInterrupted = true
    let training = workers.filter { $0.run != nil }
    let asked = training.filter { executor.checkpointSeconds != nil || $0.run?.trainer != nil }
    for worker in workers where !asked.contains(where: { $0 === worker }) {
      worker.end()
      worker.finish()
    }
    guard !asked.isEmpty else { return }
    var sentences: [String] = []
    if asked.contains(where: { $0.run?.trainer == nil }) {
      sentences.append("runs end their update and leave a checkpoint")
    }
    if asked.contains(where: { $0.run?.trainer != nil }) {
      sentences.append("external trainers are asked to end and have 10 seconds for it")
    }
    event(
      .note("interrupted: \(sentences.joined(separator: "; ")); a second signal stops at once"))
    for worker in asked { worker.warn() }
  }

  /// Removes the checkpoint of a run that failed after it went on from one: the next attempt begins at the beginning.
  private func forgetCheckpoint(of worker: Worker) {
    guard let run = worker.run, worker.hasResumed else { return }
    executor.store.removeCheckpoint(of: run.key)
  }

  /// A step of a run, such as `12,288 of 100,000`.
  private static func place(_ steps: Int, in run: PlannedRun) -> String {
    "\(ProgressDisplay.count(steps)) of \(ProgressDisplay.count(run.budget))"
  }

  /// Starts runs on the workers that have none, and ends those that no run is left for.
  private mutating func giveWork(
    _ session: String, _ provenance: Provenance, _ event: (ExecutionEvent) -> Void
  ) throws {
    elsewhere.renew(workers.compactMap(\.claim))
    for worker in workers where worker.isReady && worker.run == nil && !worker.hasEnded {
      if wasInterrupted {
        worker.end()
      } else if let (run, claim, devices) = try nextRun(event) {
        worker.start(
          run, claim, store: executor.store, session: session, provenance,
          checkpointSeconds: executor.checkpointSeconds, tracing: executor.tracing,
          lab: executor.lab, devices: devices)
      } else if waiting.isEmpty {
        worker.end()
      }
    }
    let isIdle = workers.allSatisfy { $0.isReady && $0.run == nil }
    if isIdle, !waiting.isEmpty, elsewhere.isToBeAnnounced {
      event(.waiting(runs: waiting.count))
    }
    if isIdle, !hasToldOfDevices, waiting.contains(where: { $0.trainer?.resources.gpus ?? 0 > 0 }) {
      hasToldOfDevices = true
      event(.note("waiting for a GPU that another labbook has handed out"))
    }
  }

  /// Takes the next run from the queue that is ready and that nobody else executes or has stored meanwhile, with the
  /// claim of it.
  private mutating func nextRun(
    _ event: (ExecutionEvent) -> Void
  ) throws -> (PlannedRun, RunClaim?, [GPUClaim])? {
    var position = waiting.startIndex
    while position < waiting.endIndex {
      let run = waiting[position]
      guard isReady(run), !elsewhere.isKnown(run.key),
        let devices = GPUClaim.claims(run.trainer?.resources.gpus ?? 0, of: freeDevices)
      else {
        position += 1
        continue
      }
      var claim: RunClaim?
      if !forcedKeys.contains(run.key) {
        claim = try executor.store.claim(run.key)
        if claim == nil,
          elsewhere.isAlive(
            run.key, pulse: executor.store.pulse(of: run.key), patience: executor.patience)
        {
          position += 1
          continue
        }
        if try isStored(run) {
          leave(position)
          note(RunOutcome(run: run, result: .cached), event)
          // What stands on the run may be ready now.
          position = waiting.startIndex
          continue
        }
      }
      leave(position)
      return (run, claim, devices)
    }
    return nil
  }

  /// Takes a run out of those that wait; mostly it is the first, and nothing has to move.
  private mutating func leave(_ position: Int) {
    if position == waiting.startIndex {
      waiting.removeFirst()
    } else {
      waiting.remove(at: position)
    }
  }

  /// Whether the store has a sound record of the run by now.
  func isStored(_ run: PlannedRun) throws -> Bool {
    try executor.store.contains(run.key)
      && executor.store.damage(of: run.key, named: "\(run.name)") == nil
  }

  /// Whether no stage of the run is still to be executed.
  private func isReady(_ run: PlannedRun) -> Bool {
    run.stages.allSatisfy { outcomes[$0] != nil || !queuedKeys.contains($0) }
  }

  private mutating func finish(
    _ worker: Worker, _ outcome: RunOutcome, _ event: (ExecutionEvent) -> Void
  ) {
    let run = outcome.run
    if !outcome.isFailure { worker.steps = run.budget }
    madeSteps += worker.steps - worker.firstStep
    spentCost += worker.spentCost
    worker.finish()
    note(outcome, event)
  }

  /// Keeps an outcome; a failure is one of all runs that stand on the run, too.
  mutating func note(_ outcome: RunOutcome, _ event: (ExecutionEvent) -> Void) {
    outcomes[outcome.run.key] = outcome
    finishedCost += outcome.run.cost
    event(.finished(outcome, progress))
    guard case .failed(_, let log) = outcome.result else { return }
    let dependents = waiting.filter { $0.stages.contains(outcome.run.key) }
    waiting.removeAll { $0.stages.contains(outcome.run.key) }
    for run in dependents {
      let problem = "its stage \(outcome.run.name) failed"
      note(RunOutcome(run: run, result: .failed(problem: problem, log: log)), event)
    }
  }

  /// Fails the runs whose stages are neither in the store nor to be executed.
  private mutating func failRunsWithoutStages(_ event: (ExecutionEvent) -> Void) {
    for run in queue where outcomes[run.key] == nil {
      let missing = run.stages.first { !queuedKeys.contains($0) && !executor.store.contains($0) }
      guard let missing else { continue }
      waiting.removeAll { $0.key == run.key }
      let problem = "it starts from the run \(missing.short), which has no record here"
      note(RunOutcome(run: run, result: .failed(problem: problem, log: RunOutcome.noLog)), event)
    }
  }

  /// The error that ends an execution whose records cannot be stored: the rest could not be either.
  private func cannotStore(_ run: PlannedRun, _ problem: String) -> ExecutionError {
    .cannotStore(run: "\(run.name)", problem: problem, left: queue.count - outcomes.count - 1)
  }

  /// Takes a staged record into the store.
  private func adopt(
    _ path: String, _ run: PlannedRun, of worker: Worker, _ session: String
  ) throws -> RunOutcome {
    let name = "\(run.name)"
    let outcome: ResultStore.Outcome
    let digest: RecordDigest
    let instructionSet = (try? executor.store.provenance(staged: path, for: run.key))?
      .instructionSet
    do {
      if let repeated = try repetition(path, of: run) { return repeated }
      (outcome, digest) = try executor.store.adoptWithDigest(path, for: run.key, named: name)
    } catch StoreError.cannot(let action, let path, let reason) {
      throw cannotStore(run, "cannot \(action) \(path): \(reason)")
    } catch StoreError.damaged(let damage) {
      // Nobody but this process removes its session: the store is no longer where it was.
      guard DurableFiles.exists(session) else {
        throw cannotStore(run, "the folder \(session) is gone")
      }
      return failure(of: worker, "its record did not arrive as written: \(damage)")
    }
    keepLog(of: run)
    executor.store.removeCheckpoint(of: run.key)
    let result: RunOutcome.Result =
      switch outcome {
      case .stored: .stored
      case .same: .same
      case .conflict(let parts): .differs(parts)
      case .replacedDamaged: .replacedDamaged
      }
    try keepTrace(beside: path, of: run, result, digest)
    return RunOutcome(run: run, result: result, digest: digest, instructionSet: instructionSet)
  }

  /// Keeps what the worker noted of each step of the optimizer, where it may be compared; the session ends with the
  /// rest.
  private func keepTrace(
    beside staged: String, of run: PlannedRun, _ result: RunOutcome.Result, _ digest: RecordDigest
  ) throws {
    guard let tracing = executor.tracing else { return }
    var isKept = tracing == .tensors || executor.keepsAllTraces
    if case .differs = result { isKept = true }
    guard isKept else { return }
    let file = UpdateTracing.file(beside: staged)
    try executor.store.keepTrace(at: file, of: run.key, record: digest.all)
  }

  /// Keeps what the worker wrote during a run that failed.
  private func failure(of worker: Worker, _ problem: String) -> RunOutcome {
    guard let run = worker.run else {
      preconditionFailure("a worker without a run cannot fail one")
    }
    let log = executor.store.logFile(for: run.key)
    let printed =
      run.trainer == nil
      ? nil : (try? DurableFiles.read(TrainerLog.file(of: run.key, in: session))) ?? nil
    let text = """
      run \(run.name) failed: \(problem)
      \(run.unit == .thousandths
        ? "at \(worker.steps / 10) %, as far as its trainer told"
        : "after \(worker.steps) of \(run.budget) \(run.unit == .environmentSteps ? "steps" : run.unit.rawValue)")
      worker: \(executor.worker.words.joined(separator: " "))

      \(run.preimage.text)
      \(printed.map { String(decoding: $0, as: UTF8.self) } ?? worker.errorOutput())
      """
    do {
      try DurableFiles.createFolder(DurableFiles.parent(of: log))
      try executor.store.replaceFile(log, Array((text + "\n").utf8))
      return RunOutcome(run: run, result: .failed(problem: problem, log: log))
    } catch {
      // On a full disk the run's own problem is still worth telling.
      return RunOutcome(
        run: run, result: .failed(problem: problem, log: "\(RunOutcome.noLog), \(error)"))
    }
  }

  private var progress: ExecutionProgress {
    let running = workers.reduce(0) { $0 + $1.cost }
    let spent = workers.reduce(0) { $0 + $1.spentCost }
    return ExecutionProgress(
      runs: queue.count, finishedRuns: outcomes.count,
      cost: queueCost, finishedCost: finishedCost + running,
      spentCost: spentCost + spent, unit: queueUnit,
      steps: madeSteps + workers.reduce(0) { $0 + $1.steps - $1.firstStep },
      elapsed: (clock.now - start) / .seconds(1))
  }
}
