public import ExperimentRunner
internal import ResultStore

/// The notes of failed runs that a task leaves beside the file that it was given, for whoever follows it.
///
/// A file that was written for another scheduler has no such folder beside it, and nothing is noted.
public struct FailureNotes: Sendable {
  private let folder: String

  /// The notes beside a file of runs.
  public init(beside file: String) {
    folder = "\(DurableFiles.parent(of: file))/failed"
  }

  /// Notes an outcome if it is a failure: the first line is the reason.
  ///
  /// What cannot be noted is found lost later, and the log of the task says more.
  public func note(_ outcome: RunOutcome) {
    guard case .failed(let problem, _) = outcome.result, DurableFiles.isFolder(folder) else {
      return
    }
    let file = "\(folder)/\(outcome.run.key.hex)"
    DurableFiles.removeFile(file)
    try? DurableFiles.create(file, Array((problem + "\n").utf8))
  }
}
