public import SeededRandom

/// Returns the stratified percentile bootstrap interval of the interquartile mean over several tasks.
///
/// Runs are resampled with replacement within each task, and the interquartile mean is taken over all
/// runs of all tasks.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run, comparable across tasks; the order of runs
///     within a task does not matter.
///   - level: The confidence, in 0..<1.
///   - resamples: The number of bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: The interval, in the scores' units.
/// - Precondition: There is a task, each has a score, all are finite, and `resamples` is at least 1.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func bootstrapInterval(
  strata: [[Double]], level: Double = 0.95, resamples: Int = 10_000,
  using generator: inout SeededGenerator
) -> ConfidenceInterval {
  precondition(!strata.isEmpty, "a bootstrap needs at least one task")
  precondition(resamples >= 1, "a bootstrap needs at least one resample, got \(resamples)")
  strata.forEach(checkScores)
  // A resample is how often it holds each score of the pooled ascending order: nothing is sorted again.
  let strata = strata.map { $0.sorted() }
  let ranked = strata.enumerated().flatMap { stratum, scores in
    scores.indices.map { (stratum: stratum, index: $0, score: scores[$0]) }
  }.sorted { ($0.score, $0.stratum, $0.index) < ($1.score, $1.stratum, $1.index) }
  var ranks = strata.map { [Int](repeating: 0, count: $0.count) }
  for (rank, member) in ranked.enumerated() { ranks[member.stratum][member.index] = rank }
  let ascending = ranked.map(\.score)

  var multiplicities = [Int](repeating: 0, count: ascending.count)
  let estimates = (0..<resamples).map { _ in
    for rank in multiplicities.indices { multiplicities[rank] = 0 }
    for ranks in ranks {
      for _ in ranks { multiplicities[ranks[generator.nextIndex(below: ranks.count)]] += 1 }
    }
    return interquartileMean(ascending: ascending) { multiplicities[$0] }
  }
  return ConfidenceInterval(percentilesOf: estimates, level: level)
}

/// Returns the 95 % interval of the interquartile mean over several tasks.
///
/// It is the percentile bootstrap's, with its two sides widened: resamples of n scores spread less than
/// samples do, by √((n − 1) / n), and less surely than percentiles of the normal distribution say.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run, comparable across tasks.
///   - resamples: The number of bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: The interval; nil where a task has fewer than ``leastScoresOfInterval`` scores.
/// - Precondition: There is a task, each has a score, all are finite, and `resamples` is at least 1.
///
/// Source: Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69(4),
/// 2015, https://arxiv.org/abs/1411.5279 (the expanded percentile interval).
public func interquartileMeanInterval(
  strata: [[Double]], resamples: Int = 10_000, using generator: inout SeededGenerator
) -> ConfidenceInterval? {
  guard let fewest = strata.map(\.count).min(), fewest >= leastScoresOfInterval else { return nil }
  let interval = bootstrapInterval(strata: strata, resamples: resamples, using: &generator)
  let pooled = strata.flatMap(\.self)
  let estimate = interquartileMean(pooled)
  let factor =
    studentQuantile(degreesOfFreedom: pooled.count - strata.count) / normalQuantile
    * (Double(fewest) / Double(fewest - 1)).squareRoot()
  return ConfidenceInterval(
    lower: min(estimate, estimate - factor * (estimate - interval.lower)),
    upper: max(estimate, estimate + factor * (interval.upper - estimate)))
}
