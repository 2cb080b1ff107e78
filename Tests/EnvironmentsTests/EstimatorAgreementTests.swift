import Environments
import Objectives
import TestSupport
import Testing

/// The advantages that algorithms train with have the moments that the enumeration promises.
@Suite struct EstimatorAgreementTests {
  private let table = BanditTable(meanRewards: [[0.9, 0.2, 0.6]], noise: .none)
  private let policy = [[0.2, 0.5, 0.3]]
  private let groupSize = 4

  /// The moments of (1/G) Σ A ∇ log π over all ordered groups, with A from `advantages`.
  private func moments(
    _ advantages: ([Double]) -> [Double]
  ) -> (mean: [Double], traceVariance: Double) {
    var mean = [0.0, 0, 0]
    var square = 0.0
    for group in 0..<81 {
      let actions = [group % 3, group / 3 % 3, group / 9 % 3, group / 27]
      let probability = actions.reduce(1) { $0 * policy[0][$1] }
      let advantages = advantages(actions.map { table.meanRewards[0][$0] })
      for action in 0..<3 {
        let estimate = zip(actions, advantages).reduce(0) { sum, sample in
          sum + sample.1 * ((sample.0 == action ? 1 : 0) - policy[0][action]) / Double(groupSize)
        }
        mean[action] += probability * estimate
        square += probability * estimate * estimate
      }
    }
    return (mean, square - mean.reduce(0) { $0 + $1 * $1 })
  }

  private func expectAgreement(
    _ estimator: BaselineEstimator, _ advantages: ([Double]) -> [Double]
  ) {
    let enumerated = table.moments(
      of: estimator, policy: policy, context: 0, groupSize: groupSize)
    let trained = moments(advantages)
    expectClose(trained.mean, enumerated.mean, tolerance: 1e-14)
    expectClose(trained.traceVariance, enumerated.traceVariance, tolerance: 1e-14)
  }

  @Test func `group advantages agree with the enumerated estimators`() {
    expectAgreement(.leaveOneOut) { leaveOneOutAdvantages(returns: $0) }
    expectAgreement(.groupMean) { centeredAdvantages(returns: $0) }
    expectAgreement(.groupMeanAndDeviation) { returns in
      let scale = deviationScale(returns: returns, epsilon: 0)
      return centeredAdvantages(returns: returns).map { $0 * scale }
    }
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
