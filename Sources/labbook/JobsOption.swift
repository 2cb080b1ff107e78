import ArgumentParser
import ExperimentRunner
import Foundation
import ResultStore

/// The number of workers that execute runs at a time.
struct JobsOption: ParsableArguments {
  @Option(help: "Worker processes at a time; by default one for each processor.")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1, got \(jobs).") }
  }

  /// Executes runs in workers, with progress on standard error; before them those of `stages` that they need and that
  /// are missing.
  ///
  /// Runs that are compared with a result are executed from their beginning and keep no checkpoints.
  func execute(
    _ runs: [PlannedRun], stages: [PlannedRun] = [], in lab: Lab, store: ResultStore? = nil,
    force: Bool = false, checkpointSeconds: Double? = nil, tracing: UpdateTracing? = nil,
    event: (ExecutionEvent) -> Void = { _ in }
  ) throws -> ExecutionResult {
    var executor = RunExecutor(
      store: store ?? lab.store, worker: .ofThisExecutable,
      jobs: jobs ?? RunExecutor.defaultJobs, checkpointSeconds: force ? nil : checkpointSeconds,
      lab: lab.root.path)
    executor.tracing = tracing
    // A store of its own is there for a comparison alone.
    executor.keepsAllTraces = store != nil
    var display = ProgressDisplay()
    let result = try executor.execute(runs, stages: stages, force: force) {
      display.show($0)
      event($0)
    }
    display.finish(result.stages + result.outcomes, result.progress)
    // Its digest is in the records, and `status` asks for it: here it is known.
    if store == nil, result.outcomes.contains(where: { $0.result == .stored }) {
      lab.rememberExecutable()
    }
    return result
  }
}
