public import SeededRandom

/// Returns the probability that a run of X beats a run of Y on the same task, averaged over tasks: the
/// mean over tasks of P(X > Y) + ½ P(X = Y).
///
/// - Parameters:
///   - strata: The scores of X on each task, one for each run; higher is better.
///   - others: The scores of Y on the same tasks in the same order.
/// - Returns: In 0...1; every task counts the same, however many runs it has.
/// - Precondition: There is a task, there are as many on either side, each has scores, all finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func meanProbabilityOfImprovement(
  strata: [[Double]], over others: [[Double]]
) -> Double {
  checkTasks(strata, others)
  let sum = zip(strata, others).reduce(0) { sum, task in
    sum + probabilityOfImprovement(task.0, over: task.1)
  }
  return sum / Double(strata.count)
}

/// Returns the stratified percentile bootstrap interval of the mean probability of improvement.
///
/// Seeds are resampled with replacement within each task, each with both of its scores.
///
/// - Parameters:
///   - strata: The scores of X on each task, one for each seed; higher is better.
///   - others: The scores of Y of the same tasks and seeds in the same order.
///   - level: The confidence, in 0..<1.
///   - resamples: How many bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: Bounds in 0...1.
/// - Precondition: There is a task, the shapes are the same, each task has scores, all are finite, and
///   `resamples` is at least 1.
public func meanProbabilityOfImprovementInterval(
  strata: [[Double]], over others: [[Double]], level: Double = 0.95, resamples: Int = 10_000,
  using generator: inout SeededGenerator
) -> ConfidenceInterval {
  checkTasks(strata, others)
  for (scores, others) in zip(strata, others) {
    precondition(
      scores.count == others.count,
      "paired scores come in equal numbers, got \(scores.count) and \(others.count)")
  }
  let doubledWins = zip(strata, others).map { scores, others in
    scores.map { score in others.map { doubledWin(score, over: $0) } }
  }
  let estimates = bootstrapEstimates(
    counts: strata.map(\.count), resamples: resamples, using: &generator
  ) { indices in
    var sum = 0.0
    for task in indices.indices {
      let seeds = indices[task]
      let wins = seeds.reduce(0) { total, row in
        seeds.reduce(total) { $0 + doubledWins[task][row][$1] }
      }
      sum += Double(wins) / Double(2 * seeds.count * seeds.count)
    }
    return sum / Double(indices.count)
  }
  return ConfidenceInterval(percentilesOf: estimates, level: level)
}

private func checkTasks(_ strata: [[Double]], _ others: [[Double]]) {
  precondition(!strata.isEmpty, "a mean over tasks needs at least one task")
  precondition(
    strata.count == others.count,
    "both arms have the same tasks, got \(strata.count) and \(others.count)")
  (strata + others).forEach(checkScores)
}
