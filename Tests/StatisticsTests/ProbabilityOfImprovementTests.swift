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

  @Test func `intervals are numpy's percentiles of the same resamples`() throws {
    for golden in try StatisticsGoldens.load().pairs {
      for (resampling, expected) in [
        (RunResampling.joint, golden.jointInterval),
        (.independent, golden.independentInterval),
      ] {
        var generator = StatisticsGoldens.generator
        let interval = probabilityOfImprovementInterval(
          golden.first, over: golden.second, resampling: resampling,
          resamples: StatisticsGoldens.resamples, using: &generator)
        expectClose([interval.lower, interval.upper], expected, tolerance: 1e-14)
      }
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

  @Test func `arms of different size are refused by the joint resampling only`() async {
    var generator = SeededGenerator(key: 0)
    let interval = probabilityOfImprovementInterval(
      [1, 2, 3], over: [1, 2], resampling: .independent, resamples: 100, using: &generator)
    #expect(interval.lower >= 0 && interval.upper <= 1 && interval.contains(0.6))
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = probabilityOfImprovementInterval(
        [1, 2, 3], over: [1, 2], resampling: .joint, using: &generator)
    }
  }
}
