import Objectives
import TestSupport
import Testing

@Suite struct SurrogatesTests {
  @Test func `at ratio 1 the clipped surrogate has the gradient of REINFORCE`() {
    for advantage in [-2.5, 0, 0.75] {
      let clipped = clippedSurrogateTerm(logRatio: 0, advantage: advantage, clipRange: 0.2)
      let plain = policyGradientTerm(logProbability: -1.3, advantage: advantage)
      #expect(clipped.ratio == 1)
      #expect(clipped.gradient == plain.gradient)
      #expect(clipped.loss == -advantage)
    }
  }

  @Test func `a good action gains nothing beyond the range and a bad one loses nothing`() {
    let good = clippedSurrogateTerm(logRatio: 1, advantage: 2, clipRange: 0.2)
    #expect(good.loss == -2.4 && good.gradient == 0)
    let bad = clippedSurrogateTerm(logRatio: -1, advantage: -2, clipRange: 0.2)
    #expect(bad.loss == 1.6 && bad.gradient == 0)
  }

  @Test func `a move in the wrong direction is never clipped`() {
    let good = clippedSurrogateTerm(logRatio: -1, advantage: 2, clipRange: 0.2)
    #expect(good.loss == good.gradient && good.loss == -2 * good.ratio)
    let bad = clippedSurrogateTerm(logRatio: 1, advantage: -2, clipRange: 0.2)
    #expect(bad.loss == bad.gradient && bad.loss == 2 * bad.ratio)
  }

  @Test func `without a range the loss is importance weighted only`() {
    let term = clippedSurrogateTerm(logRatio: 1, advantage: 2, clipRange: .unbounded)
    expectClose(term.loss, -5.43656365691809, tolerance: 1e-12)
    #expect(term.gradient == term.loss)
  }

  @Test(arguments: [-0.4, -0.1, 0, 0.15, 0.5], [-1.5, 0.8])
  func `the gradient matches central differences`(logRatio: Double, advantage: Double) {
    for clipRange in [ClipRange.unbounded, 0.2, 0.3, ClipRange(below: 0.2, above: 0.7)] {
      expectGradient(
        [
          clippedSurrogateTerm(logRatio: logRatio, advantage: advantage, clipRange: clipRange)
            .gradient
        ],
        matches: {
          clippedSurrogateTerm(logRatio: $0[0], advantage: advantage, clipRange: clipRange).loss
        }, at: [logRatio], step: 1e-6, tolerance: 1e-8)
    }
    expectGradient(
      [policyGradientTerm(logProbability: logRatio, advantage: advantage).gradient],
      matches: { policyGradientTerm(logProbability: $0[0], advantage: advantage).loss },
      at: [logRatio], step: 1e-6, tolerance: 1e-8)
  }

