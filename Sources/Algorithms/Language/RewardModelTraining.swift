import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// The moves of a reward model's training: pairs sampled by the start policy, and steps on them.
///
/// What is trained is the run's policy network with a scalar head, whose trunk starts from the start
/// policy; the reward of a completion is the head's output at its last token.
struct RewardModelTraining {
  private let settings: RewardModelSettings
  private let run: LanguageRun
  private let pairs: [RankedSequences]
  /// The share of the sampled pairs that were tied.
  let fractionTied: Double
  private var batch = TokenBatch()
  private var order: [Int] = []
  /// How many minibatches of each epoch there are.
  private let perEpoch: Int
  /// Minibatches so far.
  private var done = 0

  /// Samples the pairs.
  init(_ settings: RewardModelSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    let sampler = PairSampler(run: run, temperature: settings.temperature)
    let sampled = sampler.pairs(0..<settings.pairs, by: Generator(run.reference))
    run.countGeneration(
      of: sampled.map { [$0.first.completion, $0.second.completion] },
      prompts: sampled.map(\.prompt),
      tokens: sampled.reduce(0) { $0 + $1.tokens }, by: run.reference)
    // The policy that samples is held beside the model that is trained.
    run.ledger.rewardParameters = run.policy.parameterCount
    run.ledger.policyParameters = run.reference.parameterCount
    let decided = sampled.compactMap(\.rankedSequences)
    pairs = decided
    perEpoch = (decided.count + settings.batchSize - 1) / settings.batchSize
    fractionTied = 1 - Double(decided.count) / Double(settings.pairs)
  }

  /// Whether all epochs are done, or the budget is used.
  var isDone: Bool { run.remaining <= 0 || done >= settings.epochs * perEpoch }

  /// Takes one step of the optimizer on the next minibatch of the epoch.
  mutating func step() throws(TrainingError) -> Diagnostics {
    let (epoch, minibatch) = done.quotientAndRemainder(dividingBy: perEpoch)
    if minibatch == 0 {
      permute(&order, count: pairs.count, isShuffled: true) {
        run.streams.generator(for: .minibatchOrder, epoch)
      }
    }
    let progress = max(run.usedShare, Double(done) / Double(settings.epochs * perEpoch))
    let learningRate = settings.schedule.value(
      peak: settings.learningRate, update: run.updates, progress: progress)
    var chosen: [RankedSequences] = []
    var left = run.remaining
    for index in order.dropFirst(minibatch * settings.batchSize).prefix(settings.batchSize)
    where left > 0 {
      chosen.append(pairs[index])
      left -= pairs[index].count
    }
    run.spend(run.remaining - max(0, left))
    try run.finishCollection()
    run.parameters.zeroGradients()
    var loss = 0.0
    var centering = 0.0
    for chunk in parts(of: chosen.count, size: max(1, run.chunk / 2)) {
      addGradients(
        of: chosen[chunk], minibatch: chosen.count, loss: &loss, centering: &centering)
    }
    let norm = try run.takeStep(
      loss: loss + centering, learningRate: learningRate,
      maxGradientNorm: settings.maxGradientNorm)
    done += 1
    return [
      ("reward_model_loss", loss), ("gradient_norm", norm), ("learning_rate", learningRate),
      ("fraction_tied_pairs", fractionTied),
    ]
  }

  /// Adds the losses of a few pairs of a minibatch, and their gradients to the parameters'.
  ///
  /// - Parameters:
  ///   - pairs: The few.
  ///   - count: Pairs of the whole minibatch.
  ///   - loss: Receives their part of the mean loss.
  ///   - centering: Receives their part of the mean centring loss.
  private mutating func addGradients(
    of pairs: ArraySlice<RankedSequences>, minibatch count: Int, loss: inout Double,
    centering: inout Double
  ) {
    batch.removeAll()
    for pair in pairs {
      pair.preferred.appendLast(to: &batch)
      pair.other.appendLast(to: &batch)
    }
    run.enter(.forward)
    run.policy.forward(batch)
    for row in stride(from: 0, to: 2 * pairs.count, by: 2) {
      let term = rewardModelTerm(
        preferredReward: Double(run.policy.values[row]),
        otherReward: Double(run.policy.values[row + 1]), centering: settings.centering)
      loss += term.loss / Double(count)
      centering += term.centeringLoss / Double(count)
      run.policy.valueGradients[row] = Float(term.preferredGradient / Double(count))
      run.policy.valueGradients[row + 1] = Float(term.otherGradient / Double(count))
    }
    run.enter(.backward)
    run.policy.backward()
    run.countTraining(batch, by: run.policy)
  }
}
