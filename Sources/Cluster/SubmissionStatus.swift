public import ExperimentRunner
public import ResultStore

/// A submission as one look at the queue and the store has found it.
public struct SubmissionStatus: Equatable, Sendable {
  /// The submission.
  public var submission: Submission
  /// The state of each run, in the order of the submission.
  public var states: [RunState]
  /// The parts that are lost.
  public var lostParts: [Int]
  /// Whether the queue has a task of it.
  public var hasTasks: Bool
  /// Whether a person has cancelled it.
  public var isCancelled = false
  /// Why the cluster did not answer; nil if it did.
  public var silence: String?

  /// Judges the runs of a submission.
  ///
  /// - Parameters:
  ///   - submission: The submission.
  ///   - queue: The queue; nil if the cluster did not answer.
  ///   - isStored: Whether the store has a run, looked up after the queue.
  ///   - failure: The reason of a run's failure.
  ///   - lost: Takes note of the parts that were not found, and returns those that are lost.
  public init(
    of submission: Submission, queue: QueueListing?, isStored: (PlannedRun) -> Bool,
    failure: (PlannedRun) -> String?, lost: (Set<Int>) -> [Int]
  ) {
    self.submission = submission
    let stored = submission.runs.map(isStored)
    let failures = zip(submission.runs, stored).map { $1 ? nil : failure($0) }
    var tasks: [QueueListing.Task?] = []
    var absent: Set<Int> = []
    for (number, part) in submission.parts.enumerated() {
      let task = queue?.task(ofPart: number, of: submission)
      tasks.append(task)
      let isOpen = part.runs.contains { !stored[$0] && failures[$0] == nil }
      if isOpen, task == nil { absent.insert(number) }
    }
    hasTasks = tasks.contains { $0 != nil }
    lostParts = queue == nil ? [] : lost(absent)
    let isLost = Set(lostParts)
    states = []
    for (number, part) in submission.parts.enumerated() {
      for run in part.runs {
        states.append(
          RunState(
            isStored: stored[run], failure: failures[run], queue: queue != nil,
            task: tasks[number], isLost: isLost.contains(number)))
      }
    }
  }

  /// Whether there is nothing left to do or to tell: the queue has no task of it, and it was cancelled, or every run has
  /// a record or was submitted once more later.
  ///
  /// - Parameter later: The runs of later submissions.
  /// - Returns: Whether it may be forgotten.
  public func isFinished(besides later: Set<RunKey>) -> Bool {
    guard silence == nil, !hasTasks else { return false }
    return isCancelled
      || zip(submission.runs, states).allSatisfy { $1 == .done || later.contains($0.key) }
  }

  /// Whether the cluster has nothing more to do: every run is done or has failed.
  public var isOver: Bool {
    states.allSatisfy {
      switch $0 {
      case .done, .failed: true
      default: false
      }
    }
  }

  /// The runs that wait or are being executed.
  public var underWay: [RunKey] {
    zip(submission.runs, states).compactMap { run, state in
      switch state {
      case .running, .waiting: run.key
      default: nil
      }
    }
  }

  /// The runs that have failed, each with the reason.
  public var failures: [(run: PlannedRun, problem: String)] {
    zip(submission.runs, states).compactMap { run, state in
      guard case .failed(let problem) = state else { return nil }
      return (run, problem)
    }
  }

  /// The counts in words, such as `60 done, 12 running, 8 waiting (Priority)`.
  public var counts: String {
    var numbers: [String: Int] = [:]
    var reasons: Set<String> = []
    for state in states {
      if case .waiting(let reason) = state, !reason.isEmpty { reasons.insert(reason) }
      numbers[state.word, default: 0] += 1
    }
    return RunState.words.compactMap { word in
      numbers[word].map { count in
        let why =
          word == "waiting" && !reasons.isEmpty
          ? " (\(reasons.sorted().joined(separator: ", ")))" : ""
        return "\(count) \(word)\(why)"
      }
    }.joined(separator: ", ")
  }

  /// The heading in words, such as `submission 3f2a1b9c on slurm, 80 runs in 10 parts: 80 done`.
  public var description: String {
    let (runs, parts) = (submission.runs.count, submission.parts.count)
    return "submission \(submission.short) on \(submission.profile ?? "another scheduler"), "
      + "\(runs) \(runs == 1 ? "run" : "runs") in \(parts) \(parts == 1 ? "part" : "parts"): "
      + counts + (isCancelled ? ", cancelled" : "")
  }
}

extension [SubmissionStatus] {
  /// Parts submissions, the oldest first, into those that there is something to do or to tell of, and the others.
  public var parted: (open: [SubmissionStatus], finished: [SubmissionStatus]) {
    var later: Set<RunKey> = []
    var (open, finished): ([SubmissionStatus], [SubmissionStatus]) = ([], [])
    for status in reversed() {
      if status.isFinished(besides: later) { finished.append(status) } else { open.append(status) }
      // What a cancelled submission has asked for, nobody will make.
      if !status.isCancelled { later.formUnion(status.submission.runs.map(\.key)) }
    }
    return (open.reversed(), finished.reversed())
  }
}

extension RunState {
  /// The words of all states, in the order of a summary.
  public static let words = [
    "done", "failed", "running", "waiting", "not seen", "lost", "not known",
  ]

  /// The word of a summary.
  public var word: String {
    switch self {
    case .done: "done"
    case .failed: "failed"
    case .running: "running"
    case .waiting: "waiting"
    case .unseen: "not seen"
    case .lost: "lost"
    case .unknown: "not known"
    }
  }
}
