import ReportBuilder
import TestSupport
import Testing

@Suite struct LabelPlacementTests {
  @Test func `labels that do not touch stay where they are`() {
    #expect(labelHeights(wanted: [80, 10, 40], gap: 15, in: 0...300) == [80, 10, 40])
  }

  @Test func `a crowd is spread around its middle`() {
    expectClose(
      labelHeights(wanted: [100, 100, 100], gap: 15, in: 0...300), [85, 100, 115], tolerance: 1e-9)
  }

  @Test func `a crowd at the edge stays inside`() {
    expectClose(
      labelHeights(wanted: [0, 2, 4, 200], gap: 15, in: 0...300), [0, 15, 30, 200],
      tolerance: 1e-9)
    expectClose(
      labelHeights(wanted: [299, 300], gap: 15, in: 0...300), [285, 300], tolerance: 1e-9)
  }

  @Test func `crowds that grow into each other become one`() {
    let heights = labelHeights(wanted: [100, 101, 120, 121], gap: 15, in: 0...300)
    expectClose(heights, [88, 103, 118, 133], tolerance: 1e-9)
  }

  @Test func `no labels are no problem`() {
    #expect(labelHeights(wanted: [], gap: 15, in: 0...300).isEmpty)
  }
}
