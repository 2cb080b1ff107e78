import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct SignFlipTestTests {
  private func test(_ differences: [Double], key: UInt64 = 0) -> SignFlipTest {
    var generator = SeededGenerator(key: key)
    return SignFlipTest(differences: differences, using: &generator)
  }

  private func pValue(_ differences: [Double], key: UInt64 = 0) -> Double {
    test(differences, key: key).pValue()
  }

  @Test func `it is worked out by hand for three differences`() {
    // Sums of ±1 ±2 ±4: 7 5 3 1 and their opposites.
    #expect(pValue([1, 2, 4]) == 2.0 / 8)
    #expect(pValue([-1, 2, 4]) == 4.0 / 8)
    #expect(pValue([1, -2, 4]) == 6.0 / 8)
    #expect(pValue([1, 2, -4]) == 1)
    #expect(pValue([5]) == 1)
  }

  @Test func `ties count as at least as far out, whatever rounding makes of them`() {
    // 0.1 + 0.2 − 0.3 is not 0 in binary; all eight patterns but the extreme two tie with it or more.
    #expect(pValue([0.1, 0.2, -0.3]) == 1)
    #expect(pValue([0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) == 2.0 / 64)
    // One of six is negative: 2 · (1 + 6) patterns of sum at least 0.4.
    #expect(pValue([0.1, 0.1, -0.1, 0.1, 0.1, 0.1]) == 14.0 / 64)
  }

  @Test func `differences of zero are neutral, and nothing but zeros gives one`() {
    #expect(pValue([0, 0, 0, 0, 0, 0, 0]) == 1)
    #expect(pValue([1, 2, 4, 0, 0]) == 2.0 / 8)
    #expect(pValue([Double](repeating: 0, count: 30)) == 1)
    #expect(pValue([Double](repeating: 0, count: 40)) == 1)
  }

  @Test(arguments: 1...32) func `all of one sign gives the smallest p-value there is`(pairs: Int) {
    let differences = (1...pairs).map { Double($0) }
    #expect(pValue(differences) == SignFlipTest.smallestPValue(pairs: pairs))
    #expect(pValue(differences.map { -$0 }) == SignFlipTest.smallestPValue(pairs: pairs))
  }

  @Test func `the smallest p-values are two patterns of all`() {
    #expect(SignFlipTest.smallestPValue(pairs: 5) == 0.0625)
    #expect(SignFlipTest.smallestPValue(pairs: 6) == 0.03125)
    #expect(SignFlipTest.smallestPValue(pairs: 10) == 0.001953125)
    #expect(SignFlipTest.smallestPValue(pairs: 32) == 1.0 / 2_147_483_648)
    #expect(SignFlipTest.smallestPValue(pairs: 33) == 2e-5)
  }

  @Test func `the order of the differences and a common factor do not matter`() {
    let differences = [0.3, -1.7, 2.25, 0.9, -0.1, 4.4, 1.1, -2.2]
    let reference = pValue(differences)
    #expect(pValue(differences.reversed()) == reference)
    #expect(pValue(differences.map { -$0 }) == reference)
    #expect(pValue(differences.map { $0 * 1e-6 }) == reference)
  }

  @Test func `up to 32 pairs the generator is not touched, beyond it decides the digits`() {
    let twenty = (0..<20).map { Double($0) - 7 }
    #expect(pValue(twenty, key: 1) == pValue(twenty, key: 2))
    let forty = (0..<40).map { Double($0) - 17 }
    #expect(pValue(forty, key: 1) == pValue(forty, key: 1))
    #expect(pValue(forty, key: 1) != pValue(forty, key: 2))
  }

  @Test func `random patterns estimate the exact p-value and interval and never give zero`() throws
  {
    // Zeros keep the exact p-value and take the count beyond 32.
    let differences = (0..<15).map { Double($0) - 5 }
    let exact = pValue(differences)
    let zeros = [Double](repeating: 0, count: 18)
    expectClose(pValue(differences + zeros), exact, tolerance: 6 * (exact / 100_000).squareRoot())
    let certain = [Double](repeating: 1, count: 60)
    #expect(pValue(certain) == 2e-5)
    // Two ends of as many pairs as are counted all, and of one more.
    var data = SeededGenerator(key: 3)
    let many = (0..<32).map { _ in data.nextNormal() + 0.5 }
    let (counted, drawn) = (
      try #require(test(many).interval()), try #require(test(many + [mean(many)]).interval())
    )
    expectClose(drawn.lower, counted.lower, tolerance: 0.05)
    expectClose(drawn.upper, counted.upper, tolerance: 0.05)
  }

  @Test func `without any difference to test the program stops`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = SignFlipTest(differences: [], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = SignFlipTest(differences: [1, .nan], using: &generator)
    }
  }

  // MARK: The interval

  @Test func `the interval of six differences goes from the smallest to the largest`() {
    #expect(
      test([3, 1, 2, 8, 5, 4]).interval() == ConfidenceInterval(lower: 1, upper: 8))
    #expect(test([3, 1, 2, 8, 5]).interval() == nil)
    // At .1 the third means of subsets from either end: 1, 1.5, 2 and 8, 6.5, 6.
    expectClose(
      test([3, 1, 2, 8, 5, 4]).interval(significance: 0.1).map { [$0.lower, $0.upper] } ?? [],
      [2, 6], tolerance: 1e-9)
  }

  @Test func `the interval leaves out a shift exactly where the test rejects it`() throws {
    for seed in 0..<40 {
      var data = SeededGenerator(key: UInt64(seed))
      let differences = (0..<(6 + seed % 12)).map { _ in
        (data.nextNormal() * 20).rounded() / 20 + 0.8
      }
      let test = test(differences)
      let interval = try #require(test.interval())
      for shift in [-0.5, 0, 0.05, 0.2, 0.5, 0.8, 1.3, 1.55] {
        #expect(interval.contains(shift) == (test.pValue(shift: shift) >= 0.05))
      }
    }
  }

  @Test func `shifted differences have the shifted interval`() throws {
    let differences = [0.3, -1.7, 2.25, 0.9, -0.1, 4.4, 1.1, -2.2, 0.7]
    let interval = try #require(test(differences).interval())
    let shifted = try #require(test(differences.map { $0 + 100 }).interval())
    expectClose(
      [shifted.lower - 100, shifted.upper - 100], [interval.lower, interval.upper],
      tolerance: 1e-9)
    expectClose(
      test(differences.map { $0 + 100 }).pValue(shift: 99), test(differences).pValue(shift: -1),
      tolerance: 0)
  }

  // MARK: Equivalence

  @Test func `equivalence is two one-sided tests against the margin`() {
    // All six lie within ±1 of 0: one pattern of 64 on either side.
    #expect(test([0.5, -0.2, 0.1, 0.3, -0.4, 0.2]).equivalencePValue(within: 1) == 1.0 / 64)
    // 0.5 lies beyond 0.45, by less than any other is short of it: its sign alone is flipped, or none.
    #expect(test([0.5, -0.2, 0.1, 0.3, -0.4, 0.2]).equivalencePValue(within: 0.45) == 2.0 / 64)
    // The mean difference is the margin: nothing speaks for it.
    #expect(test([1, 1, 1, 1, 1, 1]).equivalencePValue(within: 1) == 1)
  }

  @Test func `equivalence is shown exactly where the narrow interval lies within the margin`()
    throws
  {
    for seed in 0..<40 {
      var data = SeededGenerator(key: UInt64(100 + seed))
      let test = test((0..<(6 + seed % 9)).map { _ in data.nextNormal() + 0.3 })
      let interval = try #require(test.interval(significance: 0.1))
      for margin in [0.3, 0.6, 0.9, 1.2, 2] {
        #expect(
          (interval.lower > -margin && interval.upper < margin)
            == (test.equivalencePValue(within: margin) < 0.05))
      }
    }
  }
}
