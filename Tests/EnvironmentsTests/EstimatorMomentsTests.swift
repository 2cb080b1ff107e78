import Environments
import TestSupport
import Testing

@Suite struct EstimatorMomentsTests {
  private let table = BanditTable(
    meanRewards: [[0.9, 0.2, 0.6, 0.1], [0.4, 0.5, 0.3, 0.8]], noise: .none)
  private let noisyTable = BanditTable(
    meanRewards: [[0.9, 0.2, 0.6], [0.4, 0.5, 1]], noise: .bernoulli)
  private let policy = [[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]]
  private let noisyPolicy = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]

  /// Moments from the definition: every ordered group, every reward, nothing shared with the engine.
  private func momentsFromDefinition(
    _ table: BanditTable, policy: [Double], context: Int, groupSize: Int,
    advantages: ([Double]) -> [Double]
  ) -> (mean: [Double], traceVariance: Double) {
    var mean = [Double](repeating: 0, count: policy.count)
    var square = 0.0
    func visit(_ actions: [Int], _ rewards: [Double], _ probability: Double) {
      guard actions.count == groupSize else {
        for action in policy.indices {
          let reward = table.meanRewards[context][action]
          let outcomes =
            table.noise == .none ? [(reward, 1.0)] : [(1.0, reward), (0.0, 1 - reward)]
          for (reward, chance) in outcomes {
            visit(actions + [action], rewards + [reward], probability * policy[action] * chance)
          }
        }
        return
      }
      var estimate = [Double](repeating: 0, count: policy.count)
      for (sample, advantage) in zip(actions, advantages(rewards)) {
        for action in policy.indices {
          let score = (action == sample ? 1 : 0) - policy[action]
          estimate[action] += advantage * score / Double(groupSize)
        }
      }
      for action in policy.indices {
        mean[action] += probability * estimate[action]
        square += probability * estimate[action] * estimate[action]
      }
    }
    visit([], [], 1)
    return (mean, square - mean.reduce(0) { $0 + $1 * $1 })
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test(arguments: [ContextualBandit.RewardNoise.none, .bernoulli], [2, 3])
  func `moments are those of the definition`(
    noise: ContextualBandit.RewardNoise, groupSize: Int
  ) {
    let table = noise == .none ? table : noisyTable
    let policy = noise == .none ? policy : noisyPolicy
    func expectMoments(
      _ estimator: BaselineEstimator, context: Int, advantages: ([Double]) -> [Double]
    ) {
      let moments = table.moments(
        of: estimator, policy: policy, context: context, groupSize: groupSize)
      let expected = momentsFromDefinition(
        table, policy: policy[context], context: context, groupSize: groupSize,
        advantages: advantages)
      expectClose(moments.mean, expected.mean, tolerance: 1e-14)
      expectClose(moments.traceVariance, expected.traceVariance, tolerance: 1e-14)
    }
    for context in 0..<2 {
      let value = table.valueBaselines(of: policy)[context]
      let optimal = table.optimalBaselines(of: policy)[context]
      expectMoments(.none, context: context) { $0 }
      expectMoments(.value, context: context) { $0.map { $0 - value } }
      expectMoments(.optimal, context: context) { $0.map { $0 - optimal } }
      expectMoments(.leaveOneOut, context: context) { rewards in
        rewards.indices.map { i in
          rewards[i] - mean(rewards.indices.filter { $0 != i }.map { rewards[$0] })
        }
      }
      expectMoments(.groupMean, context: context) { rewards in rewards.map { $0 - mean(rewards) } }
      expectMoments(.groupMeanAndDeviation, context: context) { rewards in
        guard Set(rewards).count > 1 else { return rewards.map { _ in 0 } }
        let mean = mean(rewards)
        let squares = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return rewards.map { ($0 - mean) / (squares / Double(groupSize - 1)).squareRoot() }
      }
    }
  }

  @Test func `the greedy rollout's own noise is part of ReMax's variance`() {
    // One sample, greedy action 2 with reward 1 at probability 0.6.
    let moments = noisyTable.moments(of: .greedy, policy: noisyPolicy, context: 0, groupSize: 1)
    let withZero = momentsFromDefinition(
      noisyTable, policy: noisyPolicy[0], context: 0, groupSize: 1
    ) { $0 }
    let withOne = momentsFromDefinition(
      noisyTable, policy: noisyPolicy[0], context: 0, groupSize: 1
    ) { $0.map { $0 - 1 } }
    expectClose(moments.mean, withZero.mean, tolerance: 1e-15)
    expectClose(
      moments.traceVariance, 0.4 * withZero.traceVariance + 0.6 * withOne.traceVariance,
      tolerance: 1e-15)
  }

  @Test(arguments: [BaselineEstimator.none, .value, .optimal, .greedy, .leaveOneOut])
  func `baselines that do not depend on the sample leave the gradient unbiased`(
    estimator: BaselineEstimator
  ) {
    for context in 0..<2 {
      for (table, policy) in [(table, policy), (noisyTable, noisyPolicy)] {
        let moments = table.moments(
          of: estimator, policy: policy, context: context, groupSize: 4)
        let contexts = Double(table.contextCount)
        expectClose(
          moments.trueGradient, table.policyGradient(of: policy)[context].map { $0 * contexts },
          tolerance: 1e-16)
        #expect(moments.bias < 1e-15)
        expectClose(moments.scale ?? .nan, 1, tolerance: 1e-13)
        expectClose(moments.cosine ?? .nan, 1, tolerance: 1e-13)
      }
    }
  }

  @Test(arguments: [2, 4, 8])
  func `Dr. GRPO is RLOO scaled by (G − 1)/G`(groupSize: Int) throws {
    let shrinkage = Double(groupSize - 1) / Double(groupSize)
    let leaveOneOut = noisyTable.moments(
      of: .leaveOneOut, policy: noisyPolicy, context: 1, groupSize: groupSize)
    let groupMean = noisyTable.moments(
      of: .groupMean, policy: noisyPolicy, context: 1, groupSize: groupSize)
    expectClose(groupMean.mean, leaveOneOut.mean.map { $0 * shrinkage }, tolerance: 1e-15)
    expectClose(
      groupMean.traceVariance, leaveOneOut.traceVariance * shrinkage * shrinkage,
      tolerance: 1e-15)
    expectClose(groupMean.scale ?? .nan, shrinkage, tolerance: 1e-13)
    expectClose(groupMean.cosine ?? .nan, 1, tolerance: 1e-13)
    expectClose(
      try #require(groupMean.relativeVariance), try #require(leaveOneOut.relativeVariance),
      tolerance: 1e-12)
  }

  @Test func `in groups of two GRPO sees only which reward is larger`() {
    let compressed = BanditTable(
      meanRewards: [[0.51, 0.49, 0.5, 0.3], [0, 0, 0, 0]], noise: .none)
    let same = compressed.moments(
      of: .groupMeanAndDeviation, policy: policy, context: 0, groupSize: 2)
    let reference = table.moments(
      of: .groupMeanAndDeviation, policy: policy, context: 0, groupSize: 2)
    // The order of the rewards differs in no pair but (1, 2): swap them.
    #expect(same.mean != reference.mean)
    let sameOrder = BanditTable(meanRewards: [[0.53, 0.51, 0.52, 0.3]], noise: .none)
    let again = sameOrder.moments(
      of: .groupMeanAndDeviation, policy: [policy[0]], context: 0, groupSize: 2)
    expectClose(again.mean, reference.mean, tolerance: 1e-14)
    expectClose(again.traceVariance, reference.traceVariance, tolerance: 1e-14)
  }

  @Test func `equal rewards give GRPO no gradient, and no residue of rounding`() {
    let flat = BanditTable(meanRewards: [[0.35, 0.35, 0.35]], noise: .none)
    let moments = flat.moments(
      of: .groupMeanAndDeviation, policy: [[0.2, 0.3, 0.5]], context: 0, groupSize: 6)
    expectClose(moments.mean, [0, 0, 0], tolerance: 1e-16)
    #expect(moments.traceVariance.magnitude < 1e-32)
  }

  @Test func `variance falls as one over the group size where members do not interact`() {
    let one = table.moments(of: .value, policy: policy, context: 0, groupSize: 1)
    let eight = table.moments(of: .value, policy: policy, context: 0, groupSize: 8)
    expectClose(eight.traceVariance, one.traceVariance / 8, tolerance: 1e-14)
  }

  // The figures of a published enumeration: five arms, G = 4, a greedy arm of probability .38 that
  // earns nothing. It does not state the other probabilities and rewards; with rewards of 0 and 1,
  // these give every printed digit of it.
  @Test func `the variances of the seven estimators on five arms`() throws {
    let policy = [[0.38, 0.101, 0.181, 0.167, 0.171]]
    let table = BanditTable(meanRewards: [[0, 0, 0, 1, 1]], noise: .none)
    let expected: [(BaselineEstimator, Double, Double)] = [
      (.none, 0.0650, 1), (.value, 0.0348, 1), (.optimal, 0.0339, 1), (.greedy, 0.0650, 1),
      (.leaveOneOut, 0.0527, 1), (.groupMean, 0.0297, 0.75),
      (.groupMeanAndDeviation, 0.1033, 1.41),
    ]
    #expect(expected.map(\.0) == BaselineEstimator.allCases)
    for (estimator, traceVariance, scale) in expected {
      let moments = table.moments(of: estimator, policy: policy, context: 0, groupSize: 4)
      expectClose(moments.traceVariance, traceVariance, tolerance: 0.5e-4)
      expectClose(try #require(moments.scale), scale, tolerance: 0.5e-2)
    }
    let rescaled = table.moments(
      of: .groupMeanAndDeviation, policy: policy, context: 0, groupSize: 4)
    let scale = try #require(rescaled.scale)
    expectClose(rescaled.traceVariance / (scale * scale), 0.0520, tolerance: 0.5e-4)
  }
}
