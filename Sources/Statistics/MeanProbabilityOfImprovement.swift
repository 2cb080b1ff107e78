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

/// Returns the 95 % interval of the mean probability of improvement.
///
/// The tasks' own intervals are put together as those of independent estimates.
///
/// - Parameters:
///   - strata: The scores of X on each task, one for each run; higher is better.
///   - others: The scores of Y on the same tasks in the same order.
/// - Returns: Bounds in 0...1; of one task, that task's interval.
/// - Precondition: There is a task, there are as many on either side, each has scores, all finite.
public func meanProbabilityOfImprovementInterval(
  strata: [[Double]], over others: [[Double]]
) -> ConfidenceInterval {
  checkTasks(strata, others)
  let tasks = zip(strata, others).map { scores, others in
    WeightedEstimate(
      weight: 1 / Double(strata.count), value: probabilityOfImprovement(scores, over: others),
      interval: probabilityOfImprovementInterval(scores, over: others))
  }
  return WeightedEstimate.sum(tasks).interval
}

private func checkTasks(_ strata: [[Double]], _ others: [[Double]]) {
  precondition(!strata.isEmpty, "a mean over tasks needs at least one task")
  precondition(
    strata.count == others.count,
    "both arms have the same tasks, got \(strata.count) and \(others.count)")
  (strata + others).forEach(checkScores)
}
