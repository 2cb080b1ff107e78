internal import Glibc
internal import Synchronization

/// Whether a warning has come; a signal handler can do no more than note it.
private let hasBeenWarned = Atomic<Bool>(false)

/// The time in which SIGTERM and SIGUSR1, by which clusters warn, let a worker's run end with a checkpoint instead
/// of ending the process.
struct TerminationWarning: ~Copyable {
  private static let signals = [SIGTERM, SIGUSR1]

  init() {
    hasBeenWarned.store(false, ordering: .relaxed)
    for number in Self.signals {
      signal(number) { _ in hasBeenWarned.store(true, ordering: .relaxed) }
    }
  }

  deinit {
    for number in Self.signals { signal(number, SIG_DFL) }
  }

  static var hasCome: Bool { hasBeenWarned.load(ordering: .relaxed) }
}
