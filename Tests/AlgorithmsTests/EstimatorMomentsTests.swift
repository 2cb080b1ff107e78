import Algorithms
import Environments
import Objectives
import TestSupport
import Testing

/// Identities of estimators on bandits with a table of logits, by enumeration of every group.
///
/// The estimate of a group of G samples is (1/G) Σᵢ Aᵢ ∇ log π(aᵢ), with gradients with respect to the logits.
@Suite struct EstimatorMomentsTests {
  /// A point on the axes, and the value that a network would predict there.
  enum Estimator: CaseIterable {
    case none, value, optimal, greedy, leaveOneOut, groupMean, groupMeanAndDeviation

    func settings(groupSize: Int) -> PolicyGradientSettings {
      let baseline: Baseline =
        switch self {
        case .none: .none
        case .value, .optimal: .value
        case .greedy: .greedy
        case .leaveOneOut: .leaveOneOut
        case .groupMean, .groupMeanAndDeviation: .groupMean
        }
      return estimatePoint(
        baseline, scale: self == .groupMeanAndDeviation ? .groupStd : .none, groupSize: groupSize)
    }
  }

  private static func moments(
    _ estimator: Estimator, _ table: BanditTable, _ policy: [[Double]], groupSize: Int
  ) throws -> EstimateMoments {
    let problem = try EnumerableProblem(
      FiniteDecisionProcess(table), ScoredPolicy(softmax: policy))
    let settings = estimator.settings(groupSize: groupSize)
    return try problem.moments(
      of: settings,
      values: estimator == .optimal ? .byPrompt(problem.optimalBaselines(settings)) : .exact)
  }

  private let table = BanditTable(meanRewards: [[0.9, 0.2, 0.6, 0.1]], noise: .none)
  private let policy = [[0.1, 0.2, 0.3, 0.4]]
  private let noisyTable = BanditTable(meanRewards: [[0.9, 0.2, 0.6]], noise: .bernoulli)
  private let noisyPolicy = [[0.2, 0.3, 0.5]]

  // The figures of a published enumeration: five arms, G = 4, a greedy arm of probability .38 that
  // earns nothing. It does not state the other probabilities and rewards; with rewards of 0 and 1,
  // these give every printed digit of it.
  @Test func `the variances of the seven estimators on five arms`() throws {
    let policy = [[0.38, 0.101, 0.181, 0.167, 0.171]]
    let table = BanditTable(meanRewards: [[0, 0, 0, 1, 1]], noise: .none)
    let expected: [(Estimator, Double, Double)] = [
      (.none, 0.0650, 1), (.value, 0.0348, 1), (.optimal, 0.0339, 1), (.greedy, 0.0650, 1),
      (.leaveOneOut, 0.0527, 1), (.groupMean, 0.0297, 0.75),
      (.groupMeanAndDeviation, 0.1033, 1.41),
    ]
    #expect(expected.map(\.0) == Estimator.allCases)
    for (estimator, variance, scale) in expected {
      let moments = try Self.moments(estimator, table, policy, groupSize: 4)
      expectClose(moments.variance, variance, tolerance: 0.5e-4)
      expectClose(moments.scale ?? .nan, scale, tolerance: 0.5e-2)
      // Rescaled, Dr. GRPO is RLOO, and GRPO a little less noisy than either.
      if estimator == .groupMean {
        expectClose(moments.varianceAtUnitScale ?? .nan, 0.0527, tolerance: 0.5e-4)
      }
      if estimator == .groupMeanAndDeviation {
        expectClose(moments.varianceAtUnitScale ?? .nan, 0.0520, tolerance: 0.5e-4)
      }
    }
  }

  @Test(arguments: [Estimator.none, .value, .optimal, .greedy, .leaveOneOut])
  func `baselines that do not depend on the sample leave the gradient unbiased`(
    estimator: Estimator
  ) throws {
    for (table, policy) in [(table, policy), (noisyTable, noisyPolicy)] {
      let moments = try Self.moments(estimator, table, policy, groupSize: 3)
      expectClose(moments.mean, moments.trueGradient, tolerance: 1e-14)
      expectClose(
        moments.trueGradient, table.policyGradient(of: policy)[0], tolerance: 1e-15)
    }
  }

  @Test(arguments: [2, 4])
  func `Dr. GRPO is RLOO scaled by (G − 1)/G`(groupSize: Int) throws {
    let shrinkage = Double(groupSize - 1) / Double(groupSize)
    let leaveOneOut = try Self.moments(
      .leaveOneOut, noisyTable, noisyPolicy, groupSize: groupSize)
    let groupMean = try Self.moments(.groupMean, noisyTable, noisyPolicy, groupSize: groupSize)
    expectClose(groupMean.mean, leaveOneOut.mean.map { $0 * shrinkage }, tolerance: 1e-15)
    expectClose(groupMean.scale ?? .nan, shrinkage, tolerance: 1e-13)
    expectClose(
      groupMean.relativeVariance ?? .nan, leaveOneOut.relativeVariance ?? .nan, tolerance: 1e-11)
  }

