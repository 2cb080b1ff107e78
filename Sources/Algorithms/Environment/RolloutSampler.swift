internal import Checkpoints
import Environments
import NeuralNetworks
import Objectives

/// Batches of so many steps of environments side by side; an episode goes on in the next batch.
///
/// A sequence is the part of an episode that a batch holds. Where the batch cuts it, the value there follows.
struct RolloutSampler: SequenceSampler {
  let models: EnvironmentModels
  private let settings: PolicyGradientSettings
  private let run: EnvironmentRun
  private var rollout: VectorRollout
  private var bootstrapValues: [Float] = []

  /// Starts the first episodes of a run.
  init(_ settings: PolicyGradientSettings, run: EnvironmentRun) {
    self.settings = settings
    self.run = run
    rollout = VectorRollout(settings, run: run)
    models = EnvironmentModels(run: run, buffer: rollout.steps)
  }

  let minibatchUnit = MinibatchUnit.steps
  let valueRounding = ValueBaselineRounding.recursion
  var longestSequence: Int { run.environment.stepLimit }

  mutating func collect() throws(TrainingError) -> Bool {
    try rollout.collect(length: settings.rolloutSteps, run: run)
    try run.finishCollection()
    return true
  }

  mutating func addReferenceAndValues() {
    models.addReferenceAndValues()
    bootstrapValues = run.agent.values(ofObservations: rollout.bootstrapObservations)
  }

  func rewards() -> BatchRewards {
    var batch = BatchRewards()
    batch.rewards = rollout.steps.rewards[0..<rollout.steps.count].map { Double($0) }
    for segment in rollout.segments {
      let following =
        settings.truncation.bootstraps(after: segment.ending) ? segment.bootstrap : nil
      batch.sequences.append(segment.rows)
      batch.bootstrapValues.append(following.map { Double(bootstrapValues[$0]) } ?? 0)
    }
    return batch
  }

  func diagnostics() -> Diagnostics { models.diagnostics(settings) }

  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try rollout.passState(through: &archive, run: run)
  }

  func finish() { run.unfinishedReturns = rollout.unfinishedReturns }
}
