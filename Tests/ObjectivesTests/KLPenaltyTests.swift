import Objectives
import TestSupport
import Testing

@Suite struct KLPenaltyTests {
  @Test(arguments: KLEstimator.allCases)
  func `within its bound a penalty is its estimate, and beyond it constant`(
    estimator: KLEstimator
  ) {
    let bounded = KLPenalty(estimator, bound: 0.5)
    for logRatio in [-0.3, 0, 0.4] {
      #expect(bounded.value(logRatio: logRatio) == estimator.value(logRatio: logRatio))
      #expect(bounded.term(logRatio: logRatio) == KLPenalty(estimator).term(logRatio: logRatio))
    }
    for logRatio in [-3.0, 3] {
      let sign = estimator == .k1 && logRatio < 0 ? -1.0 : 1
      #expect(bounded.term(logRatio: logRatio) == (sign * 0.5, 0))
      #expect(bounded.value(logRatio: logRatio) == sign * 0.5)
    }
  }

  @Test(arguments: KLEstimator.allCases, [nil, 0.5])
  func `the gradient of a penalty is that of its value`(estimator: KLEstimator, bound: Double?) {
    let penalty = KLPenalty(estimator, bound: bound)
    for logRatio in [-2.5, -1.5, -0.2, 0, 0.7, 4] {
      expectGradient(
        [penalty.term(logRatio: logRatio).gradient],
        matches: { penalty.term(logRatio: $0[0]).loss }, at: [logRatio], step: 1e-5,
        tolerance: 1e-8)
    }
  }

  @Test func `in the reward a step is paid for within the bound`() {
    #expect(
      klPenalizedRewards(
        [1, 2], logRatios: [8, -0.25], coefficient: 2, penalty: KLPenalty(.k1, bound: 0.5))
        == [0, 2.5])
  }
}
