/// The measurements of the final weights.
package struct FinalEvaluation {
  /// The last point of each curve of ``TrainingRun/measure(at:)``.
  package var points: Diagnostics
  package var metrics: [String: Double]
  /// The result of each item; a curve's steps are the items' indices.
  package var items: [TrainingCurve]

  /// Creates an evaluation.
  package init(
    points: Diagnostics, metrics: [String: Double] = [:], items: [TrainingCurve] = []
  ) {
    self.points = points
    self.metrics = metrics
    self.items = items
  }
}

extension TrainingRun {
  /// Evaluates the model as it is before training; where the run resumes, that was done before.
  ///
  /// - Throws: If it computes something that is not finite.
  package func begin() throws(TrainingError) {
    guard !state.isResuming else { return }
    try evaluate(at: state.timetable.reached(by: 0))
  }

  /// Ends the collection of a batch: evaluates the model that sampled it at the multiples that it passed.
  ///
  /// - Throws: If the model computes something that is not finite.
  package func finishCollection() throws(TrainingError) {
    try evaluate(at: state.timetable.passed(by: state.log.used))
  }

  /// Ends an update: records its diagnostics, and evaluates if a multiple was reached.
  ///
  /// - Throws: If the model computes something that is not finite.
  package func finishUpdate(_ diagnostics: Diagnostics) throws(TrainingError) {
    enter(.bookkeeping)
    state.log.record(diagnostics)
    adoptUpdate()
    try evaluate(at: state.timetable.reached(by: state.log.used))
    state.progress(state.log.used, state.budget)
  }

  /// Evaluates the model as it is, once for all of `due`.
  private func evaluate(at due: [Int]) throws(TrainingError) {
    guard let step = due.first else { return }
    enter(.evaluation)
    let points = try measure(at: step)
    keepSound()
    add(points, at: due)
    state.checkpoints?.evaluated(log.curves.values.sorted { $0.name < $1.name })
    enter(.bookkeeping)
  }

  private func add(_ points: Diagnostics, at due: [Int]) {
    for step in due {
      for (name, value) in points { state.log.addPoint(name, step: step, value: value) }
    }
    state.log.closeInterval(at: due)
  }

  /// Evaluates the final model: the last point of the curves, and of whatever multiples are left where training
  /// ended before its budget.
  ///
  /// A model whose output is not finite makes the run diverged, and gives way to the last one that was sound.
  private func finalEvaluation() throws(TrainingError) -> FinalEvaluation {
    enter(.evaluation)
    do { return try measureFinally() } catch  where error.isDivergence {
      guard restoreSound() else { throw error }
      state.hasDiverged = true
      return try measureFinally()
    }
  }

  /// Returns the result of the run.
  ///
  /// - Throws: If no model of the run could be evaluated.
  package func result() throws(TrainingError) -> TrainingResult {
    let final = try finalEvaluation()
    state.log.record([])
    add(final.points, at: state.timetable.rest())
    var metrics = final.metrics
    for (metric, curve) in curveMetrics {
      metrics[metric] = areaUnderCurve(log.curves[curve] ?? TrainingCurve(name: curve))
    }
    metrics.merge(trainingMetrics) { _, new in new }
    metrics.merge(log.measured) { _, new in new }
    metrics["diverged"] = state.hasDiverged ? 1 : 0
    metrics["updates"] = Double(updates)
    return TrainingResult(
      metrics: metrics, curves: log.curves.values.sorted { $0.name < $1.name }, weights: weights,
      items: final.items, updateDigests: log.updateDigests, samples: samples)
  }
}

/// Trains a run with an algorithm to its result.
///
/// Where the numbers leave all bounds training ends: the result is that of the weights before.
///
/// - Throws: If no model of the run could be evaluated, a log-probability is not reproduced, or training was
///   interrupted or cannot resume.
package func result<Run: TrainingRun>(
  of run: Run, train: (Run) throws(TrainingError) -> Void
) throws(TrainingError) -> TrainingResult {
  do { try train(run) } catch  where error.isDivergence { run.state.hasDiverged = true }
  guard !run.state.isResuming else {
    throw .unusableCheckpoint("its algorithm keeps none")
  }
  return try run.result()
}

/// Returns the mean of the last `count` values, or of all if there are fewer; 0 for none.
func meanOfLast(_ count: Int, of values: [Double]) -> Double {
  let last = values.suffix(count)
  return last.isEmpty ? 0 : last.reduce(0, +) / Double(last.count)
}

/// Returns the area under a curve by trapezoids, divided by its length in steps.
///
/// A curve of one point has that point's value.
func areaUnderCurve(_ curve: TrainingCurve) -> Double {
  guard let first = curve.steps.first, let last = curve.steps.last, last > first else {
    return curve.values.first ?? 0
  }
  var area = 0.0
  for (index, step) in curve.steps.enumerated().dropFirst() {
    let width = Double(step - curve.steps[index - 1])
    area += width * (curve.values[index] + curve.values[index - 1]) / 2
  }
  return area / Double(last - first)
}
