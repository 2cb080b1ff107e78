/// A quantity that an audit measures of each baseline's gradient estimate, at each group size, in the order of help.
public enum AuditedQuantity: String, CaseIterable, Sendable {
  case relativeVariance = "relative_variance"
  case betweenPrompts = "between_prompts_share"
  case squaredBias = "squared_bias"
  case scale, direction, cosine
  case samples = "samples_for_cosine"
  case variance
  case adamRelativeVariance = "adam_relative_variance"
  case adamCosine = "adam_cosine"

  /// The cosine that samples are counted for.
  public static let goodCosine = 0.9

  /// Whether it is of directions after Adam.
  public var isAfterAdam: Bool {
    switch self {
    case .adamRelativeVariance, .adamCosine: true
    case .relativeVariance, .betweenPrompts, .squaredBias, .scale, .direction, .cosine, .samples,
      .variance:
      false
    }
  }

  /// The start of the names of its metrics and curves, which end in a baseline.
  public var prefix: String { (isAfterAdam ? "" : "gradient_") + rawValue + "_" }

  /// The name of its metric and curve for a baseline.
  ///
  /// - Parameter baseline: The baseline's name in a spec, such as `leave_one_out`.
  /// - Returns: A name such as `gradient_cosine_leave_one_out`.
  public func name(of baseline: String) -> String { prefix + baseline }

  /// The values that it can have: a ratio of variances is not negative, the cosine of a batch lies between −1 and 1.
  ///
  /// The others are estimated without bias, and may come out beyond what the quantity itself can be; they have none.
  public var range: ClosedRange<Double>? {
    switch self {
    case .relativeVariance, .samples, .variance, .adamRelativeVariance: 0...Double.infinity
    case .cosine, .adamCosine: -1...1
    case .betweenPrompts, .squaredBias, .scale, .direction: nil
    }
  }
}
