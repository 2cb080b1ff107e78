internal import ChildProcesses
internal import ExternalTrainers
internal import Foundation
internal import ResultStore

/// A worker process as its parent sees it.
final class Worker {
  let process: ChildProcess
  /// The run that it trains.
  private(set) var run: PlannedRun?
  /// This process's claim of that run; nil if it is executed without one.
  private(set) var claim: RunClaim?
  /// The GPUs that the run has for itself.
  private(set) var devices: [GPUClaim] = []
  /// The steps that it has made in that run.
  var steps = 0
  /// The estimated cost of these steps.
  var cost: Int { cost(of: steps) }
  /// The step of the checkpoint that the run went on from; 0 where it began at its beginning.
  private(set) var firstStep = 0
  /// Whether the run went on from a checkpoint.
  private(set) var hasResumed = false
  /// Whether the run goes on from a checkpoint and has kept none since: what goes wrong may be its fault.
  var isOnTrial = false
  /// The estimated cost of the steps that this worker has really made.
  var spentCost: Int { cost - cost(of: firstStep) }
  private(set) var isReady = false
  private(set) var hasEnded = false
  private(set) var wasStopped = false
  private let errorFile: String
  /// Where the error output of the run begins in the file.
  private var errorStart = 0

  /// A message from a worker, or its end.
  enum Message {
    case said(WorkerMessage)
    /// A line that is no message.
    case garbled(String)
    /// The process is over, for this reason.
    case ended(ChildProcess.ExitStatus)
  }

  private func cost(of steps: Int) -> Int {
    guard let run else { return 0 }
    return Int(Double(run.cost) * min(1, Double(steps) / Double(max(1, run.budget))))
  }

  /// Starts a worker whose error output is kept in the folder `session`.
  init(_ command: WorkerCommand, session: String, number: Int) throws {
    errorFile = try DurableFiles.temporaryFolder(in: session, prefix: "worker-") + "/errors"
    do throws(ChildProcessError) {
      process = try ChildProcess(
        command.words, environment: .inherited(with: command.environment), errorFile: errorFile)
    } catch {
      throw ExecutionError.cannotStart(words: error.words, reason: error.reason)
    }
  }

  /// Waits for output and returns the messages in it.
  func messages() -> [Message] {
    guard let lines = process.readLines() else {
      hasEnded = true
      return [.ended(process.wait())]
    }
    return lines.map { line in
      guard let message = WorkerMessage(line: line) else {
        return .garbled(String(decoding: line.prefix(200), as: UTF8.self))
      }
      if message == .ready { isReady = true }
      return .said(message)
    }
  }

  /// Gives the worker a run.
  func start(
    _ run: PlannedRun, _ claim: RunClaim?, store: ResultStore, session: String,
    _ provenance: Provenance, checkpointSeconds: Double?, tracing: UpdateTracing? = nil,
    lab: String? = nil, devices: [GPUClaim] = []
  ) {
    self.run = run
    self.claim = claim
    self.devices = devices
    resume(at: 0)
    (hasResumed, isOnTrial) = (false, false)
    errorStart = errorBytes().count
    let job = WorkerJob(
      name: "\(run.name)", preimage: run.preimage,
      store: store.root.path(percentEncoded: false), session: session, provenance: provenance,
      checkpointSeconds: checkpointSeconds, tracing: tracing,
      trainer: run.trainer.map { trainer in
        TrainerJob(
          trainer, lab: lab ?? ".", devices: devices.map(\.device),
          checkpoints: checkpointSeconds.map { _ in store.checkpointFile(of: run.key) })
      })
    process.send(job.line)
  }

  /// Leaves the run, which is over, and its claim.
  func finish() {
    run = nil
    claim = nil
    devices = []
    resume(at: 0)
    (hasResumed, isOnTrial) = (false, false)
  }

  /// Takes note that the run goes on at a step.
  func resume(at step: Int) {
    steps = step
    firstStep = step
    hasResumed = true
  }

  /// Asks the worker to end its run with a checkpoint.
  func warn() { process.warn() }

  /// Ends the worker, which has nothing left to do.
  func end() {
    process.terminate()
    hasEnded = true
    wasStopped = true
  }

  /// Returns the text on the worker's standard error since the run began, at most the last 64 KiB.
  func errorOutput() -> String {
    String(decoding: errorBytes().dropFirst(errorStart).suffix(65_536), as: UTF8.self)
  }

  private func errorBytes() -> [UInt8] {
    (try? DurableFiles.read(errorFile)) ?? []
  }
}
