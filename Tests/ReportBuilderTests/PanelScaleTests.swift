import ReportBuilder
import TestSupport
import Testing

@Suite struct PanelScaleTests {
  @Test(arguments: [
    (values: [2.5, 30], ticks: [2, 5, 10, 20, 50]), ([0.3, 4000], [1, 10, 100, 1000]),
    ([7], [5, 10]), ([], [1, 2]), ([-3, 0, 8, .infinity], [5, 10]),
  ])
  func `a logarithmic axis covers what is above zero between round numbers`(
    values: [Double], ticks: [Double]
  ) {
    let scale = PanelScale(logarithmic: values)
    #expect(scale.ticks == ticks)
    #expect(scale.labels.count == ticks.count)
  }

  @Test func `equal factors take equal shares of a logarithmic axis`() {
    let scale = PanelScale(logarithmic: [1, 100])
    expectClose([0.1, 1, 10, 100, 1000].map(scale.share), [0, 0, 0.5, 1, 1], tolerance: 1e-15)
    #expect(scale.labels == ["1", "10", "100"])
    let sizes = PanelScale(sizes: [16, 2, 4, 8, 2])
    expectClose([2, 4, 8, 16].map(sizes.share), [0, 1.0 / 3, 2.0 / 3, 1], tolerance: 1e-15)
    #expect(sizes.labels == ["2", "4", "8", "16"])
  }

  @Test func `an axis of equal steps is that of other figures`() {
    let axis = AxisScale(covering: [0.2, 0.9], count: 4)
    let scale = PanelScale(linear: axis)
    #expect(scale.ticks == axis.ticks)
    #expect(scale.share(of: axis.lower) == 0 && scale.share(of: axis.upper) == 1)
    #expect(scale.share(of: (axis.lower + axis.upper) / 2) == 0.5)
  }
}
