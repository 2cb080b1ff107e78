import Environments
import NeuralNetworks
import Objectives
import SeededRandom

/// The four moves of an algorithm that learns from groups of whole episodes.
///
/// An algorithm's file says in which order, and at which point of the axes.
struct GroupTraining {
  let settings: PolicyGradientSettings
  private let run: TrainingRun
  private let update: PolicyUpdate
  private var rollout: GroupRollout
  private var average: MovingAverage
  private var iteration = 0

  /// Prepares the buffers of a run.
  init(_ settings: PolicyGradientSettings, run: TrainingRun) {
    self.settings = settings
    self.run = run
    update = PolicyUpdate(run: run)
    rollout = GroupRollout(run: run)
    average = MovingAverage(decay: settings.movingAverageDecay)
  }

  /// The share of the budget that was used when the latest batch was begun; schedules follow it.
  private(set) var progress = 0.0

  /// Samples a batch of groups with the policy as it is; those that the budget cuts off are dropped.
  mutating func collect() throws(TrainingError) -> [TrajectoryGroup] {
    progress = run.usedShare
    let groups = rollout.collect(
      groups: settings.groupsPerBatch,
      GroupShape(
        size: settings.groupSize, greedy: settings.baseline == .greedy,
        starts: settings.groupStarts,
        scores: settings.baseline == .optimalToken, discount: settings.discount,
        explorationInterval: settings.explorationInterval),
      policy: run.agent.policy, run: run)
    try run.finishCollection()
    return groups
  }

  /// Estimates the advantages of a batch and writes them beside its steps.
  mutating func estimateAdvantages(of groups: [TrajectoryGroup]) -> Diagnostics {
    guard !groups.isEmpty else { return [] }
    run.enter(.forward)
    let steps = rollout.steps
    run.agent.computeReferenceLogProbabilities(of: steps)
    run.agent.predictValues(of: steps, rows: 0..<steps.count)
    run.enter(.advantages)
    let estimates = estimatedAdvantages(
      of: groups.map { $0.members.map(evidence(of:)) },
      greedyRewards: groups.compactMap { $0.greedyRewards.map(seen) }, settings: settings,
      average: &average)
    for (group, trajectories) in groups.enumerated() {
      for (member, trajectory) in trajectories.members.enumerated() {
        for (t, row) in trajectory.rows.enumerated() {
          steps.advantages[row] = Float(estimates.advantages[group][member][t])
          steps.targets[row] = Float(estimates.targets[group][member][t])
        }
      }
    }
    var diagnostics: Diagnostics = [
      ("fraction_groups_without_signal", estimates.fractionWithoutSignal)
    ]
    if settings.usesReference {
      diagnostics.append(("reference_kl_per_step", referenceDivergence(of: steps)))
    }
    if settings.usesValueNetwork,
      let explained = explainedVariance(
        predictions: Array(steps.values[0..<steps.count]),
        targets: Array(steps.targets[0..<steps.count]))
    {
      diagnostics.append(("explained_variance", explained))
    }
    return diagnostics
  }

  /// Returns what training sees of rewards: all of a batch in the same unit.
  private func seen(_ rewards: [Double]) -> [Double] {
    run.rewardNormalization.isActive
      ? rewards.map(run.rewardNormalization.normalized) : rewards
  }

  /// Returns what estimation needs to know of a trajectory.
  private func evidence(of trajectory: Trajectory) -> MemberEvidence {
    let steps = rollout.steps
    var evidence = MemberEvidence(
      rewards: seen(trajectory.rewards), squaredScoreNorms: trajectory.squaredScoreNorms)
    if settings.klPlacement == .inReward {
      evidence.rewards = klPenalizedRewards(
        evidence.rewards,
        logRatios: trajectory.rows.map {
          Double(steps.logProbabilities[$0]) - Double(steps.referenceLogProbabilities[$0])
        }, coefficient: settings.klCoefficient, estimator: settings.klEstimator)
    }
    if settings.usesValueNetwork {
      evidence.values = trajectory.rows.map { Double(steps.values[$0]) }
      if trajectory.ending == .truncated && settings.truncation == .bootstrap {
        evidence.bootstrapValue = Double(
          run.agent.values(ofObservations: trajectory.finalObservation)[0])
      }
    }
    return evidence
  }

