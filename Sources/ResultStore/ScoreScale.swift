/// A normalization, which makes the scores of different tasks comparable: 0 stands for what can be had
/// without learning, 1 for a score that counts as solved.
public struct ScoreScale: Hashable, Sendable {
  /// The mean score of a policy that acts at random.
  public var random: Double
  /// The mean score of the best policy that takes one action throughout; `nil` in locks made before week
  /// 48, whose zero is the random policy alone.
  public var constant: Double?
  /// The score at which the task counts as solved; below `random` where lower is better.
  public var solved: Double

  /// Creates a scale.
  ///
  /// - Precondition: The scores are at most 1e300, and the solved one is better than both others.
  public init(random: Double, constant: Double? = nil, solved: Double) {
    precondition(
      Self.isValid(random: random, constant: constant, solved: solved),
      "a random score of \(random), a constant one of \(constant ?? random) and a solved one of \(solved) normalize nothing"
    )
    self.random = random
    self.constant = constant
    self.solved = solved
  }

  /// The score that counts as 0: the better of the two without learning.
  public var zero: Double {
    guard let constant else { return random }
    return solved > random ? max(random, constant) : min(random, constant)
  }

  /// Returns `score` on the scale from ``zero`` to ``solved``; it may lie below 0 and above 1.
  public func normalized(_ score: Double) -> Double {
    (score - zero) / (solved - zero)
  }

  /// Whether a normalized score is so small that sums of many like it are finite.
  package static func isSummable(_ score: Double) -> Bool {
    score.magnitude <= StoredNumber.largestNormalized
  }

  static func isValid(random: Double, constant: Double?, solved: Double) -> Bool {
    guard StoredNumber.isMetric(random), StoredNumber.isMetric(solved), random != solved else {
      return false
    }
    guard let constant else { return true }
    return StoredNumber.isMetric(constant) && constant != solved
      && (constant < solved) == (random < solved)
  }
}
