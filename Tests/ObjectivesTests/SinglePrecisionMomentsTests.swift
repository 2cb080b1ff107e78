import Objectives
import TestSupport
import Testing

@Suite struct SinglePrecisionMomentsTests {
  /// 2⁻²⁷, the distance of numbers of 24 bits about 0.1.
  static let step: Float = 7.450580596923828e-9

  @Test func `eight tenths have a mean one step above each, and that as deviation`() {
    let moments = SinglePrecisionMoments(of: [Double](repeating: 0.1, count: 8))
    #expect(moments.mean == Float(0.1) + Self.step)
    // √(8 step² / 7).
    expectClose(
      Double(moments.deviation), Double(Self.step) * (8.0 / 7).squareRoot(), tolerance: 1e-15)
    #expect(moments.centered(0.1) == -Double(Self.step))
    // An advantage of order one where there is none: −√(7/8), but for ε.
    let advantage = moments.centered(0.1) * moments.scale(epsilon: 0)
    expectClose(advantage, -(7.0 / 8).squareRoot(), tolerance: 1e-6)
    let biased = SinglePrecisionMoments(
      of: [Double](repeating: 0.1, count: 8), variance: .biased)
    expectClose(Double(biased.deviation), Double(Self.step), tolerance: 1e-15)
  }

  @Test(arguments: [0.5, 0, 1, -200])
  func `returns whose sums are held have no residue`(reward: Double) {
    let moments = SinglePrecisionMoments(of: [Double](repeating: reward, count: 7))
    #expect(moments.deviation == 0 && moments.centered(reward) == 0)
    #expect(moments.scale(epsilon: 0) == 0)
    #expect(moments.scale(epsilon: 0.5) == 2)
  }

  @Test(arguments: VarianceEstimator.allCases)
  func `where returns differ the moments are the exact ones, rounded`(variance: VarianceEstimator) {
    let returns = [0.3, -1.7, 2.25, 0.1, 9, 0.35]
    let moments = SinglePrecisionMoments(of: returns, variance: variance)
    let exact = deviationScale(returns: returns, epsilon: 1e-6, variance: variance)
    expectClose(moments.scale(epsilon: 1e-6), exact, tolerance: 1e-6)
    expectClose(
      returns.map(moments.centered), centeredAdvantages(returns: returns), tolerance: 1e-6)
    expectClose(
      moments.scale(epsilon: 1e-6),
      1 / (standardDeviation(of: returns, variance: variance) + 1e-6), tolerance: 1e-6)
  }

  @Test func `a single return is its own mean`() {
    let moments = SinglePrecisionMoments(of: [0.1])
    #expect(moments.mean == 0.1 && moments.deviation == 0)
  }
}
