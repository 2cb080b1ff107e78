internal import Foundation
internal import Glibc
internal import ResultStore

/// Keeps the checkpoints of the run that a worker trains: at an interval of processor time, and when it is warned.
///
/// The clock decides when a checkpoint is written, and nothing of what is in it.
final class CheckpointKeeper {
  private let store: ResultStore
  private let session: String
  private let key: RunKey
  private let basis: String
  /// Processor time between two checkpoints.
  private let interval: Duration
  private let note: (String) -> Void
  private let clock = ContinuousClock()
  /// When the processor time is looked at next: before, it cannot have come to the interval.
  private var nextLook: ContinuousClock.Instant
  /// The processor time of the latest checkpoint.
  private var latest: Duration
  private var hasFailed = false

  /// Begins an interval.
  ///
  /// - Parameters:
  ///   - job: The run, and where it is kept.
  ///   - seconds: Processor time between two checkpoints.
  ///   - weights: Final weights of the stages that the run stands on, by the fields that name them.
  ///   - note: Is told in a sentence what goes wrong.
  init(
    _ job: WorkerJob, everySeconds seconds: Double, weights: [String: [UInt8]],
    note: @escaping (String) -> Void
  ) {
    store = ResultStore(root: URL(filePath: job.store, directoryHint: .isDirectory))
    session = job.session
    key = job.preimage.key
    basis = weights.sorted { $0.key < $1.key }.reduce(into: key.hex) { line, stage in
      line += " \(stage.key)=\(Digest.hex(of: stage.value))"
    }
    interval = .seconds(seconds)
    self.note = note
    nextLook = clock.now + interval
    latest = Self.processorTime
  }

  /// The state that the run resumes from, if there is one.
  var found: FoundCheckpoint { store.checkpoint(for: key, basis: basis) }

  /// Whether a checkpoint is due.
  ///
  /// A run has one thread, so its processor time grows no faster than the clock; most calls read the clock alone.
  var isDue: Bool {
    if TerminationWarning.hasCome { return true }
    let now = clock.now
    guard now >= nextLook else { return false }
    let used = Self.processorTime - latest
    guard used < interval else { return true }
    nextLook = now + (interval - used)
    return false
  }

  /// Keeps a state; a run whose checkpoints cannot be written goes on without them.
  func keep(_ state: [UInt8]) {
    do {
      try store.keepCheckpoint(state, for: key, basis: basis, session: session)
    } catch {
      if !hasFailed { note("its checkpoint cannot be kept: \(error)") }
      hasFailed = true
    }
    latest = Self.processorTime
    nextLook = clock.now + interval
  }

  private static var processorTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