  @Test func `with more room above, only a good action that became likely gains more`() {
    let higher = ClipRange(below: 0.2, above: 0.28)
    // ρ = e^0.25 ≈ 1.284 is outside both ranges, e^0.2 ≈ 1.221 outside the narrow one alone.
    for (logRatio, loss, gradient) in [
      (0.25, -1.28, 0), (0.2, -1.2214027581601699, -1.2214027581601699),
    ] {
      let term = clippedSurrogateTerm(logRatio: logRatio, advantage: 1, clipRange: higher)
      expectClose([term.loss, term.gradient], [loss, gradient], tolerance: 1e-15)
      #expect(
        clippedSurrogateTerm(logRatio: logRatio, advantage: 1, clipRange: 0.2).loss == -1.2)
    }
    for (logRatio, advantage) in [(-0.3, -1.0), (-0.3, 1), (0.1, 1), (0.25, -1)] {
      #expect(
        clippedSurrogateTerm(logRatio: logRatio, advantage: advantage, clipRange: higher)
          == clippedSurrogateTerm(logRatio: logRatio, advantage: advantage, clipRange: 0.2))
    }
    #expect(higher.excludes(1.29) && !higher.excludes(1.27) && higher.excludes(0.79))
    #expect(!ClipRange.unbounded.excludes(1e9) && ClipRange.unbounded.clipped(1e9) == 1e9)
  }

  @Test func `a clipped weight bounds the gradient and never removes it`() {
    let surrogate = Surrogate.clippedWeight(ClipRange(below: .infinity, above: 0.5))
    for (logRatio, weight) in [
      (0.0, 1.0), (0.2, 1.2214027581601699), (2, 1.5), (-2, 0.1353352832366127),
    ] {
      for advantage in [-2.0, 0.5] {
        let term = surrogate.term(logRatio: logRatio, logProbability: -0.75, advantage: advantage)
        expectClose(term.gradient, -advantage * weight, tolerance: 1e-15)
        #expect(term.loss == term.gradient * -0.75)
        // The weight is held constant: the loss is linear in log π, and that is its slope.
        let further = surrogate.term(
          logRatio: logRatio, logProbability: -0.5, advantage: advantage)
        expectClose((further.loss - term.loss) / 0.25, term.gradient, tolerance: 1e-14)
      }
    }
    // Within the range it has the gradient of the clipped surrogate.
    #expect(
      surrogate.term(logRatio: 0.2, logProbability: -1, advantage: 2).gradient
        == Surrogate.clipped(0.5).term(logRatio: 0.2, logProbability: -1, advantage: 2).gradient)
  }

  @Test(arguments: [0.5, 1, 4], [-1.5, 0.8])
  func `a soft gate is smooth, exact at ratio 1 and fades away from it`(
    temperature: Double, advantage: Double
  ) {
    let surrogate = Surrogate.softGate(
      temperature: advantage > 0 ? temperature : 9,
      negativeTemperature: advantage > 0 ? 9 : temperature)
    func term(_ logRatio: Double) -> SurrogateTerm {
      surrogate.term(logRatio: logRatio, logProbability: -1, advantage: advantage)
    }
    // At ratio 1 the gate is ½ and the gradient that of the plain policy gradient.
    #expect(term(0).gradient == -advantage)
    expectClose(term(0).loss, -2 * advantage / temperature, tolerance: 1e-15)
    for logRatio in [-1.5, -0.4, 0, 0.3, 1] {
      expectGradient(
        [term(logRatio).gradient], matches: { term($0[0]).loss }, at: [logRatio], step: 1e-5,
        tolerance: 1e-8)
      #expect(
        term(logRatio).gradient.magnitude
          <= (term(logRatio).ratio * advantage).magnitude)
    }
  }

  @Test func `a soft gate is worked by hand`() {
    // ρ = 2, τ = 1: σ(1) = 0.7310585786300049, so 4σ and 8σ(1 − σ).
    let term = softGateTerm(logRatio: 0.6931471805599453, advantage: 1, temperature: 1)
    expectClose(
      [term.ratio, term.loss, term.gradient], [2, -2.9242343145200196, -1.5728954659318548],
      tolerance: 1e-14)
  }

  @Test func `a dual clip bounds what a bad action that became likely can cost`() {
    // ρ = e² ≈ 7.4: without the bound the loss is ρ, with c = 3 it is 3 and flat.
    let free = clippedSurrogateTerm(logRatio: 2, advantage: -1, clipRange: 0.2)
    expectClose(free.loss, 7.38905609893065, tolerance: 1e-12)
    let bounded = clippedSurrogateTerm(
      logRatio: 2, advantage: -1, clipRange: 0.2, dualClip: 3)
    #expect(bounded.loss == 3 && bounded.gradient == 0 && bounded.ratio == free.ratio)
    for (logRatio, advantage) in [(2.0, 1.0), (1.0, -1.0), (-2.0, -1.0), (0.0, 0.0)] {
      #expect(
        clippedSurrogateTerm(
          logRatio: logRatio, advantage: advantage, clipRange: 0.2, dualClip: 3)
          == clippedSurrogateTerm(logRatio: logRatio, advantage: advantage, clipRange: 0.2))
    }
    #expect(
      clippedSurrogateTerm(logRatio: 2, advantage: -0.5, clipRange: .unbounded, dualClip: 3).loss
        == 1.5)
  }
}
