internal import Checkpoints
import LanguageTasks
import NeuralNetworks
import Objectives
import Tensors

/// Pairs of completions of one prompt, of which a judge prefers one.
struct RankedCompletions: PairSource {
  let models: LanguageModels
  let objective: PreferenceObjective
  private let settings: DPOSettings
  private let run: LanguageRun
  private let steps = TokenSteps()
  private let sampler: PairSampler
  private let referenceGenerator: Generator?
  /// The reference that follows the policy, where there is one.
  private let movingReference: LanguageModel?
  private var nextPair = 0

  /// Prepares a run.
  init(_ settings: DPOSettings, run: LanguageRun) {
    self.settings = settings
    self.run = run
    objective = PreferenceObjective(settings, summation: .bySequenceAndRound)
    sampler = PairSampler(run: run, temperature: settings.temperature)
    movingReference = settings.reference == .moving ? run.addReference() : nil
    referenceGenerator = settings.variant == .offline ? Generator(run.reference) : nil
    // Losses are those of the policy at temperature 1, whatever pairs were sampled at.
    models = LanguageModels(run: run, buffer: steps, temperature: 1)
  }

  let division = PairDivision.batches
  let roundProgress = RoundProgress.interpolated
  // The policy that sampled may have done so at another temperature.
  let measuresDivergence = false

  /// Whether all pairs are sampled, or the budget is used.
  var isDone: Bool { run.remaining <= 0 || nextPair >= settings.pairs }

  /// The part of training that is done, in 0...1: of the budget or of the pairs, whichever is more.
  var progress: Double {
    min(1, max(run.usedShare, Double(nextPair) / Double(settings.pairs)))
  }

  /// Samples the pairs of a round, with the log-probabilities of the reference.
  ///
  /// The pair with which the budget ends is dropped.
  mutating func collect() throws(TrainingError) -> PairRound {
    let indices = nextPair..<min(nextPair + settings.pairsPerRound, settings.pairs)
    let model = settings.variant == .offline ? run.reference : run.policy
    var round = PairRound()
    var sampled: [PromptGroup] = []
    var ranked: [(prompt: [Int32], completion: Completion)] = []
    let pairs = try sampler.pairs(
      indices, by: referenceGenerator ?? run.generator, from: .update)
    for pair in pairs {
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
      sampled.append(pair.group)
      if let (preferred, other) = pair.ranked {
        round.decided += 1
        ranked += [(pair.prompt, preferred), (pair.prompt, other)]
      } else {
        round.tied += 1
      }
      if run.remaining <= 0 { break }
    }
    try run.finishCollection()
    steps.fill(with: ranked)
    scoreByReference()
    // Until the first step after sampling, the sampling log-probabilities must come out again.
    round.areSampledByPolicy =
      settings.temperature == 1 && (settings.variant == .iterative || run.updates == 0)
    round.diagnostics = run.diagnostics(of: sampled)
    if settings.variant == .iterative, let divergence = try divergence(of: sampled) {
      round.diagnostics.append(("reference_kl", divergence))
    }
    return round
  }

  /// Returns the divergence of the sampling policy from the start; it is only looked at, so the ledger does not
  /// count it.
  ///
  /// `nil` without any pair.
  private func divergence(of groups: [PromptGroup]) throws(TrainingError) -> Double? {
    guard !groups.isEmpty else { return nil }
    let members = groups.flatMap { group in group.members.map { (group.prompt, $0.completion) } }
    let reference = try run.tokenLogProbabilities(
      of: members.map { TokenSequence(prompt: $0, completion: $1.tokens) }, by: run.reference,
      isCounted: false, from: .update)
    return sequenceDivergence(members.map(\.1.logProbabilities), reference: reference)
  }

  /// Writes log π_ref of every token: 0 without a reference, the log-probability at sampling where the reference
  /// sampled, else that of a forward pass.
  func scoreByReference() {
    let isSampler = (settings.variant == .offline) == (settings.reference == .initial)
    switch settings.reference {
    case .none:
      fill(&steps.referenceLogProbabilities, at: 0..<steps.count, with: 0)
    case .initial where isSampler && settings.temperature == 1,
      .previousRound where isSampler && settings.temperature == 1:
      for row in 0..<steps.count {
        steps.referenceLogProbabilities[row] = steps.logProbabilities[row]
      }
    case .initial:
      run.enter(.forward)
      models.scoreByReference(run.reference, isCounted: true)
    case .previousRound:
      // At the beginning of a round the policy is this reference.
      run.enter(.forward)
      models.scoreByReference(run.policy, isCounted: true)
    case .moving:
      guard let movingReference else { return }
      run.enter(.forward)
      models.scoreByReference(movingReference.transformer, isCounted: true)
    }
  }

  /// The run holds the reference that moves.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try archive.pass("next_pair", &nextPair, in: 0...settings.pairs)
  }

  func moveReference() {
    movingReference?.parameters.move(
      toward: run.parameters, share: settings.referenceShare)
  }
}
