/// What a run of a language model measures at multiples of the evaluation interval, and at its end.
protocol LanguageEvaluation: Sendable {
  /// Returns the points of curves at `step`, and may add to the run's samples.
  ///
  /// - Parameters:
  ///   - run: The run, before training or between two updates.
  ///   - step: Tokens of the budget: the multiple that is recorded, 0 before training.
  /// - Returns: Values by curve name.
  /// - Throws: If the model computes something that is not finite.
  func evaluate(_ run: LanguageRun, step: Int) throws(TrainingError) -> Diagnostics

  /// Returns scalar metrics of the final weights; what it cost and how often it was updated is added
  /// by the run.
  ///
  /// - Throws: If the model computes something that is not finite.
  func finalMetrics(_ run: LanguageRun) throws(TrainingError) -> [String: Double]
}
