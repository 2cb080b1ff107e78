internal import Checkpoints
import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom

/// The training of a reward model: pairs sampled by the start policy, and steps on them.
///
/// The model is the run's policy network with a scalar head, whose trunk starts from the start policy. The reward
/// of a completion is the head's output at its last token.
final class RewardModelTraining {
  private let settings: RewardModelSettings
  private let run: LanguageRun
  /// Sequence 2k is the preferred one of pair k, sequence 2k + 1 the other.
  private let steps = TokenSteps()
  private let models: LanguageModels
  private var minibatch: Minibatch
  private var rows = MinibatchRows()
  private var passing: [Int] = []
  /// The share of the sampled pairs that were tied.
  private var fractionTied = 0.0
  private var order: [Int] = []
  /// Minibatches so far.
  private var done = 0

  /// Prepares a run.
  init(_ settings: RewardModelSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    models = LanguageModels(run: run, buffer: steps, temperature: 1)
    minibatch = Minibatch(rowsPerPiece: models.rowsPerPiece)
    // The policy that samples is held beside the model that is trained.
    run.ledger.rewardParameters = run.policy.parameterCount
    run.ledger.policyParameters = run.reference.parameterCount
  }

  /// Samples the pairs, a part of them at a time, and keeps those that are no ties.
  private func samplePairs() throws(TrainingError) {
    let sampler = PairSampler(run: run, temperature: settings.temperature)
    let generator = Generator(run.reference)
    var decided: [TokenSequence] = []
    for part in parts(of: settings.pairs, size: Self.pairsAtATime) {
      let sampled = try sampler.pairs(part, by: generator, from: .betweenUpdates)
      run.countGeneration(
        of: sampled.map { [$0.first.completion, $0.second.completion] },
        prompts: sampled.map(\.prompt),
        tokens: sampled.reduce(0) { $0 + $1.tokens }, by: run.reference)
      decided += sampled.compactMap(\.rankedSequences).flatMap { [$0.preferred, $0.other] }
    }
    take(decided)
  }

  /// Pairs that are sampled together; the result does not depend on it.
  private static let pairsAtATime = 1024

  /// Takes in the pairs that are no ties, the preferred sequence of each and the other in turn.
  private func take(_ decided: [TokenSequence]) {
    steps.fill(with: decided, readAtTheirEnd: true)
    fractionTied = 1 - Double(decided.count / 2) / Double(settings.pairs)
  }

  /// How many minibatches of each epoch there are.
  private var perEpoch: Int {
    (steps.sequences.count / 2 + settings.batchSize - 1) / settings.batchSize
  }

  /// Trains until all epochs are done, or the budget is used.
  ///
  /// - Throws: ``TrainingError`` where a number leaves its bounds.
  func train() throws(TrainingError) {
    if run.state.isResuming {
      try run.resume(passState)
    } else {
      try samplePairs()
      // They have taken as long as many an update.
      try run.offerCheckpoint(passState)
    }
    while run.remaining > 0 && done < settings.epochs * perEpoch {
      let progress = max(run.usedShare, Double(done) / Double(settings.epochs * perEpoch))
      try choose()
      try run.finishUpdate(try minimize(progress: progress))
      done += 1
      try run.offerCheckpoint(passState)
    }
  }