  @Test func `the greedy rollout's own noise is part of ReMax's variance`() throws {
    // One sample; the greedy action 2 has reward 1 with probability 0.6, and then A = r − 1.
    let moments = try Self.moments(.greedy, noisyTable, noisyPolicy, groupSize: 1)
    let withZero = try Self.moments(.none, noisyTable, noisyPolicy, groupSize: 1)
    var withOne = 0.0
    for action in 0..<3 {
      let mean = noisyTable.meanRewards[0][action]
      for (reward, chance) in [(1.0, mean), (0.0, 1 - mean)] {
        for other in 0..<3 {
          let score: Double = (action == other ? 1 : 0) - noisyPolicy[0][other]
          let square: Double = (reward - 1) * (reward - 1) * score * score
          withOne += noisyPolicy[0][action] * chance * square
        }
      }
    }
    withOne -= moments.trueGradient.reduce(0) { $0 + $1 * $1 }
    expectClose(moments.variance, 0.4 * withZero.variance + 0.6 * withOne, tolerance: 1e-15)
  }

  @Test func `a greedy arm without reward helps as little as no baseline`() throws {
    let table = BanditTable(meanRewards: [[0.9, 0.2, 0.6, 0]], noise: .none)
    let none = try Self.moments(.none, table, policy, groupSize: 4)
    let greedy = try Self.moments(.greedy, table, policy, groupSize: 4)
    #expect(none.variance == greedy.variance)
  }

  @Test func `at a group of four the others are a noisier baseline than the true value`() throws {
    let value = try Self.moments(.value, noisyTable, noisyPolicy, groupSize: 4)
    let others = try Self.moments(.leaveOneOut, noisyTable, noisyPolicy, groupSize: 4)
    let none = try Self.moments(.none, noisyTable, noisyPolicy, groupSize: 4)
    #expect(value.variance < others.variance)
    #expect(others.variance < none.variance)
  }

  @Test func `dividing by the group's deviation changes the direction of the expected gradient`()
    throws
  {
    let scaled = try Self.moments(.groupMeanAndDeviation, table, policy, groupSize: 4)
    let cosine = try #require(scaled.cosineOfMean)
    #expect(cosine > 0.9 && cosine < 0.9999)
  }

  @Test func `in groups of two GRPO sees only which reward is larger`() throws {
    let reference = try Self.moments(.groupMeanAndDeviation, table, policy, groupSize: 2)
    // The same order of the four rewards, and another.
    let squeezed = BanditTable(meanRewards: [[0.53, 0.51, 0.52, 0.3]], noise: .none)
    let swapped = BanditTable(meanRewards: [[0.51, 0.49, 0.5, 0.495]], noise: .none)
    let same = try Self.moments(.groupMeanAndDeviation, squeezed, policy, groupSize: 2)
    let other = try Self.moments(.groupMeanAndDeviation, swapped, policy, groupSize: 2)
    expectClose(same.mean, reference.mean, tolerance: 1e-14)
    expectClose(same.variance, reference.variance, tolerance: 1e-14)
    #expect(zip(other.mean, reference.mean).contains { ($0 - $1).magnitude > 0.01 })
  }

  @Test func `equal rewards give GRPO no gradient, and no residue of rounding`() throws {
    let flat = BanditTable(meanRewards: [[0.35, 0.35, 0.35]], noise: .none)
    let moments = try Self.moments(
      .groupMeanAndDeviation, flat, [[0.2, 0.3, 0.5]], groupSize: 6)
    #expect(moments.mean == [0, 0, 0])
    #expect(moments.variance == 0)
  }

  @Test func `variance falls as one over the group size where members do not interact`() throws {
    let one = try Self.moments(.value, table, policy, groupSize: 1)
    let four = try Self.moments(.value, table, policy, groupSize: 4)
    expectClose(four.variance, one.variance / 4, tolerance: 1e-14)
  }

  @Test func `the optimal baseline weighs rewards by the squared score norm`() {
    let squares = policy[0].reduce(0) { $0 + $1 * $1 }
    let weights = policy[0].map {
      $0 * squaredScoreNorm(probability: $0, squaredProbabilities: squares)
    }
    expectClose(
      weightedMean(of: table.meanRewards[0], weights: weights),
      table.optimalBaselines(of: policy)[0], tolerance: 1e-15)
  }
}
