import LanguageTasks
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// The moves of DPO on a language model: pairs of completions, and steps on them.
struct LanguagePreferenceTraining {
  /// A pair with a verdict, and what the loss needs to know of it beforehand.
  struct DecidedPair {
    var preferred: Side
    var other: Side

    /// One completion.
    struct Side {
      var sequence: TokenSequence
      /// Log-probabilities of its tokens when they were sampled.
      var sampled: [Float]
      /// Σ log π_ref over its tokens.
      var referenceSum = 0.0
    }
  }

  /// The pairs of a round.
  struct Round {
    /// All of them, tied ones included.
    var sampled: [PromptGroup] = []
    var decided: [DecidedPair] = []
    var tied = 0
    /// The divergence of the sampling policy from the start, in nats of a completion; `nil` where the start
    /// itself samples, and without any pair.
    var divergence: Double?

    /// The share of ties; `nil` without any pair.
    var fractionTied: Double? {
      let count = decided.count + tied
      return count > 0 ? Double(tied) / Double(count) : nil
    }
  }

  private let settings: LanguageDPOSettings
  private let run: LanguageRun
  private let sampler: PairSampler
  private let referenceGenerator: Generator?
  private var batch = TokenBatch()
  private var nextPair = 0
  private var round = 0
  /// The part of training that was done when the latest round began.
  private var progressBefore = 0.0

  /// Prepares a run.
  init(_ settings: LanguageDPOSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    sampler = PairSampler(run: run, temperature: settings.temperature)
    referenceGenerator = settings.variant == .offline ? Generator(run.reference) : nil
  }

  /// Whether all pairs are sampled, or the budget is used.
  var isDone: Bool { run.remaining <= 0 || nextPair >= settings.pairs }

  /// The part of training that is done, in 0...1: of the budget or of the pairs, whichever is more.
  private var progress: Double {
    min(1, max(run.usedShare, Double(nextPair) / Double(settings.pairs)))
  }

  /// Samples the pairs of a round and scores them with the reference.
  ///
  /// The pair with which the budget ends is dropped.
  mutating func collect() throws(TrainingError) -> Round {
    progressBefore = progress
    let indices = nextPair..<min(nextPair + settings.pairsPerRound, settings.pairs)
    let model = settings.variant == .offline ? run.reference : run.policy
    var result = Round()
    for pair in sampler.pairs(indices, by: referenceGenerator ?? run.generator) {
      let tokens = min(pair.tokens, run.remaining)
      run.spend(tokens)
      run.countGeneration(
        of: [[pair.first.completion, pair.second.completion]], prompts: [pair.prompt],
        tokens: tokens, by: model)
      guard tokens == pair.tokens else { break }
      for response in [pair.first, pair.second] {
        run.log.recordEpisode(return: response.reward.total)
      }
      nextPair += 1
      result.sampled.append(pair.group)
      if let (preferred, other) = pair.ranked {
        result.decided.append(
          DecidedPair(
            preferred: side(of: preferred, prompt: pair.prompt),
            other: side(of: other, prompt: pair.prompt)))
      } else {
        result.tied += 1
      }
      if run.remaining <= 0 { break }
    }
    try run.finishCollection()
    scoreWithReference(&result.decided)
    if settings.variant == .iterative { result.divergence = divergence(of: result.sampled) }
    return result
  }

  /// Returns the log-ratio of the sampling policy to the start, summed over the tokens of a completion, a
  /// mean over completions; it is only looked at, so the ledger does not count it.
  private func divergence(of groups: [PromptGroup]) -> Double? {
    guard !groups.isEmpty else { return nil }
    let members = groups.flatMap { group in group.members.map { (group.prompt, $0.completion) } }
    let reference = run.tokenLogProbabilities(
      of: members.map { TokenSequence(prompt: $0, completion: $1.tokens) }, by: run.reference,
      isCounted: false)
    let sum = zip(members, reference).reduce(0.0) {
      $0 + total(of: $1.0.1.logProbabilities) - total(of: $1.1)
    }
    return sum / Double(members.count)
  }