  /// Passes the pairs and the place in them through an archive.
  private func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    // Each minibatch is an update.
    try archive.pass("minibatches_done", known: run.updates)
    done = run.updates
    try archive.pass("order", &order, in: 0...(settings.pairs - 1))
    var tied = fractionTied
    try archive.pass("fraction_tied", &tied, in: 0...1)
    try passPairs(through: &archive)
    let pairs = steps.sequences.count / 2
    try archive.require(
      tied == fractionTied && done <= settings.epochs * perEpoch,
      "its pairs are not as many as its fields fraction_tied and minibatches_done say")
    try archive.require(
      order.sorted() == Array(0..<(done == 0 ? 0 : pairs)),
      "its field order is not one of its pairs")
  }

  /// Passes the pairs that are no ties through an archive.
  private func passPairs(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    let context = run.policySettings.context
    var tokens = steps.texts.flatMap(\.tokens)
    var lengths = steps.texts.map(\.tokens.count)
    var prompts = steps.texts.map(\.promptLength)
    try archive.pass("pairs.tokens", &tokens, in: 0...Int32(run.tokenizer.vocabulary.count - 1))
    try archive.pass("pairs.lengths", &lengths, in: 2...context)
    try archive.pass("pairs.prompt_lengths", &prompts, in: 1...context, count: lengths.count)
    guard archive.isReading else { return }
    try archive.require(
      lengths.count.isMultiple(of: 2) && lengths.count / 2 <= settings.pairs
        && lengths.reduce(0, +) == tokens.count && zip(prompts, lengths).allSatisfy { $0 < $1 },
      "its pairs are not as long as its tokens")
    var sequences: [TokenSequence] = []
    var start = 0
    for (length, prompt) in zip(lengths, prompts) {
      sequences.append(
        TokenSequence(
          prompt: Array(tokens[start..<(start + prompt)]),
          completion: Array(tokens[(start + prompt)..<(start + length)])))
      start += length
    }
    take(sequences)
  }

  /// Chooses the pairs of the next minibatch of the epoch, up to the one with which the budget is used.
  private func choose() throws(TrainingError) {
    let (epoch, index) = done.quotientAndRemainder(dividingBy: perEpoch)
    if index == 0 {
      permute(&order, count: steps.sequences.count / 2, isShuffled: true) {
        run.streams.generator(for: .minibatchOrder, epoch)
      }
    }
    var chosen: [Int] = []
    var left = run.remaining
    for pair in order.dropFirst(index * settings.batchSize).prefix(settings.batchSize)
    where left > 0 {
      chosen += [2 * pair, 2 * pair + 1]
      left -= steps.texts[2 * pair].tokens.count + steps.texts[2 * pair + 1].tokens.count
    }
    run.spend(run.remaining - max(0, left))
    try run.finishCollection()
    minibatch.choose(sequences: chosen[...], of: steps)
  }

  /// Minimizes the mean loss of the minibatch's pairs: one step of the optimizer.
  private func minimize(progress: Double) throws(TrainingError) -> Diagnostics {
    let learningRate = settings.schedule.value(
      peak: settings.learningRate, update: run.updates, progress: progress)
    var loss = 0.0
    var centering = 0.0
    try models.differentiate(
      minibatch, together: 2 * max(1, models.piecesPerPass / 2), passing: &passing
    ) { pass in
      for place in stride(from: 0, to: pass.count, by: 2) {
        addLoss(ofPairAt: place, loss: &loss, centering: &centering)
      }
    }
    let norm = try run.takeStep(
      loss: loss + centering, learningRate: learningRate,
      maxGradientNorm: settings.maxGradientNorm)
    return [
      ("reward_model_loss", loss), ("gradient_norm", norm), ("learning_rate", learningRate),
      ("fraction_tied_pairs", fractionTied),
    ]
  }

  /// Adds the loss of one pair of a pass to the minibatch's means, and hands its gradients to the model.
  private func addLoss(ofPairAt place: Int, loss: inout Double, centering: inout Double) {
    let count = Double(minibatch.sequences.count / 2)
    rows.resize(to: 1)
    models.readValues(at: place, into: &rows)
    let preferred = Double(rows.values[0])
    models.readValues(at: place + 1, into: &rows)
    let term = rewardModelTerm(
      preferredReward: preferred, otherReward: Double(rows.values[0]),
      centering: settings.centering)
    loss += term.loss / count
    centering += term.centeringLoss / count
    rows.valueGradient[0] = Float(term.preferredGradient / count)
    models.writeValueGradients(at: place, rows.valueGradient)
    rows.valueGradient[0] = Float(term.otherGradient / count)
    models.writeValueGradients(at: place + 1, rows.valueGradient)
  }
}
