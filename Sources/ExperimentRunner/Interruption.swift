internal import ChildProcesses
internal import Glibc
internal import Synchronization

/// How often Ctrl-C (SIGINT), SIGTERM, SIGUSR1 or SIGHUP has come; a signal handler can do no more than count.
private let interruptions = Atomic<Int>(0)

/// The time in which SIGINT, SIGTERM, SIGUSR1 and the end of the terminal (SIGHUP) stop workers in order instead of
/// ending the process, and a write to a worker that is gone is no signal.
package struct Interruption: ~Copyable {
  private let previous: [(signal: Int32, handler: sighandler_t?)]
  private let previousMask: sigset_t

  package init() {
    interruptions.store(0, ordering: .relaxed)
    let note: sighandler_t = { _ in interruptions.add(1, ordering: .relaxed) }
    var previous = [
      (SIGINT, signal(SIGINT, note)), (SIGTERM, signal(SIGTERM, note)),
      (SIGUSR1, signal(SIGUSR1, note)),
      (SIGPIPE, signal(SIGPIPE, SIG_IGN)),
    ]
    // Under `nohup` the end of the terminal is to be no end of the work.
    let isHangUpIgnored = ChildProcess.isIgnored(SIGHUP)
    if !isHangUpIgnored { previous.append((SIGHUP, signal(SIGHUP, note))) }
    self.previous = previous
    // A program that is started from a thread of a thread pool inherits a mask that blocks them.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGINT)
    sigaddset(&wanted, SIGTERM)
    sigaddset(&wanted, SIGUSR1)
    if !isHangUpIgnored { sigaddset(&wanted, SIGHUP) }
    var mask = sigset_t()
    pthread_sigmask(SIG_UNBLOCK, &wanted, &mask)
    previousMask = mask
  }

  deinit {
    for (number, handler) in previous { signal(number, handler) }
    var mask = previousMask
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  /// Whether a signal has come, for what waits somewhere below.
  package static var hasCome: Bool { interruptions.load(ordering: .relaxed) > 0 }

  /// How many signals have come.
  package var count: Int { interruptions.load(ordering: .relaxed) }
}
