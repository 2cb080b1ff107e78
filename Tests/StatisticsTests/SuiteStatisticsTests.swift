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
    let improvement: Double
    let thresholds: [Double]
    let profile: [Double]
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
      var generator = generator
      let interval = bootstrapInterval(
        strata: golden.scores, resamples: resamples, using: &generator)
      expectClose([interval.lower, interval.upper], golden.interval, tolerance: 1e-13)
    }
  }

  @Test func `profiles over all runs of all tasks are rliable's`() throws {
    for golden in try goldens() {
      let shares = performanceProfile(
        golden.scores.flatMap(\.self), thresholds: golden.thresholds)
      expectClose(shares, golden.profile, tolerance: 1e-15)
    }
  }

  @Test func `mean probabilities of improvement are rliable's`() throws {
    for golden in try goldens() {
      expectClose(
        meanProbabilityOfImprovement(strata: golden.scores, over: golden.others),
        golden.improvement, tolerance: 1e-14)
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

  @Test func `a profile's interval puts together those of the tasks`() throws {
    // Of 6 runs above and 6 below, Wilson's intervals are [0.60966…, 1] and [0, 0.39033…]; each counts half.
    let strata = [[Double](repeating: 1, count: 6), [Double](repeating: 0, count: 6)]
    let intervals = performanceProfileIntervals(strata: strata, thresholds: [0.5, 1])
    let reach = (1 - 0.6096657120) / 2
    expectClose(
      [intervals[0].lower, intervals[0].upper], [0.5 - reach, 0.5 + reach], tolerance: 1e-9)
    expectClose(
      [intervals[1].lower, intervals[1].upper], [0, reach * 2.0.squareRoot()], tolerance: 1e-9)
  }

  @Test func `a gap's interval is that of the mean shortfall, and needs four runs of every task`()
    throws
  {
    let scores = [0.5, 0.75, 1, 1.5, 0.25]
    let interval = try #require(optimalityGapInterval(strata: [scores]))
    let shortfalls = try #require(meanInterval([0.5, 0.25, 0, 0, 0.75]))
    #expect(interval.lower == max(0, shortfalls.lower))
    expectClose(interval.upper, shortfalls.upper, tolerance: 1e-12)
    #expect(optimalityGapInterval(strata: [scores, [1, 1, 1]]) == nil)
    // Two tasks alike: half the spread of either, over √2.
    let two = try #require(optimalityGapInterval(strata: [scores, scores]))
    expectClose(two.upper - 0.3, (shortfalls.upper - 0.3) / 2.0.squareRoot(), tolerance: 1e-12)
  }

  // MARK: Relations

  @Test func `one task is the probability of improvement`() {
    let (x, y) = ([0.3, 0.5, 0.7, 0.9, 0.2, 0.4], [0.1, 0.6, 0.6, 0.9, 0.3, 0.2])
    #expect(
      meanProbabilityOfImprovement(strata: [x], over: [y]) == probabilityOfImprovement(x, over: y))
    let (several, one) = (
      meanProbabilityOfImprovementInterval(strata: [x], over: [y]),
      probabilityOfImprovementInterval(x, over: y)
    )
    expectClose([several.lower, several.upper], [one.lower, one.upper], tolerance: 1e-15)
  }

  @Test func `exchanged arms mirror the improvement at one half`() throws {
    for golden in try goldens() {
      let there = meanProbabilityOfImprovementInterval(
        strata: golden.scores, over: golden.others)
      let back = meanProbabilityOfImprovementInterval(
        strata: golden.others, over: golden.scores)
      expectClose([1 - there.upper, 1 - there.lower], [back.lower, back.upper], tolerance: 1e-14)
    }
  }

  @Test func `a profile's interval holds its share and falls with the threshold`() throws {
    for golden in try goldens() {
      let intervals = performanceProfileIntervals(
        strata: golden.scores, thresholds: golden.thresholds)
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
      _ = performanceProfileIntervals(strata: [[1], []], thresholds: [0])
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
