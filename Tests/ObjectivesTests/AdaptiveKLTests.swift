import Objectives
import TestSupport
import Testing

@Suite struct AdaptiveKLTests {
  @Test func `the coefficient follows the divergence by at most a fifth`() {
    var coefficient = AdaptiveKLCoefficient(initial: 0.15, target: 6, horizon: 10_000)
    // 6.6 is a tenth too much: 0.15 · (1 + 0.1 · 64 / 10000).
    coefficient.update(divergence: 6.6, completions: 64)
    expectClose(coefficient.value, 0.150096, tolerance: 1e-12)
    var far = AdaptiveKLCoefficient(initial: 1, target: 6, horizon: 100)
    far.update(divergence: 1000, completions: 50)
    expectClose(far.value, 1.1, tolerance: 1e-12)
    far.update(divergence: -3, completions: 100)
    expectClose(far.value, 0.88, tolerance: 1e-12)
  }

  @Test func `at the target or without one the coefficient stays`() {
    var coefficient = AdaptiveKLCoefficient(initial: 0.3, target: 2, horizon: 10)
    coefficient.update(divergence: 2, completions: 8)
    #expect(coefficient.value == 0.3)
    var fixed = AdaptiveKLCoefficient(initial: 0.3, target: nil, horizon: 10)
    fixed.update(divergence: 50, completions: 8)
    #expect(fixed.value == 0.3)
  }
}
