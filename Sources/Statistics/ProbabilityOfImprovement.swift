/// Returns the probability that a run of `scores` beats a run of `others`: P(X > Y) + ½ P(X = Y).
///
/// It is the Mann–Whitney U statistic over the number of pairs of runs.
///
/// - Parameters:
///   - scores: One score for each run of X; higher is better.
///   - others: One score for each run of Y.
/// - Returns: In 0...1; ½ where the two are equal.
/// - Precondition: Either side has a score, and all are finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func probabilityOfImprovement(_ scores: [Double], over others: [Double]) -> Double {
  checkScores(scores)
  checkScores(others)
  let doubledWins = scores.reduce(0) { sum, score in
    others.reduce(sum) { $0 + doubledWin(score, over: $1) }
  }
  return Double(doubledWins) / Double(2 * scores.count * others.count)
}

/// Returns the 95 % interval of the probability of improvement.
///
/// It is Wilson's interval of a proportion of as many trials as the arm with fewer runs has: the
/// variance of the statistic is at most P(1 − P) over that number, whatever the two distributions are.
/// So it covers at least what it says, also where every run of one arm beats every run of the other,
/// where a bootstrap has no width.
///
/// - Parameters:
///   - scores: One score for each run of X; higher is better.
///   - others: One score for each run of Y.
/// - Returns: Bounds in 0...1; exchanging the arms gives the opposite.
/// - Precondition: Either side has a score, and all are finite.
///
/// Source: Birnbaum & Klose, "Bounds for the Variance of the Mann-Whitney Statistic", Annals of
/// Mathematical Statistics 28(4), 1957, https://doi.org/10.1214/aoms/1177706794.
public func probabilityOfImprovementInterval(
  _ scores: [Double], over others: [Double]
) -> ConfidenceInterval {
  wilsonInterval(
    probabilityOfImprovement(scores, over: others), trials: min(scores.count, others.count))
}

/// Twice the win of one score over another: 2, or 1 for a tie, or 0.
private func doubledWin(_ score: Double, over other: Double) -> Int {
  score > other ? 2 : score == other ? 1 : 0
}
