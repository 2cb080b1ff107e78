import Objectives
import TestSupport
import Testing

@Suite struct SequenceLossesTests {
  /// Multiples of 1/1024, which single precision holds, with the steps of differences.
  let old: [Double] = [-1, -0.5, -2, -0.25]
  let new: [Double] = [-0.875, -0.75, -1.75, -0.25]

  /// The loss of the sequence, and its gradient.
  func loss(
    of new: [Double], advantage: Double, weight: Double = 1, ratio: SequenceRatio,
    clipRange: ClipRange = .unbounded
  ) -> (loss: PolicyLoss, gradient: [Float]) {
    var gradient = [Float](repeating: 9, count: new.count)
    let loss = sequenceSurrogateLoss(
      logProbabilities: new.map { Float($0) }[...], oldLogProbabilities: old.map { Float($0) }[...],
      advantage: advantage, weight: weight, ratio: ratio, surrogate: .clipped(clipRange),
      gradient: &gradient)
    return (loss, gradient)
  }

  @Test func `a geometric mean is worked by hand`() {
    // Log-ratios ⅛, −¼, ¼ and 0: their mean is 1/32.
    let ratio = 1.0317434074991028
    let (loss, gradient) = loss(of: new, advantage: 2, weight: 0.25, ratio: .geometricMean)
    expectClose(loss.loss, -2 * ratio, tolerance: 1e-15)
    expectClose(gradient, [Float](repeating: Float(-0.5 * ratio), count: 4), tolerance: 1e-7)
    expectClose(loss.approximateKL, ratio - 1 - 0.03125, tolerance: 1e-15)
    #expect(loss.count == 4 && loss.clippedCount == 0)
    // Beyond the range nothing is left to gain, and all steps count as clipped.
    let clipped = self.loss(of: new, advantage: 2, ratio: .geometricMean, clipRange: 0.01)
    #expect(clipped.loss.loss == -8 * 1.01 && clipped.gradient == [0, 0, 0, 0])
    #expect(clipped.loss.clippedCount == 4)
    let bad = self.loss(of: new, advantage: -2, ratio: .geometricMean, clipRange: 0.01)
    #expect(bad.gradient.allSatisfy { $0 > 2 })
  }

  @Test func `a geometric mean of clipped ratios is worked by hand`() {
    // Of the log-ratios ⅛, −¼, ¼ and 0 a good action's are at most 1/16, a bad one's at least −1/16.
    let range = ClipRange(below: 0.0625, above: 0.0625)
    let good = loss(of: new, advantage: 2, ratio: .clippedGeometricMean, clipRange: range)
    // e^((1/16 − ¼ + 1/16 + 0) / 4) = e^(−1/32)
    expectClose(good.loss.loss, -8 * 0.9692332344763441, tolerance: 1e-14)
    expectClose(good.gradient, [0, -1.9384664, 0, -1.9384664], tolerance: 1e-6)
    let bad = loss(of: new, advantage: -2, ratio: .clippedGeometricMean, clipRange: range)
    // e^((⅛ − 1/16 + ¼ + 0) / 4) = e^(5/64)
    expectClose(bad.loss.loss, 8 * 1.0812578074490395, tolerance: 1e-14)
    expectClose(bad.gradient, [2.1625156, 0, 2.1625156, 2.1625156], tolerance: 1e-6)
    #expect(good.loss.clippedCount == 3 && bad.loss.clippedCount == 3)
    let none = loss(of: new, advantage: 0, ratio: .clippedGeometricMean, clipRange: range)
    #expect(none.loss.loss == 0 && none.gradient == [0, 0, 0, 0])
  }

  @Test func `without bounds it does not matter where the geometric mean is clipped`() {
    for advantage in [-1.5, 0.8] {
      let before = loss(of: new, advantage: advantage, ratio: .clippedGeometricMean)
      let after = loss(of: new, advantage: advantage, ratio: .geometricMean)
      #expect(before.loss.loss == after.loss.loss && before.gradient == after.gradient)
    }
  }

  @Test(arguments: [SequenceRatio.product, .geometricMean, .clippedGeometricMean], [-1.5, 0.8])
  func `gradients match central differences`(ratio: SequenceRatio, advantage: Double) {
    for clipRange in [ClipRange.unbounded, 0.2, ClipRange(below: 0.001, above: 0.002)] {
      func value(_ point: [Double]) -> Double {
        loss(of: point, advantage: advantage, weight: 0.5, ratio: ratio, clipRange: clipRange)
          .loss.loss
      }
      let gradient = loss(
        of: new, advantage: advantage, weight: 0.5, ratio: ratio, clipRange: clipRange
      ).gradient
      expectGradient(
        gradient.map { Double($0) }, matches: value, at: new, step: 1.0 / 1024, tolerance: 1e-5)
    }
  }

  @Test(
    arguments: [SequenceRatio.product, .geometricMean, .clippedGeometricMean],
    LengthNormalizer.allCases)
  func `at ratio 1 the gradient is that of token ratios`(
    ratio: SequenceRatio, normalizer: LengthNormalizer
  ) {
    let weight = lossWeight(
      length: 4, sequences: 3, steps: 11, normalizer: normalizer, constant: 6)
    var tokens: [Float] = [0, 0, 0, 0]
    let old = old.map { Float($0) }
    _ = surrogateLoss(
      logProbabilities: old, oldLogProbabilities: old, advantages: [1.5, 1.5, 1.5, 1.5],
      weights: [Float](repeating: Float(weight), count: 4), count: 4, surrogate: .clipped(0.2),
      gradient: &tokens)
    let sequence = loss(
      of: self.old, advantage: 1.5, weight: Double(Float(weight)), ratio: ratio)
    #expect(sequence.gradient == tokens && sequence.loss.approximateKL == 0)
  }

  @Test func `LUSPO is GSPO with the loss of each sequence times its length`() {
    func weighted(_ normalizer: LengthNormalizer) -> (loss: PolicyLoss, gradient: [Float]) {
      loss(
        of: new, advantage: -0.75,
        weight: lossWeight(
          length: 4, sequences: 2, steps: 7, normalizer: normalizer, constant: 1),
        ratio: .geometricMean, clipRange: ClipRange(below: 2e-3, above: 2.5e-3))
    }
    let (luspo, gspo) = (weighted(.sequenceMeanTokenSum), weighted(.sequenceMeanTokenMean))
    #expect(luspo.loss.loss == 4 * gspo.loss.loss && gspo.loss.loss > 0)
    #expect(luspo.gradient == gspo.gradient.map { 4 * $0 } && gspo.gradient[0] > 0)
  }

  @Test func `of one step the product and the geometric mean are one ratio`() {
    var results: [(loss: PolicyLoss, gradient: [Float])] = []
    for ratio in [SequenceRatio.product, .geometricMean] {
      var gradient: [Float] = [0]
      let loss = sequenceSurrogateLoss(
        logProbabilities: [-0.5], oldLogProbabilities: [-0.75], advantage: -2, weight: 0.5,
        ratio: ratio, surrogate: .clipped(0.2, dualClip: 3), gradient: &gradient)
      results.append((loss, gradient))
    }
    #expect(results[0] == results[1] && results[0].gradient[0] > 1)
  }
}
