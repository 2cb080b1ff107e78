import Objectives
import TestSupport
import Testing

@Suite struct PolicyLossesTests {
  let old: [Float] = [-1, -0.5, -2, -0.25]
  let new: [Float] = [-0.5, -0.75, -2.125, -0.25]
  let advantages: [Float] = [1, -1, 2, -0.5]
  let weights: [Float] = [0.25, 0.25, 0.5, 1]

  @Test func `the loss without ratio is the weighted sum of advantage times log-probability`() {
    var gradient: [Float] = [0, 0, 0, 0]
    let loss = policyGradientLoss(
      logProbabilities: new, advantages: advantages, weights: weights, count: 4,
      gradient: &gradient)
    // 0.25·0.5 − 0.25·0.75 + 0.5·2·2.125 − 0.5·0.25
    #expect(loss.loss == 0.125 - 0.1875 + 2.125 - 0.125)
    #expect(gradient == [-0.25, 0.25, -1, 0.5])
  }

  @Test func `the clipped loss counts what is outside the range`() {
    var gradient: [Float] = [9, 9, 9, 9]
    let loss = surrogateLoss(
      logProbabilities: new, oldLogProbabilities: old, advantages: advantages, weights: weights,
      count: 4, surrogate: .clipped(0.2), gradient: &gradient)
    // Ratios e^0.5, e^−0.25, e^−0.125, 1: the first two are outside 0.8…1.2, both cost-free.
    #expect(loss.clipFraction == 0.5)
    expectClose(gradient, [0, 0, -0.8824969, 0.5], tolerance: 1e-6)
    expectClose(
      loss.loss, 0.25 * -1.2 + 0.25 * 0.8 - 0.8824969025845955 + 0.5, tolerance: 1e-9)
  }

  @Test func `the approximate divergence of equal policies is exactly 0`() {
    var gradient: [Float] = [0, 0, 0, 0]
    let loss = surrogateLoss(
      logProbabilities: old, oldLogProbabilities: old, advantages: advantages, weights: weights,
      count: 4, surrogate: .clipped(0.2), gradient: &gradient)
    #expect(loss.approximateKL == 0 && loss.clipFraction == 0)
    var reinforce: [Float] = [0, 0, 0, 0]
    _ = policyGradientLoss(
      logProbabilities: old, advantages: advantages, weights: weights, count: 4,
      gradient: &reinforce)
    #expect(gradient == reinforce)
  }

  @Test func `no steps have no loss and no fractions`() {
    var gradient: [Float] = []
    let loss = surrogateLoss(
      logProbabilities: [], oldLogProbabilities: [], advantages: [], weights: [], count: 0,
      surrogate: .clipped(0.2), gradient: &gradient)
    #expect(loss == PolicyLoss())
    #expect(loss.clipFraction == 0 && loss.approximateKL == 0)
  }

  @Test func `parts add up to the whole`() {
    var gradient: [Float] = [0, 0, 0, 0]
    func loss(_ rows: Range<Int>, _ gradient: inout [Float]) -> PolicyLoss {
      surrogateLoss(
        logProbabilities: Array(new[rows]), oldLogProbabilities: Array(old[rows]),
        advantages: Array(advantages[rows]), weights: Array(weights[rows]), count: rows.count,
        surrogate: .clipped(0.2), gradient: &gradient)
    }
    var sum = loss(0..<1, &gradient)
    sum.add(loss(1..<4, &gradient))
    let whole = loss(0..<4, &gradient)
    expectClose(sum.loss, whole.loss, tolerance: 1e-15)
    #expect(sum.count == whole.count && sum.clippedCount == whole.clippedCount)
  }

  @Test func `gradients match central differences`() {
    var gradient: [Float] = [0, 0, 0, 0]
    func clipped(_ point: [Float], _ gradient: inout [Float]) -> Float {
      Float(
        surrogateLoss(
          logProbabilities: point, oldLogProbabilities: old, advantages: advantages,
          weights: weights, count: 4, surrogate: .clipped(0.2), gradient: &gradient
        ).loss)
    }
    _ = clipped(new, &gradient)
    var scratch = gradient
    expectGradient(gradient, matches: { clipped($0, &scratch) }, at: new, tolerance: 1e-3)

    for estimator in KLEstimator.allCases {
      var gradient: [Float] = [0, 0, 0, 0]
      func penalty(_ point: [Float], _ gradient: inout [Float]) -> Float {
        Float(
          addKLPenalty(
            logProbabilities: point, oldLogProbabilities: new, referenceLogProbabilities: old,
            weights: weights, count: 4,
            coefficient: 0.5, penalty: KLPenalty(estimator), gradient: &gradient))
      }
      _ = penalty(new, &gradient)
      expectGradient(gradient, matches: { penalty($0, &scratch) }, at: new, tolerance: 1e-3)
    }
  }

  @Test func `a sequence of one step has the loss of that step`() {
    for k in new.indices {
      var gradient: [Float] = [0]
      let token = surrogateLoss(
        logProbabilities: [new[k]], oldLogProbabilities: [old[k]], advantages: [advantages[k]],
        weights: [weights[k]], count: 1, surrogate: .clipped(0.2), gradient: &gradient)
      var shared: [Float] = [0]
      let sequence = sequenceSurrogateLoss(
        logProbabilities: [new[k]], oldLogProbabilities: [old[k]],
        advantage: Double(advantages[k]), weight: Double(weights[k]), ratio: .product,
        surrogate: .clipped(0.2), gradient: &shared)
      #expect(sequence == token && shared == gradient)
    }
  }

  @Test func `a penalty adds to the gradient that is there`() {
    var gradient: [Float] = [1, 1, 1, 1]
    let loss = addKLPenalty(
      logProbabilities: new, oldLogProbabilities: new, referenceLogProbabilities: old,
      weights: weights, count: 4,
      coefficient: 2, penalty: KLPenalty(.k1), gradient: &gradient)
    #expect(gradient == [1.5, 1.5, 2, 3])
    #expect(loss == 2 * (0.25 * 0.5 - 0.25 * 0.25 - 0.5 * 0.125))
  }
}
