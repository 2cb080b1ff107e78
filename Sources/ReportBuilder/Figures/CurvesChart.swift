internal import ResultStore
internal import Statistics

/// Learning curves of several arms: a line with a band for each, named at its right end.
struct CurvesChart: Equatable, Sendable {
  /// The quantity drawn, in words.
  var valueTitle: String
  /// What the quantity can be; bounds the vertical axis.
  var range: ClosedRange<Double>?
  /// What the horizontal axis counts, in words.
  var horizontalTitle = "Environment steps"
  var axis = Axis.steps
  /// Whether some points are of too few seeds for an interval, which is said at the vertical axis.
  var lacksIntervals = false
  var series: [Series]

  /// What the horizontal axis is.
  enum Axis: Equatable, Sendable {
    /// Steps of the budget, from 0 on.
    case steps
    /// Another curve: points follow each other as training went, and intervals are bars.
    case curve
    /// Whole numbers that name levels of difficulty.
    case levels
    /// Shares of the budget, from 0 to 1.
    case share
    /// Scores that runs may be above; lines fall from 1, and their names stand beside them in order.
    case thresholds
  }

  /// One arm.
  struct Series: Equatable, Sendable {
    var title: String
    /// The arm's place in the experiment, so that an arm has one colour in all figures.
    var colorIndex: Int
    /// In the order of training.
    var points: [Point]
  }

  /// The statistics over seeds at one point of training.
  struct Point: Equatable, Sendable {
    /// Where it stands on the horizontal axis: a step, or the value of a curve.
    var position: Double
    var mean: Double
    var lower: Double
    var upper: Double

    /// Creates a point; without an interval both its ends are the mean.
    init(position: Double, mean: Double, interval: ConfidenceInterval?) {
      self.position = position
      self.mean = mean
      lower = interval?.lower ?? mean
      upper = interval?.upper ?? mean
    }
  }

  /// What the chart shows, for readers who do not see it.
  var alternative: String {
    let decimals = NumberText.decimals(
      forScale: range.map { $0.upperBound - $0.lowerBound }
        ?? series.flatMap(\.points).map(\.mean.magnitude).max() ?? 1)
    let ends = series.compactMap { series in
      (axis == .thresholds
        ? series.points.last { $0.position <= Self.readThreshold } : series.points.last).map {
          "\(series.title) \(NumberText.fixed($0.mean, decimals: decimals))"
        }
    }
    let name = horizontalTitle.prefix(1).lowercased() + horizontalTitle.dropFirst()
    let last = NumberText.fixed(
      series.flatMap(\.points).map(\.position).max() ?? 0, decimals: 0)
    let place =
      switch axis {
      case .steps: "after \(last) \(name == "environment steps" ? "steps" : name)"
      case .curve: "at the end"
      case .levels: "at \(last)"
      case .share: "at the end"
      case .thresholds: "at \(NumberText.shortest(Self.readThreshold))"
      }
    return "\(verticalTitle) against \(name); \(place): " + ends.joined(separator: ", ")
  }

  private var verticalTitle: String {
    lacksIntervals
      ? "\(valueTitle) (no intervals below \(Suite.leastSeeds) seeds)" : valueTitle
  }

  /// The threshold at which a profile is read out.
  private static let readThreshold = 0.5

  private static let width = 560.0
  private static let height = 300.0
  private static let labelGap = 15.0

  /// The chart as a Vega-Lite specification that holds its data.
  ///
  /// Sizes, axes, ticks and the places of labels are all given, none is left to the drawing tool: it
  /// need not measure any text, so no installed font can move anything.
  var specification: String {
    let points = series.flatMap(\.points)
    let positions = points.map(\.position)
    let horizontal = horizontalScale(positions)
    let vertical = AxisScale(
      covering: points.flatMap { [$0.mean, $0.lower, $0.upper] }
        + (axis == .thresholds ? [0, 1] : []), limits: range)
    let color = """
      {"field": "arm", "type": "nominal", "legend": null, "scale": {"domain": \(titles), "range": \
      \(list(series.map { quoted(Palette.colors(at: $0.colorIndex).line) }))}}
      """
    // Bold characters of this font are narrower than 7.6 pixels on average.
    let labelWidth = 24 + 7.6 * Double(series.map(\.title.count).max() ?? 0)
    return """
      {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": \(quoted(alternative)),
        "width": \(number(Self.width)),
        "height": \(number(Self.height)),
        "autosize": {"type": "none"},
        "padding": {"left": 62, "right": \(number(labelWidth)), "top": 14, "bottom": 46},
        "background": "white",
        "config": {
          "font": "Liberation Sans, Arial, Helvetica, sans-serif",
          "view": {"stroke": null},
          "axis": {
            "gridColor": "#E6E6E6", "domainColor": "#888888", "tickColor": "#888888",
            "labelColor": "#333333", "titleColor": "#222222", "labelFontSize": 11, "titleFontSize": 12,
            "titleFontWeight": "normal", "labelLimit": 0, "labelOverlap": false, "labelFlush": false,
            "labelBound": false
          }
        },
        "datasets": {
          "points": \(rows(pointRows)),
          "labels": \(rows(labelRows(vertical)))
        },
        "layer": [
          {
            "data": {"name": "points"},
            "mark": \(intervalMark),
            "encoding": {
              "x": {
                "field": "step", "type": "quantitative", "scale": \(domain(horizontal)),
                "axis": {"title": \(quoted(horizontalTitle)), "titleY": 32, "format": \(tickFormat), "values": \(ticks(horizontal))}
              },
              "y": {
                "field": "lower", "type": "quantitative", "scale": \(domain(vertical)),
                "axis": {"title": \(quoted(verticalTitle)), "titleX": -48, "values": \(ticks(vertical))}
              },
              "y2": {"field": "upper"},
              "color": \(color)
            }
          },
          {
            "data": {"name": "points"},
            "mark": {"type": "line", "strokeWidth": 2, "strokeJoin": "round"},
            "encoding": {
              "x": {"field": "step", "type": "quantitative"},
              "y": {"field": "mean", "type": "quantitative"},\(order)
              "color": \(color),
              "strokeDash": {
                "field": "arm", "type": "nominal", "legend": null,
                "scale": {"domain": \(titles), "range": \(dashes)}
              }
            }
          },
          {
            "data": {"name": "labels"},
            "mark": {"type": "rule", "strokeWidth": 1, "opacity": 0.7, "clip": false},
            "encoding": {
              "x": {"value": \(number(Self.width + 2))},
              "x2": {"value": \(number(Self.width + 13))},
              "y": {"field": "end", "type": "quantitative", "scale": null},
              "y2": {"field": "label"},
              "color": \(color)
            }
          },
          {
            "data": {"name": "labels"},
            "mark": {
              "type": "text", "align": "left", "baseline": "middle", "fontWeight": 600, "fontSize": 12,
              "clip": false
            },
            "encoding": {
              "x": {"value": \(number(Self.width + 17))},
              "y": {"field": "label", "type": "quantitative", "scale": null},
              "text": {"field": "arm", "type": "nominal"},
              "color": {"field": "ink", "type": "nominal", "scale": null, "legend": null}
            }
          }
        ]
      }

      """
  }

