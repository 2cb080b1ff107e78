internal import Checkpoints
import NeuralNetworks
import Objectives
import SeededRandom

/// The training of every policy gradient in every world: collect, estimate advantages, minimize, log.
///
/// Only their points on the axes set these algorithms apart, so they share the loop.
package struct PolicyGradientTraining<Sampler: SequenceSampler> {
  private let settings: PolicyGradientSettings
  private var sampler: Sampler
  private let models: Sampler.Models
  private let update: PolicyUpdate<Sampler.Models>
  private var average: MovingAverage
  private var coefficient: AdaptiveKLCoefficient
  /// β of the batch at hand.
  private var klCoefficient: Double
  /// The steps or sequences that are learned from, and in which order.
  private var learned: [Int] = []
  private var order: [Int] = []
  private var minibatch: Minibatch
  private var iteration = 0
  /// The share of the budget that was used when the latest batch was begun; schedules follow it.
  private var progress = 0.0

  /// Prepares the buffers of a run.
  package init(_ settings: PolicyGradientSettings, sampler: Sampler) {
    self.settings = settings
    self.sampler = sampler
    models = sampler.models
    update = PolicyUpdate(settings, models: sampler.models)
    average = MovingAverage(decay: settings.movingAverageDecay)
    coefficient = AdaptiveKLCoefficient(
      initial: settings.klCoefficient, target: settings.klTarget, horizon: settings.klHorizon)
    klCoefficient = settings.klCoefficient
    minibatch = Minibatch(rowsPerPiece: sampler.models.rowsPerPiece)
  }

  /// Trains until the budget is used.
  ///
  /// - Throws: ``TrainingError`` where a number leaves its bounds, or a log-probability is not reproduced.
  package mutating func train() throws(TrainingError) {
    let run = models.run
    try run.resume { archive throws(CheckpointProblem) in try passState(through: &archive) }
    while run.remaining > 0 {
      progress = run.usedShare
      var diagnostics: Diagnostics = []
      if try sampler.collect() {
        diagnostics = estimateAdvantages()
        diagnostics += try minimize()
      }
      try run.finishUpdate(diagnostics)
      try run.offerCheckpoint { archive throws(CheckpointProblem) in
        try passState(through: &archive)
      }
    }
    sampler.finish()
  }

  /// Passes what one update leaves to the next through an archive.
  private mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    // A batch that is learned from has an update at least.
    try archive.pass("iteration", &iteration, in: 0...models.run.updates)
    try average.passState(through: &archive)
    try coefficient.passState(through: &archive)
    try sampler.passState(through: &archive)
  }

  // MARK: Advantages

  /// Estimates the advantages of a batch and writes them beside its steps.
  private mutating func estimateAdvantages() -> Diagnostics {
    let steps = models.steps
    models.run.enter(.forward)
    sampler.addReferenceAndValues()
    var batch = sampler.rewards()
    models.run.enter(.advantages)
    klCoefficient = coefficient.value
    if settings.klPlacement == .inReward { penalize(&batch.rewards) }
    if settings.usesValueNetwork {
      batch.values = steps.values[0..<steps.count].map { Double($0) }
    }
    let (advantages, targets) = AdvantageEstimation(
      settings: settings, valueRounding: sampler.valueRounding
    ).estimates(of: batch, average: &average)
    write(advantages, to: &steps.advantages)
    write(targets, to: &steps.targets)
    var diagnostics = sampler.diagnostics()
    if !batch.groups.isEmpty {
      diagnostics.append(
        ("fraction_groups_without_signal", batch.fractionWithoutSignal(advantages)))
    }
    if settings.usesValueNetwork,
      let explained = explainedVariance(
        predictions: Array(steps.values[0..<steps.count]),
        targets: Array(steps.targets[0..<steps.count]))
    {
      diagnostics.append(("explained_variance", explained))
    }
    if settings.usesReference && settings.klTarget != nil {
      diagnostics.append(("kl_coefficient", klCoefficient))
      // The batch at hand has the coefficient that the batches before it led to.
      coefficient.update(
        divergence: sequenceDivergence(of: steps), completions: steps.sequences.count)
    }
    return diagnostics
  }

  /// Subtracts the penalty for leaving the reference from the rewards of all steps.
  private func penalize(_ rewards: inout [Double]) {
    rewards = klPenalizedRewards(
      rewards, logRatios: (0..<models.steps.count).map(models.steps.referenceLogRatio),
      coefficient: klCoefficient, penalty: settings.klPenalty)
  }

  // MARK: The objective

  /// Minimizes the objective on the batch: every epoch, on minibatches.
  private mutating func minimize() throws(TrainingError) -> Diagnostics {
    let steps = models.steps
    let objective = PolicyObjective(
      settings: settings, surrogate: settings.surrogate(progress: progress),
      klCoefficient: klCoefficient)
    learned.removeAll(keepingCapacity: true)
    if sampler.minibatchUnit == .steps {
      learned += 0..<steps.count
    } else {
      learned += steps.sequences.indices.lazy.filter(sampler.isLearned)
    }
    let count = learned.count
    guard count > 0 else { return [] }
    let minibatches = min(settings.minibatches, count)
    var means = UpdateMeans()
    for epoch in 0..<settings.epochs {
      models.run.enter(.bookkeeping)
      permute(&order, count: count, isShuffled: minibatches > 1) {
        [streams = models.run.streams, iteration] in
        streams.generator(for: .minibatchOrder, iteration, epoch)
      }
      for place in order.indices { order[place] = learned[order[place]] }
      for index in 0..<minibatches {
        choose(order[part(index, of: minibatches, count: count)])
        let updates = models.run.updates
        let rate = settings.learningRate(progress: progress, update: updates)
        means.add(
          try update.minimize(
            minibatch, of: objective, learningRate: rate,
            valueLearningRate: settings.valueLearningRate.map {
              settings.schedule.value(peak: $0, update: updates, progress: progress)
            }, isFirst: epoch == 0 && index == 0), learningRate: rate)
      }
    }
    iteration += 1
    return means.values(settings)
  }

  /// Makes the minibatch of the steps or sequences `chosen`, and sets the weights of its losses.
  private mutating func choose(_ chosen: ArraySlice<Int>) {
    let steps = models.steps
    guard sampler.minibatchUnit == .sequences else {
      // Steps by themselves are weighed as if they were one sequence.
      minibatch.choose(rows: chosen)
      let weight = weight(ofLength: chosen.count, among: 1)
      fill(&steps.weights, at: chosen, with: weight)
      return
    }
    minibatch.choose(sequences: chosen, of: steps)
    for sequence in chosen {
      let rows = steps.sequences[sequence]
      fill(
        &steps.weights, at: rows, with: weight(ofLength: rows.count, among: chosen.count))
    }
  }

  private func weight(ofLength length: Int, among sequences: Int) -> Float {
    Float(
      lossWeight(
        length: length, sequences: sequences, steps: minibatch.rows.count,
        normalizer: settings.lengthNormalizer,
        constant: settings.lengthConstant ?? Double(sampler.longestSequence)))
  }
}
