import NeuralNetworks
import Objectives

/// How an importance ratio becomes a loss; what each needs beside the ratio, ``Surrogate`` says.
public enum SurrogateObjective: String, CaseIterable, Sendable {
  /// PPO's: clipped where more would be gained.
  case clipped
  /// The clipped ratio weighs the log-probability, so that no step loses its gradient (CISPO).
  case clippedWeight = "clipped_weight"
  /// A sigmoid of the ratio, which fades with the distance from 1 (SAPO).
  case softGate = "soft_gate"
}

extension PolicyGradientSettings {
  /// Returns what a ratio becomes a loss by, after the share `progress` of the budget is used.
  func surrogate(progress: Double) -> Surrogate {
    func distance(_ initial: Double?) -> Double {
      initial.map { clipSchedule.value($0, progress: progress) } ?? .infinity
    }
    let range = ClipRange(
      below: distance(clipRange), above: distance(clipRangeHigh ?? clipRange))
    // Its ratios are clipped before they become one; nothing is left to be done to that.
    return switch ratio == .clippedGeometricMean ? .clipped : surrogate {
    case .clipped: .clipped(range, dualClip: dualClip)
    case .clippedWeight: .clippedWeight(range)
    case .softGate:
      .softGate(
        temperature: softGateTemperature, negativeTemperature: softGateTemperatureNegative)
    }
  }
}
