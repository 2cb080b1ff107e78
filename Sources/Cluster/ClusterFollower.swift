internal import ExperimentRunner
internal import Glibc

/// Follows submissions until the cluster has nothing more to do with them, and submits again what is lost.
public struct ClusterFollower {
  private let queue: ClusterQueue
  private let submissions: [(folder: SubmissionFolder, submission: Submission)]
  /// Seconds between two looks at most: a queue is shared with everybody.
  private let longestPause: Double

  /// Follows some submissions of a queue.
  public init(
    _ queue: ClusterQueue, _ submissions: [(folder: SubmissionFolder, submission: Submission)]
  ) {
    self.queue = queue
    self.submissions = submissions
    longestPause = min(15, max(0.5, queue.patience / 8))
  }

  /// The ways in which following ends.
  public enum End: Equatable, Sendable {
    /// The cluster has nothing more to do.
    case over
    /// A person does not want to wait; the jobs go on.
    case interrupted
  }

  /// Looks again and again.
  ///
  /// - Parameter say: Is told in a sentence what is new.
  /// - Returns: How it ended, and the last look.
  /// - Throws: If the store cannot be written.
  public func follow(
    say: (String) -> Void
  ) throws -> (end: End, statuses: [SubmissionStatus]) {
    let interruption = Interruption()
    var pause = 0.25
    var said: [String: String] = [:]
    var silence: String?
    var others: [String: Absences] = [:]
    while true {
      let statuses = queue.look(at: submissions, others: &others)
      if interruption.count > 0 { return (.interrupted, statuses) }
      if let reason = statuses.lazy.compactMap(\.silence).first {
        if silence == nil { say("the cluster does not answer, and is asked again: \(reason)") }
        silence = reason
      } else {
        if silence != nil { say("the cluster answers again") }
        silence = nil
        for status in statuses {
          if said.updateValue(status.description, forKey: status.submission.id)
            != status.description
          {
            say(status.description)
          }
          try submitAgain(status, say)
        }
        if statuses.allSatisfy(isOver) { return (.over, statuses) }
      }
      // A signal ends the sleep.
      usleep(UInt32(pause * 1e6))
      pause = min(longestPause, pause * 1.5)
      if interruption.count > 0 { return (.interrupted, statuses) }
    }
  }

  private func submitAgain(_ status: SubmissionStatus, _ say: (String) -> Void) throws {
    guard !status.lostParts.isEmpty, !status.isCancelled else { return }
    do {
      let again = try queue.submitAgain(status)
      if !again.isEmpty {
        say(
          "submission \(status.submission.short): \(again.count == 1 ? "a part was" : "\(again.count) parts were") "
            + "neither in the store nor in the queue, and \(again.count == 1 ? "was" : "were") submitted again"
        )
      }
    } catch let refusal as Slurm.Silence {
      say("what is lost cannot be submitted again now: \(refusal)")
    }
  }

  /// Whether there is nothing to wait for.
  private func isOver(_ status: SubmissionStatus) -> Bool {
    if status.isOver { return true }
    if status.isCancelled { return !status.hasTasks }
    let lost = Set(status.lostParts)
    return status.submission.parts.enumerated().allSatisfy { number, part in
      let isOpen = part.runs.contains { position in
        switch status.states[position] {
        case .done, .failed: false
        default: true
        }
      }
      return !isOpen || lost.contains(number) && queue.isGivenUp(number, of: status.submission)
    }
  }
}
