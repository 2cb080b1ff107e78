import SeededRandom
import Testing

@Suite struct SeededGeneratorTests {
  @Test func `words are those of the blocks, in order`() {
    var generator = SeededGenerator(key: 0x0000_0002_0000_0001, indices: SIMD3(7, 8, 9))
    let words = (0..<12).map { _ in generator.nextBits32() }
    let expected = (0..<3).flatMap { block -> [UInt32] in
      let words = Philox4x32.block(counter: SIMD4(UInt32(block), 7, 8, 9), key: SIMD2(1, 2))
      return [words.x, words.y, words.z, words.w]
    }
    #expect(words == expected)
  }

  @Test func `the stream of key and indices zero begins with the published vector`() {
    var generator = SeededGenerator(key: 0)
    #expect(generator.nextBits32() == 0x6627_e8d5)
    #expect(generator.nextBits() == 0xbc57_ac4c_e169_c58d)
    #expect(generator.nextBits32() == 0x9b00_dbd8)
  }

  @Test func `a copy does not disturb the original`() {
    var original = SeededGenerator(key: 42)
    _ = original.nextBits32()
    var copy = original
    let fromCopy = (0..<100).map { _ in copy.nextBits32() }
    let fromOriginal = (0..<100).map { _ in original.nextBits32() }
    #expect(fromCopy == fromOriginal)
  }

  @Test func `unit floats are the top 24 bits of a word and doubles the top 53 of two`() {
    var words = SeededGenerator(key: 3)
    var floats = SeededGenerator(key: 3)
    var doubles = SeededGenerator(key: 3)
    for _ in 0..<50 {
      let (low, high) = (words.nextBits32(), words.nextBits32())
      #expect(floats.nextUnitFloat() == Float(low >> 8) / 16_777_216)
      #expect(floats.nextUnitFloat() == Float(high >> 8) / 16_777_216)
      let bits = UInt64(high) << 32 | UInt64(low)
      #expect(doubles.nextUnitDouble() == Double(bits >> 11) / 9_007_199_254_740_992)
    }
  }

  @Test func `every bit is set about half the time`() {
    var generator = SeededGenerator(key: 11, indices: SIMD3(1, 2, 3))
    var counts = [Int](repeating: 0, count: 32)
    for _ in 0..<40_000 {
      let word = generator.nextBits32()
      for bit in 0..<32 where word >> UInt32(bit) & 1 == 1 { counts[bit] += 1 }
    }
    // The deviation of a count is 100; six of them are allowed.
    for (bit, count) in counts.enumerated() {
      #expect((19_400...20_600).contains(count), "bit \(bit)")
    }
  }

  @Test func `successive draws are uncorrelated and uniform`() {
    var generator = SeededGenerator(key: 12)
    let draws = (0..<100_000).map { _ in generator.nextUnitDouble() - 0.5 }
    let count = Double(draws.count)
    let mean = draws.reduce(0, +) / count
    let variance = draws.reduce(0) { $0 + $1 * $1 } / count
    #expect(mean.magnitude < 0.006)  // deviation 0.0009
    #expect((variance - 1.0 / 12).magnitude < 0.0015)  // deviation 0.00024
    for lag in 1...5 {
      let products = zip(draws, draws.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect((products / count * 12).magnitude < 0.02, "lag \(lag)")  // deviation 0.003
    }
  }
}
