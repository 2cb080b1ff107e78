/// The state of a submitted run, by what is there: its record, the note of its failure, its task in the queue.
public enum RunState: Equatable, Sendable {
  /// It has a record.
  case done
  /// It has failed, for this reason.
  case failed(String)
  /// Its task is being executed.
  case running
  /// Its task waits, for this reason of Slurm's, if there is one.
  case waiting(String)
  /// Neither record nor task were found; that alone proves nothing.
  case unseen
  /// Neither record nor task were found by two looks at the queue.
  case lost
  /// The cluster did not answer.
  case unknown

  /// Judges a run.
  ///
  /// - Parameters:
  ///   - isStored: Whether the store has its record, which is the truth whatever the queue says.
  ///   - failure: The reason of its failure, if its task has noted one.
  ///   - queue: The queue as it was before the store was looked at; nil if the cluster did not answer.
  ///   - task: The task of its part in the queue.
  ///   - isLost: Whether its part is lost.
  public init(
    isStored: Bool, failure: String?, queue: Bool, task: QueueListing.Task?, isLost: Bool
  ) {
    self =
      if isStored {
        .done
      } else if let failure {
        .failed(failure)
      } else if !queue {
        .unknown
      } else if let task {
        task.isRunning ? .running : .waiting(task.reason)
      } else {
        isLost ? .lost : .unseen
      }
  }
}
