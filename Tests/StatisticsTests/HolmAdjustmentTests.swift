import Statistics
import TestSupport
import Testing

@Suite struct HolmAdjustmentTests {
  @Test func `families are adjusted as by the definition`() throws {
    for family in try StatisticsGoldens.load().families {
      expectClose(holmAdjusted(family.pValues), family.adjusted, tolerance: 1e-15)
    }
  }

  @Test func `four p-values are worked out by hand`() {
    // Ascending: 0.005 · 4, 0.01 · 3, 0.03 · 2, then 0.04 · 1 raised to its predecessor's 0.06.
    expectClose(
      holmAdjusted([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02], tolerance: 1e-15)
  }

  @Test func `one test stays as it is and none gives none`() {
    #expect(holmAdjusted([0.04]) == [0.04])
    #expect(holmAdjusted([]) == [])
  }

  @Test func `adjusted values keep the order, never fall below the raw ones, never exceed one`() {
    let pValues = [0.2, 0.001, 0.9, 0.04, 0.04, 0.5, 0, 1]
    let adjusted = holmAdjusted(pValues)
    for (i, p) in pValues.enumerated() {
      #expect(adjusted[i] >= p && adjusted[i] <= 1)
      for (j, q) in pValues.enumerated() where p <= q { #expect(adjusted[i] <= adjusted[j]) }
    }
    #expect(adjusted[3] == adjusted[4])
    #expect(adjusted[6] == 0)
  }

  @Test func `the order of the family does not matter`() {
    let pValues = [0.2, 0.001, 0.9, 0.04, 0.04, 0.5, 0.3]
    let adjusted = holmAdjusted(pValues)
    #expect(holmAdjusted(pValues.reversed()) == adjusted.reversed())
  }

  @Test func `what is no p-value stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = holmAdjusted([0.1, .nan]) }
    await #expect(processExitsWith: .failure) { _ = holmAdjusted([1.5]) }
    await #expect(processExitsWith: .failure) { _ = holmAdjusted([-0.1]) }
  }
}
