import Objectives
import TestSupport
import Testing

/// Against TRL's and verl's own code; see `Goldens/trl_verl.py`.
@Suite struct PeerFormulaTests {
  let peers: PeerValues

  init() throws { peers = try PeerValues() }

  /// Expects a loss in double precision and its gradient, stored in single precision, to agree.
  func expectAgreement(
    _ loss: Double, _ gradient: [Float], with library: String, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    expectClose(
      [loss], try peers(library, name), tolerance: 2e-7, sourceLocation: sourceLocation)
    expectClose(
      gradient, try peers.floats(library, "\(name) gradient"), tolerance: 1e-7,
      sourceLocation: sourceLocation)
  }

  /// [tokens] the weight of each token in the batch loss.
  func weights(_ normalizer: LengthNormalizer) throws -> [Float] {
    try peers.spread(
      lossWeights(lengths: try peers.lengths(), normalizer: normalizer, constant: 8))
  }

  /// verl's name of each way to aggregate.
  static let aggregations: [(mode: String, normalizer: LengthNormalizer)] = [
    ("token-mean", .tokenMean), ("seq-mean-token-sum", .sequenceMeanTokenSum),
    ("seq-mean-token-mean", .sequenceMeanTokenMean), ("seq-mean-token-sum-norm", .constant),
  ]

  @Test(arguments: aggregations, [false, true])
  func `the clipped surrogate, once and twice clipped, is verl's by aggregation`(
    aggregation: (mode: String, normalizer: LengthNormalizer), isDual: Bool
  ) throws {
    let weights = try weights(aggregation.normalizer)
    var gradient = [Float](repeating: 0, count: weights.count)
    let loss = surrogateLoss(
      logProbabilities: try peers.floats("inputs", "new"),
      oldLogProbabilities: try peers.floats("inputs", "old"),
      advantages: try peers.floats("inputs", "tokenAdvantages"), weights: weights,
      count: weights.count,
      surrogate: .clipped(
        ClipRange(try peers.constant("clip")),
        dualClip: isDual ? try peers.constant("dualClip") : nil), gradient: &gradient)
    try expectAgreement(
      loss.loss, gradient, with: "verl", "\(isDual ? "dual" : "ppo") \(aggregation.mode)")
    #expect(loss.clippedCount > 0)
  }

  @Test(arguments: aggregations)
  func `the plain policy gradient is verl's, by aggregation`(
    mode: String, normalizer: LengthNormalizer
  ) throws {
    let weights = try weights(normalizer)
    var gradient = [Float](repeating: 0, count: weights.count)
    let loss = policyGradientLoss(
      logProbabilities: try peers.floats("inputs", "new"),
      advantages: try peers.floats("inputs", "tokenAdvantages"), weights: weights,
      count: weights.count, gradient: &gradient)
    try expectAgreement(loss.loss, gradient, with: "verl", "reinforce \(mode)")
  }

  @Test(arguments: [
    ("grpo", LengthNormalizer.sequenceMeanTokenMean), ("bnpo", .tokenMean), ("dapo", .tokenMean),
    ("dr_grpo", .constant),
  ])
  func `TRL's group losses, with and without k3 in the loss`(
    name: String, normalizer: LengthNormalizer
  ) throws {
    let weights = try weights(normalizer)
    let new = try peers.floats("inputs", "new")
    var gradient = [Float](repeating: 0, count: weights.count)
    var loss = surrogateLoss(
      logProbabilities: new, oldLogProbabilities: try peers.floats("inputs", "old"),
      advantages: try peers.spread(try peers("trl", "grpo group")), weights: weights,
      count: weights.count, surrogate: .clipped(ClipRange(try peers.constant("clip"))),
      gradient: &gradient
    ).loss
    try expectAgreement(loss, gradient, with: "trl", "\(name) plain")
    loss += addKLPenalty(
      logProbabilities: new, oldLogProbabilities: new,
      referenceLogProbabilities: try peers.floats("inputs", "reference"),
      weights: weights, count: weights.count, coefficient: try peers.constant("beta"),
      penalty: KLPenalty(.k3), gradient: &gradient)
    try expectAgreement(loss, gradient, with: "trl", "\(name) k3")
  }

  /// The surrogate loss of each token, whose advantage is the score of its sequence, as a mean over tokens or over
  /// sequences.
  func tokenLosses(
    _ surrogate: Surrogate, _ normalizer: LengthNormalizer = .tokenMean
  ) throws -> (loss: PolicyLoss, gradient: [Float]) {
    let weights = try weights(normalizer)
    var gradient = [Float](repeating: 0, count: weights.count)
    let loss = surrogateLoss(
      logProbabilities: try peers.floats("inputs", "new"),
      oldLogProbabilities: try peers.floats("inputs", "old"),
      advantages: try peers.spread(try peers("inputs", "scores")), weights: weights,
      count: weights.count, surrogate: surrogate, gradient: &gradient)
    return (loss, gradient)
  }

