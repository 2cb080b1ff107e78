import Settings
import Tensors

/// Trains one run from its configuration to its result.
///
/// The result is a function of the configuration and of the weights it starts from alone: no clock,
/// no global state, no order of threads enters.
///
/// - Parameters:
///   - configuration: The run.
///   - weights: Final weights of the runs that `configuration.start` and `configuration.reward`
///     name.
///   - chunk: Sequences that pass through a language model together; none: as many as suit the machine. The result
///     does not depend on it.
///   - checkpoints: Where checkpoints go, and the one that the run resumes from; the result does not depend on either.
///   - progress: Called after each update with the used part of the budget and the budget:
///     environment steps, or tokens on a language task.
///   - enter: Called whenever training turns to another phase; for measurements.
///   - recorder: Notes more of each step of the optimizer than the result does; it changes no bit of it.
/// - Returns: Metrics, curves, final weights and, on a language task, samples.
///   A run whose numbers left all bounds has them too, of its last sound weights, and says so by
///   the metric `diverged`.
/// - Throws: ``TrainingError``: an invalid configuration, a log-probability that training does not
///   reproduce, or that `checkpoints` ended it.
public func train(
  _ configuration: RunConfiguration, weights: StageWeights = StageWeights(), chunk: Int? = nil,
  checkpoints: TrainingCheckpoints? = nil, progress: @escaping (Int, Int) -> Void = { _, _ in },
  enter: @escaping (TrainingPhase) -> Void = { _ in }, recorder: UpdateRecorder? = nil
) throws(TrainingError) -> TrainingResult {
  Kernels.setFloatingPointMode()
  if (configuration.start == nil) != (weights.start == nil) {
    throw .invalidConfiguration("weights to start from go with the run that they are of")
  }
  if (configuration.reward == nil) != (weights.reward == nil) {
    throw .invalidConfiguration("a reward model's weights go with the run that they are of")
  }
  let world = configuration.world
  if !world.hasStages && configuration.reward != nil {
    throw .invalidConfiguration("runs on \(world.title) are paid by no reward model")
  }
  let algorithm = AlgorithmRegistry.declaration(named: configuration.algorithm, in: world)
  guard let algorithm, let loop = algorithm.loop else {
    throw .invalidConfiguration("there is no algorithm '\(configuration.algorithm)'")
  }
  if configuration.start != nil && !algorithm.mayStart(in: world) {
    throw .invalidConfiguration(
      "runs of \(algorithm.name) on \(world.title) start from initial weights")
  }
  let settings = configuration.algorithmSettings
  try algorithm.validate(settings)
  func result(resuming checkpoints: TrainingCheckpoints?) throws(TrainingError) -> TrainingResult {
    try trained(
      configuration, weights, loop, settings, chunk: chunk, checkpoints: checkpoints,
      progress: progress, enter: enter, recorder: recorder)
  }
  do { return try result(resuming: checkpoints) } catch .unusableCheckpoint(let problem) {
    // What it has changed is spoilt, so the run is made anew.
    var fresh = checkpoints
    fresh?.state = nil
    checkpoints?.refused(problem)
    return try result(resuming: fresh)
  }
}

/// Returns the result of a run's training loop.
private func trained(
  _ configuration: RunConfiguration, _ weights: StageWeights, _ loop: AlgorithmDeclaration.Loop,
  _ settings: [String: SettingValue], chunk: Int?, checkpoints: TrainingCheckpoints?,
  progress: @escaping (Int, Int) -> Void, enter: @escaping (TrainingPhase) -> Void,
  recorder: UpdateRecorder?
) throws(TrainingError) -> TrainingResult {
  switch loop {
  case .environment(let needs, let train):
    let run = try EnvironmentRun(
      configuration, start: weights.start, needs: needs(settings), checkpoints: checkpoints,
      progress: progress, enter: enter)
    run.log.recorder = recorder
    return try result(of: run) { run throws(TrainingError) in try train(settings, run) }
  case .language(let needs, let evaluation, let train):
    let run = try LanguageRun(
      configuration, weights: weights, needs: needs(settings), evaluator: evaluation,
      chunk: chunk, checkpoints: checkpoints, progress: progress, enter: enter)
    run.log.recorder = recorder
    return try result(of: run) { run throws(TrainingError) in try train(settings, run) }
  }
}
