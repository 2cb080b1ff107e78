internal import ExternalTrainers
internal import ResultStore

// Which run an execution starts next: its stages are in the store, and nobody else executes it.
extension Execution {
  /// Starts runs on the workers that have none, and ends those that no run is left for.
  mutating func giveWork(
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
  mutating func nextRun(
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
  mutating func leave(_ position: Int) {
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
  func isReady(_ run: PlannedRun) -> Bool {
    run.stages.allSatisfy { outcomes[$0] != nil || !queuedKeys.contains($0) }
  }

  /// Fails the runs whose stages are neither in the store nor to be executed.
  mutating func failRunsWithoutStages(_ event: (ExecutionEvent) -> Void) {
    for run in queue where outcomes[run.key] == nil {
      let missing = run.stages.first { !queuedKeys.contains($0) && !executor.store.contains($0) }
      guard let missing else { continue }
      waiting.removeAll { $0.key == run.key }
      let problem = "it starts from the run \(missing.short), which has no record here"
      note(RunOutcome(run: run, result: .failed(problem: problem, log: RunOutcome.noLog)), event)
    }
  }
}
