/// The returns that count as 0 and as 1 where scores of several environments are taken together.
///
/// Zero is the return that needs no learning: the better of acting at random and of always doing the same. With a
/// random policy alone as zero, a policy that gives up would score above zero where acting at random does harm, as
/// on a cliff.
///
/// They belong to the environment with its default settings.
public struct ScoreNormalization: Hashable, Sendable {
  /// The mean return of the policy that acts uniformly at random, in 10,000 episodes or exactly.
  ///
  /// `EnvironmentBenchmark`'s command `random` measures it; a test measures it again.
  public let random: Double
  /// The mean return of the best policy that takes one action throughout, in 10,000 episodes or exactly.
  ///
  /// Where actions are vectors, it is the best of ``constantLevels`` levels from one bound to the other, doing
  /// nothing among them. `EnvironmentBenchmark`'s command `constant` measures it; a test measures it again.
  public let constant: Double
  /// The return at which the task counts as solved: the environment's threshold, or where it has none the
  /// figure whose source its declaration names.
  public let solved: Double

  /// How many levels of an action are tried where actions are vectors.
  public static let constantLevels = 21

  /// Creates a normalization.
  ///
  /// - Precondition: Solving is better than the return that needs no learning.
  public init(random: Double, constant: Double, solved: Double) {
    precondition(
      max(random, constant) < solved,
      "\(solved) is no better than \(max(random, constant)) without learning")
    self.random = random
    self.constant = constant
    self.solved = solved
  }

  /// The return that counts as 0.
  public var zero: Double { max(random, constant) }

  /// Returns (return − zero) / (solved − zero): 0 without learning, 1 where solved, and beyond either.
  public func score(of meanReturn: Double) -> Double {
    (meanReturn - zero) / (solved - zero)
  }
}
