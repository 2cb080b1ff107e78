internal import Checkpoints
import Environments
import NeuralNetworks
import Objectives

/// Pairs of whole episodes from one start, of which the one with the higher undiscounted return is preferred.
struct EpisodePairs: PairSource {
  let models: EnvironmentModels
  let objective: PreferenceObjective
  private let settings: DPOSettings
  private let run: EnvironmentRun
  private var rollout: GroupRollout
  /// The steps of the decided pairs of a round or chunk.
  private let steps: EnvironmentSteps

  /// Prepares the buffers of a run.
  init(_ settings: DPOSettings, run: EnvironmentRun) {
    self.settings = settings
    self.run = run
    objective = PreferenceObjective(settings, summation: .byStepAndMinibatch)
    rollout = GroupRollout(run: run)
    steps = EnvironmentSteps(
      width: run.environment.observationWidth, actionWidth: run.agent.policy.head.actionWidth)
    models = EnvironmentModels(run: run, buffer: steps)
  }

  let division = PairDivision.parts
  let roundProgress = RoundProgress.held
  let measuresDivergence = true
  var isDone: Bool { run.remaining <= 0 }
  var progress: Double { run.usedShare }

  /// Samples the pairs of a round, or of the rest of a chunk of the budget.
  mutating func collect() throws(TrainingError) -> PairRound {
    if settings.reference == .previousRound { run.agent.updateReference() }
    var round = PairRound()
    steps.resize(to: 0)
    steps.sequences.removeAll(keepingCapacity: true)
    switch settings.variant {
    case .iterative:
      try collectPairs(into: &round, policy: run.agent.policy)
      round.areSampledByPolicy = true
    case .offline:
      guard let reference = run.agent.reference else {
        preconditionFailure("offline pairs are sampled with the reference")
      }
      let budget = run.state.budget
      let chunk = run.log.used * settings.chunks / budget
      let end = (budget * (chunk + 1) + settings.chunks - 1) / settings.chunks
      while run.log.used < min(end, budget) {
        try collectPairs(into: &round, policy: reference)
      }
    }
    scoreByReference()
    try run.finishCollection()
    if settings.variant == .offline && settings.reference != .none {
      // The reference sampled them, so its log-probabilities are known twice.
      for row in 0..<steps.count {
        try run.requireUnchanged(
          steps.referenceLogProbabilities[row], since: steps.logProbabilities[row], row: row)
      }
    }
    return round
  }

  /// Writes log π_ref of every step, 0 without a reference.
  func scoreByReference() {
    run.enter(.forward)
    if settings.reference == .none {
      fill(&steps.referenceLogProbabilities, at: 0..<steps.count, with: 0)
    } else {
      run.agent.computeReferenceLogProbabilities(of: steps)
    }
  }

  func moveReference() { run.agent.updateReference(share: settings.referenceShare) }

  /// Episodes end with their round; the run counts their starts, and its agent holds the reference.
  func passState(through archive: inout CheckpointArchive) {}

  /// Samples `pairs_per_round` pairs, labels them by return, and keeps the steps of the decided ones.
  private mutating func collectPairs(
    into round: inout PairRound, policy: Policy
  ) throws(TrainingError) {
    let groups = try rollout.collect(
      groups: settings.pairsPerRound,
      GroupShape(size: 2, explorationInterval: settings.explorationInterval), policy: policy,
      run: run)
    for group in groups ?? [] {
      let (first, second) = (group.members[0], group.members[1])
      let (firstReturn, secondReturn) = (first.undiscountedReturn, second.undiscountedReturn)
      guard firstReturn != secondReturn else {
        round.tied += 1
        continue
      }
      round.decided += 1
      keep(firstReturn > secondReturn ? first.rows : second.rows)
      keep(firstReturn > secondReturn ? second.rows : first.rows)
    }
  }

  /// Copies a sequence of the rollout behind the steps kept so far.
  private func keep(_ rows: Range<Int>) {
    let kept = steps.count..<(steps.count + rows.count)
    steps.resize(to: kept.upperBound)
    for (source, row) in zip(rows, kept) { steps.copyRow(source, of: rollout.steps, to: row) }
    steps.sequences.append(kept)
  }
}
