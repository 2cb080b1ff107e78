import Statistics
import TestSupport
import Testing

@Suite struct ScoreProfilesTests {
  @Test func `gap and profile are those of the definitions`() throws {
    for sample in try StatisticsGoldens.load().samples {
      expectClose(optimalityGap(sample.scores, target: 475), sample.gap, tolerance: 1e-10)
      expectClose(
        performanceProfile(sample.scores, thresholds: [0, 400, 450, 499.5, 500]), sample.profile,
        tolerance: 0)
    }
  }

  @Test func `scores beyond the target do not make up for others`() {
    #expect(optimalityGap([1, 1, 1]) == 0)
    #expect(optimalityGap([9, 0.5]) == 0.25)
    #expect(optimalityGap([450, 500], target: 475) == 12.5)
  }

  @Test func `a profile counts runs strictly above the threshold`() {
    #expect(performanceProfile([1, 2, 2, 3], thresholds: [0, 1, 2, 3]) == [1, 0.75, 0.25, 0])
    #expect(performanceProfile([1], thresholds: []) == [])
  }
}
