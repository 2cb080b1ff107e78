/// The measurements of a language model at multiples of the evaluation interval, and at the end of the run.
protocol LanguageEvaluation: Sendable {
  /// Returns the points of curves at `step`, and may add to the run's samples.
  ///
  /// - Parameters:
  ///   - run: The run, before training or between two updates.
  ///   - step: Tokens of the budget: the multiple that is recorded, 0 before training.
  /// - Returns: Values by curve name.
  /// - Throws: If the model computes something that is not finite.
  func evaluate(_ run: LanguageRun, step: Int) throws(TrainingError) -> Diagnostics

  /// Returns the evaluation of the final weights; the run adds costs and counts.
  ///
  /// - Throws: If the model computes something that is not finite.
  func evaluateFinally(_ run: LanguageRun) throws(TrainingError) -> FinalEvaluation

  /// The metrics that are the area under a curve, with the curve of each.
  var curveMetrics: [(metric: String, curve: String)] { get }

  /// The settings of `evaluation:` that it does not read.
  var unreadSettings: Set<String> { get }
}

extension LanguageEvaluation {
  var unreadSettings: Set<String> { [] }
}
