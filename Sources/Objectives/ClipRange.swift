/// The range in which an importance ratio ρ may move from 1 and gain: 1 − ε_below ≤ ρ ≤ 1 + ε_above.
///
/// A literal is the same distance on both sides. With more room above, an action that was unlikely may become
/// likely within one batch ("clip higher").
///
/// Source: Schulman et al., 2017, eq. 7, https://arxiv.org/abs/1707.06347; Yu et al., "DAPO", 2025, section 3.1,
/// https://arxiv.org/abs/2503.14476, where the distances are 0.2 and 0.28.
public struct ClipRange: Equatable, Sendable, ExpressibleByFloatLiteral {
  /// ε_below; infinite for no bound.
  public let below: Double
  /// ε_above; infinite for no bound.
  public let above: Double

  /// No bounds: nothing is clipped.
  public static let unbounded = ClipRange(below: .infinity, above: .infinity)

  /// Creates a range of distances from 1, both above 0.
  public init(below: Double, above: Double) {
    (self.below, self.above) = (below, above)
  }

  /// Creates a range of one distance on both sides.
  public init(_ distance: Double) {
    self.init(below: distance, above: distance)
  }

  /// Creates a range of one distance on both sides.
  public init(floatLiteral distance: Double) {
    self.init(distance)
  }

  /// Returns the ratio within the range that is nearest to `ratio`.
  public func clipped(_ ratio: Double) -> Double {
    min(max(ratio, 1 - below), 1 + above)
  }

  /// Whether `ratio` is outside the range.
  public func excludes(_ ratio: Double) -> Bool {
    ratio - 1 > above || 1 - ratio > below
  }
}
