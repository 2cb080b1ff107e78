public import SeededRandom

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

/// How the runs of two arms are drawn for a bootstrap sample.
public enum RunResampling: String, CaseIterable, Sendable {
  /// The arms share their seeds: a seed is drawn with both of its scores.
  case joint
  /// The runs of either arm are drawn by themselves.
  case independent
}

/// Returns the percentile bootstrap interval of the probability of improvement.
///
/// - Parameters:
///   - scores: One score for each run of X; higher is better.
///   - others: One score for each run of Y.
///   - resampling: Whether the scores at one position belong to one seed.
///   - level: The confidence, in 0..<1.
///   - resamples: How many bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: Bounds in 0...1.
/// - Precondition: Either side has a score, all are finite, and there are equally many for `joint`.
public func probabilityOfImprovementInterval(
  _ scores: [Double], over others: [Double], resampling: RunResampling, level: Double = 0.95,
  resamples: Int = 10_000, using generator: inout SeededGenerator
) -> ConfidenceInterval {
  checkScores(scores)
  checkScores(others)
  precondition(
    resampling == .independent || scores.count == others.count,
    "paired scores come in equal numbers, got \(scores.count) and \(others.count)")
  let doubledWins = scores.map { score in others.map { doubledWin(score, over: $0) } }
  let counts = resampling == .joint ? [scores.count] : [scores.count, others.count]
  let estimates = bootstrapEstimates(
    counts: counts, resamples: resamples, using: &generator
  ) { indices in
    let columns = indices[indices.count - 1]
    let total = indices[0].reduce(0) { sum, row in
      columns.reduce(sum) { $0 + doubledWins[row][$1] }
    }
    return Double(total) / Double(2 * scores.count * others.count)
  }
  return ConfidenceInterval(percentilesOf: estimates, level: level)
}

/// Twice the win of one score over another: 2, or 1 for a tie, or 0.
func doubledWin(_ score: Double, over other: Double) -> Int {
  score > other ? 2 : score == other ? 1 : 0
}
