internal import ChildProcesses
internal import ExternalTrainers
internal import ResultStore

// What an execution does with what its workers say, and with a signal.
extension Execution {
  mutating func handle(
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
    case .said(.onTrial(let isOnTrial)):
      worker.isOnTrial = isOnTrial
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
      } else if let steps {
        event(.note("\(run.name): its checkpoint is at step \(Self.place(steps, in: run))"))
      } else {
        event(.note("\(run.name): it has no checkpoint yet, and begins anew the next time"))
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
      guard worker.run != nil, !startOver(worker, problem, event) else { break }
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
      let problem = "its worker \(status)"
      if status.isOwnFault {
        if startOver(worker, problem, event) { break }
        forgetCheckpoint(of: worker)
      }
      finish(worker, failure(of: worker, problem), event)
    }
  }

  /// Stops: no run begins any more, and those under way are asked to end with a checkpoint, or are given up where
  /// the engine keeps none; external trainers are always asked.
  mutating func stop(_ event: (ExecutionEvent) -> Void) {
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
  func forgetCheckpoint(of worker: Worker) {
    guard let run = worker.run, worker.hasResumed else { return }
    executor.store.removeCheckpoint(of: run.key)
  }

  /// Begins a run anew, once, that failed before it had kept another checkpoint than the one that it went on from:
  /// that one is moved out of the way.
  ///
  /// - Returns: Whether it is; not where the run did not depend on a checkpoint.
  mutating func startOver(
    _ worker: Worker, _ problem: String, _ event: (ExecutionEvent) -> Void
  ) -> Bool {
    guard let run = worker.run, worker.isOnTrial, run.trainer == nil, !wasInterrupted,
      startedOver.insert(run.key).inserted
    else { return false }
    var place: String
    do throws(StoreError) {
      let aside = try executor.store.setCheckpointAside(of: run.key)
      place = aside.map { "is now \($0)" } ?? "is gone"
    } catch { place = "is not used again: \(error)" }
    event(
      .note(
        "\(run.name): failed from its checkpoint: \(problem); the checkpoint \(place), and the run starts over"
      ))
    worker.finish()
    waiting.insert(run, at: waiting.startIndex)
    return true
  }

  /// A step of a run, such as `12,288 of 100,000`.
  static func place(_ steps: Int, in run: PlannedRun) -> String {
    "\(ProgressDisplay.count(steps)) of \(ProgressDisplay.count(run.budget))"
  }
}