  /// Minimizes the objective on the batch: every epoch, on minibatches of trajectories.
  mutating func minimize(_ groups: [TrajectoryGroup]) throws(TrainingError) -> Diagnostics {
    let trajectories = groups.flatMap { $0.members.map(\.rows) }
    guard !trajectories.isEmpty else { return [] }
    let clipRange = settings.clipRange.map {
      settings.clipSchedule.value($0, progress: progress)
    }
    let learningRate = settings.learningRate(progress: progress)
    var diagnostics = UpdateDiagnostics()
    let minibatches = min(settings.minibatches, trajectories.count)
    var order: [Int] = []
    for epoch in 0..<settings.epochs {
      run.enter(.bookkeeping)
      permute(&order, count: trajectories.count, isShuffled: minibatches > 1) {
        run.streams.generator(for: .minibatchOrder, iteration, epoch)
      }
      for minibatch in 0..<minibatches {
        let range = part(minibatch, of: minibatches, count: order.count)
        let chosen = order[range].map { trajectories[$0] }
        weigh(chosen)
        let summary = try update.minimize(
          rollout.steps, order: chosen.flatMap(Array.init),
          positions: 0..<chosen.reduce(0) { $0 + $1.count },
          sequences: consecutive(lengths: chosen.map(\.count)), settings: settings,
          clipRange: clipRange, learningRate: learningRate,
          isFirst: epoch == 0 && minibatch == 0)
        diagnostics.add(summary)
      }
    }
    iteration += 1
    return diagnostics.values(settings)
  }

  /// Writes the weight of each step of a minibatch of trajectories.
  private func weigh(_ trajectories: [Range<Int>]) {
    let weights = lossWeights(
      lengths: trajectories.map(\.count), normalizer: settings.lengthNormalizer,
      constant: settings.lengthConstant ?? Double(run.environment.stepLimit))
    for (rows, weight) in zip(trajectories, weights) {
      for row in rows { rollout.steps.weights[row] = Float(weight) }
    }
  }
}

/// Returns the positions of part `index` when `count` elements are split into `parts` nearly equal parts.
func part(_ index: Int, of parts: Int, count: Int) -> Range<Int> {
  (index * count / parts)..<((index + 1) * count / parts)
}

/// Returns consecutive ranges of the given lengths, from 0 on.
private func consecutive(lengths: [Int]) -> [Range<Int>] {
  var ranges: [Range<Int>] = []
  var start = 0
  for length in lengths {
    ranges.append(start..<(start + length))
    start += length
  }
  return ranges
}

/// Returns the mean log-ratio of the sampling policy to the reference, in nats of a step.
func referenceDivergence(of steps: StepBuffer) -> Double {
  guard steps.count > 0 else { return 0 }
  let total = (0..<steps.count).reduce(0.0) {
    $0 + Double(steps.logProbabilities[$1]) - Double(steps.referenceLogProbabilities[$1])
  }
  return total / Double(steps.count)
}

/// Means over the minibatches of one update.
struct UpdateDiagnostics {
  private var loss = PolicyLoss()
  private var entropySum = 0.0
  private var valueLossSum = 0.0
  private var normSum = 0.0
  private var minibatches = 0

  /// Takes note of a minibatch.
  mutating func add(_ summary: UpdateSummary) {
    loss.add(summary.loss)
    entropySum += summary.entropySum
    valueLossSum += summary.valueLossSum
    normSum += summary.gradientNorm
    minibatches += 1
  }

  /// Returns the diagnostics by curve name.
  func values(_ settings: PolicyGradientSettings) -> Diagnostics {
    let rows = Double(max(loss.count, 1))
    var values: Diagnostics = [
      ("policy_entropy", entropySum / rows),
      ("approximate_kl", loss.approximateKL),
      ("clip_fraction", loss.clipFraction),
      ("gradient_norm", normSum / Double(max(minibatches, 1))),
      ("policy_loss", loss.loss / Double(max(minibatches, 1))),
    ]
    if settings.usesValueNetwork { values.append(("value_loss", valueLossSum / rows)) }
    return values
  }
}
