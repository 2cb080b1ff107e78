internal import ExternalTrainers
internal import ResultStore

// The part of an execution that external trainers alone need: devices, repetitions, logs.
extension Execution {
  /// The GPUs that no run under way has for itself.
  var freeDevices: [String] {
    let taken = Set(workers.flatMap(\.devices).map(\.device))
    return executor.devices.filter { !taken.contains($0) }
  }

  /// Fails the runs of external trainers that cannot be started here.
  mutating func failRunsWithoutTrainers(_ event: (ExecutionEvent) -> Void) {
    for run in queue where outcomes[run.key] == nil && run.preimage.isObserved {
      let problem: String
      if let gpus = run.trainer?.resources.gpus {
        guard gpus > executor.devices.count else { continue }
        problem =
          "it needs \(gpus == 1 ? "a GPU" : "\(gpus) GPUs"), and there are \(executor.devices.count) here that labbook may use"
      } else {
        problem =
          run.obstacle ?? "an external trainer makes it, and only its spec says where that is"
      }
      waiting.removeAll { $0.key == run.key }
      note(RunOutcome(run: run, result: .failed(problem: problem, log: RunOutcome.noLog)), event)
    }
  }

  /// Starts none of the waiting runs that would train for hours and lack in their output what `failed` lacks.
  ///
  /// They are those of its experiment that read the same of their output. Where some arm has a record of just that, the
  /// names are right and the fault is the arm's own, so the other arms go on; where its own arm has one, all do.
  mutating func leaveOut(runsThatLack failed: PlannedRun, _ event: (ExecutionEvent) -> Void) {
    func reads(_ run: PlannedRun) -> Bool {
      run.name.experiment == failed.name.experiment
        && run.trainer?.results == failed.trainer?.results
    }
    let proven = Set(
      runs.filter { run in
        reads(run) && (outcomes[run.key].map { !$0.isFailure } ?? (run.state == .cached))
      }.map(\.name.arm))
    guard !proven.contains(failed.name.arm) else { return }
    let left = waiting.filter { run in
      reads(run) && (proven.isEmpty || run.name.arm == failed.name.arm)
    }
    let keys = Set(left.map(\.key))
    waiting.removeAll { keys.contains($0.key) }
    for run in left {
      note(RunOutcome(run: run, result: .notStarted(after: "\(failed.name)")), event)
    }
  }

  /// Keeps a staged record beside the one that is there, where that is an observation; nil where it is not.
  func repetition(_ staged: String, of run: PlannedRun) throws -> RunOutcome? {
    guard let trainer = run.trainer, !trainer.repeatsExactly, try isStored(run),
      let record = try executor.store.summary(for: run.key, named: "\(run.name)")
    else { return nil }
    let repetition = try executor.store.keepRepetition(staged, of: run.key, named: "\(run.name)")
    keepLog(of: run)
    let verdict = RepetitionVerdict(
      record: record, repetition: (repetition.metrics, repetition.digest),
      tolerances: trainer.tolerances)
    return RunOutcome(run: run, result: .repeated(verdict), digest: repetition.digest)
  }

  /// Keeps the log of a trainer, and removes that of a failed run that was executed again.
  func keepLog(of run: PlannedRun) {
    let file = executor.store.logFile(for: run.key)
    DurableFiles.removeFile(file)
    guard run.trainer != nil else { return }
    // Without a log the record is as good.
    try? DurableFiles.createFolder(DurableFiles.parent(of: file))
    try? DurableFiles.moveFile(
      TrainerLog.file(of: run.key, in: session), to: file, waits: false)
  }
}
