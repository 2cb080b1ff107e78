internal import ChildProcesses
internal import ExternalTrainers
internal import ResultStore

// What becomes of an execution's results: records that the store takes, and the logs of what failed.
extension Execution {
  mutating func finish(
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

  /// The error that ends an execution whose records cannot be stored: the rest could not be either.
  func cannotStore(_ run: PlannedRun, _ problem: String) -> ExecutionError {
    .cannotStore(run: "\(run.name)", problem: problem, left: queue.count - outcomes.count - 1)
  }

  /// Takes a staged record into the store.
  func adopt(
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
  func keepTrace(
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
  func failure(of worker: Worker, _ problem: String) -> RunOutcome {
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
}
