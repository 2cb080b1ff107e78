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
        sample.scores, resamples: resamples, using: &generator)
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

  @Test func `any statistic may be bootstrapped`() throws {
    let golden = try StatisticsGoldens.load().strata
    var generator = generator
    let interval = bootstrapInterval(
      strata: golden.scores, level: 0.8, resamples: resamples, using: &generator
    ) { strata in
      let means = strata.map { $0.reduce(0, +) / Double($0.count) }.sorted()
      return means[1]
    }
    expectClose([interval.lower, interval.upper], golden.medianOfMeans, tolerance: 1e-13)
  }

  @Test func `the interquartile mean given as a statistic has the same interval, bit for bit`() {
    let strata = [[0.3, 0.1, 0.1, 0.7, 0.2], [0.5, 0.11, 0.9], [0.4, 0.4, 0.41, 0.2, 0.77, 0.3]]
    var first = generator
    var second = generator
    let built = bootstrapInterval(strata: strata, resamples: 300, using: &first)
    let given = bootstrapInterval(strata: strata, resamples: 300, using: &second) {
      interquartileMean(Array($0.joined()))
    }
    #expect(built == given)
  }

  @Test func `equal generators give equal digits, other generators other digits`() {
    let scores = [310.5, 498, 500, 122, 475.25, 500, 390, 500]
    func interval(_ replicate: Int) -> ConfidenceInterval {
      var generator = RandomStreams(identity: "test", replicateSeed: replicate)
        .generator(for: .bootstrap)
      return bootstrapInterval(scores, resamples: 2000, using: &generator)
    }
    #expect(interval(0) == interval(0))
    #expect(interval(0) != interval(1))
  }

  @Test func `the order of the runs does not matter, to the last digit`() {
    let scores = [310.5, 498, 500, 122, 475.25, 500, 390, 500]
    var first = generator
    var second = generator
    let interval = bootstrapInterval(scores, resamples: 500, using: &first)
    #expect(
      interval == bootstrapInterval(scores.reversed(), resamples: 500, using: &second))
  }

  @Test func `an interval holds the estimate and widens with its level`() {
    for key in 0..<20 {
      var data = SeededGenerator(key: UInt64(key))
      let scores = (0..<10).map { _ in data.nextNormal() }
      func interval(level: Double) -> ConfidenceInterval {
        var generator = generator
        return bootstrapInterval(scores, level: level, resamples: 1000, using: &generator)
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
      if bootstrapInterval(scores, resamples: 400, using: &generator).contains(0) { hits += 1 }
    }
    // Percentile intervals of 20 scores are a little too narrow; 1 % is 3 hits.
    #expect((261...297).contains(hits))
  }

  @Test func `one run, and equal runs, give an interval without width`() {
    var generator = generator
    #expect(
      bootstrapInterval([0.1], resamples: 10, using: &generator)
        == ConfidenceInterval(lower: 0.1, upper: 0.1))
    #expect(
      bootstrapInterval([Double](repeating: 0.1, count: 10), resamples: 10, using: &generator)
        == ConfidenceInterval(lower: 0.1, upper: 0.1))
    let single = bootstrapInterval([1, 2, 3], resamples: 1, using: &generator)
    #expect(single.lower == single.upper)
  }

  @Test func `empty tasks and scores that are no numbers stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = bootstrapInterval(strata: [[1], []], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = bootstrapInterval([1, .nan], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = bootstrapInterval([1, 2], level: 1, using: &generator)
    }
  }
}
