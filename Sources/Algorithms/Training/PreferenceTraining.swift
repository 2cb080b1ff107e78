internal import Checkpoints
import NeuralNetworks
import Objectives
import SeededRandom

/// The training on preferences in every world: sample pairs, minimize the preference loss on them, log.
package struct PreferenceTraining<Source: PairSource> {
  private var source: Source
  private let models: Source.Models
  private let update: PreferenceUpdate<Source.Models>
  private var order: [Int] = []
  private var chosen: [Int] = []
  private var minibatch: Minibatch
  private var round = 0
  /// The part of training that was done before the round.
  private var progressBefore = 0.0

  /// Prepares the buffers of a run.
  package init(_ source: Source) {
    self.source = source
    models = source.models
    update = PreferenceUpdate(source.objective, models: source.models)
    minibatch = Minibatch(rowsPerPiece: source.models.rowsPerPiece)
  }

  /// Trains until all pairs are sampled, or the budget is used.
  ///
  /// - Throws: ``TrainingError`` where a number leaves its bounds, or a log-probability is not reproduced.
  package mutating func train() throws(TrainingError) {
    let run = models.run
    try run.resume { archive throws(CheckpointProblem) in try passState(through: &archive) }
    while !source.isDone {
      progressBefore = source.progress
      let round = try source.collect()
      try run.finishUpdate(try minimize(round))
      try run.offerCheckpoint { archive throws(CheckpointProblem) in
        try passState(through: &archive)
      }
    }
  }

  /// Passes what one round leaves to the next through an archive.
  private mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    // A round uses a part of the budget.
    try archive.pass("round", &round, in: 0...models.run.log.used)
    try source.passState(through: &archive)
  }

  /// Minimizes the preference loss on the pairs: every epoch, on minibatches of pairs.
  private mutating func minimize(_ pairs: PairRound) throws(TrainingError) -> Diagnostics {
    var means = PreferenceMeans(
      source.objective.summation, measuresDivergence: source.measuresDivergence)
    let settings = source.objective.settings
    let minibatches = source.division.minibatches(of: pairs.decided, settings)
    let epochs = settings.epochs
    var done = 0
    var referenceHasMoved = false
    for epoch in 0..<epochs where !minibatches.isEmpty {
      models.run.enter(.bookkeeping)
      permute(&order, count: pairs.decided, isShuffled: minibatches.count > 1) {
        [streams = models.run.streams, round] in
        streams.generator(for: .minibatchOrder, round, epoch)
      }
      for positions in minibatches {
        if referenceHasMoved { source.scoreByReference() }
        chosen.removeAll(keepingCapacity: true)
        for pair in order[positions] {
          chosen.append(2 * pair)
          chosen.append(2 * pair + 1)
        }
        minibatch.choose(sequences: chosen[...], of: models.steps)
        try update.minimize(
          minibatch,
          learningRate: learningRate(
            share: Double(done) / Double(epochs * minibatches.count)),
          isFirst: done == 0 && pairs.areSampledByPolicy, means: &means)
        done += 1
        referenceHasMoved =
          settings.reference == .moving
          && models.run.updates % settings.referenceInterval == 0
        if referenceHasMoved { source.moveReference() }
      }
    }
    round += 1
    return pairs.diagnostics
      + (pairs.fractionTied.map { [("fraction_tied_pairs", $0)] } ?? []) + means.values
  }

  /// The step size of a minibatch, with `share` in 0..<1 of the round's minibatches done.
  private func learningRate(share: Double) -> Double {
    let settings = source.objective.settings
    return settings.schedule.value(
      peak: settings.learningRate, update: models.run.updates,
      progress: source.roundProgress.progress(
        from: progressBefore, to: source.progress, share: share))
  }
}

/// Means over the pairs, steps and minibatches of one round.
struct PreferenceMeans {
  private var pairs = 0
  private var loss = 0.0
  private var accuracy = 0.0
  private var margin = 0.0
  private var preferred = 0.0
  private var other = 0.0
  private var steps = 0
  private var divergence = 0.0
  private var entropy = 0.0
  private var entropyOfMinibatch = 0.0
  private var minibatches = 0
  private var norm = 0.0
  private var learningRate = 0.0
  private let summation: PreferenceObjective.SummationOrder
  private let measuresDivergence: Bool

  init(_ summation: PreferenceObjective.SummationOrder, measuresDivergence: Bool) {
    self.summation = summation
    self.measuresDivergence = measuresDivergence
  }

  /// Records a pair and its log-probabilities.
  mutating func add(_ term: PreferenceTerm, preferred: Double, other: Double) {
    pairs += 1
    loss += term.loss
    accuracy += preferenceAccuracy(ofMargin: term.margin)
    margin += term.margin
    self.preferred += preferred
    self.other += other
  }

  /// Records steps: log π − log π_sampling, and the entropies of their distributions.
  mutating func addSteps(of rows: MinibatchRows) {
    steps += rows.count
    for k in 0..<rows.count where measuresDivergence {
      let logRatio = Double(rows.logProbabilities[k]) - Double(rows.oldLogProbabilities[k])
      divergence += KLEstimator.k3.value(logRatio: -logRatio)
    }
    switch summation {
    case .byStepAndMinibatch:
      for k in 0..<rows.count { entropyOfMinibatch += Double(rows.entropies[k]) }
    case .bySequenceAndRound:
      for k in 0..<rows.count { entropy += Double(rows.entropies[k]) }
    }
  }

  /// Records a minibatch.
  mutating func addMinibatch(gradientNorm: Double, learningRate: Double) {
    minibatches += 1
    entropy += entropyOfMinibatch
    entropyOfMinibatch = 0
    norm += gradientNorm
    self.learningRate += learningRate
  }

  /// The means by curve name; none without a minibatch.
  var values: Diagnostics {
    guard pairs > 0, steps > 0, minibatches > 0 else { return [] }
    var values: Diagnostics = [
      ("preference_loss", loss / Double(pairs)),
      ("preference_accuracy", accuracy / Double(pairs)),
      ("preference_margin", margin / Double(pairs)),
      ("preferred_log_probability", preferred / Double(pairs)),
      ("other_log_probability", other / Double(pairs)),
      ("policy_entropy", entropy / Double(steps)),
      ("gradient_norm", norm / Double(minibatches)),
      ("learning_rate", learningRate / Double(minibatches)),
    ]
    if measuresDivergence { values.append(("approximate_kl", divergence / Double(steps))) }
    return values
  }
}
