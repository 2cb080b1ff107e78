import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct BootstrapTests {
  private var generator: SeededGenerator { StatisticsGoldens.generator }
  private let resamples = StatisticsGoldens.resamples

  @Test func `intervals are numpy's percentiles of the same resamples`() throws {
    for sample in try StatisticsGoldens.load().samples {
      var generator = generator
      let interval = bootstrapInterval(
        strata: [sample.scores], resamples: resamples, using: &generator)
      expectClose([interval.lower, interval.upper], sample.interval, tolerance: 1e-10)
    }
  }

  @Test func `runs are resampled within each task and pooled`() throws {
    let golden = try StatisticsGoldens.load().strata
    var generator = generator
    let interval = bootstrapInterval(
      strata: golden.scores, resamples: resamples, using: &generator)
    expectClose([interval.lower, interval.upper], golden.interval, tolerance: 1e-13)
  }

  @Test func `equal generators give equal digits, other generators other digits`() {
    let scores = [310.5, 498, 500, 122, 475.25, 500, 390, 500]
    func interval(_ replicate: Int) -> ConfidenceInterval {
      var generator = RandomStreams(identity: "test", replicateSeed: replicate)
        .generator(for: .bootstrap)
      return bootstrapInterval(strata: [scores], resamples: 2000, using: &generator)
    }
    #expect(interval(0) == interval(0))
    #expect(interval(0) != interval(1))
  }

  @Test func `the order of the runs does not matter, to the last digit`() {
    let scores = [310.5, 498, 500, 122, 475.25, 500, 390, 500]
    var first = generator
    var second = generator
    let interval = bootstrapInterval(strata: [scores], resamples: 500, using: &first)
    #expect(
      interval == bootstrapInterval(strata: [scores.reversed()], resamples: 500, using: &second))
  }

  @Test func `an interval holds the estimate and widens with its level`() {
    for key in 0..<20 {
      var data = SeededGenerator(key: UInt64(key))
      let scores = (0..<10).map { _ in data.nextNormal() }
      func interval(level: Double) -> ConfidenceInterval {
        var generator = generator
        return bootstrapInterval(strata: [scores], level: level, resamples: 1000, using: &generator)
      }
      let (narrow, wide) = (interval(level: 0.5), interval(level: 0.99))
      #expect(interval(level: 0.95).contains(interquartileMean(scores)))
      #expect(wide.lower <= narrow.lower && narrow.upper <= wide.upper)
      #expect(wide.upper - wide.lower > narrow.upper - narrow.lower)
      let median = interval(level: 0)
      expectClose(median.lower, median.upper, tolerance: 1e-15)
    }
  }

  @Test func `about 95 of 100 intervals hold the mean that the scores were drawn around`() {
    var data = SeededGenerator(key: 99)
    var generator = generator
    var hits = 0
    for _ in 0..<300 {
      let scores = (0..<20).map { _ in data.nextNormal() }
      if bootstrapInterval(strata: [scores], resamples: 400, using: &generator).contains(0) {
        hits += 1
      }
    }
    // Percentile intervals of 20 scores are a little too narrow; 1 % is 3 hits.
    #expect((261...297).contains(hits))
  }

  @Test func `the interval of reports is the percentiles', widened for the number of runs`() throws
  {
    let strata = [[0.3, 0.1, 0.15, 0.7, 0.2], [0.5, 0.11, 0.9, 0.4, 0.6, 0.3]]
    var (first, second) = (generator, generator)
    let plain = bootstrapInterval(strata: strata, resamples: 300, using: &first)
    let wide = try #require(
      interquartileMeanInterval(strata: strata, resamples: 300, using: &second))
    let estimate = interquartileMean(strata.flatMap(\.self))
    // Nine degrees of freedom, and five runs in the smaller task.
    let factor = 2.262157163 / 1.959963985 * (5.0 / 4).squareRoot()
    expectClose(estimate - wide.lower, factor * (estimate - plain.lower), tolerance: 1e-9)
    expectClose(wide.upper - estimate, factor * (plain.upper - estimate), tolerance: 1e-9)
    #expect(
      interquartileMeanInterval(strata: [[1, 2, 3], [1, 2, 3, 4]], using: &second) == nil)
  }

  @Test func `one run, and equal runs, give an interval without width`() {
    var generator = generator
    #expect(
      bootstrapInterval(strata: [[0.1]], resamples: 10, using: &generator)
        == ConfidenceInterval(lower: 0.1, upper: 0.1))
    #expect(
      bootstrapInterval(
        strata: [[Double](repeating: 0.1, count: 10)], resamples: 10, using: &generator)
        == ConfidenceInterval(lower: 0.1, upper: 0.1))
    let single = bootstrapInterval(strata: [[1, 2, 3]], resamples: 1, using: &generator)
    #expect(single.lower == single.upper)
  }

  @Test func `empty tasks and scores that are no numbers stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = bootstrapInterval(strata: [[1], []], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = bootstrapInterval(strata: [[1, .nan]], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = bootstrapInterval(strata: [[1, 2]], level: 1, using: &generator)
    }
  }
}