  private func side(of completion: Completion, prompt: [Int32]) -> DecidedPair.Side {
    DecidedPair.Side(
      sequence: TokenSequence(prompt: prompt, completion: completion.tokens),
      sampled: completion.logProbabilities)
  }

  /// Whether pairs are sampled from the very distribution that log-ratios are taken against, so
  /// that its log-probabilities are known already.
  private var samplerIsReference: Bool {
    (settings.variant == .offline) == (settings.reference == .initial)
      && settings.temperature == 1
  }

  /// Computes Σ log π_ref of every completion, once for all epochs.
  private func scoreWithReference(_ pairs: inout [DecidedPair]) {
    let logProbabilities: [[Float]]
    if samplerIsReference {
      logProbabilities = pairs.flatMap { [$0.preferred.sampled, $0.other.sampled] }
    } else {
      run.enter(.forward)
      // At the beginning of a round the policy is the reference `previous_round`.
      let model = settings.reference == .initial ? run.reference : run.policy
      let sequences = pairs.flatMap { [$0.preferred.sequence, $0.other.sequence] }
      logProbabilities = run.tokenLogProbabilities(of: sequences, by: model, isCounted: true)
    }
    for index in pairs.indices {
      pairs[index].preferred.referenceSum = total(of: logProbabilities[2 * index])
      pairs[index].other.referenceSum = total(of: logProbabilities[2 * index + 1])
    }
  }

  /// Minimizes the preference loss on the pairs: every epoch, on minibatches of pairs.
  mutating func minimize(_ pairs: Round) throws(TrainingError) -> Diagnostics {
    var means = PreferenceMeans()
    let perEpoch = (pairs.decided.count + settings.batchSize - 1) / settings.batchSize
    var done = 0
    // Until the first step after sampling, the sampling log-probabilities must come out again.
    let sampledByPolicy = settings.variant == .iterative || run.optimizer.updates == 0
    for epoch in 0..<settings.epochs where perEpoch > 0 {
      var order: [Int] = []
      permute(&order, count: pairs.decided.count, isShuffled: perEpoch > 1) {
        run.streams.generator(for: .minibatchOrder, round, epoch)
      }
      for positions in parts(of: order.count, size: settings.batchSize) {
        let share = Double(done) / Double(settings.epochs * perEpoch)
        let learningRate = settings.schedule.value(
          peak: settings.learningRate, update: run.optimizer.updates,
          progress: progressBefore + share * (progress - progressBefore))
        try step(
          on: order[positions].map { pairs.decided[$0] }, learningRate: learningRate,
          isFirst: done == 0 && sampledByPolicy, means: &means)
        done += 1
      }
    }
    round += 1
    var diagnostics = run.diagnostics(of: pairs.sampled)
    if let tied = pairs.fractionTied { diagnostics.append(("fraction_tied_pairs", tied)) }
    if let divergence = pairs.divergence { diagnostics.append(("reference_kl", divergence)) }
    return diagnostics + means.values
  }

