internal import Foundation
internal import ResultStore

/// A worker process as its parent sees it.
final class Worker {
  let process: ChildProcess
  /// The run that it trains.
  var run: PlannedRun?
  /// The steps that it has made in that run.
  var steps = 0
  /// The estimated cost of these steps.
  var cost: Int {
    guard let run else { return 0 }
    return Int(Double(run.cost) * min(1, Double(steps) / Double(max(1, run.budget))))
  }
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
    case ended(String)
  }

  /// Starts a worker whose error output is kept in the folder `session`.
  init(_ command: WorkerCommand, session: String, number: Int) throws {
    errorFile = try DurableFiles.temporaryFolder(in: session, prefix: "worker-") + "/errors"
    process = try ChildProcess(
      command.words, environment: command.environment, errorFile: errorFile)
  }

  /// Waits for output and returns the messages in it.
  func messages() -> [Message] {
    guard let lines = process.readLines() else {
      hasEnded = true
      return [.ended("\(process.wait())")]
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
    _ run: PlannedRun, store: ResultStore, session: String, _ provenance: Provenance,
    tracing: UpdateTracing? = nil
  ) {
    self.run = run
    steps = 0
    errorStart = errorBytes().count
    let job = WorkerJob(
      name: "\(run.name)", preimage: run.preimage,
      store: store.root.path(percentEncoded: false), session: session, provenance: provenance,
      tracing: tracing)
    process.send(job.line)
  }

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
