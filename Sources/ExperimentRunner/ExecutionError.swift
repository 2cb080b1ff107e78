/// The reason why runs could not be executed at all; a single run that fails is an outcome instead.
public enum ExecutionError: Error, Equatable, Sendable {
  case cannotStart(words: [String], reason: String)
  /// A worker ended before it was ready for the first run.
  case workerEndedAtStart(words: [String], status: String, output: String)
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotStart(let words, let reason):
      "cannot start '\(words.joined(separator: " "))': \(reason)"
    case .workerEndedAtStart(let words, let status, let output):
      "the worker '\(words.joined(separator: " "))' \(status) before it was ready"
        + (output.isEmpty ? "" : ": \(output)")
    }
  }
}
