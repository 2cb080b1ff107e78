internal import Metrics
import Objectives

extension AuditedQuantity {
  /// The name of its metric and curve for a baseline.
  func name(of baseline: Baseline) -> String { name(of: baseline.rawValue) }

  /// Returns its value; variances are of one completion, whatever the size of a group.
  ///
  /// - Parameters:
  ///   - moments: Those of groups, after Adam or before.
  ///   - groupSize: Completions of a group.
  ///   - batchSize: Completions of the batch whose cosine is asked for.
  /// - Returns: The value; `nil` where the moments do not give one.
  func value(of moments: GradientMoments, groupSize: Int, batchSize: Int) -> Double? {
    let size = Double(groupSize)
    return switch self {
    case .variance: size * moments.variance
    case .relativeVariance, .adamRelativeVariance: moments.relativeVariance.map { size * $0 }
    case .betweenPrompts: moments.varianceBetweenPrompts
    case .squaredBias: moments.squaredBias
    case .scale: moments.scale
    case .direction: moments.cosineOfMean
    case .cosine, .adamCosine: moments.cosine(groups: Double(batchSize) / size)
    case .samples: moments.groups(forCosine: Self.goodCosine).map { size * $0 }
    }
  }
}
