import Objectives
import TestSupport
import Testing

@Suite struct ReturnsTests {
  @Test func `returns-to-go are discounted from the end`() {
    // 3; 2 + 0.5·3 = 3.5; 1 + 0.5·3.5 = 2.75.
    #expect(discountedReturns(rewards: [1, 2, 3], discount: 0.5) == [2.75, 3.5, 3])
  }

  @Test func `a truncated segment adds the discounted bootstrap value`() {
    #expect(discountedReturns(rewards: [1, 1], bootstrapValue: 8, discount: 0.5) == [3.5, 5])
  }

  @Test func `no rewards have no returns`() {
    #expect(discountedReturns(rewards: [], bootstrapValue: 3, discount: 0.5) == [])
    #expect(trajectoryReturn(rewards: [], discount: 0.5) == 0)
  }

  @Test(arguments: [0, 0.5, 0.75, 1])
  func `the trajectory return is the first return-to-go`(discount: Double) {
    let rewards = [0.5, -1, 2, 4]
    expectClose(
      trajectoryReturn(rewards: rewards, discount: discount),
      discountedReturns(rewards: rewards, discount: discount)[0], tolerance: 1e-12)
  }
}
