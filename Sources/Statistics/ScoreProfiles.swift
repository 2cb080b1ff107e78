public import SeededRandom

/// Returns by how much runs fall short of a desired score on average: γ − mean(min(s, γ)).
///
/// - Parameters:
///   - scores: One score for each run.
///   - target: γ, beyond which more is not better; 1 for normalised scores.
/// - Returns: At least 0; 0 where every run reaches the target.
/// - Precondition: There is a score, and all are finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func optimalityGap(_ scores: [Double], target: Double = 1) -> Double {
  checkScores(scores)
  // Shortfalls summed in ascending order: the order of runs does not matter.
  let shortfalls = scores.map { target - min($0, target) }.sorted()
  return shortfalls.reduce(0, +) / Double(scores.count)
}

/// Returns the fraction of runs that score more than each threshold.
///
/// - Parameters:
///   - scores: One score for each run.
///   - thresholds: The scores τ at which the profile is read.
/// - Returns: One fraction in 0...1 for each threshold.
/// - Precondition: There is a score, and all are finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func performanceProfile(_ scores: [Double], thresholds: [Double]) -> [Double] {
  checkScores(scores)
  return thresholds.map { threshold in
    Double(scores.count { $0 > threshold }) / Double(scores.count)
  }
}

/// Returns the pointwise stratified percentile bootstrap intervals of a performance profile over all
/// runs of all tasks.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run, comparable across tasks; the order of runs
///     within a task does not matter.
///   - thresholds: The scores τ at which the profile is read.
///   - level: The confidence of each interval by itself, in 0..<1.
///   - resamples: How many bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: One interval in 0...1 for each threshold.
/// - Precondition: There is a task, each has a score, all are finite, and `resamples` is at least 1.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func performanceProfileIntervals(
  strata: [[Double]], thresholds: [Double], level: Double = 0.95, resamples: Int = 2_000,
  using generator: inout SeededGenerator
) -> [ConfidenceInterval] {
  precondition(!strata.isEmpty, "a bootstrap needs at least one task")
  strata.forEach(checkScores)
  let strata = strata.map { $0.sorted() }
  // Of each run, the thresholds that it scores more than.
  let passed = strata.map { scores in
    scores.map { score in thresholds.indices.filter { score > thresholds[$0] } }
  }
  let runs = strata.reduce(0) { $0 + $1.count }
  var estimates = thresholds.map { _ in [Double]() }
  var counts = [Int](repeating: 0, count: thresholds.count)
  forEachResample(
    counts: strata.map(\.count), resamples: resamples, using: &generator
  ) { indices in
    for threshold in counts.indices { counts[threshold] = 0 }
    for task in indices.indices {
      for run in indices[task] {
        for threshold in passed[task][run] { counts[threshold] += 1 }
      }
    }
    for threshold in counts.indices {
      estimates[threshold].append(Double(counts[threshold]) / Double(runs))
    }
  }
  return estimates.map { ConfidenceInterval(percentilesOf: $0, level: level) }
}
