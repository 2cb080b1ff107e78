/// The reason why runs could not be executed at all; a single run that fails is an outcome instead.
public enum ExecutionError: Error, Equatable, Sendable {
  case cannotStart(words: [String], reason: String)
  /// A worker ended before it was ready for the first run.
  case workerEndedAtStart(words: [String], status: String, output: String)
  /// The record of a run could not be stored, so none of the runs that are left could be.
  case cannotStore(run: String, problem: String, left: Int)
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotStart(let words, let reason):
      "cannot start '\(words.joined(separator: " "))': \(reason)"
    case .workerEndedAtStart(let words, let status, let output):
      "the worker '\(words.joined(separator: " "))' \(status) before it was ready"
        + (output.isEmpty ? "" : ": \(output)")
    case .cannotStore(let run, let problem, let left):
      "the record of \(run) cannot be stored: \(problem)"
        + (left == 0
          ? ""
          : "; the \(left == 1 ? "run that is" : "\(left) runs that are") left would fail alike, and \(left == 1 ? "was" : "were") not executed")
    }
  }
}
