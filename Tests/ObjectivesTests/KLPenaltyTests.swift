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

  @Test(arguments: KLEstimator.allCases)
  func `an importance ratio is differentiated with the estimate`(estimator: KLEstimator) {
    // log π moves both ratios: here the reference is 0.7 below it, and the old policy 0.3.
    let penalty = KLPenalty(estimator, bound: 2, gradient: .importanceCorrected)
    func term(_ logProbability: Double) -> (loss: Double, gradient: Double) {
      penalty.term(
        logRatio: logProbability + 1.2, logImportanceRatio: logProbability + 0.8)
    }
    for logProbability in [-3.0, -1.4, -0.5, 0.2] {
      expectGradient(
        [term(logProbability).gradient], matches: { term($0[0]).loss }, at: [logProbability],
        step: 1e-5, tolerance: 1e-8)
    }
  }

  @Test func `on-policy k3 times its importance ratio has the gradient of k2`() {
    for logRatio in [-1.5, -0.1, 0, 0.4, 2] {
      let term = KLPenalty(.k3, gradient: .importanceCorrected).term(logRatio: logRatio)
      #expect(term.loss == KLEstimator.k3.value(logRatio: logRatio))
      expectClose(term.gradient, KLEstimator.k2.gradient(logRatio: logRatio), tolerance: 1e-15)
    }
  }

  @Test func `in the reward a step is paid for within the bound`() {
    #expect(
      klPenalizedRewards(
        [1, 2], logRatios: [8, -0.25], coefficient: 2, penalty: KLPenalty(.k1, bound: 0.5))
        == [0, 2.5])
  }
}
