import Objectives
import TestSupport
import Testing

@Suite struct PreferenceLossesTests {
  @Test(arguments: [0.0, 0.1, 0.5], [0.1, 0.5, 3])
  func `at the reference the loss is ln 2`(labelSmoothing: Double, beta: Double) {
    let term = preferenceTerm(
      preferredLogRatio: 0, otherLogRatio: 0, beta: beta, labelSmoothing: labelSmoothing)
    expectClose(term.loss, 0.6931471805599453, tolerance: 1e-15)
    expectClose(term.gradient, -beta * (0.5 - labelSmoothing), tolerance: 1e-15)
    #expect(term.margin == 0)
  }

  @Test func `a margin of ln 3 is right three times in four`() {
    let term = preferenceTerm(preferredLogRatio: 1.0986122886681098, otherLogRatio: 0, beta: 1)
    expectClose(term.loss, 0.2876820724517809, tolerance: 1e-15)  // ln(4/3)
    expectClose(term.gradient, -0.25, tolerance: 1e-15)
  }

  @Test func `only the difference of the log-ratios counts`() {
    let near = preferenceTerm(preferredLogRatio: 1.5, otherLogRatio: 0.25, beta: 0.3)
    let far = preferenceTerm(preferredLogRatio: -98.5, otherLogRatio: -99.75, beta: 0.3)
    expectClose(near.loss, far.loss, tolerance: 1e-13)
  }

  @Test func `huge margins neither overflow nor lose the small side`() {
    let wrong = preferenceTerm(preferredLogRatio: -1e6, otherLogRatio: 0, beta: 1)
    #expect(wrong.loss == 1e6 && wrong.gradient == -1)
    let right = preferenceTerm(preferredLogRatio: 40, otherLogRatio: 0, beta: 1)
    expectClose(right.loss / 4.248354255291589e-18, 1, tolerance: 1e-12)
    expectClose(right.gradient / -4.248354255291589e-18, 1, tolerance: 1e-12)
  }

  @Test(arguments: [0.0, 0.1])
  func `gradients match central differences`(labelSmoothing: Double) {
    for ratios in [[0.5, -0.25], [-2, 1], [0, 0]] {
      func loss(_ point: [Double]) -> Double {
        preferenceTerm(
          preferredLogRatio: point[0], otherLogRatio: point[1], beta: 0.7,
          labelSmoothing: labelSmoothing
        ).loss
      }
      let gradient = preferenceTerm(
        preferredLogRatio: ratios[0], otherLogRatio: ratios[1], beta: 0.7,
        labelSmoothing: labelSmoothing
      ).gradient
      expectGradient(
        [gradient, -gradient], matches: loss, at: ratios, step: 1e-5, tolerance: 1e-8)
    }
  }

  @Test func `sigmoid and softplus belong together`() {
    for x in [-800.0, -3, 0, 0.5, 20, 800] {
      expectClose(sigmoid(x) + sigmoid(-x), 1, tolerance: 1e-15)
      expectClose(softplus(x) - softplus(-x), x, tolerance: 1e-12)
    }
    expectGradient(
      [sigmoid(0.3)], matches: { softplus($0[0]) }, at: [0.3], step: 1e-5, tolerance: 1e-9)
  }
}
