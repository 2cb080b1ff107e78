/// The returns that count as 0 and as 1 where scores of several environments are taken together.
///
/// They belong to the environment with its default settings.
public struct ScoreNormalization: Hashable, Sendable {
  /// The mean return of the policy that acts uniformly at random, in 10,000 episodes or exactly.
  ///
  /// `EnvironmentBenchmark`'s command `random` measures it; a test measures it again.
  public let random: Double
  /// The return at which the task counts as solved: the environment's threshold, or where it has none the
  /// figure whose source its declaration names.
  public let solved: Double

  /// Creates a normalization.
  ///
  /// - Precondition: Solving is better than acting at random.
  public init(random: Double, solved: Double) {
    precondition(random < solved, "\(solved) is no better than \(random) by chance")
    self.random = random
    self.solved = solved
  }

  /// Returns (return − random) / (solved − random): 0 by chance, 1 where solved, and beyond either.
  public func score(of meanReturn: Double) -> Double {
    (meanReturn - random) / (solved - random)
  }
}
