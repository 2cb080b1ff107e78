import Foundation
import Objectives
import TestSupport
import Testing

/// Checks against values derived in float64 by `Goldens/reference_formulas.py`.
@Suite struct ReferenceFormulaTests {
  let goldens: [String: [String: Golden]]

  /// A list, or a list of lists, of numbers.
  enum Golden: Decodable {
    case list([Double])
    case lists([[Double]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let list = try? container.decode([Double].self) {
        self = .list(list)
      } else {
        self = .lists(try container.decode([[Double]].self))
      }
    }
  }

  init() throws {
    let file = testFolder().appending(components: "Goldens", "reference_formulas.json")
    goldens = try JSONDecoder().decode(
      [String: [String: Golden]].self, from: Data(contentsOf: file))
  }

  func list(_ group: String, _ name: String) throws -> [Double] {
    guard case .list(let values) = try #require(goldens[group]?[name]) else { return [] }
    return values
  }

  func floats(_ group: String, _ name: String) throws -> [Float] {
    try list(group, name).map { Float($0) }
  }

  func lists(_ group: String, _ name: String) throws -> [[Double]] {
    guard case .lists(let values) = try #require(goldens[group]?[name]) else { return [] }
    return values
  }

  @Test func `advantages of a rollout with resets equal the done-flag recursion`() throws {
    let rewards = try lists("gae", "rewards")
    let values = try lists("gae", "values")
    let ends = try lists("gae", "ends")
    let expected = try lists("gae", "advantages")
    let lastValues = try list("gae", "lastValues")
    #expect(rewards.count == 2)
    for environment in rewards.indices {
      var advantages = [Float](repeating: .nan, count: rewards[environment].count)
      var start = 0
      for t in ends[environment].indices
      where ends[environment][t] == 1 || t == ends[environment].count - 1 {
        generalizedAdvantages(
          rewards: rewards[environment].map { Float($0) },
          values: values[environment].map { Float($0) }, segment: start..<(t + 1),
          bootstrapValue: ends[environment][t] == 1 ? 0 : Float(lastValues[environment]),
          discount: 0.98, lambda: 0.8, into: &advantages)
        start = t + 1
      }
      expectClose(advantages, expected[environment].map { Float($0) }, tolerance: 2e-6)
    }
  }

  @Test func `PPO's losses and gradients on a standardized minibatch`() throws {
    var advantages = try floats("ppo", "raw")
    let count = advantages.count
    standardize(&advantages, count: count, epsilon: 1e-8)
    expectClose(advantages, try floats("ppo", "standardized"), tolerance: 1e-6)

    var gradient = [Float](repeating: 0, count: count)
    let loss = surrogateLoss(
      logProbabilities: try floats("ppo", "new"), oldLogProbabilities: try floats("ppo", "old"),
      advantages: advantages, weights: [Float](repeating: 1 / Float(count), count: count),
      count: count, surrogate: .clipped(0.2), gradient: &gradient)
    expectClose([loss.loss], try list("ppo", "policyLoss"), tolerance: 1e-7)
    expectClose(gradient, try floats("ppo", "policyGradient"), tolerance: 1e-7)
    expectClose([loss.approximateKL], try list("ppo", "approximateKL"), tolerance: 1e-12)
    expectClose([loss.clipFraction], try list("ppo", "clipFraction"), tolerance: 1e-12)

    let values = try floats("ppo", "newValues")
    let targets = try floats("ppo", "targets")
    let total = valueLoss(
      values: values, oldValues: try floats("ppo", "oldValues"), targets: targets,
      weight: 1 / Double(count), count: count, clipRange: 0.2, gradient: &gradient)
    expectClose([total / Double(count)], try list("ppo", "valueLoss"), tolerance: 1e-12)
    expectClose(gradient, try floats("ppo", "valueGradient"), tolerance: 1e-7)
    let explained = try #require(explainedVariance(predictions: values, targets: targets))
    expectClose([explained], try list("ppo", "explainedVariance"), tolerance: 1e-12)
  }

  /// The batch of groups: lengths, and per-token arrays.
  private func spread(_ perSequence: [Double]) throws -> [Float] {
    zip(perSequence, try list("groups", "lengths")).flatMap {
      [Float](repeating: Float($0), count: Int($1))
    }
  }

