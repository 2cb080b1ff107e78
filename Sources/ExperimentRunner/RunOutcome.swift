public import ResultStore

/// The outcome of a planned run.
public struct RunOutcome: Equatable, Sendable {
  /// The ways in which a planned run can end.
  public enum Result: Equatable, Sendable {
    /// It had a record already and was not executed.
    case cached
    /// It was executed, and this is its first record.
    case stored
    /// It was executed, and the result agrees with the record it had.
    case same
    /// It was executed, and the result differs from the record it had in these parts; both are kept.
    case differs([String])
    /// It was executed once more by an external trainer, and this repetition is kept beside its record.
    case repeated(RepetitionVerdict)
    /// It was executed, and its record, which was damaged, was replaced.
    case replacedDamaged
    /// It failed; the log says more.
    case failed(problem: String, log: String)
    /// It was not executed, because its output would lack what that of another run lacks.
    case notStarted(after: String)
    /// It was not executed, because the execution was interrupted.
    case interrupted
  }

  /// The run that was planned.
  public var run: PlannedRun
  /// How it ended.
  public var result: Result
  /// The digest of the new result; `nil` unless the run was executed.
  public var digest: RecordDigest?
  /// The instruction set that the new result was computed with; `nil` unless the run was executed.
  public var instructionSet: String?

  /// Creates an outcome.
  public init(
    run: PlannedRun, result: Result, digest: RecordDigest? = nil, instructionSet: String? = nil
  ) {
    self.run = run
    self.result = result
    self.digest = digest
    self.instructionSet = instructionSet
  }

  /// Whether the run failed or was not reached.
  public var isFailure: Bool {
    switch result {
    case .failed, .notStarted, .interrupted: true
    case .cached, .stored, .same, .differs, .repeated, .replacedDamaged: false
    }
  }
}

extension RunOutcome: CustomStringConvertible {
  /// One line, such as `cartpole/PPO/3: same`; of a run that failed, with the reason.
  public var description: String { "\(run.name): \(words)" }

  private var words: String {
    switch result {
    case .cached: "already there"
    case .stored: "done"
    case .same: "same"
    case .differs(let parts): "differs (\(parts.joined(separator: ", ")))"
    case .repeated(let verdict): "\(verdict)"
    case .replacedDamaged:
      "done; the damaged record was replaced, and is kept in the store's quarantine"
    case .failed(let problem, let log):
      "failed: \(problem)"
        + (log.hasPrefix(Self.noLog + ", ")
          ? "; its log cannot be kept: \(log.dropFirst(Self.noLog.count + 2))" : "")
    case .notStarted(let other):
      "not started: \(other) lacks what its spec reads of the output, and this run would too"
    case .interrupted: "interrupted"
    }
  }

  /// In place of the path of a log: there is none, for a reason that may follow a comma.
  static let noLog = "none"

  /// One line of a list at the end of an execution, when the reasons of failures have been told: of a run that failed,
  /// with the command that shows its log.
  public var listed: String { "\(run.name): \(listedWords)" }

  /// ``listed`` without the name of the run.
  public var listedWords: String {
    guard case .failed(_, let log) = result, log.contains(run.key.hex) else { return words }
    return "failed; 'labbook logs \(run.name)' shows its log"
  }
}

extension RunOutcome {
  /// The parts in which a newly executed run differs from the record that `lock` names.
  ///
  /// The run is found by its key, so that a renamed arm is compared too.
  ///
  /// - Returns: The parts, empty if they agree; `nil` if the run was not executed or the lock does
  ///   not have it.
  public func differences(from lock: Lock) -> [String]? {
    guard let digest else { return nil }
    return lock.recordDigest(of: run.key).map { digest.departures(from: $0) }
  }
}

extension Lock {
  /// The digest of the record of a run; `nil` if the lock does not have the run.
  public func recordDigest(of key: RunKey) -> RecordDigest? {
    runs.first { $0.run.key == key.hex }?.run.recordDigest
  }

  /// The runs of this lock, to be executed again from their preimages alone, however the
  /// experiments have moved on.
  public func plannedRuns(in store: ResultStore) throws(StoreError) -> [PlannedRun] {
    var planned: [PlannedRun] = []
    for experiment in experiments {
      for arm in experiment.arms {
        for run in arm.runs {
          planned.append(
            try PlannedRun(
              name: RunName(experiment: experiment.name, arm: arm.label, seed: run.seed),
              preimage: arm.preimage(seed: run.seed), in: store))
        }
      }
    }
    return planned
  }
}
