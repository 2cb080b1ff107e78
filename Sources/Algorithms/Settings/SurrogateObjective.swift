import NeuralNetworks
import Objectives

/// How an importance ratio becomes a loss; what each needs beside the ratio, ``Surrogate`` says.
public enum SurrogateObjective: String, CaseIterable, Sendable {
  /// PPO's: clipped where more would be gained.
  case clipped
  /// The clipped ratio weighs the log-probability, so that no step loses its gradient (CISPO).
  case clippedWeight = "clipped_weight"
}

extension PolicyGradientSettings {
  /// Returns what a ratio becomes a loss by, after the share `progress` of the budget is used.
  func surrogate(progress: Double) -> Surrogate {
    func distance(_ initial: Double?) -> Double {
      initial.map { clipSchedule.value($0, progress: progress) } ?? .infinity
    }
    let range = ClipRange(
      below: distance(clipRange), above: distance(clipRangeHigh ?? clipRange))
    return switch surrogate {
    case .clipped: .clipped(range, dualClip: dualClip)
    case .clippedWeight: .clippedWeight(range)
    }
  }
}
