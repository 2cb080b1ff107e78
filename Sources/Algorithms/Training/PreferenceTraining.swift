import Environments
import NeuralNetworks
import Objectives
import SeededRandom

/// The moves of an algorithm that learns from preferences between episodes.
struct PreferenceTraining {
  /// Two episodes from one start, by their rows in the step buffer.
  struct Pair {
    var preferred: Range<Int>
    var other: Range<Int>
  }

  /// The pairs of a round or chunk.
  struct Pairs {
    /// Those whose returns differ.
    var decided: [Pair] = []
    /// How many had equal returns.
    var tied = 0

    /// The share of ties; `nil` without any pair.
    var fractionTied: Double? {
      let count = decided.count + tied
      return count > 0 ? Double(tied) / Double(count) : nil
    }
  }

  let settings: DPOSettings
  private let run: TrainingRun
  private let update: PolicyUpdate
  private var rollout: GroupRollout
  /// The steps of the decided pairs of a round or chunk.
  private let steps: StepBuffer
  private var round = 0
  private var progress = 0.0

  /// Prepares the buffers of a run.
  init(_ settings: DPOSettings, run: TrainingRun) {
    self.settings = settings
    self.run = run
    update = PolicyUpdate(run: run)
    rollout = GroupRollout(run: run)
    steps = StepBuffer(
      width: run.environment.observationWidth, actionWidth: run.agent.policy.head.actionWidth)
  }

  /// Samples the pairs of a round, or of the rest of a chunk of the budget.
  mutating func collect() throws(TrainingError) -> Pairs {
    progress = run.usedShare
    if settings.reference == .previousRound { run.agent.updateReference() }
    var pairs = Pairs()
    steps.resize(to: 0)
    switch settings.variant {
    case .iterative:
      collectPairs(into: &pairs, policy: run.agent.policy)
    case .offline:
      guard let reference = run.agent.reference else {
        preconditionFailure("offline pairs are sampled with the reference")
      }
      let chunk = run.log.environmentSteps * settings.chunks / run.budget
      let end = (run.budget * (chunk + 1) + settings.chunks - 1) / settings.chunks
      while run.log.environmentSteps < min(end, run.budget) {
        collectPairs(into: &pairs, policy: reference)
      }
    }
    run.enter(.forward)
    run.agent.computeReferenceLogProbabilities(of: steps)
    try run.finishCollection()
    return pairs
  }

  /// Samples `pairs_per_round` pairs, labels them by return, and keeps the steps of the decided ones.
  private mutating func collectPairs(into pairs: inout Pairs, policy: Policy) {
    let groups = rollout.collect(
      groups: settings.pairsPerRound,
      GroupShape(size: 2, explorationInterval: settings.explorationInterval), policy: policy,
      run: run)
    for group in groups {
      let (first, second) = (group.members[0], group.members[1])
      let (firstReturn, secondReturn) = (first.undiscountedReturn, second.undiscountedReturn)
      guard firstReturn != secondReturn else {
        pairs.tied += 1
        continue
      }
      let (better, worse) = firstReturn > secondReturn ? (first, second) : (second, first)
      pairs.decided.append(
        Pair(preferred: keep(better.rows), other: keep(worse.rows)))
    }
  }

  /// Copies rows of the rollout behind the steps kept so far, and returns where they are.
  private func keep(_ rows: Range<Int>) -> Range<Int> {
    let kept = steps.count..<(steps.count + rows.count)
    steps.resize(to: kept.upperBound)
    for (source, row) in zip(rows, kept) { steps.copyRow(source, of: rollout.steps, to: row) }
    return kept
  }

  /// Minimizes the preference loss on the pairs: every epoch, on minibatches of pairs.
  mutating func minimize(_ pairs: Pairs) throws(TrainingError) -> Diagnostics {
    var means = PreferenceDiagnostics(fractionTied: pairs.fractionTied)
    let learningRate = settings.learningRateSchedule.value(
      settings.learningRate, progress: progress)
    if settings.variant == .offline {
      // The reference sampled them, so its log-probabilities are known twice.
      try update.check(
        Array(steps.referenceLogProbabilities[0..<steps.count]), steps,
        order: Array(0..<steps.count))
    }
    let minibatches = min(settings.minibatches, pairs.decided.count)
    for epoch in 0..<settings.epochs where minibatches > 0 {
      run.enter(.bookkeeping)
      var order: [Int] = []
      permute(&order, count: pairs.decided.count, isShuffled: minibatches > 1) {
        run.streams.generator(for: .minibatchOrder, round, epoch)
      }
      for minibatch in 0..<minibatches {
        let chosen = order[part(minibatch, of: minibatches, count: order.count)]
        try step(
          on: chosen.map { pairs.decided[$0] }, learningRate: learningRate,
          isFirst: epoch == 0 && minibatch == 0 && settings.variant == .iterative,
          means: &means)
      }
    }
    round += 1
    return means.values
  }