  /// The asymmetric range of the newer losses.
  func asymmetricRange() throws -> ClipRange {
    ClipRange(below: try peers.constant("clipBelow"), above: try peers.constant("clipAbove"))
  }

  @Test(arguments: ["trl losses", "verl losses"])
  func `a clip range with more room above is the libraries'`(library: String) throws {
    let (loss, gradient) = try tokenLosses(.clipped(try asymmetricRange()))
    try expectAgreement(loss.loss, gradient, with: library, "clip higher")
    #expect(loss.clippedCount > 0 && loss.clippedCount < gradient.count)
  }

  @Test func `the clipped weight is verl's, and without a bound below TRL's`() throws {
    let verl = try tokenLosses(.clippedWeight(try asymmetricRange()))
    try expectAgreement(verl.loss.loss, verl.gradient, with: "verl losses", "cispo")
    let largest = try peers.constant("largestWeight")
    let trl = try tokenLosses(.clippedWeight(ClipRange(below: .infinity, above: largest - 1)))
    try expectAgreement(trl.loss.loss, trl.gradient, with: "trl losses", "cispo")
    #expect(trl.loss.clippedCount > 0 && trl.loss.clippedCount < verl.loss.clippedCount)
  }

  @Test func `the loss of the tokens with the highest entropies is TRL's`() throws {
    let entropies = try peers.floats("inputs", "entropies")
    var scratch: [Float] = []
    let threshold = entropyThreshold(
      of: entropies, count: entropies.count, share: try peers.constant("entropyShare"),
      scratch: &scratch)
    let scores = try peers.spread(try peers("inputs", "scores"))
    let kept = zip(scores, entropies).map { Double($1) < threshold ? 0 : $0 }
    let weights = try weights(.tokenMean)
    var gradient = [Float](repeating: 0, count: weights.count)
    let loss = surrogateLoss(
      logProbabilities: try peers.floats("inputs", "new"),
      oldLogProbabilities: try peers.floats("inputs", "old"), advantages: kept, weights: weights,
      count: weights.count, surrogate: .clipped(try asymmetricRange()), gradient: &gradient)
    #expect(kept.count { $0 == 0 } > kept.count / 2)
    try expectAgreement(loss.loss, gradient, with: "trl losses", "top entropy")
  }

  @Test func `the dual clip is TRL's two-sided clip`() throws {
    let clip = ClipRange(try peers.constant("clip"))
    let bound = try peers.constant("dualClip")
    let (loss, gradient) = try tokenLosses(.clipped(clip, dualClip: bound), .sequenceMeanTokenMean)
    try expectAgreement(loss.loss, gradient, with: "trl losses", "two-sided")
    let free = try tokenLosses(.clipped(clip), .sequenceMeanTokenMean)
    #expect(free.loss.loss > loss.loss && free.gradient != gradient)
  }

  @Test(arguments: ["trl losses", "verl losses"])
  func `the soft gate is the libraries'`(library: String) throws {
    let temperatures = try peers("constants", "gates")
    let (loss, gradient) = try tokenLosses(
      .softGate(temperature: temperatures[0], negativeTemperature: temperatures[1]),
      .sequenceMeanTokenMean)
    try expectAgreement(loss.loss, gradient, with: library, "sapo")
    #expect(loss.clippedCount == 0)
  }

  @Test func `TRL's RLOO clips the ratio of the sequence`() throws {
    let (loss, gradient) = try sequenceLosses(
      .sequenceMeanTokenSum, advantages: try peers("trl", "rloo advantages")
    ) {
      sequenceSurrogateLoss(
        logProbabilities: $0, oldLogProbabilities: $1, advantage: $2, weight: $3,
        ratio: .product, surrogate: .clipped(ClipRange(try peers.constant("clip"))),
        gradient: &$4)
    }
    #expect(gradient.contains(0) && gradient.contains { $0 != 0 })
    try expectAgreement(loss, gradient, with: "trl", "rloo")
  }

