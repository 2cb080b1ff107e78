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

/// Returns the 95 % interval of the optimality gap over all runs of all tasks.
///
/// The gap is a mean, of each run's shortfall: each task's has its ``meanInterval(_:)``, and they are put
/// together as those of independent estimates.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run, comparable across tasks.
///   - target: γ, beyond which more is not better; 1 for normalised scores.
/// - Returns: The interval, from 0 up; nil where a task has fewer than ``leastScoresOfInterval`` scores.
/// - Precondition: There is a task, each has a score, and all are finite.
public func optimalityGapInterval(
  strata: [[Double]], target: Double = 1
) -> ConfidenceInterval? {
  precondition(!strata.isEmpty, "a gap needs at least one task")
  let runs = Double(strata.reduce(0) { $0 + $1.count })
  var tasks: [WeightedEstimate] = []
  for scores in strata {
    let shortfalls = scores.map { target - min($0, target) }
    guard let interval = meanInterval(shortfalls) else { return nil }
    tasks.append(
      WeightedEstimate(
        weight: Double(scores.count) / runs, value: mean(shortfalls), interval: interval))
  }
  let interval = WeightedEstimate.sum(tasks).interval
  return ConfidenceInterval(lower: max(0, interval.lower), upper: interval.upper)
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

/// Returns the pointwise 95 % intervals of a performance profile over all runs of all tasks.
///
/// Each task's share has Wilson's interval, and they are put together as those of independent
/// estimates: a share of 0 or 1 has a width too.
///
/// - Parameters:
///   - strata: The scores of each task, one for each run, comparable across tasks; the order of runs
///     within a task does not matter.
///   - thresholds: The scores τ at which the profile is read.
/// - Returns: One interval in 0...1 for each threshold.
/// - Precondition: There is a task, each has a score, and all are finite.
public func performanceProfileIntervals(
  strata: [[Double]], thresholds: [Double]
) -> [ConfidenceInterval] {
  precondition(!strata.isEmpty, "a profile needs at least one task")
  let runs = Double(strata.reduce(0) { $0 + $1.count })
  let shares = strata.map { performanceProfile($0, thresholds: thresholds) }
  return thresholds.indices.map { threshold in
    let tasks = zip(strata, shares).map { scores, shares in
      WeightedEstimate(
        weight: Double(scores.count) / runs, value: shares[threshold],
        interval: wilsonInterval(shares[threshold], trials: scores.count))
    }
    return WeightedEstimate.sum(tasks).interval
  }
}
