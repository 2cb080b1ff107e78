import Algorithms
import TestSupport
import Testing

/// The moments of estimates, against a case that is worked out by hand and against each other.
@Suite struct EstimateMomentsTests {
  // (1, 0) or (1, 2), each half of the time, for a gradient of (1, 0): a mean of (1, 1) and a variance of 1.
  private let outcomes: [(probability: Double, estimate: [Double])] = [
    (0.5, [1, 0]), (0.5, [1, 2]),
  ]
  private let truth = [1.0, 0]
  private var moments: EstimateMoments {
    EstimateMoments(outcomes: outcomes, trueGradient: truth)
  }

  @Test func `two outcomes, worked out by hand`() {
    #expect(moments.mean == [1, 1])
    #expect(moments.variance == 1)
    #expect(moments.squaredNormOfMean == 2)
    #expect(moments.bias == [0, 1])
    #expect(moments.squaredBias == 1)
    #expect(moments.relativeBias == 1)
    #expect(moments.scale == 1)
    expectClose(moments.cosineOfMean ?? .nan, 0.5.squareRoot(), tolerance: 1e-15)
    expectClose(
      moments.meanCosine ?? .nan, 0.5 + 0.5 / 5.0.squareRoot(), tolerance: 1e-15)
    #expect(moments.relativeVariance == 0.5)
    expectClose(moments.signalToNoiseRatio ?? .nan, 2.0.squareRoot(), tolerance: 1e-15)
    // Half of 0 and half of 4; and half of 1 and half of 5.
    #expect(moments.meanSquaredError == 2)
    #expect(moments.meanSquaredNorm == 3)
    #expect(moments.varianceAtUnitScale == 1)
    // A third of each estimate is (−2/3, 0) or (−2/3, 2/3) away: 4/9 and 8/9.
    expectClose(moments.optimalRescaling ?? .nan, 1 / 3.0, tolerance: 1e-15)
    expectClose(moments.rescaledMeanSquaredError ?? .nan, 2 / 3.0, tolerance: 1e-15)
    // c² = 1/2 and v = 1/2: n = 0.5 / (0.5 / 0.36 − 1).
    expectClose(moments.estimates(forCosine: 0.6) ?? .nan, 9 / 7.0, tolerance: 1e-14)
    #expect(moments.estimates(forCosine: 0.8) == nil)
  }

  @Test func `no other factor brings the estimate nearer than the optimal rescaling`() throws {
    func error(_ factor: Double) -> Double {
      EstimateMoments(
        outcomes: outcomes.map { ($0.probability, $0.estimate.map { $0 * factor }) },
        trueGradient: truth
      ).meanSquaredError
    }
    let factor = try #require(moments.optimalRescaling)
    expectClose(
      error(factor), try #require(moments.rescaledMeanSquaredError), tolerance: 1e-15)
    for other in [factor - 0.01, factor + 0.01, 0, 1] { #expect(error(other) > error(factor)) }
  }

  @Test func `what is free of scale stays when the estimate is tripled`() {
    let tripled = EstimateMoments(
      outcomes: outcomes.map { ($0.probability, $0.estimate.map { $0 * 3 }) },
      trueGradient: truth)
    #expect(tripled.variance == 9 * moments.variance)
    #expect(tripled.scale == 3)
    expectClose(
      [
        tripled.relativeVariance, tripled.signalToNoiseRatio, tripled.cosineOfMean,
        tripled.meanCosine, tripled.varianceAtUnitScale, tripled.rescaledMeanSquaredError,
        tripled.estimates(forCosine: 0.6),
      ].map { $0 ?? .nan },
      [
        moments.relativeVariance, moments.signalToNoiseRatio, moments.cosineOfMean,
        moments.meanCosine, moments.varianceAtUnitScale, moments.rescaledMeanSquaredError,
        moments.estimates(forCosine: 0.6),
      ].map { $0 ?? .nan }, tolerance: 1e-14)
  }

  @Test func `what has no meaning where nothing points anywhere is none`() {
    let silent = EstimateMoments(outcomes: [(1, [0, 0])], trueGradient: [0, 0])
    #expect(silent.variance == 0)
    #expect(silent.meanCosine == nil && silent.cosineOfMean == nil)
    #expect(silent.scale == nil && silent.relativeBias == nil && silent.relativeVariance == nil)
    #expect(silent.signalToNoiseRatio == nil && silent.varianceAtUnitScale == nil)
    #expect(silent.optimalRescaling == nil && silent.rescaledMeanSquaredError == nil)
    #expect(silent.estimates(forCosine: 0.5) == nil)
    // An estimate that is always 0 misses all of a gradient, and one of length 0 points nowhere.
    let mute = EstimateMoments(outcomes: [(1, [0, 0])], trueGradient: [3, 4])
    #expect(mute.rescaledMeanSquaredError == 1)
    #expect(mute.meanCosine == 0)
    #expect(mute.relativeBias == 1)
  }

  @Test func `two samples, worked out by hand`() {
    let sampled = SampledMoments(samples: outcomes.map(\.estimate), trueGradient: truth)
    #expect(sampled.moments.mean == [1, 1])
    #expect(sampled.moments.variance == 2)
    #expect(sampled.moments.squaredNormOfMean == 1)
    #expect(sampled.moments.squaredBias == 0)
    #expect(sampled.standardErrorOfMean == 1)
    #expect(sampled.standardErrorOfVariance == 0)
    // Squared errors 0 and 4 have the variance 8.
    #expect(sampled.standardErrorOfSquaredError == 2)
    #expect(sampled.standardErrorOfScale == 0)
  }

  @Test func `moments of samples are right on average`() {
    // Every ordered draw of three of the two outcomes.
    var (variance, square, bias, error) = (0.0, 0.0, 0.0, 0.0)
    for code in 0..<8 {
      let samples = (0..<3).map { outcomes[code >> $0 & 1].estimate }
      let sampled = SampledMoments(samples: samples, trueGradient: truth).moments
      variance += sampled.variance / 8
      square += sampled.squaredNormOfMean / 8
      bias += sampled.squaredBias / 8
      error += sampled.meanSquaredError / 8
    }
    expectClose(
      [variance, square, bias, error],
      [
        moments.variance, moments.squaredNormOfMean, moments.squaredBias,
        moments.meanSquaredError,
      ], tolerance: 1e-14)
  }

  @Test func `variance is that within prompts and that between them`() {
    let first = EstimateMoments(outcomes: [(0.5, [1, 0]), (0.5, [3, 0])], trueGradient: [2, 0])
    let second = EstimateMoments(
      outcomes: [(0.25, [0, 4]), (0.75, [0, 8])], trueGradient: [0, 7])
    let parts = VarianceParts([(0.5, first), (0.5, second)])
    // Variances 1 and 3; means (2, 0) and (0, 7) around (1, 3.5).
    #expect(parts.withinPrompts == 2)
    #expect(parts.betweenPrompts == 1 + 3.5 * 3.5)
    let all = EstimateMoments(
      outcomes: [(0.25, [1, 0]), (0.25, [3, 0]), (0.125, [0, 4]), (0.375, [0, 8])],
      trueGradient: [1, 3.5])
    expectClose(parts.total, all.variance, tolerance: 1e-14)
  }
}
