import Settings
import Tensors

/// Trains one run on a language task from its configuration to its result.
///
/// - Parameters:
///   - configuration: The run; `language` names the task.
///   - weights: Final weights of the runs that `configuration.start` and `configuration.reward` name.
///   - chunk: Sequences that pass through a model together; none: as many as suit the machine. The result
///     does not depend on it.
///   - progress: Called after each update with the tokens used and the budget.
///   - enter: Called whenever training turns to another phase; for measurements.
/// - Returns: Metrics, curves, final weights and samples.
///   A run whose numbers left all bounds has them too, of its last sound weights, and says so by
///   the metric `diverged`.
/// - Throws: ``TrainingError``: an invalid configuration, or a log-probability that training does not
///   reproduce.
public func trainLanguage(
  _ configuration: RunConfiguration, weights: StageWeights = StageWeights(), chunk: Int? = nil,
  progress: @escaping (Int, Int) -> Void = { _, _ in },
  enter: @escaping (TrainingPhase) -> Void = { _ in }
) throws(TrainingError) -> TrainingResult {
  Kernels.setFloatingPointMode()
  guard
    let algorithm = AlgorithmRegistry.languageDeclaration(named: configuration.algorithm),
    case .language(let needs, let evaluation, let train) = algorithm.loop
  else {
    throw .invalidConfiguration(
      "there is no algorithm '\(configuration.algorithm)' for language tasks")
  }
  let settings = configuration.algorithmSettings
  try algorithm.validate(settings)
  let run = try LanguageRun(
    configuration, weights: weights, needs: needs(settings), evaluator: evaluation, chunk: chunk,
    progress: progress, enter: enter)
  return try result(of: run) { run throws(TrainingError) in try train(settings, run) }
}