  @Test(arguments: [
    ("trl losses", "gspo", SequenceRatio.geometricMean), ("verl losses", "gspo", .geometricMean),
    ("trl losses", "luspo", .geometricMean),
    ("trl losses", "gmpo", .clippedGeometricMean), ("verl losses", "gmpo", .clippedGeometricMean),
  ])
  func `the geometric mean of token ratios, plain and clipped before, is the libraries'`(
    library: String, name: String, ratio: SequenceRatio
  ) throws {
    let (loss, gradient) = try sequenceLosses(
      name == "luspo" ? .sequenceMeanTokenSum : .sequenceMeanTokenMean,
      advantages: try peers("inputs", "scores")
    ) {
      sequenceSurrogateLoss(
        logProbabilities: $0, oldLogProbabilities: $1, advantage: $2, weight: $3,
        ratio: ratio, surrogate: .clipped(try asymmetricRange()), gradient: &$4)
    }
    #expect(gradient.contains(0) && gradient.contains { $0 != 0 })
    try expectAgreement(loss, gradient, with: library, name)
  }

  /// The sum of the losses of all sequences, and their gradients by token.
  func sequenceLosses(
    _ normalizer: LengthNormalizer, advantages: [Double],
    loss: (ArraySlice<Float>, ArraySlice<Float>, Double, Double, inout [Float]) throws -> PolicyLoss
  ) throws -> (loss: Double, gradient: [Float]) {
    let (new, old) = (try peers.floats("inputs", "new"), try peers.floats("inputs", "old"))
    let lengths = try peers.lengths()
    let weights = lossWeights(lengths: lengths, normalizer: normalizer, constant: 1)
    var gradient = [Float](repeating: 0, count: new.count)
    var (first, total) = (0, 0.0)
    for (k, length) in lengths.enumerated() {
      let range = first..<(first + length)
      total += try loss(new[range], old[range], advantages[k], weights[k], &gradient).loss
      first = range.upperBound
    }
    return (total, gradient)
  }

  @Test(arguments: KLEstimator.allCases)
  func `the estimators of the divergence are verl's`(estimator: KLEstimator) throws {
    let logRatios = zip(try peers("inputs", "new"), try peers("inputs", "reference")).map(-)
    expectClose(
      logRatios.map(estimator.value(logRatio:)), try peers("verl", estimator.rawValue),
      tolerance: 1e-12)
    expectClose(
      logRatios.map(estimator.gradient(logRatio:)),
      try peers("verl", "\(estimator.rawValue) gradient"), tolerance: 1e-12)
  }

  @Test func `k3 times the importance ratio is TRL's`() throws {
    var (loss, gradient) = try tokenLosses(.clipped(try asymmetricRange()))
    let weights = try weights(.tokenMean)
    loss.loss += addKLPenalty(
      logProbabilities: try peers.floats("inputs", "new"),
      oldLogProbabilities: try peers.floats("inputs", "old"),
      referenceLogProbabilities: try peers.floats("inputs", "reference"), weights: weights,
      count: weights.count, coefficient: try peers.constant("beta"),
      penalty: KLPenalty(.k3, gradient: .importanceCorrected), gradient: &gradient)
    try expectAgreement(loss.loss, gradient, with: "trl losses", "corrected k3")
  }

  @Test(arguments: [KLEstimator.k1, .k3])
  func `the gradient of the divergence beside another value is verl's`(
    estimator: KLEstimator
  ) throws {
    let penalty = KLPenalty(estimator, gradient: .divergence)
    let terms = zip(try peers("inputs", "new"), try peers("inputs", "reference")).map {
      penalty.term(logRatio: $0 - $1)
    }
    let name = "\(estimator.rawValue)+"
    expectClose(terms.map(\.loss), try peers("verl losses", name), tolerance: 1e-12)
    expectClose(
      terms.map(\.gradient), try peers("verl losses", "\(name) gradient"), tolerance: 1e-12)
  }

  @Test func `k3 within bounds is verl's`() throws {
    let stretch = try peers.constant("stretch")
    let logRatios = zip(try peers("inputs", "new"), try peers("inputs", "reference")).map {
      stretch * ($0 - $1)
    }
    let terms = logRatios.map { KLPenalty(.k3, bound: 10).term(logRatio: $0) }
    expectClose(terms.map(\.loss), try peers("verl losses", "bounded k3"), tolerance: 1e-12)
    expectClose(
      terms.map(\.gradient), try peers("verl losses", "bounded k3 gradient"), tolerance: 1e-12)
    #expect(terms.contains { $0.loss == 10 } && terms.contains { $0.loss < 10 })
  }

  @Test func `the clipped value loss is verl's`() throws {
    let values = try peers.floats("inputs", "newValues")
    var gradient = [Float](repeating: 0, count: values.count)
    let total = valueLoss(
      values: values, oldValues: try peers.floats("inputs", "values"),
      targets: try peers.floats("inputs", "targets"), weight: 1 / Double(values.count),
      count: values.count, clipRange: try peers.constant("valueClip"), gradient: &gradient)
    try expectAgreement(total / Double(values.count), gradient, with: "verl", "value")
  }

