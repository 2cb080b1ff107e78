import Objectives

/// A quantity that an audit measures of each baseline at each group size.
enum AuditQuantity: String, CaseIterable {
  case variance = "gradient_variance"
  case relativeVariance = "gradient_relative_variance"
  case varianceBetweenPrompts = "gradient_between_prompts_share"
  case squaredBias = "gradient_squared_bias"
  case scale = "gradient_scale"
  case cosineOfMean = "gradient_direction"
  case cosine = "gradient_cosine"
  case samplesForCosine = "gradient_samples_for_cosine"
  case adamRelativeVariance = "adam_relative_variance"
  case adamCosine = "adam_cosine"

  /// The cosine that samples are counted for.
  static let goodCosine = 0.9

  /// Whether it is of directions after Adam.
  var isAfterAdam: Bool {
    switch self {
    case .adamRelativeVariance, .adamCosine: true
    case .variance, .relativeVariance, .varianceBetweenPrompts, .squaredBias, .scale,
      .cosineOfMean, .cosine, .samplesForCosine:
      false
    }
  }

  /// The name of its metric and curve for a baseline.
  func name(of baseline: Baseline) -> String { "\(rawValue)_\(baseline.rawValue)" }

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
    case .varianceBetweenPrompts: moments.varianceBetweenPrompts
    case .squaredBias: moments.squaredBias
    case .scale: moments.scale
    case .cosineOfMean: moments.cosineOfMean
    case .cosine, .adamCosine: moments.cosine(groups: Double(batchSize) / size)
    case .samplesForCosine: moments.groups(forCosine: Self.goodCosine).map { size * $0 }
    }
  }
}
