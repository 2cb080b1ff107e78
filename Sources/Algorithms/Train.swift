import Settings
import Tensors

/// Trains one run from its configuration to its result.
///
/// The result is a function of the configuration alone: no clock, no global state, no order of
/// threads enters.
///
/// - Parameters:
///   - configuration: The run.
///   - progress: Called after each update with the environment steps done and the budget.
///   - enter: Called whenever training turns to another phase; for measurements.
/// - Returns: Metrics, curves and final weights.
/// - Throws: ``TrainingError``: an invalid configuration, a loss that is not finite, or a
///   log-probability that training does not reproduce.
public func train(
  _ configuration: RunConfiguration, progress: @escaping (Int, Int) -> Void = { _, _ in },
  enter: @escaping (TrainingPhase) -> Void = { _ in }
) throws(TrainingError) -> TrainingResult {
  Kernels.setFloatingPointMode()
  guard let algorithm = AlgorithmRegistry.declaration(named: configuration.algorithm) else {
    throw .invalidConfiguration("there is no algorithm '\(configuration.algorithm)'")
  }
  for (name, value) in configuration.algorithmSettings.sorted(by: { $0.key < $1.key }) {
    guard let setting = algorithm.settings.first(where: { $0.name == name }) else {
      throw .invalidConfiguration("\(algorithm.name) has no setting '\(name)'")
    }
    if let problem = setting.problem(with: value) {
      throw .invalidConfiguration("\(algorithm.name): \(name) \(problem)")
    }
  }
  if let conflict = algorithm.conflict(in: configuration.algorithmSettings) {
    throw .invalidConfiguration("\(algorithm.name): \(conflict)")
  }
  let run = try TrainingRun(
    configuration, needs: algorithm.needs(configuration.algorithmSettings), progress: progress,
    enter: enter)
  try algorithm.train(configuration.algorithmSettings, run)
  return try run.result()
}