  @Test func `generalized advantages, raw and whitened, are verl's`() throws {
    let rewards = try peers.sequences(try peers("verl", "penalizedRewards"))
    let values = try peers.sequences(try peers("inputs", "values"))
    let (discount, lambda) = (try peers.constant("discount"), try peers.constant("lambda"))
    var advantages = zip(rewards, values).flatMap { rewards, values in
      generalizedAdvantages(
        rewards: rewards.map { Float($0) }, values: values.map { Float($0) }, bootstrapValue: 0,
        discount: Float(discount), lambda: Float(lambda))
    }
    let targets = zip(advantages, values.joined()).map { Double($0) + $1 }
    expectClose(targets, try peers("verl", "gaeReturns"), tolerance: 2e-6)
    standardize(&advantages, count: advantages.count, epsilon: 1e-8)
    expectClose(advantages, try peers.floats("verl", "gaeWhitened"), tolerance: 2e-6)
  }

  @Test func `k1 is taken off each token's reward as verl does`() throws {
    let lengths = try peers.lengths()
    let rewards = zip(lengths, try peers("inputs", "scores")).flatMap { length, score in
      (0..<length).map { $0 == length - 1 ? score : 0 }
    }
    let logRatios = zip(try peers("inputs", "old"), try peers("inputs", "reference")).map(-)
    expectClose(
      klPenalizedRewards(
        rewards, logRatios: logRatios, coefficient: try peers.constant("rewardBeta"),
        penalty: KLPenalty(.k1)),
      try peers("verl", "penalizedRewards"), tolerance: 1e-12)
  }

  @Test func `advantages within a group are TRL's and verl's`() throws {
    let scores = try peers.groups(try peers("inputs", "scores"))
    func all(_ advantages: ([Double]) -> [Double]) -> [Double] { scores.flatMap(advantages) }
    func firstTokens(_ name: String) throws -> [Double] {
      try peers.sequences(try peers("verl", name)).map { $0[0] }
    }
    // TRL's correction n / (n − 1) of the variance is in single precision.
    expectClose(
      all { standardizedGroup($0, epsilon: 1e-4) },
      try peers("trl", "grpo group"), tolerance: 1e-7)
    expectClose(
      all { standardizedGroup($0, epsilon: 1e-6) }, try firstTokens("grpo"),
      tolerance: 1e-12)
    expectClose(all(centeredAdvantages), try peers("trl", "grpo none"), tolerance: 1e-12)
    expectClose(all(centeredAdvantages), try firstTokens("centered"), tolerance: 1e-12)
    expectClose(all(leaveOneOutAdvantages), try firstTokens("rloo"), tolerance: 1e-12)
  }

  @Test(arguments: [("dpo", 0.0), ("cdpo", 0.1), ("ipo", 0.0)])
  func `preference losses are TRL's`(name: String, labelSmoothing: Double) throws {
    let chosen = zip(try peers("inputs", "chosen"), try peers("inputs", "chosenReference"))
    let rejected = zip(try peers("inputs", "rejected"), try peers("inputs", "rejectedReference"))
    let beta = try peers.constant("preferenceBeta")
    let terms = zip(chosen.map(-), rejected.map(-)).map { preferred, other in
      name == "ipo"
        ? identityPreferenceTerm(
          preferredLogRatio: preferred, otherLogRatio: other, beta: beta,
          labelSmoothing: labelSmoothing)
        : preferenceTerm(
          preferredLogRatio: preferred, otherLogRatio: other, beta: beta,
          labelSmoothing: labelSmoothing)
    }
    let count = Double(terms.count)
    expectClose(
      [terms.reduce(0) { $0 + $1.loss } / count], try peers("trl", name), tolerance: 1e-12)
    expectClose(
      terms.map { $0.gradient / count } + terms.map { -$0.gradient / count },
      try peers("trl", "\(name) gradient"), tolerance: 1e-12)
  }

  @Test(arguments: [("reward", 0.0), ("centered reward", 0.01)])
  func `the reward model's loss is TRL's`(name: String, centering: Double) throws {
    let terms = zip(try peers("inputs", "chosenRewards"), try peers("inputs", "rejectedRewards"))
      .map { rewardModelTerm(preferredReward: $0, otherReward: $1, centering: centering) }
    let count = Double(terms.count)
    // TRL centers with the mean over pairs, as the loss.
    expectClose(
      [terms.reduce(0) { $0 + $1.loss + $1.centeringLoss } / count], try peers("trl", name),
      tolerance: 1e-12)
    expectClose(
      terms.map { $0.preferredGradient / count } + terms.map { $0.otherGradient / count },
      try peers("trl", "\(name) gradient"), tolerance: 1e-12)
  }
}
