public import SeededRandom

/// Returns the percentile bootstrap interval of the interquartile mean of one task's scores.
///
/// - Parameters:
///   - scores: One score for each run; their order does not matter.
///   - level: The confidence, in 0..<1.
///   - resamples: How many bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: The interval, in the scores' units; with one score, that score twice.
/// - Precondition: There is a score, all are finite, and `resamples` is at least 1.
public func bootstrapInterval(
  _ scores: [Double], level: Double = 0.95, resamples: Int = 10_000,
  using generator: inout SeededGenerator
) -> ConfidenceInterval {
  bootstrapInterval(strata: [scores], level: level, resamples: resamples, using: &generator)
}

/// Returns the stratified percentile bootstrap interval of the interquartile mean over several tasks.
///
/// Runs are resampled with replacement within each task, and the interquartile mean is taken over all
/// runs of all tasks.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run, comparable across tasks; the order of runs
///     within a task does not matter.
///   - level: The confidence, in 0..<1.
///   - resamples: How many bootstrap samples to draw.
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
  // A resample is how often it holds each score of the pooled ascending order: nothing is sorted again.
  let strata = strata.map { $0.sorted() }
  let ranked = strata.enumerated().flatMap { stratum, scores in
    scores.indices.map { (stratum: stratum, index: $0, score: scores[$0]) }
  }.sorted { ($0.score, $0.stratum, $0.index) < ($1.score, $1.stratum, $1.index) }
  var ranks = strata.map { [Int](repeating: 0, count: $0.count) }
  for (rank, member) in ranked.enumerated() { ranks[member.stratum][member.index] = rank }
  let ascending = ranked.map(\.score)

  var multiplicities = [Int](repeating: 0, count: ascending.count)
  return interval(
    of: strata, level: level, resamples: resamples, using: &generator
  ) { indices in
    for rank in multiplicities.indices { multiplicities[rank] = 0 }
    for stratum in indices.indices {
      for index in indices[stratum] { multiplicities[ranks[stratum][index]] += 1 }
    }
    return interquartileMean(ascending: ascending) { multiplicities[$0] }
  }
}

/// Returns the stratified percentile bootstrap interval of any statistic.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run; the order of runs within a task does not
///     matter.
///   - level: The confidence, in 0..<1.
///   - resamples: How many bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
///   - statistic: Maps resampled scores, in the shape of `strata`, to a finite number.
/// - Returns: The interval, in the statistic's units.
/// - Precondition: There is a task, each has a score, all are finite, and `resamples` is at least 1.
public func bootstrapInterval(
  strata: [[Double]], level: Double = 0.95, resamples: Int = 10_000,
  using generator: inout SeededGenerator, statistic: ([[Double]]) -> Double
) -> ConfidenceInterval {
  let strata = strata.map { $0.sorted() }
  return interval(of: strata, level: level, resamples: resamples, using: &generator) { indices in
    statistic(zip(strata, indices).map { scores, indices in indices.map { scores[$0] } })
  }
}

/// Draws `resamples` times the indices of a bootstrap sample of `strata`, and returns the percentile
/// interval of what `estimate` makes of them.
private func interval(
  of strata: [[Double]], level: Double, resamples: Int, using generator: inout SeededGenerator,
  estimate: ([[Int]]) -> Double
) -> ConfidenceInterval {
  precondition(!strata.isEmpty, "a bootstrap needs at least one task")
  strata.forEach(checkScores)
  let estimates = bootstrapEstimates(
    counts: strata.map(\.count), resamples: resamples, using: &generator, estimate: estimate)
  return ConfidenceInterval(percentilesOf: estimates, level: level)
}

/// Returns what `estimate` makes of each of `resamples` bootstrap samples.
///
/// - Parameters:
///   - counts: The number of runs in each stratum.
///   - resamples: At least 1.
///   - generator: Indices are drawn from it stratum after stratum, sample after sample.
///   - estimate: Receives the drawn indices of each stratum.
/// - Returns: The estimates in the order of the samples.
func bootstrapEstimates(
  counts: [Int], resamples: Int, using generator: inout SeededGenerator,
  estimate: ([[Int]]) -> Double
) -> [Double] {
  var estimates: [Double] = []
  estimates.reserveCapacity(max(0, resamples))
  forEachResample(counts: counts, resamples: resamples, using: &generator) { indices in
    let value = estimate(indices)
    precondition(value.isFinite, "the statistic of a bootstrap sample is \(value)")
    estimates.append(value)
  }
  return estimates
}

/// Draws `resamples` bootstrap samples of strata with `counts` runs, and hands the drawn indices of each
/// stratum to `body`.
///
/// - Precondition: `resamples` is at least 1.
func forEachResample(
  counts: [Int], resamples: Int, using generator: inout SeededGenerator,
  _ body: ([[Int]]) -> Void
) {
  precondition(resamples >= 1, "a bootstrap needs at least one resample, got \(resamples)")
  var indices = counts.map { [Int](repeating: 0, count: $0) }
  for _ in 0..<resamples {
    for stratum in counts.indices {
      for position in 0..<counts[stratum] {
        indices[stratum][position] = generator.nextIndex(below: counts[stratum])
      }
    }
    body(indices)
  }
}
