/// The progress of an execution.
public struct ExecutionProgress: Equatable, Sendable {
  /// Runs to execute.
  public var runs: Int
  /// Runs that are finished or failed.
  public var finishedRuns: Int
  /// The estimated cost of all runs to execute, in environment steps that take as long.
  public var cost: Int
  /// The part of ``cost`` that is done; a finished or failed run counts with all of its cost.
  public var finishedCost: Int
  /// The cost that was really spent since the start.
  public var spentCost: Int
  /// The unit that the budgets of all runs to execute are counted in; `nil` if they differ.
  public var unit: PlannedRun.Unit?
  /// Environment steps or tokens that were really made since the start.
  public var steps: Int
  /// Seconds since the start.
  public var elapsed: Double

  /// Creates a progress.
  public init(
    runs: Int, finishedRuns: Int, cost: Int, finishedCost: Int, spentCost: Int,
    unit: PlannedRun.Unit?, steps: Int, elapsed: Double
  ) {
    self.runs = runs
    self.finishedRuns = finishedRuns
    self.cost = cost
    self.finishedCost = finishedCost
    self.spentCost = spentCost
    self.unit = unit
    self.steps = steps
    self.elapsed = elapsed
  }

  /// The part that is done, in 0…1.
  public var fraction: Double {
    cost == 0 ? 1 : min(1, Double(finishedCost) / Double(cost))
  }

  /// Environment steps or tokens per second; `nil` before there is anything to go by, and where
  /// runs count different things.
  public var rate: Double? {
    elapsed > 0 && steps > 0 && unit != nil ? Double(steps) / elapsed : nil
  }

  /// Seconds that the rest takes at the speed so far; `nil` before there is anything to go by.
  public var remaining: Double? {
    guard elapsed > 0, spentCost > 0 else { return nil }
    return Double(max(0, cost - finishedCost)) / (Double(spentCost) / elapsed)
  }
}

/// An event of an execution.
public enum ExecutionEvent: Sendable {
  /// Steps were made.
  case progress(ExecutionProgress)
  /// All runs that are left are executed by other processes on the same store, and are waited for.
  case waiting(runs: Int)
  /// A sentence for people, such as that a run goes on from its checkpoint.
  case note(String)
  /// A run is over.
  case finished(RunOutcome, ExecutionProgress)
}
