import Objectives
import TestSupport
import Testing

@Suite struct RewardAggregationTests {
  @Test func `components are summed by their weights`() {
    #expect(weightedSum(components: [1, -2, 0.5], weights: []) == -0.5)
    #expect(weightedSum(components: [1, -2, 0.5], weights: [2, 0, 4]) == 4)
    #expect(weightedSum(components: [], weights: []) == 0)
  }
}
