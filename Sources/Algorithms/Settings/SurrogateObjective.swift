import NeuralNetworks
import Objectives

/// The way in which an importance ratio becomes a loss; ``Surrogate`` is the same with its parameters.
public enum SurrogateObjective: String, CaseIterable, Sendable {
  /// PPO's: clipped where more would be gained.
  case clipped
  /// The clipped ratio weighs the log-probability, so that no step loses its gradient (CISPO).
  case clippedWeight = "clipped_weight"
  /// A sigmoid of the ratio, which fades with the distance from 1 (SAPO).
  case softGate = "soft_gate"
}

extension PolicyGradientSettings {
  /// Returns the surrogate with its parameters, after the share `progress` of the budget is used.
  func surrogate(progress: Double) -> Surrogate {
    func distance(_ initial: Double?) -> Double {
      initial.map { clipSchedule.value($0, progress: progress) } ?? .infinity
    }
    let range = ClipRange(
      below: distance(clipRange), above: distance(clipRangeHigh ?? clipRange))
    // The ratios of steps are clipped before their mean is taken, so the mean is not clipped again.
    return switch ratio == .clippedGeometricMean ? .clipped : surrogate {
    case .clipped: .clipped(range, dualClip: dualClip)
    case .clippedWeight: .clippedWeight(range)
    case .softGate:
      .softGate(
        temperature: softGateTemperature, negativeTemperature: softGateTemperatureNegative)
    }
  }
}
