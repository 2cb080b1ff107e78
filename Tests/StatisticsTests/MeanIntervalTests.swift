import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct MeanIntervalTests {
  @Test func `it is where scipy finds Hall's transformed t`() throws {
    for sample in try StatisticsGoldens.load().samples {
      let interval = meanInterval(sample.scores)
      #expect((interval == nil) == (sample.meanInterval == nil))
      guard let interval, let expected = sample.meanInterval else { continue }
      expectClose([interval.lower, interval.upper], expected, tolerance: 1e-6)
    }
  }

  @Test func `below four scores there is none, and equal scores have no width`() {
    #expect(leastScoresOfInterval == 4)
    for count in 1...3 { #expect(meanInterval([Double](repeating: 0.569, count: count)) == nil) }
    #expect(meanInterval([1, 2, 3]) == nil)
    #expect(
      meanInterval([0.1, 0.1, 0.1, 0.1]) == ConfidenceInterval(lower: 0.1, upper: 0.1))
  }

  @Test func `of symmetric scores it is Student's`() {
    // Mean 0, deviation 2, two degrees of freedom more than that of a sum: t at 4 is 2.776445105.
    let half = 2.776445105 * (10.0 / 4 / 5).squareRoot()
    let interval = meanInterval([-2, -1, 0, 1, 2])
    expectClose([interval?.lower ?? 0, interval?.upper ?? 0], [-half, half], tolerance: 1e-9)
  }

  @Test func `it reaches further to the side of the tail`() throws {
    let scores = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 4]
    let interval = try #require(meanInterval(scores))
    #expect(interval.upper - mean(scores) > 1.5 * (mean(scores) - interval.lower))
  }

  @Test func `it moves with the scores, stretches with them and turns with their sign`() throws {
    let scores = [310.5, 498, 500, 122, 475.25, 500, 390, 500]
    let interval = try #require(meanInterval(scores))
    let moved = try #require(meanInterval(scores.map { $0 + 1000 }))
    let stretched = try #require(meanInterval(scores.map { $0 * 1e-3 }))
    let turned = try #require(meanInterval(scores.map { -$0 }))
    let ends = [interval.lower, interval.upper]
    expectClose([moved.lower, moved.upper], ends.map { $0 + 1000 }, tolerance: 1e-9)
    expectClose([stretched.lower, stretched.upper], ends.map { $0 * 1e-3 }, tolerance: 1e-12)
    expectClose([-turned.upper, -turned.lower], ends, tolerance: 1e-9)
    #expect(meanInterval(scores.reversed()) == interval)
  }

  @Test func `it stays finite where all scores but one are the same, and where scores are huge`()
    throws
  {
    let one = try #require(meanInterval([500, 500, 500, 500, 500, 500, 500, 500, 500, 460]))
    #expect(one.lower > 460 && one.upper < 502 && one.contains(496))
    let huge = try #require(meanInterval([1e200, 2e200, 3e200, 5e200]))
    #expect(huge.lower.isFinite && huge.upper.isFinite && huge.lower < huge.upper)
  }

  @Test func `quantiles go on smoothly behind the table`() throws {
    // ±1 n times: the width is the quantile times 2 √(1 / (2n − 1)).
    let quantiles: [Int: Double] = [15: 2.045229642, 16: 2.039513446, 50: 1.984216952]
    for count in [15, 16, 50] {
      let scores = (0..<(2 * count)).map { $0.isMultiple(of: 2) ? 1.0 : -1 }
      let interval = try #require(meanInterval(scores))
      let quantile = interval.upper * Double(2 * count - 1).squareRoot()
      let expected = quantiles[count, default: 0]
      expectClose(quantile, expected, tolerance: 3e-6)
    }
  }

  @Test func `shapes are worked out by hand`() {
    let shape = SampleShape([0, 0, 0, 4])
    expectClose(shape.deviation, 2, tolerance: 1e-12)
    // Moments about 1: 3 and 6.
    expectClose(shape.skewness, 6 / (3 * 3.0.squareRoot()), tolerance: 1e-12)
    #expect(SampleShape([7]).deviation == 0 && SampleShape([7, 7]).skewness == 0)
  }

  @Test func `what reports print of coverage is tabulated for every kind`() {
    for kind in MeasuredCoverage.Kind.allCases {
      #expect(MeasuredCoverage.of(kind, seeds: 3) == nil)
      #expect(MeasuredCoverage.of(kind, seeds: 7)?.seeds == 6)
      #expect(MeasuredCoverage.of(kind, seeds: 1000)?.seeds == 20)
    }
  }
}
