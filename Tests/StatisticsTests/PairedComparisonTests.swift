import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct PairedComparisonTests {
  private func comparison(_ first: [Double], _ second: [Double]) -> PairedComparison {
    var generator = StatisticsGoldens.generator
    return PairedComparison(first, second, using: &generator)
  }

  @Test func `difference, interval and p-value are those of scipy's permutation test`() throws {
    let goldens = try StatisticsGoldens.load().pairs
    #expect(goldens.map(\.first.count) == [1, 5, 6, 8, 10, 10, 12, 12, 10])
    for golden in goldens {
      let comparison = comparison(golden.first, golden.second)
      expectClose(comparison.difference, golden.difference, tolerance: 1e-10)
      #expect(comparison.pairs == golden.first.count)
      guard golden.first.count >= 6 else {
        #expect(comparison.pValue == nil && comparison.interval == nil)
        continue
      }
      #expect(comparison.pValue == golden.pValue)
      let interval = try #require(comparison.interval)
      let narrow = try #require(comparison.equivalence(within: 1)?.interval)
      expectClose(
        [interval.lower, interval.upper], try #require(golden.interval), tolerance: 1e-8)
      expectClose(
        [narrow.lower, narrow.upper], try #require(golden.narrowInterval), tolerance: 1e-8)
    }
  }

  @Test func `a comparison whose interval is known is the same in everything`() throws {
    let long = (0..<40).map { Double($0 * $0 % 17) }
    let pairs =
      try StatisticsGoldens.load().pairs.map { ($0.first, $0.second) } + [(long, long.reversed())]
    for (first, second) in pairs where first.count >= PairedComparison.leastPairs {
      let computed = comparison(first, second)
      let known = PairedComparison(
        first, second,
        known: (try #require(computed.interval), try #require(computed.pValue)),
        generator: StatisticsGoldens.generator)
      #expect(known.difference == computed.difference && known.interval == computed.interval)
      #expect(known.pValue == computed.pValue && known.pairs == computed.pairs)
      #expect(known.isConstant == computed.isConstant)
      let (narrow, other) = (known.equivalence(within: 2), computed.equivalence(within: 2))
      #expect(narrow?.pValue == other?.pValue && narrow?.interval == other?.interval)
    }
  }

  @Test func `the difference is that of the means`() {
    let (first, second) = ([1.0, 5, 2, 8, 9, 4], [0.5, 3, 3, 9, 1, 1])
    expectClose(
      comparison(first, second).difference, mean(first) - mean(second), tolerance: 1e-12)
  }

  @Test func `exchanging the arms negates difference and interval exactly and keeps the p-value`()
    throws
  {
    for golden in try StatisticsGoldens.load().pairs {
      let forward = comparison(golden.first, golden.second)
      let backward = comparison(golden.second, golden.first)
      #expect(backward.difference == -forward.difference)
      #expect(backward.interval?.lower == forward.interval.map { -$0.upper })
      #expect(backward.interval?.upper == forward.interval.map { -$0.lower })
      #expect(backward.pValue == forward.pValue)
    }
  }

  @Test func `what pairs have in common cancels from the interval`() {
    let second = [10.0, 250, 30, 470, 500, 60, 7, 380]
    let comparison = comparison(second.map { $0 + 1 }, second)
    #expect(comparison.difference == 1)
    #expect(comparison.interval == ConfidenceInterval(lower: 1, upper: 1))
    #expect(comparison.isConstant)
    // 0.61 − 0.31 is not 0.3 in binary.
    #expect(self.comparison([0.6, 0.61, 0.7], [0.3, 0.31, 0.4]).isConstant)
    #expect(!self.comparison([0.6, 0.61, 0.7], [0.3, 0.31, 0.401]).isConstant)
    #expect(comparison.pValue == 2.0 / 256)
  }

  @Test func `equal arms differ by nothing with p-value one`() {
    let scores = [0.1, 0.2, 0.3, 0.7, 0.9, 0.25, 0.4]
    let comparison = comparison(scores, scores)
    #expect(comparison.difference == 0)
    #expect(comparison.interval == ConfidenceInterval(lower: 0, upper: 0))
    #expect(comparison.pValue == 1)
  }

  @Test func `below six pairs there is neither a test nor an interval`() {
    #expect(PairedComparison.leastPairs == 6)
    let five = comparison([1, 2, 3, 4, 5], [0, 0, 0, 0, 0])
    #expect(five.pValue == nil && five.interval == nil && five.pairs == 5)
    #expect(five.equivalence(within: 100) == nil)
    let six = comparison([1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0])
    #expect(six.pValue == 2.0 / 64)
    #expect(six.interval == ConfidenceInterval(lower: 1, upper: 6))
  }

  @Test func `scores without a partner stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = PairedComparison([1, 2], [1], using: &generator)
    }
  }
}
