import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct SignFlipTestTests {
  private func pValue(_ differences: [Double], key: UInt64 = 0, patterns: Int = 99_999) -> Double {
    var generator = SeededGenerator(key: key)
    return signFlipPValue(
      differences: differences, using: &generator, randomPatterns: patterns)
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
  }

  @Test(arguments: 1...16) func `all of one sign gives the smallest p-value there is`(pairs: Int) {
    let differences = (1...pairs).map { Double($0) }
    #expect(pValue(differences) == smallestSignFlipPValue(pairs: pairs))
    #expect(pValue(differences.map { -$0 }) == smallestSignFlipPValue(pairs: pairs))
  }

  @Test func `the smallest p-values are as published`() {
    #expect(smallestSignFlipPValue(pairs: 5) == 0.0625)
    #expect(smallestSignFlipPValue(pairs: 6) == 0.03125)
    #expect(smallestSignFlipPValue(pairs: 10) == 0.001953125)
    #expect(smallestSignFlipPValue(pairs: 16) == 1.0 / 32768)
    #expect(smallestSignFlipPValue(pairs: 17) == 1e-5)
    #expect(smallestSignFlipPValue(pairs: 20, randomPatterns: 999) == 1e-3)
  }

  @Test func `the order of the differences and a common factor do not matter`() {
    let differences = [0.3, -1.7, 2.25, 0.9, -0.1, 4.4, 1.1, -2.2]
    let reference = pValue(differences)
    #expect(pValue(differences.reversed()) == reference)
    #expect(pValue(differences.map { -$0 }) == reference)
    #expect(pValue(differences.map { $0 * 1e-6 }) == reference)
  }

  @Test func `up to 16 pairs the generator is not touched, beyond it decides the digits`() {
    let sixteen = (0..<16).map { Double($0) - 5 }
    #expect(pValue(sixteen, key: 1) == pValue(sixteen, key: 2))
    let twenty = (0..<20).map { Double($0) - 7 }
    #expect(pValue(twenty, key: 1, patterns: 999) == pValue(twenty, key: 1, patterns: 999))
    #expect(pValue(twenty, key: 1, patterns: 999) != pValue(twenty, key: 2, patterns: 999))
  }

  @Test func `random patterns estimate the exact p-value and never give zero`() {
    // A pair of zeros keeps the exact p-value and takes the count beyond 16.
    let differences = (0..<15).map { Double($0) - 5 } + [0]
    let exact = pValue(differences)
    expectClose(pValue(differences + [0]), exact, tolerance: 6 * (exact / 99_999).squareRoot())
    let certain = [Double](repeating: 1, count: 60)
    #expect(pValue(certain, patterns: 999) == 1e-3)
  }

  @Test func `without any difference to test the program stops`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = signFlipPValue(differences: [], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = signFlipPValue(differences: [1, .nan], using: &generator)
    }
  }
}
