internal import Checkpoints
import Environments
import NeuralNetworks
import Objectives

/// Batches of groups of whole episodes, each group from one start unless starts are mixed.
struct EpisodeSampler: SequenceSampler {
  let models: EnvironmentModels
  private let settings: PolicyGradientSettings
  /// The baselines that batches are sampled for.
  private let baselines: Set<Baseline>
  private let run: EnvironmentRun
  private var rollout: GroupRollout
  private var trajectories: [TrajectoryGroup] = []

  /// Prepares the buffers of a run.
  ///
  /// - Parameters:
  ///   - settings: The point on the axes.
  ///   - run: Whose environment the episodes are of.
  ///   - baselines: Those that the batches serve; none: that of the settings.
  init(
    _ settings: PolicyGradientSettings, run: EnvironmentRun, baselines: Set<Baseline>? = nil
  ) {
    self.settings = settings
    self.baselines = baselines ?? [settings.baseline]
    self.run = run
    rollout = GroupRollout(run: run)
    models = EnvironmentModels(run: run, buffer: rollout.steps)
  }

  let minibatchUnit = MinibatchUnit.sequences
  let valueRounding = ValueBaselineRounding.credit
  var longestSequence: Int { run.environment.stepLimit }

  mutating func collect() throws(TrainingError) -> Bool {
    trajectories = []
    let hasBatch = try run.fillBatch(
      of: settings.groupsPerBatch, rounds: settings.samplingRounds
    ) { missing throws(TrainingError) in
      let kept = trajectories.count
      guard
        let groups = try rollout.collect(
          groups: missing,
          GroupShape(
            size: settings.groupSize, greedy: baselines.contains(.greedy),
            starts: settings.groupStarts,
            scores: baselines.contains(.optimalToken), discount: settings.discount,
            explorationInterval: settings.explorationInterval,
            dropsSilent: settings.dropsSilentGroups),
          after: trajectories, policy: run.agent.policy, run: run)
      else { return nil }
      trajectories = groups
      return groups.count - kept
    }
    try run.finishCollection()
    return hasBatch
  }

  mutating func addReferenceAndValues() { models.addReferenceAndValues() }

  func rewards() -> BatchRewards {
    BatchRewards(
      trajectories.map { $0.members.map(rewards(of:)) },
      greedyRewards: trajectories.compactMap { $0.greedyRewards.map(seen) })
  }

  private func rewards(of trajectory: Trajectory) -> SequenceRewards {
    var rewards = SequenceRewards(
      rewards: seen(trajectory.rewards), squaredScoreNorms: trajectory.squaredScoreNorms)
    if settings.usesValueNetwork && settings.truncation.bootstraps(after: trajectory.ending) {
      rewards.bootstrapValue = Double(
        run.agent.values(ofObservations: trajectory.finalObservation)[0])
    }
    return rewards
  }

  /// Returns rewards as training sees them: all of a batch in the same unit.
  private func seen(_ rewards: [Double]) -> [Double] {
    run.rewardNormalization.isActive
      ? rewards.map(run.rewardNormalization.normalized) : rewards
  }

  func diagnostics() -> Diagnostics { models.diagnostics(settings) }

  /// Episodes end with their batch, and the run counts their starts.
  func passState(through archive: inout CheckpointArchive) {}
}

extension EnvironmentModels {
  /// Writes the reference's log-probabilities and the values of all steps.
  func addReferenceAndValues() {
    run.agent.computeReferenceLogProbabilities(of: buffer)
    run.agent.predictValues(of: buffer, rows: 0..<buffer.count)
  }

  /// Returns the diagnostics of the policy that sampled a batch.
  func diagnostics(_ settings: PolicyGradientSettings) -> Diagnostics {
    settings.usesReference ? [("reference_kl_per_step", stepDivergence(of: buffer))] : []
  }
}