  /// Takes one step of the optimizer on a minibatch of pairs.
  private func step(
    on pairs: [Pair], learningRate: Double, isFirst: Bool, means: inout PreferenceDiagnostics
  ) throws(TrainingError) {
    let rows = pairs.flatMap { Array($0.preferred) + Array($0.other) }
    let current = update.logProbabilities(steps, order: rows)
    if isFirst { try update.check(current, steps, order: rows) }
    var gradient = [Float](repeating: 0, count: rows.count)
    var loss = 0.0
    var next = 0
    for pair in pairs {
      let preferred = next..<(next + pair.preferred.count)
      let other = preferred.upperBound..<(preferred.upperBound + pair.other.count)
      next = other.upperBound
      let preferredSums = sums(of: current, at: preferred, rows: pair.preferred)
      let otherSums = sums(of: current, at: other, rows: pair.other)
      let term = preferenceTerm(
        preferredLogRatio: preferredSums.logRatio, otherLogRatio: otherSums.logRatio,
        beta: settings.beta, labelSmoothing: settings.labelSmoothing)
      loss += term.loss / Double(pairs.count)
      let weighted = Float(term.gradient / Double(pairs.count))
      for k in preferred { gradient[k] = weighted }
      for k in other { gradient[k] = -weighted }
      means.add(
        term, preferred: preferredSums.logProbability, other: otherSums.logProbability)
    }
    for (k, row) in rows.enumerated() {
      means.addStep(logRatio: Double(current[k]) - Double(steps.logProbabilities[row]))
    }
    means.add(
      try update.follow(
        gradient, steps, order: rows, loss: loss, maxGradientNorm: settings.maxGradientNorm,
        learningRate: learningRate))
  }

  /// Returns the log-probability of an episode, and its log-ratio to the reference.
  private func sums(
    of current: [Float], at positions: Range<Int>, rows: Range<Int>
  ) -> (logProbability: Double, logRatio: Double) {
    var logProbability = 0.0
    var logRatio = 0.0
    for (position, row) in zip(positions, rows) {
      logProbability += Double(current[position])
      logRatio += Double(current[position]) - Double(steps.referenceLogProbabilities[row])
    }
    return (logProbability, logRatio)
  }
}

/// Means over the pairs, steps and minibatches of one round.
private struct PreferenceDiagnostics {
  let fractionTied: Double?
  private var pairs = 0
  private var loss = 0.0
  private var accuracy = 0.0
  private var margin = 0.0
  private var preferred = 0.0
  private var other = 0.0
  private var steps = 0
  private var divergence = 0.0
  private var entropy = 0.0
  private var norm = 0.0
  private var minibatches = 0

  init(fractionTied: Double?) { self.fractionTied = fractionTied }

  mutating func add(_ term: PreferenceTerm, preferred: Double, other: Double) {
    pairs += 1
    loss += term.loss
    accuracy += preferenceAccuracy(ofMargin: term.margin)
    margin += term.margin
    self.preferred += preferred
    self.other += other
  }

  /// Takes note of a step's log π − log π_sampling.
  mutating func addStep(logRatio: Double) {
    steps += 1
    divergence += KLEstimator.k3.value(logRatio: -logRatio)
  }

  mutating func add(_ summary: UpdateSummary) {
    entropy += summary.entropySum
    norm += summary.gradientNorm
    minibatches += 1
  }

  var values: Diagnostics {
    var values: Diagnostics = fractionTied.map { [("fraction_tied_pairs", $0)] } ?? []
    guard pairs > 0, steps > 0, minibatches > 0 else { return values }
    values += [
      ("preference_loss", loss / Double(pairs)),
      ("preference_accuracy", accuracy / Double(pairs)),
      ("preference_margin", margin / Double(pairs)),
      ("preferred_log_probability", preferred / Double(pairs)),
      ("other_log_probability", other / Double(pairs)),
      ("approximate_kl", divergence / Double(steps)),
      ("policy_entropy", entropy / Double(steps)),
      ("gradient_norm", norm / Double(minibatches)),
    ]
    return values
  }
}
