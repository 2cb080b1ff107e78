import Objectives
import TestSupport
import Testing

@Suite struct ValueLossesTests {
  @Test func `the plain loss is half the squared error`() {
    let term = valueTerm(value: 3, oldValue: 0, target: 1, clipRange: nil)
    #expect(term.loss == 2 && term.gradient == 2)
  }

  @Test func `a value that ran too far toward its target gets no further gradient`() {
    // Clipped to 1 + 0.5; its error of 1.5 is the larger one.
    let term = valueTerm(value: 2.5, oldValue: 1, target: 3, clipRange: 0.5)
    #expect(term.loss == 0.5 * 1.5 * 1.5 && term.gradient == 0)
  }

  @Test func `a value that ran the wrong way is pulled back`() {
    let term = valueTerm(value: -1, oldValue: 1, target: 3, clipRange: 0.5)
    #expect(term.loss == 8 && term.gradient == -4)
  }

  @Test func `inside the range clipping changes nothing`() {
    let clipped = valueTerm(value: 1.25, oldValue: 1, target: 3, clipRange: 0.5)
    #expect(clipped == valueTerm(value: 1.25, oldValue: 1, target: 3, clipRange: nil))
  }

  @Test(arguments: [nil, 0.2])
  func `gradients match central differences`(clipRange: Double?) {
    let old: [Float] = [0, 0.5, -1, 2]
    let targets: [Float] = [1, 0, -1.5, 2.25]
    let point: [Float] = [0.5, 0.625, -1.0625, 3]
    func loss(_ values: [Float], _ gradient: inout [Float]) -> Float {
      Float(
        0.125
          * valueLoss(
            values: values, oldValues: old, targets: targets, weight: 0.125, count: 4,
            clipRange: clipRange, gradient: &gradient))
    }
    var gradient: [Float] = [0, 0, 0, 0]
    _ = loss(point, &gradient)
    var scratch = gradient
    expectGradient(gradient, matches: { loss($0, &scratch) }, at: point, tolerance: 1e-3)
  }

  @Test func `explained variance is 1 for perfect, 0 for constant and negative for worse`() {
    let targets: [Float] = [1, 2, 3, 4]
    #expect(explainedVariance(predictions: targets, targets: targets) == 1)
    #expect(explainedVariance(predictions: [7, 7, 7, 7], targets: targets) == 0)
    #expect(explainedVariance(predictions: [4, 3, 2, 1], targets: targets) == -3)
    #expect(explainedVariance(predictions: [1, 2], targets: [5, 5]) == nil)
  }
}
