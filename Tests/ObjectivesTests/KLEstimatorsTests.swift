import Foundation
import Objectives
import TestSupport
import Testing

@Suite struct KLEstimatorsTests {
  // A softmax policy over 5 arms and a reference, small enough to enumerate every expectation.
  let logits = [0.3, -1.2, 0.9, 0.1, -0.4]
  let reference = [-0.5, 0.4, 0.2, 0.6, -1.0]

  func logProbabilities(_ logits: [Double]) -> [Double] {
    let total = logits.reduce(0) { $0 + exp($1) }
    return logits.map { $0 - log(total) }
  }

  var policy: [Double] { logProbabilities(logits) }
  var referencePolicy: [Double] { logProbabilities(reference) }

  /// E over arms, under the policy, of a function of the arm.
  func expectation(_ function: (Int) -> Double) -> Double {
    policy.indices.reduce(0) { $0 + exp(policy[$1]) * function($1) }
  }

  func divergence(_ logits: [Double]) -> Double {
    let policy = logProbabilities(logits)
    return policy.indices.reduce(0) {
      $0 + exp(policy[$1]) * (policy[$1] - referencePolicy[$1])
    }
  }

  /// The expected gradient, with respect to the logits, of the estimator used as a loss.
  func expectedGradient(
    _ estimator: KLEstimator, _ gradient: KLGradient = .estimate
  ) -> [Double] {
    let penalty = KLPenalty(estimator, gradient: gradient)
    return logits.indices.map { logit in
      expectation { arm in
        let score = (arm == logit ? 1 : 0) - exp(policy[logit])
        return penalty.term(logRatio: policy[arm] - referencePolicy[arm]).gradient * score
      }
    }
  }

  var trueGradient: [Double] {
    logits.indices.map { index in
      var above = logits
      var below = logits
      above[index] += 1e-5
      below[index] -= 1e-5
      return (divergence(above) - divergence(below)) / 2e-5
    }
  }

  @Test func `estimates are worked by hand at a log-ratio of ln 2`() {
    let logRatio: Double = log(2)
    expectClose(KLEstimator.k1.value(logRatio: logRatio), 0.6931471805599453, tolerance: 1e-15)
    expectClose(KLEstimator.k2.value(logRatio: logRatio), 0.2402265069591007, tolerance: 1e-15)
    expectClose(KLEstimator.k3.value(logRatio: logRatio), 0.1931471805599453, tolerance: 1e-15)
  }

  @Test(arguments: KLEstimator.allCases)
  func `equal policies have no divergence`(estimator: KLEstimator) {
    #expect(estimator.value(logRatio: 0) == 0)
    #expect(estimator.gradient(logRatio: 0) == (estimator == .k1 ? 1 : 0))
  }

  @Test func `k1 and k3 estimate the divergence without bias and k2 does not`() {
    func expected(_ estimator: KLEstimator) -> Double {
      expectation { estimator.value(logRatio: policy[$0] - referencePolicy[$0]) }
    }
    expectClose(expected(.k1), divergence(logits), tolerance: 1e-14)
    expectClose(expected(.k3), divergence(logits), tolerance: 1e-14)
    #expect((expected(.k2) - divergence(logits)).magnitude > 0.01)
  }

  @Test func `in a loss k1 has no expected gradient`() {
    expectClose(expectedGradient(.k1), [0, 0, 0, 0, 0], tolerance: 1e-15)
  }

  @Test func `in a loss k2 has the gradient of the divergence and k3 has not`() {
    expectClose(expectedGradient(.k2), trueGradient, tolerance: 1e-9)
    let gap = zip(expectedGradient(.k3), trueGradient).map { ($0 - $1).magnitude }.max() ?? 0
    #expect(gap > 0.01)
  }

  @Test(arguments: KLEstimator.allCases, KLGradient.allCases.filter { $0 != .estimate })
  func `the other gradients have that of the divergence as their expectation`(
    estimator: KLEstimator, gradient: KLGradient
  ) {
    let expected = expectedGradient(estimator, gradient)
    // Of k2 times a ratio the expectation is that of k2, which is not the divergence.
    if estimator == .k2 && gradient != .divergence { return }
    expectClose(expected, trueGradient, tolerance: 1e-9)
  }

  @Test(arguments: KLEstimator.allCases)
  func `the gradient matches central differences`(estimator: KLEstimator) {
    for logRatio in [-1.5, -0.2, 0, 0.7] {
      expectGradient(
        [estimator.gradient(logRatio: logRatio)],
        matches: { estimator.value(logRatio: $0[0]) }, at: [logRatio], step: 1e-5, tolerance: 1e-8)
    }
  }

  @Test func `a penalty in the reward is taken off each step`() {
    #expect(
      klPenalizedRewards([1, 2], logRatios: [0.5, -0.25], coefficient: 2, penalty: KLPenalty(.k1))
        == [0, 2.5])
    #expect(
      klPenalizedRewards([1, 2], logRatios: [0.5, -0.25], coefficient: 0, penalty: KLPenalty(.k3))
        == [1, 2])
  }
}