  private var intervalMark: String {
    axis == .curve
      ? "{\"type\": \"rule\", \"opacity\": 0.4}"
      : "{\"type\": \"area\", \"opacity\": \(series.count > 4 ? 0.1 : 0.16)}"
  }

  private func horizontalScale(_ positions: [Double]) -> AxisScale {
    switch axis {
    case .steps, .curve: AxisScale(covering: positions + [0], roundEnds: false)
    case .levels: AxisScale(levels: positions)
    case .share: AxisScale(covering: positions + [0, 1], roundEnds: false)
    case .thresholds: AxisScale(covering: positions, roundEnds: false)
    }
  }

  private var tickFormat: String {
    switch axis {
    case .steps, .levels: "\",d\""
    case .curve, .thresholds: "\"~g\""
    case .share: "\".0%\""
    }
  }

  /// A line goes from left to right unless it is told in which order its points come.
  private var order: String {
    axis == .curve
      ? "\n              \"order\": {\"field\": \"order\", \"type\": \"quantitative\"}," : ""
  }

  private var titles: String { list(series.map { quoted($0.title) }) }

  private var dashes: String {
    list(series.map { list(Palette.colors(at: $0.colorIndex).dash.map(String.init)) })
  }

  private var pointRows: [String] {
    series.flatMap { series in
      series.points.enumerated().map { index, point in
        let statistics = [("mean", point.mean), ("lower", point.lower), ("upper", point.upper)]
          .map { ", \"\($0.0)\": \(number(significant($0.1, digits: 5)))" }.joined()
        let position = number(
          axis == .steps || axis == .levels
            ? point.position : significant(point.position, digits: 5))
        let order = axis == .curve ? ", \"order\": \(index)" : ""
        return "{\"arm\": \(quoted(series.title)), \"step\": \(position)\(statistics)\(order)}"
      }
    }
  }

  /// Where each line ends and where its name stands, in pixels from the top.
  private func labelRows(_ vertical: AxisScale) -> [String] {
    let named = series.compactMap { series in series.points.last.map { (series, $0) } }
    var ends = named.map { _, point in
      (vertical.upper - point.mean) / (vertical.upper - vertical.lower) * Self.height
    }
    var heights = labelHeights(wanted: ends, gap: Self.labelGap, in: 0...Self.height)
    if axis == .thresholds {
      // The lines of profiles end together, so their names stand in the order of the areas below.
      let areas = named.map { series, _ in series.points.reduce(0) { $0 + $1.mean } }
      let order = named.indices.sorted { (areas[$1], $0) < (areas[$0], $1) }
      for (rank, index) in order.enumerated() {
        heights[index] = Self.labelGap * (Double(rank) + 0.5)
      }
      ends = heights
    }
    return named.indices.map { index in
      let series = named[index].0
      return """
        {"arm": \(quoted(series.title)), \
        "ink": \(quoted(Palette.colors(at: series.colorIndex).text)), \
        "end": \(number(significant(ends[index], digits: 4))), \
        "label": \(number(significant(heights[index], digits: 4)))}
        """
    }
  }

  private func domain(_ scale: AxisScale) -> String {
    let ends = list([number(scale.lower), number(scale.upper)])
    return "{\"domain\": \(ends), \"nice\": false, \"zero\": false}"
  }

  private func ticks(_ scale: AxisScale) -> String { list(scale.ticks.map(number)) }

  private func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ", "))]" }

  private func rows(_ rows: [String]) -> String {
    "[\n" + rows.map { "      \($0)" }.joined(separator: ",\n") + "\n    ]"
  }

  private func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

  private func number(_ value: Double) -> String { JSONValue.number(value).compactText }
}
