import Objectives
import TestSupport
import Testing

@Suite struct StandardizationTests {
  @Test func `a standardized minibatch has mean 0 and deviation 1`() {
    var advantages: [Float] = [1, 2, 3, 4, 99]
    standardize(&advantages, count: 4, epsilon: 0)
    // Deviation of 1…4: √(5/3).
    let unit = Float((3.0 / 5).squareRoot())
    expectClose(
      advantages, [-1.5 * unit, -0.5 * unit, 0.5 * unit, 1.5 * unit, 99], tolerance: 1e-6)
  }

  @Test func `by the biased variance a minibatch is larger by the root of n to n minus 1`() {
    var advantages: [Float] = [1, 2, 3, 4, 99]
    standardize(&advantages, count: 4, epsilon: 0, variance: .biased)
    // Deviation of 1…4: √(5/4).
    let unit = Float((4.0 / 5).squareRoot())
    expectClose(
      advantages, [-1.5 * unit, -0.5 * unit, 0.5 * unit, 1.5 * unit, 99], tolerance: 1e-6)
    var divided = [2.0, 4, 6]
    divideByStandardDeviation(&divided, epsilon: 0, variance: .biased)
    let factor = (3.0 / 2).squareRoot()
    expectClose(divided, [factor, 2 * factor, 3 * factor], tolerance: 1e-15)
  }

  @Test func `equal advantages become 0 and a single one stays`() {
    var equal: [Float] = [0.35, 0.35, 0.35]
    standardize(&equal, count: 3, epsilon: 0)
    #expect(equal == [0, 0, 0])
    var single: [Float] = [2.5]
    standardize(&single, count: 1, epsilon: 0)
    #expect(single == [2.5])
  }

  @Test func `dividing by the deviation keeps the mean's sign and the proportions`() {
    var advantages = [2.0, 4, 6]
    divideByStandardDeviation(&advantages, epsilon: 0)
    expectClose(advantages, [1, 2, 3], tolerance: 1e-15)
  }

  @Test func `advantages that do not vary are not divided`() {
    var advantages = [0.35, 0.35]
    divideByStandardDeviation(&advantages, epsilon: 0)
    #expect(advantages == [0.35, 0.35])
  }

  @Test func `centering and then dividing is standardizing`() {
    let raw: [Float] = [0.5, -1.25, 3, 0.75, -2]
    var together = raw
    standardize(&together, count: raw.count, epsilon: 0.125)
    var apart = centeredAdvantages(returns: raw.map(Double.init))
    divideByStandardDeviation(&apart, epsilon: 0.125)
    expectClose(together, apart.map { Float($0) }, tolerance: 1e-6)
  }
}
