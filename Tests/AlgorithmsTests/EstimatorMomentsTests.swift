import Algorithms
import Environments
import Objectives
import TestSupport
import Testing

/// The exact moments of gradient estimates, with the advantages that training computes.
///
/// Every ordered group of one context's outcomes is enumerated, and each goes through
/// `estimatedAdvantages` and the policy-gradient term. The estimate of a group of G samples is
/// (1/G) Σᵢ Aᵢ ∇ log π(aᵢ), with gradients with respect to the context's logits.
@Suite struct EstimatorMomentsTests {
  /// A point on the axes, and the value that a network would predict there.
  enum Estimator: CaseIterable {
    case none, value, optimal, greedy, leaveOneOut, groupMean, groupMeanAndDeviation

    var settings: PolicyGradientSettings {
      var settings = PolicyGradientSettings()
      settings.credit = .trajectory
      settings.scale = self == .groupMeanAndDeviation ? .groupStd : .none
      settings.scaleEpsilon = 0
      settings.discount = 1
      settings.baseline =
        switch self {
        case .none: .none
        case .value, .optimal: .value
        case .greedy: .greedy
        case .leaveOneOut: .leaveOneOut
        case .groupMean, .groupMeanAndDeviation: .groupMean
        }
      return settings
    }
  }

  private struct Moments {
    var mean: [Double]
    /// The trace of the covariance.
    var variance: Double
    var trueGradient: [Double]

    /// The factor by which the mean overstates the true gradient along its own direction.
    var scale: Double { dot(mean, trueGradient) / dot(trueGradient, trueGradient) }
    /// The variance over the squared length of the mean, which no change of scale affects.
    var relativeVariance: Double { variance / dot(mean, mean) }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// What one sample can turn out to be.
  private struct Outcome {
    var action: Int
    var reward: Double
    var probability: Double
  }

  private static func rewards(
    of action: Int, _ table: BanditTable, _ context: Int
  ) -> [(reward: Double, probability: Double)] {
    let mean = table.meanRewards[context][action]
    return table.noise == .none ? [(mean, 1)] : [(1, mean), (0, 1 - mean)]
  }

  private static func moments(
    _ estimator: Estimator, _ table: BanditTable, _ policy: [[Double]], context: Int = 0,
    groupSize: Int
  ) -> Moments {
    let probabilities = policy[context]
    let squares = probabilities.reduce(0) { $0 + $1 * $1 }
    let outcomes = probabilities.indices.flatMap { action in
      rewards(of: action, table, context).map {
        Outcome(
          action: action, reward: $0.reward, probability: probabilities[action] * $0.probability)
      }
    }
    let greedy =
      estimator == .greedy
      ? rewards(of: table.greedyActions(of: policy)[context], table, context) : [(0, 1)]
    let value =
      estimator == .optimal
      ? table.optimalBaselines(of: policy)[context] : table.valueBaselines(of: policy)[context]
    let settings = estimator.settings
    var mean = [Double](repeating: 0, count: probabilities.count)
    var square = 0.0

    func visit(_ group: [Outcome], _ probability: Double) {
      guard group.count == groupSize else {
        for outcome in outcomes { visit(group + [outcome], probability * outcome.probability) }
        return
      }
      let members = group.map {
        SequenceRewards(
          rewards: [$0.reward], values: settings.baseline == .value ? [value] : [],
          squaredScoreNorms: [
            squaredScoreNorm(
              probability: probabilities[$0.action], squaredProbabilities: squares)
          ])
      }
      for (reward, chance) in greedy {
        var average = MovingAverage(decay: 0)
        let advantages = estimatedAdvantages(
          of: [members], greedyRewards: estimator == .greedy ? [[reward]] : [],
          settings: settings, average: &average
        ).advantages[0]
        var estimate = [Double](repeating: 0, count: probabilities.count)
        for (sample, advantage) in zip(group, advantages) {
          let term = policyGradientTerm(logProbability: 0, advantage: advantage[0])
          for action in estimate.indices {
            let score = (action == sample.action ? 1 : 0) - probabilities[action]
            estimate[action] -= term.gradient * score / Double(groupSize)
          }
        }
        for action in estimate.indices {
          mean[action] += probability * chance * estimate[action]
          square += probability * chance * estimate[action] * estimate[action]
        }
      }
    }
    visit([], 1)
    return Moments(
      mean: mean, variance: square - mean.reduce(0) { $0 + $1 * $1 },
      trueGradient: table.policyGradient(of: policy)[context].map {
        $0 * Double(table.contextCount)
      })
  }

  private let table = BanditTable(
    meanRewards: [[0.9, 0.2, 0.6, 0.1], [0.4, 0.5, 0.3, 0.8]], noise: .none)
  private let noisyTable = BanditTable(
    meanRewards: [[0.9, 0.2, 0.6], [0.4, 0.5, 1]], noise: .bernoulli)
  private let policy = [[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]]
  private let noisyPolicy = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]

