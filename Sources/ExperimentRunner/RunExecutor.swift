internal import ExternalTrainers
internal import Foundation
public import ResultStore

/// The executor of runs in worker processes, which stores their records.
///
/// Each run is trained from its preimage alone by one worker, so neither the number of workers nor
/// the order in which they finish can reach a result. A run that fails, even by a crash, harms no
/// other one.
public struct RunExecutor: Sendable {
  /// The store of the records.
  public var store: ResultStore
  /// The command that starts workers.
  var worker: WorkerCommand
  /// How many workers work at a time; at least 1.
  var jobs: Int
  /// Seconds of processor time between two checkpoints of a run; none: runs neither keep nor read any.
  var checkpointSeconds: Double?
  /// The words of the command that was given, for the provenance.
  var command: [String]
  /// The folder whose git commit the provenance names.
  var lab: String?
  /// How long another process that has claimed a run may show no sign of life before the run is executed here too.
  package var patience = Duration.seconds(60)
  /// The notes that are taken of each step of the optimizer beside the records; nil for runs that are compared with none.
  ///
  /// Notes of the used budget alone are kept where a result differs from the record that was there, or where
  /// ``keepsAllTraces`` is set; those of tensors always.
  public var tracing: UpdateTracing?
  /// The GPUs that are handed out to runs of external trainers.
  package var devices = GPUs.devices
  /// Whether every trace is kept, as in a store that is there for a comparison alone.
  public var keepsAllTraces = false

  /// One worker for each processor.
  public static var defaultJobs: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Creates an executor.
  ///
  /// - Precondition: `jobs` is at least 1.
  public init(
    store: ResultStore, worker: WorkerCommand, jobs: Int = Self.defaultJobs,
    checkpointSeconds: Double? = nil, command: [String] = CommandLine.arguments, lab: String? = nil
  ) {
    precondition(jobs >= 1, "jobs must be at least 1, got \(jobs)")
    self.store = store
    self.worker = worker
    self.jobs = jobs
    self.checkpointSeconds = checkpointSeconds
    self.command = command
    self.lab = lab
  }

  /// Executes the runs that have no record, or all of them.
  ///
  /// Executions on one store share the work: what another process executes is waited for, and what it has stored is
  /// not executed again, unless it is forced.
  /// Runs with the same key, such as arms with equal settings, are executed once. A run waits for
  /// the stages that it starts from; where one fails, the runs that stand on it fail with it. SIGINT,
  /// SIGTERM, SIGHUP and SIGUSR1 stop the workers; what is finished by then is stored. With checkpoints, each run
  /// under way ends its update first and leaves one, and a second signal stops at once.
  ///
  /// - Parameters:
  ///   - runs: The runs.
  ///   - stages: Runs that others may start from; those that are missing and needed are executed
  ///     before, though they were not asked for.
  ///   - force: Whether runs with a record are executed too, and compared with it.
  ///   - event: Is called as the execution goes on, on the calling thread.
  /// - Returns: An outcome for each run, in the order of `runs`.
  /// - Throws: ``ExecutionError`` if workers cannot be started or a record cannot be stored, ``StoreError`` if the
  ///   store cannot be written; workers are gone then, and what is finished is stored.
  public func execute(
    _ runs: [PlannedRun], stages: [PlannedRun] = [], force: Bool = false,
    event: (ExecutionEvent) -> Void = { _ in }
  ) throws -> ExecutionResult {
    var execution = try Execution(self, runs, stages: stages, force: force)
    try execution.run(event)
    return execution.result
  }
}

/// The outcomes of an execution.
public struct ExecutionResult: Equatable, Sendable {
  /// An outcome for each run that was asked for, in that order.
  public var outcomes: [RunOutcome]
  /// An outcome for each stage that was executed though it was not asked for.
  public var stages: [RunOutcome]
  /// The state at the end.
  public var progress: ExecutionProgress
  /// Whether a signal stopped it.
  public var wasInterrupted: Bool

  /// Whether every run has a result.
  public var isComplete: Bool { !outcomes.contains(where: \.isFailure) }
}
