import Objectives
import TestSupport
import Testing

@Suite struct GeneralizedAdvantagesTests {
  @Test(arguments: [0, 0.4, 0.95, 1] as [Float])
  func `a single terminal step is reward minus value`(lambda: Float) {
    let advantages = generalizedAdvantages(
      rewards: [1], values: [0.25], bootstrapValue: 0, discount: 0.9, lambda: lambda)
    expectClose(advantages, [0.75], tolerance: 0)
  }

  @Test func `lambda zero gives the one-step TD error`() {
    let advantages = generalizedAdvantages(
      rewards: [0, 0, 1], values: [0.5, 0.25, 0.5], bootstrapValue: 0, discount: 0.5, lambda: 0)
    expectClose(advantages, [-0.375, 0, 0.5], tolerance: 0)
  }

  @Test func `lambda one gives the discounted return minus the value`() {
    let rewards: [Float] = [1, -2, 0.5, 3]
    let values: [Float] = [0.5, 1, -1, 0.25]
    let advantages = generalizedAdvantages(
      rewards: rewards, values: values, bootstrapValue: 2, discount: 0.9, lambda: 1)
    let returns = discountedReturns(
      rewards: rewards.map(Double.init), bootstrapValue: 2, discount: 0.9)
    expectClose(
      advantages, zip(returns, values).map { Float($0) - $1 }, tolerance: 1e-6)
  }

  @Test func `a truncated segment bootstraps and a terminated one does not`() {
    func advantages(bootstrapValue: Float) -> [Float] {
      generalizedAdvantages(
        rewards: [0], values: [0], bootstrapValue: bootstrapValue, discount: 0.5, lambda: 1)
    }
    expectClose(advantages(bootstrapValue: 2), [1], tolerance: 0)
    expectClose(advantages(bootstrapValue: 0), [0], tolerance: 0)
  }

  @Test func `a segment leaves the rows of other segments alone`() {
    var advantages: [Float] = [7, 7, 7, 7]
    generalizedAdvantages(
      rewards: [1, 2, 4, 8], values: [0, 0, 0, 0], segment: 1..<3, bootstrapValue: 0, discount: 1,
      lambda: 1, into: &advantages)
    #expect(advantages == [7, 6, 4, 7])
  }

  @Test func `without values it is the return-to-go with discount times lambda`() {
    let rewards: [Float] = [1, 0, -2, 3]
    let advantages = generalizedAdvantages(
      rewards: rewards, values: [0, 0, 0, 0], bootstrapValue: 0, discount: 0.8, lambda: 0.5)
    let returns = discountedReturns(rewards: rewards.map(Double.init), discount: 0.4)
    expectClose(advantages, returns.map { Float($0) }, tolerance: 1e-6)
  }
}
