import ExperimentRunner
import Glibc

/// A line on a terminal that counts what has been checked.
final class CheckCounter {
  private let isTerminal = isatty(2) == 1
  private var last: ContinuousClock.Instant?

  /// Shows how many are done, ten times a second at most.
  func show(_ done: Int, of total: Int) {
    let now = ContinuousClock.now
    guard isTerminal, last.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    last = now
    StandardError.write("\r\(done) of \(total) records checked")
  }

  /// Removes the line.
  func clear() {
    if isTerminal, last != nil { StandardError.write("\r\u{1B}[K") }
  }
}
