import Foundation
import SeededRandom
import Statistics
import TestSupport
import Testing

/// Statistics over the runs of several tasks, against rliable's (`export_suites.py`).
@Suite struct SuiteStatisticsTests {
  private struct Golden: Decodable {
    let scores: [[Double]]
    let others: [[Double]]
    let interquartileMean: Double
    let interval: [Double]
    let gap: Double
    let gapInterval: [Double]
    let improvement: Double
    let improvementInterval: [Double]
    let thresholds: [Double]
    let profile: [Double]
    let profileIntervals: [[Double]]
  }

  private func goldens() throws -> [Golden] {
    let file = testFolder().appending(components: "Goldens", "suites.json")
    return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
  }

  private let resamples = StatisticsGoldens.resamples
  private var generator: SeededGenerator { StatisticsGoldens.generator }

  // MARK: rliable's values

  @Test func `interquartile means and gaps over all runs of all tasks are rliable's`() throws {
    for golden in try goldens() {
      let pooled = golden.scores.flatMap(\.self)
      expectClose(interquartileMean(pooled), golden.interquartileMean, tolerance: 1e-14)
      expectClose(optimalityGap(pooled), golden.gap, tolerance: 1e-14)
      var first = generator
      let interval = bootstrapInterval(
        strata: golden.scores, resamples: resamples, using: &first)
      expectClose([interval.lower, interval.upper], golden.interval, tolerance: 1e-13)
      var second = generator
      let gap = bootstrapInterval(
        strata: golden.scores, resamples: resamples, using: &second
      ) { optimalityGap($0.flatMap(\.self)) }
      expectClose([gap.lower, gap.upper], golden.gapInterval, tolerance: 1e-13)
    }
  }

  @Test func `profiles over all runs of all tasks are rliable's`() throws {
    for golden in try goldens() {
      let shares = performanceProfile(
        golden.scores.flatMap(\.self), thresholds: golden.thresholds)
      expectClose(shares, golden.profile, tolerance: 1e-15)
      var generator = generator
      let intervals = performanceProfileIntervals(
        strata: golden.scores, thresholds: golden.thresholds, resamples: resamples,
        using: &generator)
      for (interval, expected) in zip(intervals, golden.profileIntervals) {
        expectClose([interval.lower, interval.upper], expected, tolerance: 1e-14)
      }
      #expect(intervals.count == golden.profileIntervals.count)
    }
  }

  @Test func `mean probabilities of improvement are rliable's, intervals of paired seeds`() throws {
    for golden in try goldens() {
      expectClose(
        meanProbabilityOfImprovement(strata: golden.scores, over: golden.others),
        golden.improvement, tolerance: 1e-14)
      var generator = generator
      let interval = meanProbabilityOfImprovementInterval(
        strata: golden.scores, over: golden.others, resamples: resamples, using: &generator)
      expectClose(
        [interval.lower, interval.upper], golden.improvementInterval, tolerance: 1e-13)
    }
  }

  // MARK: By hand

  @Test func `every task counts the same in an improvement, ties half`() {
    // 3 wins of 4, and 1 tie of 1: (0.75 + 0.5) / 2, though 3.5 of 5 pairs are won.
    #expect(
      meanProbabilityOfImprovement(strata: [[2, 4], [1]], over: [[1, 3], [1]]) == 0.625)
  }

  @Test func `a profile counts runs, whichever task they are of`() {
    let scores = [[0.2, 0.4], [0.6, 0.8, 1.0, 1.2]]
    #expect(
      performanceProfile(scores.flatMap(\.self), thresholds: [0.4, 1]) == [4.0 / 6, 1.0 / 6])
  }

  @Test func `tasks whose runs are equal give a profile without width`() {
    // Half of the runs are above, in every resample.
    var generator = generator
    let intervals = performanceProfileIntervals(
      strata: [[0, 0], [1, 1]], thresholds: [-1, 0.5, 1], resamples: 50, using: &generator)
    #expect(
      intervals == [
        ConfidenceInterval(lower: 1, upper: 1), ConfidenceInterval(lower: 0.5, upper: 0.5),
        ConfidenceInterval(lower: 0, upper: 0),
      ])
  }

  // MARK: Relations

  @Test func `one task is the probability of improvement of paired seeds`() {
    let (x, y) = ([0.3, 0.5, 0.7, 0.9, 0.2, 0.4], [0.1, 0.6, 0.6, 0.9, 0.3, 0.2])
    var (first, second) = (generator, generator)
    #expect(
      meanProbabilityOfImprovement(strata: [x], over: [y]) == probabilityOfImprovement(x, over: y))
    #expect(
      meanProbabilityOfImprovementInterval(
        strata: [x], over: [y], resamples: resamples, using: &first)
        == probabilityOfImprovementInterval(
          x, over: y, resampling: .joint, resamples: resamples, using: &second))
  }

  @Test func `exchanged arms mirror the improvement at one half`() throws {
    for golden in try goldens() {
      var (first, second) = (generator, generator)
      let there = meanProbabilityOfImprovementInterval(
        strata: golden.scores, over: golden.others, resamples: resamples, using: &first)
      let back = meanProbabilityOfImprovementInterval(
        strata: golden.others, over: golden.scores, resamples: resamples, using: &second)
      expectClose([1 - there.upper, 1 - there.lower], [back.lower, back.upper], tolerance: 1e-14)
    }
  }

  @Test func `a profile's interval holds its share and falls with the threshold`() throws {
    for golden in try goldens() {
      var generator = generator
      let intervals = performanceProfileIntervals(
        strata: golden.scores, thresholds: golden.thresholds, resamples: resamples,
        using: &generator)
      for (interval, share) in zip(intervals, golden.profile) { #expect(interval.contains(share)) }
      for (left, right) in zip(intervals, intervals.dropFirst()) {
        #expect(left.lower >= right.lower && left.upper >= right.upper)
      }
    }
  }

  @Test func `shapes that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = meanProbabilityOfImprovement(strata: [[1], [2]], over: [[1]])
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = meanProbabilityOfImprovementInterval(
        strata: [[1, 2]], over: [[1]], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      _ = performanceProfileIntervals(strata: [[1], []], thresholds: [0], using: &generator)
    }
  }
}

@Suite struct MeanTests {
  @Test func `a mean is exact for equal scores and does not depend on the order`() {
    #expect(mean([0.1, 0.1, 0.1]) == 0.1)
    #expect(mean([-200, -200, -200]) == -200)
    #expect(mean([1, 2, 6]) == 3)
    let scores = [310.53, 498.1, 500, 122.7, 475.25, 499.9]
    #expect(mean(scores) == mean(scores.reversed()))
    expectClose(mean(scores), 401.08, tolerance: 1e-12)
  }
}
