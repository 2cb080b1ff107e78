internal import ExternalTrainers
internal import Foundation
internal import ResultStore

extension WorkerLoop {
  /// Executes a run of an external trainer and stages its record.
  func observe(_ job: WorkerJob, by trainer: TrainerJob, _ live: LiveRun) -> WorkerMessage {
    let warning = TerminationWarning()
    defer { withExtendedLifetime(warning) {} }
    let clock = ContinuousClock()
    let start = clock.now
    var provenance = job.provenance
    provenance.start = Date().formatted(.iso8601)
    provenance.versions = GPUs.versions
    do {
      let store = ResultStore(root: URL(filePath: job.store, directoryHint: .isDirectory))
      let execution = try TrainerExecution(
        of: job.preimage, trainer, store: store, session: job.session)
      defer { execution.cleanUp() }
      let result = try execution.result(
        isToStop: { TerminationWarning.hasCome }, resumed: { say(.resumed(steps: 0)) },
        note: { say(.note($0)) }
      ) { done, total in
        let steps = PlannedRun.thousandths * done / total
        say(.progress(steps: steps, budget: PlannedRun.thousandths))
        live.tell(steps: steps, of: PlannedRun.thousandths)
      }
      for note in result.observed.notes { say(.note(note)) }
      provenance.versions.merge(execution.lockedPackages?.provenance ?? [:]) { first, _ in first }
      provenance.duration = (clock.now - start) / .seconds(1)
      return try stage(
        result.observed.record, nil, provenance, of: job, files: result.files)
    } catch let failure as TrainerFailure {
      if failure.isOfRequest { return .lacking(failure.description) }
      return failure.keepsCheckpoints
        ? .ended(failure.description) : .failed(failure.description)
    } catch is TrainerExecution.Interrupted {
      return .suspended(steps: 0)
    } catch StoreError.invalid(_, let part, let problem) {
      return .failed("\(part) \(problem)")
    } catch StoreError.cannot(let action, let path, let reason) {
      return .unstorable("cannot \(action) \(path): \(reason)")
    } catch {
      return .failed("\(error)")
    }
  }
}
