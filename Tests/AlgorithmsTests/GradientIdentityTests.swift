import Algorithms
import Foundation
import Objectives
import TestSupport
import Testing

/// Exact expectations over every group of four draws from a softmax over five arms.
@Suite struct GradientIdentityTests {
  let probabilities: [Double]
  let rewards: [Double] = [0, 1, 0.25, 0.5, 0.8]
  let groupSize = 4

  init() {
    let weights = [0.9, 0.1, -0.3, 0.2, -0.8].map { exp($0) }
    let total = weights.reduce(0, +)
    probabilities = weights.map { $0 / total }
  }

  /// The mean and the trace of the variance of a group's mean gradient with respect to the logits.
  func moments(
    greedy: [[Double]] = [], _ change: (inout PolicyGradientSettings) -> Void
  ) -> (mean: [Double], variance: Double) {
    var settings = PolicyGradientSettings()
    settings.credit = .trajectory
    settings.discount = 1
    settings.scale = .none
    settings.scaleEpsilon = 0
    change(&settings)
    let expectedReward = zip(probabilities, rewards).reduce(0) { $0 + $1.0 * $1.1 }
    var mean = [Double](repeating: 0, count: 5)
    var square = 0.0
    for code in 0..<625 {
      let arms = [code % 5, code / 5 % 5, code / 25 % 5, code / 125]
      let probability = arms.reduce(1) { $0 * probabilities[$1] }
      var average = MovingAverage(decay: 0)
      let group = arms.map {
        SequenceRewards(
          rewards: [rewards[$0]],
          values: settings.baseline == .value ? [expectedReward] : [])
      }
      let advantages = estimatedAdvantages(
        of: [group], greedyRewards: greedy, settings: settings, average: &average
      ).advantages[0].map { $0[0] }
      let gradient = (0..<5).map { logit in
        zip(arms, advantages).reduce(0) {
          $0 + $1.1 * (($1.0 == logit ? 1 : 0) - probabilities[logit]) / 4
        }
      }
      for logit in 0..<5 { mean[logit] += probability * gradient[logit] }
      square += probability * gradient.reduce(0) { $0 + $1 * $1 }
    }
    return (mean, square - mean.reduce(0) { $0 + $1 * $1 })
  }

  /// ∂E[r]/∂logit = π(k) (r(k) − E r).
  var trueGradient: [Double] {
    let expected = zip(probabilities, rewards).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(probabilities, rewards).map { $0 * ($1 - expected) }
  }

  @Test func `no baseline, a value, the greedy action and the others all have the true gradient`() {
    expectClose(moments { $0.baseline = .none }.mean, trueGradient, tolerance: 1e-14)
    expectClose(moments { $0.baseline = .value }.mean, trueGradient, tolerance: 1e-14)
    expectClose(moments { $0.baseline = .leaveOneOut }.mean, trueGradient, tolerance: 1e-14)
    // The greedy arm is the first.
    expectClose(
      moments(greedy: [[rewards[0]]]) { $0.baseline = .greedy }.mean, trueGradient,
      tolerance: 1e-14)
  }

  @Test func `Dr. GRPO's expected gradient is three quarters of it for four members`() {
    expectClose(
      moments { $0.baseline = .groupMean }.mean, trueGradient.map { 0.75 * $0 }, tolerance: 1e-14)
  }

  @Test func `Dr. GRPO and RLOO are one estimator up to a factor`() {
    let centered = moments { $0.baseline = .groupMean }
    let others = moments { $0.baseline = .leaveOneOut }
    expectClose(centered.variance / (0.75 * 0.75), others.variance, tolerance: 1e-14)
  }

  @Test func `a greedy arm without reward helps as little as no baseline`() {
    let none = moments { $0.baseline = .none }
    let greedy = moments(greedy: [[0]]) { $0.baseline = .greedy }
    #expect(none.variance == greedy.variance)
  }

  @Test func `at a group of four the others are a noisier baseline than the true value`() {
    let value = moments { $0.baseline = .value }
    let others = moments { $0.baseline = .leaveOneOut }
    let none = moments { $0.baseline = .none }
    #expect(value.variance < others.variance)
    #expect(others.variance < none.variance)
  }

  @Test func `dividing by the group's deviation changes the direction of the expected gradient`() {
    let scaled = moments {
      $0.baseline = .groupMean; $0.scale = .groupStd
    }.mean
    let product = zip(scaled, trueGradient).reduce(0) { $0 + $1.0 * $1.1 }
    func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let cosine = product / (norm(scaled) * norm(trueGradient))
    #expect(cosine > 0.9 && cosine < 0.9999)
  }
}
