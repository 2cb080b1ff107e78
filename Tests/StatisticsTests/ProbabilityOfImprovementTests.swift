import SeededRandom
import Statistics
import TestSupport
import Testing

@Suite struct ProbabilityOfImprovementTests {
  @Test func `it is the Mann-Whitney statistic over the pairs`() throws {
    for golden in try StatisticsGoldens.load().pairs {
      expectClose(
        probabilityOfImprovement(golden.first, over: golden.second), golden.improvement,
        tolerance: 1e-15)
    }
  }

  @Test func `ties count half and identical arrays give one half`() {
    #expect(probabilityOfImprovement([1], over: [1]) == 0.5)
    #expect(probabilityOfImprovement([1, 2, 3], over: [1, 2, 3]) == 0.5)
    #expect(probabilityOfImprovement([500, 500], over: [500, 500, 500]) == 0.5)
    #expect(probabilityOfImprovement([2, 3], over: [1, 2]) == 0.875)
  }

  @Test func `either way round they sum to one, complete dominance gives one and zero`() {
    let (a, b) = ([3.0, 1, 4, 1, 5, 9], [2.0, 7, 1, 8])
    #expect(probabilityOfImprovement(a, over: b) + probabilityOfImprovement(b, over: a) == 1)
    #expect(probabilityOfImprovement([5, 6], over: [1, 2, 3]) == 1)
    #expect(probabilityOfImprovement([1, 2, 3], over: [5, 6]) == 0)
  }

  @Test func `the interval is Wilson's of as many trials as the smaller arm has runs`() {
    // scipy.stats.binomtest(k, n).proportion_ci(method="wilson"), k of n runs won.
    let all = probabilityOfImprovementInterval([2, 3, 4, 5, 6, 7], over: [1, 1, 1, 1, 1, 1])
    expectClose([all.lower, all.upper], [0.6096657120, 1], tolerance: 1e-9)
    let most = probabilityOfImprovementInterval(
      [2, 2, 2, 2, 2, 2, 2, 2, 0, 0], over: [Double](repeating: 1, count: 12))
    expectClose([most.lower, most.upper], [0.4901624715, 0.9433178485], tolerance: 1e-9)
  }

  @Test func `an interval has a width wherever one arm always wins, and mirrors the other arm's`() {
    let (a, b) = ([3.0, 1, 4, 1, 5, 9], [2.0, 7, 1, 8, 0.5, 0.25])
    let there = probabilityOfImprovementInterval(a, over: b)
    let back = probabilityOfImprovementInterval(b, over: a)
    expectClose([1 - there.upper, 1 - there.lower], [back.lower, back.upper], tolerance: 1e-15)
    for count in [1, 2, 10] {
      let ones = [Double](repeating: 1, count: count)
      let interval = probabilityOfImprovementInterval(ones, over: ones.map { $0 - 1 })
      #expect(interval.upper == 1 && interval.lower < 0.8)
    }
  }
}