  @Test func `GRPO with a k3 penalty in the loss`() throws {
    let advantages = try lists("groups", "scores").flatMap {
      standardizedGroup($0, epsilon: 1e-6)
    }
    expectClose(advantages, try list("groups", "grpoAdvantages"), tolerance: 1e-9)
    let lengths = try list("groups", "lengths").map { Int($0) }
    let weights = try spread(
      lossWeights(lengths: lengths, normalizer: .sequenceMeanTokenMean, constant: 1))
    var gradient = [Float](repeating: 0, count: weights.count)
    let new = try floats("groups", "new")
    var loss = surrogateLoss(
      logProbabilities: new, oldLogProbabilities: try floats("groups", "old"),
      advantages: try spread(advantages), weights: weights, count: weights.count,
      surrogate: .clipped(0.2), gradient: &gradient
    ).loss
    loss += addKLPenalty(
      logProbabilities: new, oldLogProbabilities: new,
      referenceLogProbabilities: try floats("groups", "reference"),
      weights: weights, count: weights.count, coefficient: 0.04, penalty: KLPenalty(.k3),
      gradient: &gradient)
    expectClose([loss], try list("groups", "grpoLoss"), tolerance: 1e-7)
    expectClose(gradient, try floats("groups", "grpoGradient"), tolerance: 1e-7)
  }

  @Test func `Dr. GRPO divides by a constant length`() throws {
    let advantages = try lists("groups", "scores").flatMap(centeredAdvantages(returns:))
    let lengths = try list("groups", "lengths").map { Int($0) }
    let weights = try spread(lossWeights(lengths: lengths, normalizer: .constant, constant: 6))
    var gradient = [Float](repeating: 0, count: weights.count)
    let loss = surrogateLoss(
      logProbabilities: try floats("groups", "new"),
      oldLogProbabilities: try floats("groups", "old"), advantages: try spread(advantages),
      weights: weights, count: weights.count, surrogate: .clipped(0.2), gradient: &gradient)
    expectClose([loss.loss], try list("groups", "drGRPOLoss"), tolerance: 1e-7)
    expectClose(gradient, try floats("groups", "drGRPOGradient"), tolerance: 1e-7)
  }

  @Test func `RLOO with the sequence divergence in the reward and a sequence ratio`() throws {
    let lengths = try list("groups", "lengths").map { Int($0) }
    let new = try list("groups", "new")
    let old = try list("groups", "old")
    let reference = try list("groups", "reference")
    let scores = try lists("groups", "scores").flatMap(\.self)
    var returns: [Double] = []
    var logRatios: [Double] = []
    var start = 0
    for (sequence, length) in lengths.enumerated() {
      let rows = start..<(start + length)
      let rewards = rows.map { $0 == rows.upperBound - 1 ? scores[sequence] : 0 }
      returns.append(
        trajectoryReturn(
          rewards: klPenalizedRewards(
            rewards, logRatios: rows.map { old[$0] - reference[$0] }, coefficient: 0.05,
            penalty: KLPenalty(.k1))))
      logRatios.append(rows.reduce(0) { $0 + new[$1] - old[$1] })
      start += length
    }
    let advantages = stride(from: 0, to: 12, by: 4).flatMap {
      leaveOneOutAdvantages(returns: Array(returns[$0..<($0 + 4)]))
    }
    expectClose(advantages, try list("groups", "rlooAdvantages"), tolerance: 1e-12)
    let weights = lossWeights(lengths: lengths, normalizer: .sequenceMeanTokenSum, constant: 1)
    let terms = lengths.indices.map {
      Surrogate.clipped(0.2).term(
        logRatio: logRatios[$0], logProbability: 0, advantage: advantages[$0])
    }
    expectClose(
      [zip(weights, terms).reduce(0) { $0 + $1.0 * $1.1.loss }], try list("groups", "rlooLoss"),
      tolerance: 1e-12)
    expectClose(
      try spread(zip(weights, terms).map { $0 * $1.gradient }),
      try floats("groups", "rlooGradient"), tolerance: 1e-7)
  }

  @Test(arguments: [("loss", "gradient", 0.0), ("smoothedLoss", "smoothedGradient", 0.1)])
  func `DPO on five pairs`(loss: String, gradient: String, labelSmoothing: Double) throws {
    let chosen = try list("dpo", "chosen")
    let rejected = try list("dpo", "rejected")
    let chosenReference = try list("dpo", "chosenReference")
    let rejectedReference = try list("dpo", "rejectedReference")
    let terms = chosen.indices.map {
      preferenceTerm(
        preferredLogRatio: chosen[$0] - chosenReference[$0],
        otherLogRatio: rejected[$0] - rejectedReference[$0], beta: 0.3,
        labelSmoothing: labelSmoothing)
    }
    expectClose(
      [terms.reduce(0) { $0 + $1.loss } / 5], try list("dpo", loss), tolerance: 1e-12)
    expectClose(
      terms.map { $0.gradient / 5 } + terms.map { -$0.gradient / 5 }, try list("dpo", gradient),
      tolerance: 1e-9)
  }
}
