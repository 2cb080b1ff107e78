/// A range that holds the estimated quantity with a stated confidence.
public struct ConfidenceInterval: Hashable, Sendable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double

  /// Creates an interval.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether `value` lies between the bounds or on one of them.
  public func contains(_ value: Double) -> Bool {
    lower <= value && value <= upper
  }

  /// Creates the percentile interval of bootstrap estimates.
  ///
  /// The bounds are the quantiles (1 − level) / 2 and (1 + level) / 2, interpolated linearly between
  /// neighbouring estimates (numpy's default). Negated estimates give exactly the negated interval.
  ///
  /// - Precondition: There is an estimate, and `level` is in 0..<1.
  init(percentilesOf estimates: [Double], level: Double) {
    precondition(level >= 0 && level < 1, "a confidence level is in 0..<1, got \(level)")
    let ascending = estimates.sorted()
    let last = ascending.count - 1
    let position = (1 - level) / 2 * Double(last)
    let below = min(Int(position), max(0, last - 1))
    let above = min(below + 1, last)
    let fraction = position - Double(below)
    // From either end the same way, so that the two bounds mirror each other.
    lower = ascending[below] + fraction * (ascending[above] - ascending[below])
    upper =
      ascending[last - below]
      - fraction * (ascending[last - below] - ascending[last - above])
  }
}