  // The figures of a published enumeration: five arms, G = 4, a greedy arm of probability .38 that
  // earns nothing. It does not state the other probabilities and rewards; with rewards of 0 and 1,
  // these give every printed digit of it.
  @Test func `the variances of the seven estimators on five arms`() {
    let policy = [[0.38, 0.101, 0.181, 0.167, 0.171]]
    let table = BanditTable(meanRewards: [[0, 0, 0, 1, 1]], noise: .none)
    let expected: [(Estimator, Double, Double)] = [
      (.none, 0.0650, 1), (.value, 0.0348, 1), (.optimal, 0.0339, 1), (.greedy, 0.0650, 1),
      (.leaveOneOut, 0.0527, 1), (.groupMean, 0.0297, 0.75),
      (.groupMeanAndDeviation, 0.1033, 1.41),
    ]
    #expect(expected.map(\.0) == Estimator.allCases)
    for (estimator, variance, scale) in expected {
      let moments = Self.moments(estimator, table, policy, groupSize: 4)
      expectClose(moments.variance, variance, tolerance: 0.5e-4)
      expectClose(moments.scale, scale, tolerance: 0.5e-2)
      if estimator == .groupMeanAndDeviation {
        expectClose(
          moments.variance / (moments.scale * moments.scale), 0.0520, tolerance: 0.5e-4)
      }
    }
  }

  @Test(arguments: [Estimator.none, .value, .optimal, .greedy, .leaveOneOut])
  func `baselines that do not depend on the sample leave the gradient unbiased`(
    estimator: Estimator
  ) {
    for context in 0..<2 {
      for (table, policy) in [(table, policy), (noisyTable, noisyPolicy)] {
        let moments = Self.moments(estimator, table, policy, context: context, groupSize: 3)
        expectClose(moments.mean, moments.trueGradient, tolerance: 1e-14)
      }
    }
  }

  @Test(arguments: [2, 4])
  func `Dr. GRPO is RLOO scaled by (G − 1)/G`(groupSize: Int) {
    let shrinkage = Double(groupSize - 1) / Double(groupSize)
    let leaveOneOut = Self.moments(
      .leaveOneOut, noisyTable, noisyPolicy, context: 1, groupSize: groupSize)
    let groupMean = Self.moments(
      .groupMean, noisyTable, noisyPolicy, context: 1, groupSize: groupSize)
    expectClose(groupMean.mean, leaveOneOut.mean.map { $0 * shrinkage }, tolerance: 1e-15)
    expectClose(groupMean.scale, shrinkage, tolerance: 1e-13)
    expectClose(
      groupMean.relativeVariance, leaveOneOut.relativeVariance,
      tolerance: 1e-12 * leaveOneOut.relativeVariance)
  }

  @Test func `the greedy rollout's own noise is part of ReMax's variance`() {
    // One sample; the greedy action 2 has reward 1 with probability 0.6, and then A = r − 1.
    let moments = Self.moments(.greedy, noisyTable, noisyPolicy, groupSize: 1)
    let withZero = Self.moments(.none, noisyTable, noisyPolicy, groupSize: 1)
    var withOne = 0.0
    for action in 0..<3 {
      for (reward, chance) in Self.rewards(of: action, noisyTable, 0) {
        for other in 0..<3 {
          let score = (action == other ? 1 : 0) - noisyPolicy[0][other]
          withOne += noisyPolicy[0][action] * chance * (reward - 1) * (reward - 1) * score * score
        }
      }
    }
    withOne -= moments.trueGradient.reduce(0) { $0 + $1 * $1 }
    expectClose(moments.variance, 0.4 * withZero.variance + 0.6 * withOne, tolerance: 1e-15)
  }

  @Test func `in groups of two GRPO sees only which reward is larger`() {
    let reference = Self.moments(.groupMeanAndDeviation, table, policy, groupSize: 2)
    // The same order of the four rewards, and another.
    let squeezed = BanditTable(meanRewards: [[0.53, 0.51, 0.52, 0.3]], noise: .none)
    let swapped = BanditTable(meanRewards: [[0.51, 0.49, 0.5, 0.495]], noise: .none)
    let same = Self.moments(.groupMeanAndDeviation, squeezed, [policy[0]], groupSize: 2)
    let other = Self.moments(.groupMeanAndDeviation, swapped, [policy[0]], groupSize: 2)
    expectClose(same.mean, reference.mean, tolerance: 1e-14)
    expectClose(same.variance, reference.variance, tolerance: 1e-14)
    #expect(zip(other.mean, reference.mean).contains { ($0 - $1).magnitude > 0.01 })
  }

  @Test func `equal rewards give GRPO no gradient, and no residue of rounding`() {
    let flat = BanditTable(meanRewards: [[0.35, 0.35, 0.35]], noise: .none)
    let moments = Self.moments(
      .groupMeanAndDeviation, flat, [[0.2, 0.3, 0.5]], groupSize: 6)
    #expect(moments.mean == [0, 0, 0])
    #expect(moments.variance == 0)
  }

  @Test func `variance falls as one over the group size where members do not interact`() {
    let one = Self.moments(.value, table, policy, groupSize: 1)
    let four = Self.moments(.value, table, policy, groupSize: 4)
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
