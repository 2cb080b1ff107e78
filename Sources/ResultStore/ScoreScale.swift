/// A normalization, which makes the scores of different tasks comparable: 0 stands for a random
/// policy's score, 1 for one that counts as solved.
public struct ScoreScale: Hashable, Sendable {
  /// What a policy that acts at random scores on average.
  public var random: Double
  /// The score at which the task counts as solved; below `random` where lower is better.
  public var solved: Double

  /// Creates a scale.
  ///
  /// - Precondition: Both scores are finite and differ.
  public init(random: Double, solved: Double) {
    precondition(
      Self.isValid(random: random, solved: solved),
      "a random score of \(random) and a solved one of \(solved) normalize nothing")
    self.random = random
    self.solved = solved
  }

  /// Returns `score` on the scale from random to solved; it may lie below 0 and above 1.
  public func normalized(_ score: Double) -> Double {
    (score - random) / (solved - random)
  }

  static func isValid(random: Double, solved: Double) -> Bool {
    random.isFinite && solved.isFinite && random != solved
  }
}
