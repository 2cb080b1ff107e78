/// A chart as a figure takes it: what is drawn, and its words.
struct DrawnChart: Equatable, Sendable {
  /// The Vega-Lite specification, which holds its data.
  var specification: String
  /// The chart in words, for readers who do not see it.
  var alternative: String

  init(_ chart: CurvesChart) {
    (specification, alternative) = (chart.specification, chart.alternative)
  }

  init(_ chart: PanelsChart) {
    (specification, alternative) = (chart.specification, chart.alternative)
  }
}
