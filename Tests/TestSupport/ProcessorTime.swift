internal import Foundation

/// Returns the processor time that `body` takes on this thread, which other work on the machine and other tests do not
/// stretch.
///
/// - Parameter body: Work that starts no thread of its own.
/// - Returns: The time.
public func processorTime(of body: () throws -> Void) rethrows -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let start = now()
  try body()
  return now() - start
}
