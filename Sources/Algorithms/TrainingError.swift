/// The reason why a run could not be trained to its end.
public enum TrainingError: Error, Equatable, Sendable {
  /// The configuration names something that does not exist, or settings that exclude each other.
  case invalidConfiguration(String)
  /// A loss, a gradient or an evaluated policy's output is infinite or not a number.
  case notFinite(
    quantity: String, value: String, update: Int, used: Int,
    unit: String = "environment steps")
  /// A number is beyond the bound that is stated for it.
  case unbounded(
    quantity: String, value: Double, bound: Double, update: Int, used: Int,
    unit: String = "environment steps")
  /// A log-probability computed in training differs from the one stored at sampling, although no
  /// update lies between them.
  case offPolicy(
    row: Int, sampled: Float, recomputed: Float, used: Int,
    unit: String = "environment steps")
  /// Training was asked to end, and did: `used` is the place of the latest checkpoint, none where there is none yet.
  case interrupted(used: Int?, unit: String)
  /// The state that the run was to resume from is not one of this run.
  case unusableCheckpoint(String)
}

extension TrainingError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .invalidConfiguration(let problem):
      problem
    case .notFinite(let quantity, let value, let update, let steps, let unit):
      "the \(quantity) is \(value) at update \(update), after \(steps) \(unit)"
    case .unbounded(let quantity, let value, let bound, let update, let steps, let unit):
      "the \(quantity) is \(value), above \(bound), at update \(update), after \(steps) \(unit)"
    case .offPolicy(let row, let sampled, let recomputed, let steps, let unit):
      "step \(row) of the rollout that ended after \(steps) \(unit) was sampled with log-probability \(sampled), but training computes \(recomputed) before any update"
    case .interrupted(let steps, let unit):
      steps.map { "training was interrupted, with a checkpoint after \($0) \(unit)" }
        ?? "training was interrupted before its first checkpoint"
    case .unusableCheckpoint(let problem): "the checkpoint is not used: \(problem)"
    }
  }
}
