import ExperimentRunner
import Foundation
import ReportBuilder
import ResultStore

/// Takes down in the files beside locks which runs were executed again, and keeps what a lock names and the store lacks.
enum ExecutedAgain {
  /// Puts the records of executions that gave what a lock names into the lab's store, where it has none of the run: other
  /// weeks may draw their curves.
  ///
  /// - Throws: If a record cannot be read or stored.
  static func keep(
    _ outcomes: [RunOutcome], of lock: Lock, from scratch: ResultStore, in store: ResultStore
  ) throws {
    for outcome in outcomes where !outcome.run.preimage.isObserved {
      let (key, name) = (outcome.run.key, "\(outcome.run.name)")
      guard !store.contains(key), outcome.differences(from: lock)?.isEmpty == true,
        let record = try scratch.record(for: key, named: name)
      else { continue }
      _ = try store.store(
        record, for: outcome.run.preimage, provenance: try scratch.provenance(for: key),
        named: name)
    }
  }

  /// Notes executions that were compared with a lock.
  ///
  /// - Parameters:
  ///   - outcomes: The executions; what was not executed, or is not in the lock, is left out.
  ///   - lock: The lock that they were compared with.
  ///   - week: Its week.
  ///   - store: The lab's store.
  /// - Throws: If the file cannot be read or written.
  static func note(
    _ outcomes: [RunOutcome], of lock: Lock, in week: Week, store: ResultStore
  ) throws {
    let date = Date().formatted(.iso8601.year().month().day())
    let locked = Dictionary(lock.runs.map { ($0.run.key, $0.run) }) { first, _ in first }
    let hasChanged = try week.folder.noteVerification(with: store) { state in
      for outcome in outcomes {
        // An observation is repeated, not recomputed: no processor is known to give its bits.
        guard let run = locked[outcome.run.key.hex], run.observation == nil,
          let digest = outcome.digest, let processor = outcome.instructionSet
        else { continue }
        state.note(
          outcome.run.key, record: run.digest,
          agrees: digest.departures(from: run.recordDigest).isEmpty, processor: processor,
          date: date)
      }
    }
    if hasChanged {
      printError(
        "note: \(week.folder.displayPath(of: WeekFolder.verificationName)) says which runs were executed again; "
          + "'labbook report \(week)' puts it on the page")
    }
  }
}
