internal import Algorithms
internal import Foundation
internal import Glibc
internal import ResultStore

/// Keeps the checkpoints of the run that a worker trains: at an interval of processor time, and when it is warned.
///
/// Between them it lets the run hold its state in memory once a second, and less often where that takes longer than a
/// hundredth of the time: a warning that finds the run in a long piece of work ends that, and the state is kept.
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
  /// Whether a checkpoint was kept.
  private(set) var hasKept = false
  /// When the next state may be held, and when the one under way was begun.
  private var nextHold: ContinuousClock.Instant
  private var holdStart: ContinuousClock.Instant
  /// When a warning was found in the middle of an update.
  private var warnedAt: ContinuousClock.Instant?
  /// How long an update under way may take to come to its end after a warning.
  private static let patience = Duration.seconds(5)

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
    nextHold = clock.now + .seconds(1)
    holdStart = nextHold
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

  /// Whether the state after an update may be held in memory.
  var isWorthHolding: Bool {
    let now = clock.now
    guard now >= nextHold else { return false }
    holdStart = now
    return true
  }

  /// Takes note that a state is held.
  func hasHeld() {
    let now = clock.now
    let least = Duration.seconds(1)
    nextHold = now.advanced(by: max(least, holdStart.duration(to: now) * 100))
  }

  /// Whether a run is to end in the middle of a long piece of work.
  func isOver(_ work: LongWork) -> Bool {
    guard TerminationWarning.hasCome else { return false }
    guard work == .update else { return true }
    let now = clock.now
    let warned = warnedAt ?? now
    warnedAt = warned
    return warned.duration(to: now) >= Self.patience
  }

  /// Keeps a state; a run whose checkpoints cannot be written goes on without them.
  func keep(_ state: [UInt8]) {
    do {
      try store.keepCheckpoint(state, for: key, basis: basis, session: session)
      hasKept = true
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