  /// Takes one step of the optimizer on a minibatch of pairs.
  private mutating func step(
    on pairs: [DecidedPair], learningRate: Double, isFirst: Bool, means: inout PreferenceMeans
  ) throws(TrainingError) {
    run.parameters.zeroGradients()
    var loss = 0.0
    for chunk in parts(of: pairs.count, size: max(1, run.chunk / 2)) {
      batch.removeAll()
      for pair in pairs[chunk] {
        pair.preferred.sequence.append(to: &batch)
        pair.other.sequence.append(to: &batch)
      }
      run.enter(.forward)
      run.policy.forward(batch)
      for (position, pair) in pairs[chunk].enumerated() {
        let rows = (
          batch.scoredRange(ofSequence: 2 * position),
          batch.scoredRange(ofSequence: 2 * position + 1)
        )
        if isFirst && settings.temperature == 1 {
          try requireUnchanged(rows.0, since: pair.preferred.sampled)
          try requireUnchanged(rows.1, since: pair.other.sampled)
        }
        let preferred = total(of: rows.0.map { run.policy.logProbabilities[$0] })
        let other = total(of: rows.1.map { run.policy.logProbabilities[$0] })
        let term = term(
          preferredLogRatio: preferred - pair.preferred.referenceSum,
          otherLogRatio: other - pair.other.referenceSum)
        loss += term.loss / Double(pairs.count)
        let gradient = Float(term.gradient / Double(pairs.count))
        for row in rows.0 { run.policy.logProbabilityGradients[row] = gradient }
        for row in rows.1 { run.policy.logProbabilityGradients[row] = -gradient }
        means.add(term, preferred: preferred, other: other)
      }
      for row in 0..<batch.scoredCount {
        run.policy.entropyGradients[row] = 0
        means.addToken(entropy: Double(run.policy.entropies[row]))
      }
      run.enter(.backward)
      run.policy.backward()
      run.countTraining(batch, by: run.policy)
    }
    means.addStep(
      gradientNorm: try run.takeStep(
        loss: loss, learningRate: learningRate, maxGradientNorm: settings.maxGradientNorm),
      learningRate: learningRate)
  }

  /// Throws if a log-probability is not what it was at sampling, although no update lies between.
  ///
  /// With OpenBLAS a row's result depends on its batch: there the two may differ by rounding.
  private func requireUnchanged(
    _ rows: Range<Int>, since sampled: [Float]
  ) throws(TrainingError) {
    for (row, sampled) in zip(rows, sampled) {
      let recomputed = run.policy.logProbabilities[row]
      let agrees =
        run.isExact
        ? recomputed.bitPattern == sampled.bitPattern : (recomputed - sampled).magnitude < 1e-3
      // A network that has blown up is reported as such, by its loss.
      guard agrees || !recomputed.isFinite else {
        throw .offPolicy(
          row: row, sampled: sampled, recomputed: recomputed, environmentSteps: run.usedTokens,
          unit: "tokens")
      }
    }
  }

  private func term(preferredLogRatio: Double, otherLogRatio: Double) -> PreferenceTerm {
    switch settings.loss {
    case .sigmoid:
      preferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: settings.beta,
        labelSmoothing: settings.labelSmoothing)
    case .ipo:
      identityPreferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: settings.beta,
        labelSmoothing: settings.labelSmoothing)
    }
  }
}

/// Returns the sum in double precision, in ascending order.
private func total(of elements: [Float]) -> Double {
  elements.reduce(0) { $0 + Double($1) }
}

/// Means over the pairs, tokens and steps of a round.
private struct PreferenceMeans {
  private var pairs = 0
  private var loss = 0.0
  private var accuracy = 0.0
  private var margin = 0.0
  private var preferred = 0.0
  private var other = 0.0
  private var tokens = 0
  private var entropy = 0.0
  private var steps = 0
  private var norm = 0.0
  private var learningRate = 0.0

  mutating func add(_ term: PreferenceTerm, preferred: Double, other: Double) {
    pairs += 1
    loss += term.loss
    accuracy += preferenceAccuracy(ofMargin: term.margin)
    margin += term.margin
    self.preferred += preferred
    self.other += other
  }

  mutating func addToken(entropy: Double) {
    tokens += 1
    self.entropy += entropy
  }

  mutating func addStep(gradientNorm: Double, learningRate: Double) {
    steps += 1
    norm += gradientNorm
    self.learningRate += learningRate
  }

  var values: Diagnostics {
    guard pairs > 0, tokens > 0, steps > 0 else { return [] }
    return [
      ("preference_loss", loss / Double(pairs)),
      ("preference_accuracy", accuracy / Double(pairs)),
      ("preference_margin", margin / Double(pairs)),
      ("preferred_log_probability", preferred / Double(pairs)),
      ("other_log_probability", other / Double(pairs)),
      ("policy_entropy", entropy / Double(tokens)),
      ("gradient_norm", norm / Double(steps)),
      ("learning_rate", learningRate / Double(steps)),
    ]
  }
}
