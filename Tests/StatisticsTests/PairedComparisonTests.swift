import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct PairedComparisonTests {
  private var generator: SeededGenerator { StatisticsGoldens.generator }

  @Test func `difference, interval and p-value are those of numpy and scipy`() throws {
    let goldens = try StatisticsGoldens.load().pairs
    #expect(goldens.map(\.first.count) == [1, 5, 6, 8, 10, 10, 13, 16, 10])
    for golden in goldens {
      var generator = generator
      let comparison = PairedComparison(
        golden.first, golden.second, level: 0.9, resamples: StatisticsGoldens.resamples,
        using: &generator)
      expectClose(comparison.difference, golden.difference, tolerance: 1e-10)
      expectClose(
        [comparison.interval.lower, comparison.interval.upper], golden.interval, tolerance: 1e-10)
      #expect(comparison.pairs == golden.first.count)
      if golden.first.count < 6 {
        #expect(comparison.pValue == nil)
      } else {
        #expect(comparison.pValue == golden.pValue)
      }
    }
  }

  @Test func `exchanging the arms negates difference and interval exactly and keeps the p-value`()
    throws
  {
    for golden in try StatisticsGoldens.load().pairs {
      var first = generator
      var second = generator
      let forward = PairedComparison(golden.first, golden.second, resamples: 200, using: &first)
      let backward = PairedComparison(golden.second, golden.first, resamples: 200, using: &second)
      #expect(backward.difference == -forward.difference)
      #expect(backward.interval.lower == -forward.interval.upper)
      #expect(backward.interval.upper == -forward.interval.lower)
      #expect(backward.pValue == forward.pValue)
    }
  }

  @Test func `what pairs have in common cancels from the interval`() {
    // Seeds differ much, arms by exactly 1: resampled jointly, the difference has no spread. In binary
    // fractions the means are exact.
    let second = [10.0, 250, 30, 470, 500, 60, 7, 380]
    var generator = generator
    let comparison = PairedComparison(
      second.map { $0 + 1 }, second, resamples: 500, using: &generator)
    expectClose(comparison.difference, 1, tolerance: 1e-12)
    expectClose(comparison.interval.lower, 1, tolerance: 1e-12)
    expectClose(comparison.interval.upper, 1, tolerance: 1e-12)
    #expect(comparison.pValue == 2.0 / 256)
  }

  @Test func `equal arms differ by nothing with p-value one`() {
    let scores = [0.1, 0.2, 0.3, 0.7, 0.9, 0.25, 0.4]
    var generator = generator
    let comparison = PairedComparison(scores, scores, resamples: 100, using: &generator)
    #expect(comparison.difference == 0)
    #expect(comparison.interval == ConfidenceInterval(lower: 0, upper: 0))
    #expect(comparison.pValue == 1)
  }

  @Test func `below six pairs nothing is tested, with six it is`() {
    var generator = generator
    #expect(PairedComparison.leastPairs == 6)
    let five = PairedComparison(
      [1, 2, 3, 4, 5], [0, 0, 0, 0, 0], resamples: 50, using: &generator)
    #expect(five.pValue == nil && five.pairs == 5)
    let six = PairedComparison(
      [1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0], resamples: 50, using: &generator)
    #expect(six.pValue == 2.0 / 64)
  }

  @Test func `scores without a partner stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = PairedComparison([1, 2], [1], using: &generator)
    }
  }
}
