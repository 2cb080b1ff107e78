/// How far an execution is.
public struct ExecutionProgress: Equatable, Sendable {
  /// Runs to execute, and those that are finished or failed.
  public var runs: Int
  public var finishedRuns: Int
  /// Steps of all runs to execute, and those done; a finished or failed run counts with its budget.
  public var steps: Int
  public var finishedSteps: Int
  /// Steps that were really made since the start.
  public var madeSteps: Int
  /// Seconds since the start.
  public var elapsed: Double

  /// Creates a progress.
  public init(
    runs: Int, finishedRuns: Int, steps: Int, finishedSteps: Int, madeSteps: Int, elapsed: Double
  ) {
    self.runs = runs
    self.finishedRuns = finishedRuns
    self.steps = steps
    self.finishedSteps = finishedSteps
    self.madeSteps = madeSteps
    self.elapsed = elapsed
  }

  /// The part that is done, in 0…1.
  public var fraction: Double {
    steps == 0 ? 1 : min(1, Double(finishedSteps) / Double(steps))
  }

  /// Steps per second; `nil` before there is anything to go by.
  public var rate: Double? {
    elapsed > 0 && madeSteps > 0 ? Double(madeSteps) / elapsed : nil
  }

  /// Seconds that the rest takes at the rate so far; `nil` before there is anything to go by.
  public var remaining: Double? {
    rate.map { Double(max(0, steps - finishedSteps)) / $0 }
  }
}

/// Something that happened in an execution.
public enum ExecutionEvent: Sendable {
  /// Steps were made.
  case progress(ExecutionProgress)
  /// A run is over.
  case finished(RunOutcome, ExecutionProgress)
}
