import SeededRandom
import TestSupport
import Testing

@Suite struct DistributionsTests {
  /// The largest chi-squared statistic allowed with `freedom` degrees: six deviations above its mean.
  private func chiSquaredLimit(_ freedom: Int) -> Double {
    Double(freedom) + 6 * (2 * Double(freedom)).squareRoot()
  }

  private func chiSquared(_ counts: [Int], expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1 }
  }

  @Test func `uniform draws fill the range evenly and exclude its upper bound`() {
    var generator = SeededGenerator(key: 1)
    var counts = [Int](repeating: 0, count: 20)
    for _ in 0..<40_000 {
      let value = generator.nextUniform(in: -0.05..<0.05)
      #expect(value >= -0.05 && value < 0.05)
      counts[Int((value + 0.05) * 200)] += 1
    }
    #expect(chiSquared(counts, expected: Array(repeating: 2000, count: 20)) < chiSquaredLimit(19))
  }

  @Test func `a uniform draw never rounds up to the excluded bound`() {
    // Between 1 and its successor there is no other number: half of the sums round to the bound.
    var generator = SeededGenerator(key: 2)
    let range = 1.0..<1.0.nextUp
    #expect((0..<100).allSatisfy { _ in generator.nextUniform(in: range) == 1 })
  }

  @Test(arguments: [1, 2, 3, 7, 10, 64, 1000]) func `indices are equally likely`(count: Int) {
    var generator = SeededGenerator(key: UInt64(count))
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<(count * 500) { counts[generator.nextIndex(below: count)] += 1 }
    #expect(
      chiSquared(counts, expected: Array(repeating: 500, count: count))
        <= chiSquaredLimit(count - 1))
  }

  @Test func `a count just above half of all words gives no index twice the weight`() {
    // Without rejection the lower half of the indices would come from two words each.
    let count = 3 << 30
    var generator = SeededGenerator(key: 5)
    var thirds = [0, 0, 0]
    for _ in 0..<30_000 { thirds[generator.nextIndex(below: count) >> 30] += 1 }
    #expect(chiSquared(thirds, expected: [10_000, 10_000, 10_000]) < chiSquaredLimit(2))
  }

  @Test func `normal draws have the moments and tails of the normal distribution`() {
    var generator = SeededGenerator(key: 6)
    let draws = (0..<100_000).map { _ in generator.nextNormal() }
    func moment(_ power: Int) -> Double {
      draws.reduce(0) { sum, draw in sum + (0..<power).reduce(1) { value, _ in value * draw } }
        / Double(draws.count)
    }
    expectClose(moment(1), 0, tolerance: 0.02)
    expectClose(moment(2), 1, tolerance: 0.03)
    expectClose(moment(3), 0, tolerance: 0.08)
    expectClose(moment(4), 3, tolerance: 0.2)
    let beyondTwo = draws.count { $0.magnitude > 2 }
    #expect((4150...4950).contains(beyondTwo))  // 4550 expected
    #expect(draws.allSatisfy { $0.magnitude < 8.6 })
  }

  @Test func `a categorical draw has the given probabilities and skips those of zero`() {
    let probabilities: [Float] = [0, 0.125, 0.5, 0, 0.375, 0]
    var generator = SeededGenerator(key: 7)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<16_000 { counts[generator.nextCategorical(probabilities: probabilities)] += 1 }
    #expect(counts[0] == 0 && counts[3] == 0 && counts[5] == 0)
    #expect(
      chiSquared([counts[1], counts[2], counts[4]], expected: [2000, 8000, 6000])
        < chiSquaredLimit(2))
  }

  @Test
  func `a categorical draw past a sum that rounding left short takes the last possible index`() {
    // The sum is 2⁻²⁰, so all but one draw in a million ends behind it.
    var generator = SeededGenerator(key: 8)
    let probabilities: [Float] = [0x1p-21, 0, 0x1p-21, 0]
    #expect(
      (0..<100).allSatisfy { _ in generator.nextCategorical(probabilities: probabilities) == 2 })
    #expect(generator.nextCategorical(probabilities: [0, 0, 1]) == 2)
    #expect(generator.nextCategorical(probabilities: [1, 0, 0]) == 0)
    #expect(generator.nextCategorical(probabilities: [Float](repeating: 1, count: 9)[4...]) == 0)
  }

  @Test func `Bernoulli draws of zero and one are certain, others happen as often as they should`()
  {
    var generator = SeededGenerator(key: 9)
    #expect((0..<1000).allSatisfy { _ in !generator.nextBernoulli(probability: 0) })
    #expect((0..<1000).allSatisfy { _ in generator.nextBernoulli(probability: 1) })
    let successes = (0..<10_000).count { _ in generator.nextBernoulli(probability: 0.2) }
    #expect((1760...2240).contains(successes))
  }

  @Test func `all orders of four elements are equally likely`() {
    var generator = SeededGenerator(key: 10)
    var counts = [Int](repeating: 0, count: 256)
    for _ in 0..<24_000 {
      let order = generator.permutation(count: 4)
      #expect(order.sorted() == [0, 1, 2, 3])
      counts[order.reduce(0) { $0 * 4 + $1 }] += 1
    }
    let seen = counts.filter { $0 > 0 }
    #expect(seen.count == 24)
    #expect(chiSquared(seen, expected: Array(repeating: 1000, count: 24)) < chiSquaredLimit(23))
  }

  @Test func `shuffling is permuting by position, and nothing or one element draws nothing`() {
    var forPermutation = SeededGenerator(key: 13)
    var forShuffle = SeededGenerator(key: 13)
    let permutation = forPermutation.permutation(count: 30)
    var letters = (0..<30).map { "element \($0)" }
    forShuffle.shuffle(&letters)
    #expect(letters == permutation.map { "element \($0)" })

    var untouched = forShuffle
    var none: [Int] = []
    var one = [5]
    forShuffle.shuffle(&none)
    forShuffle.shuffle(&one)
    #expect(none.isEmpty && one == [5])
    #expect(forShuffle.nextBits32() == untouched.nextBits32())
  }

  @Test func `draws from nothing, or from what is no probability, stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = generator.nextIndex(below: 0)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = generator.nextIndex(below: 1 << 32)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = generator.nextCategorical(probabilities: [0, 0])
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = generator.nextCategorical(probabilities: [.nan, 1])
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = generator.nextUniform(in: 0..<Double.infinity)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = generator.nextBernoulli(probability: 1.1)
    }
  }
}
