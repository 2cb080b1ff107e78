/// A chart as a figure takes it.
struct DrawnChart: Equatable, Sendable {
  /// The Vega-Lite specification, which holds its data and its words for readers who do not see it.
  var specification: String

  init(_ chart: CurvesChart) {
    specification = chart.specification
  }

  init(_ chart: PanelsChart) {
    specification = chart.specification
  }

  init(_ chart: IntervalsChart) {
    specification = chart.specification
  }

  init(_ chart: HeatMapChart) {
    specification = chart.specification
  }
}
