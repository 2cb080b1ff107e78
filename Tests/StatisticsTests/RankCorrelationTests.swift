import SeededRandom
import Statistics
import Testing

@Suite struct RankCorrelationTests {
  private func generator(_ replicate: Int = 0) -> SeededGenerator {
    RandomStreams(identity: "rank correlation", replicateSeed: replicate)
      .generator(for: .bootstrap)
  }

  private func interval(
    _ first: [[Double]], _ second: [[Double]], resamples: Int = 400, replicate: Int = 0
  ) -> ConfidenceInterval? {
    var generator = generator(replicate)
    return kendallTauInterval(first, second, resamples: resamples, using: &generator)
  }

  @Test func `tau is what pairs come to by hand`() {
    // Of 6 pairs one is turned round: (5 − 1) / 6.
    #expect(kendallTau([1, 2, 3, 4], [1, 3, 2, 4]) == 4.0 / 6)
    // Four pairs agree, one ties on either side: 4 / √(5 · 5).
    #expect(kendallTau([1, 1, 2, 3], [1, 2, 3, 3]) == 0.8)
    // Two pairs agree, one ties on the first side alone: 2 / √(2 · 3).
    #expect(kendallTau([1, 1, 2], [1, 2, 3]) == 2 / 6.0.squareRoot())
    #expect(kendallTau([3, 2, 1], [-5, 0, 900]) == -1)
  }

  @Test func `what has no order has no correlation`() {
    #expect(kendallTau([1, 1, 1], [1, 2, 3]) == nil)
    #expect(kendallTau([1, 2, 3], [7, 7, 7]) == nil)
    #expect(kendallTau([1], [2]) == nil)
    #expect(interval([[1], [1], [1]], [[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6]]) == nil)
  }

  @Test func `tau is turned round with one side, and asks for the order alone`() throws {
    let first = [0.3, 12, -4, 7.5, 7.5, 100]
    let second = [2.0, 1, 5, 5, -3, 8]
    let tau = try #require(kendallTau(first, second))
    #expect(kendallTau(second, first) == tau)
    #expect(kendallTau(first.map { 0 - $0 }, second) == 0 - tau)
    #expect(kendallTau(first.map { 3 * $0 + 1 }, second) == tau)
    #expect(kendallTau(first.reversed(), second.reversed()) == tau)
  }

  @Test func `orders that no seed changes are certain`() {
    let first = (0..<5).map { [Double($0)] }
    let second = (0..<5).map { item in (0..<6).map { Double(10 * item) + Double($0) } }
    #expect(interval(first, second) == ConfidenceInterval(lower: 1, upper: 1))
  }

  @Test func `an interval holds the estimate, stays within one, and follows from its generator`()
    throws
  {
    let first = [[1.0, 1.2], [2.0, 1.1], [3.0, 2.9], [4.0, 4.4]]
    let second = [[5.0, 3, 9, 1], [4.0, 4, 4, 5], [0.0, 7, 1, 3], [2.0, 2, 6, 0]]
    let found = try #require(interval(first, second))
    let estimate = try #require(kendallTau(first.map(mean), second.map(mean)))
    #expect(found.contains(estimate) && found.lower >= -1 && found.upper <= 1)
    #expect(found.lower < found.upper)
    #expect(interval(first, second) == found)
    #expect(interval(first, second.map { Array($0.prefix(3)) }) == nil)
  }

  @Test func `items that are equal in truth are seldom told apart`() {
    var random = generator(1)
    let resolved = (0..<100).count { trial in
      func noise(_ count: Int) -> [Double] { (0..<count).map { _ in random.nextNormal() } }
      let first = (0..<6).map { [Double($0)] }
      let second = (0..<6).map { _ in noise(6) }
      return interval(first, second, resamples: 200, replicate: 2 + trial)?.contains(0) == false
    }
    #expect(resolved <= 5)
  }
}
