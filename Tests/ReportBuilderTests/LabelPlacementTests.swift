import ReportBuilder
import TestSupport
import Testing

@Suite struct LabelPlacementTests {
  /// The places of labels of 15 pixels whose middles lie from 0 to 300.
  private func places(_ wanted: [Double]) -> [Double] {
    labelPlaces(
      wanted: wanted, sizes: Array(repeating: 15, count: wanted.count), in: -7.5...307.5)
  }

  @Test func `labels that do not touch stay where they are`() {
    #expect(places([80, 10, 40]) == [80, 10, 40])
  }

  @Test func `a crowd is spread around its middle`() {
    expectClose(
      places([100, 100, 100]), [85, 100, 115], tolerance: 1e-9)
  }

  @Test func `a crowd at the edge stays inside`() {
    expectClose(
      places([0, 2, 4, 200]), [0, 15, 30, 200],
      tolerance: 1e-9)
    expectClose(
      places([299, 300]), [285, 300], tolerance: 1e-9)
  }

  @Test func `crowds that grow into each other become one`() {
    let heights = places([100, 101, 120, 121])
    expectClose(heights, [88, 103, 118, 133], tolerance: 1e-9)
  }

  @Test func `no labels are no problem`() {
    #expect(places([]).isEmpty)
  }

  @Test func `labels of two lines take the room of two`() {
    // The lower edge of one is the upper edge of the next: 30 above 15 above 45.
    let sizes = [30.0, 15, 45]
    let places = labelPlaces(wanted: [100, 100, 100], sizes: sizes, in: 0...300)
    let tops = zip(places, sizes).map { $0 - $1 / 2 }
    expectClose(tops[1], tops[0] + 30, tolerance: 1e-9)
    expectClose(tops[2], tops[1] + 15, tolerance: 1e-9)
    #expect(places[0] < 100 && places[2] > 100)
  }
}
