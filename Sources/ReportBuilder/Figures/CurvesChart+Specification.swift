internal import CanonicalJSON

/// The chart as Vega-Lite draws it.
extension CurvesChart {
  static let width = 300.0
  static let height = 240.0
  private static let (tickSize, titleSize, nameSize) = (12.0, 13.0, 13.0)
  private static let nameLine = 14.0
  /// Names are broken into lines of at most this width, so that the drawing fits a small screen.
  private static let nameWidth = 112.0
  /// Room around a name.
  private static let nameGap = 3.0

  /// The chart as a Vega-Lite specification that holds its data.
  ///
  /// Sizes, axes, ticks, their words and the places of labels are all given, none is left to the drawing
  /// tool: it need not measure any text, so no installed font can move anything.
  var specification: String {
    let names = names
    let vertical = DrawnAxis(verticalScale, labels: TickLabels.text(of: verticalScale.ticks))
    let horizontal = horizontalAxis
    let titleLines = TextWidth.lines(
      verticalTitle, size: Self.titleSize, width: names.height + 40)
    let left = max(30, vertical.widestLabel) + 14
    let right = 18 + (names.lines.map(\.width).max() ?? 0)
    let leftPadding = left + 16 * Double(titleLines.count)
    return """
      {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": \(ChartText.quoted(alternative)),
        "width": \(ChartText.number(Self.width)),
        "height": \(ChartText.number(names.height)),
        "autosize": {"type": "none"},
        "padding": {"left": \(ChartText.rounded(leftPadding)), "right": \(ChartText.rounded(right)), "top": 14, "bottom": 48},
        "background": "white",
        "config": {
          "font": "Liberation Sans, Arial, Helvetica, sans-serif",
          "view": {"stroke": null},
          "axis": {
            "gridColor": "#E6E6E6", "domainColor": "#888888", "tickColor": "#888888",
            "labelColor": "#333333", "titleColor": "#222222", "labelFontSize": \(ChartText.number(Self.tickSize)),
            "titleFontSize": \(ChartText.number(Self.titleSize)), "titleFontWeight": "normal", "labelLimit": 0,
            "titleLimit": 0, "labelOverlap": false, "labelFlush": false, "labelBound": false
          }
        },
        "datasets": {
          "points": \(ChartText.rows(pointRows)),
          "labels": \(ChartText.rows(names.ends)),
          "names": \(ChartText.rows(names.lines.map(\.row)))
        },
        "layer": [
          {
            "data": {"name": "points"},
            "mark": \(intervalMark),
            "encoding": {
              "x": {
                "field": "\(positionField)", "type": "quantitative", "scale": \(horizontal.domain),
                "axis": {"title": \(ChartText.quoted(horizontalTitle)), "titleY": 34, \(horizontal.ticks)}
              },
              "y": {
                "field": "lower", "type": "quantitative", "scale": \(vertical.domain),
                "axis": {"title": \(titleLines.count == 1 ? ChartText.quoted(verticalTitle) : ChartText.list(titleLines.map(ChartText.quoted))), "titleX": \(ChartText.rounded(-left)), \(vertical.ticks)}
              },
              "y2": {"field": "upper"},
              "color": \(color)
            }
          },
          {
            "data": {"name": "points"},
            "mark": {"type": "line", \(widths == nil ? "\"strokeWidth\": 2, " : "")"strokeJoin": "round"\(pointMark)},
            "encoding": {
              "x": {"field": "\(positionField)", "type": "quantitative"},
              "y": {"field": "mean", "type": "quantitative"},\(order)
              "color": \(color),\(widths ?? "")
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
              "x": {"value": \(ChartText.number(Self.width + 2))},
              "x2": {"value": \(ChartText.number(Self.width + 11))},
              "y": {"field": "end", "type": "quantitative", "scale": null},
              "y2": {"field": "label"},
              "color": \(color)
            }
          },
          {
            "data": {"name": "names"},
            "mark": {
              "type": "text", "align": "left", "baseline": "middle", "fontWeight": 600, "fontSize": \(ChartText.number(Self.nameSize)),
              "clip": false
            },
            "encoding": {
              "x": {"value": \(ChartText.number(Self.width + 14))},
              "y": {"field": "y", "type": "quantitative", "scale": null},
              "text": {"field": "text", "type": "nominal"},
              "color": {"field": "ink", "type": "nominal", "scale": null, "legend": null}
            }
          }
        ]
      }

      """
  }

  // MARK: Axes

  /// An axis with the words at its ticks.
  private struct DrawnAxis {
    var scale: AxisScale
    var labels: [String]

    init(_ scale: AxisScale, labels: [String]) {
      self.scale = scale
      self.labels = labels
    }

    var widestLabel: Double {
      labels.map { TextWidth.of($0, size: CurvesChart.tickSize) }.max() ?? 0
    }

    /// The domain, clamped: values beyond an end are drawn at it, so a band never leaves the plot.
    var domain: String {
      let ends = [scale.lower, scale.upper].map { JSONValue.number($0).compactText }
      return "{\"domain\": [\(ends.joined(separator: ", "))], \"nice\": false, \"zero\": false, "
        + "\"clamp\": true}"
    }

    /// The ticks, and which words stand at each: looked up by its number, for no format of the drawing tool
    /// writes all ticks of an axis alike.
    var ticks: String {
      let values =
        "[\(scale.ticks.map { JSONValue.number($0).compactText }.joined(separator: ", "))]"
      let words = "[\(labels.map { "'\($0)'" }.joined(separator: ", "))]"
      return "\"values\": \(values), \"tickCount\": \(scale.ticks.count), \"labelExpr\": "
        + JSONValue.string("\(words)[indexof(\(values), datum.value)]").compactText
    }
  }

  /// The horizontal axis with as many ticks as have room for their words.
  private var horizontalAxis: DrawnAxis {
    let axes = [5, 4, 3, 2, 1].map { count in
      let scale = horizontalScale(count: count)
      if case .values(let values) = axis {
        return DrawnAxis(
          scale,
          labels: scale.ticks.map { NumberText.shortest(values[min(Int($0), values.count - 1)]) })
      }
      return DrawnAxis(
        scale, labels: TickLabels.text(of: scale.ticks, unit: axis == .share ? .percent : .plain))
    }
    return axes.first { axis in
      let (scale, gaps) = (axis.scale, zip(axis.scale.ticks, axis.scale.ticks.dropFirst()))
      let least = gaps.map { $1 - $0 }.min() ?? scale.upper - scale.lower
      return least / (scale.upper - scale.lower) * Self.width >= axis.widestLabel + 6
    } ?? axes[axes.count - 1]
  }

  /// Whether positions are few and set apart, so that intervals are bars and points are seen.
  private var isOfValues: Bool {
    if case .values = axis { true } else { false }
  }

  /// The field of the points that places them along the horizontal axis.
  private var positionField: String { isOfValues ? "place" : "step" }

  private var intervalMark: String {
    axis == .curve || isOfValues
      ? "{\"type\": \"rule\", \"opacity\": 0.4}"
      : "{\"type\": \"area\", \"opacity\": \(series.count > 4 ? 0.1 : 0.16)}"
  }

  /// A line of one point is none, and levels are points that lines only join.
  private var pointMark: String {
    axis == .levels || isOfValues || series.contains { $0.points.count == 1 }
      ? ", \"point\": {\"size\": 24, \"filled\": true}" : ""
  }

  /// A line goes from left to right unless it is told in which order its points come.
  private var order: String {
    axis == .curve
      ? "\n              \"order\": {\"field\": \"order\", \"type\": \"quantitative\"}," : ""
  }

  private var color: String {
    """
    {"field": "arm", "type": "nominal", "legend": null, "scale": {"domain": \(titles), "range": \
    \(ChartText.list(series.map { ChartText.quoted($0.look.line) }))}}
    """
  }

  private var titles: String { ChartText.list(series.map { ChartText.quoted($0.title) }) }

  private var dashes: String {
    ChartText.list(series.map { ChartText.list($0.look.dash.map(String.init)) })
  }

  /// The widths of lines, where some are of an earlier week; nil where all are alike.
  private var widths: String? {
    guard series.contains(where: \.isEarlier) else { return nil }
    let widths = ChartText.list(series.map { $0.isEarlier ? "1.25" : "2" })
    return """

                    "strokeWidth": {
                      "field": "arm", "type": "nominal", "legend": null,
                      "scale": {"type": "ordinal", "domain": \(titles), "range": \(widths)}
                    },
      """
  }

  // MARK: Data

  /// The points, solid lines first: what is drawn later lies above and lets them show through its gaps.
  private var pointRows: [String] {
    let drawn = series.enumerated().sorted {
      ($1.element.look.coverage, $0.offset) < ($0.element.look.coverage, $1.offset)
    }
    return drawn.map(\.element).flatMap { series in
      series.points.enumerated().map { index, point in
        let statistics = [("mean", point.mean), ("lower", point.lower), ("upper", point.upper)]
          .map { ", \"\($0.0)\": \(ChartText.number(significant($0.1, digits: 8)))" }.joined()
        var position = ChartText.number(
          axis == .steps || axis == .levels
            ? point.position : significant(point.position, digits: 8))
        if case .values(let values) = axis {
          position = "\(ChartText.number(values[Int(point.position)])), \"place\": \(position)"
        }
        let order = axis == .curve ? ", \"order\": \(index)" : ""
        let week = series.week.map { ", \"week\": \(ChartText.quoted($0))" } ?? ""
        return
          "{\"arm\": \(ChartText.quoted(series.title))\(week), \"step\": \(position)\(statistics)\(order)}"
      }
    }
  }

  /// The names at the ends of lines.
  private struct Names {
    /// A row for each line that ends, with where its name stands, in pixels from the top.
    var ends: [String]
    /// The lines of all names.
    var lines: [(row: String, width: Double)]
    /// The height of the plot: more than usual where there are many names.
    var height: Double
  }

  private var names: Names {
    let vertical = verticalScale
    let named = series.indices.filter { !series[$0].points.isEmpty }
    let words = named.map { index in
      TextWidth.lines(name(of: index), size: Self.nameSize, width: Self.nameWidth)
    }
    let sizes = words.map { Self.nameLine * Double($0.count) + Self.nameGap }
    let height = max(Self.height, (sizes.reduce(0, +) - 20).rounded(.up))
    var ends = named.map { index in
      let mean = series[index].points.last?.mean ?? 0
      let share = (vertical.upper - mean) / (vertical.upper - vertical.lower)
      return max(0, min(share, 1)) * height
    }
    var places = labelPlaces(wanted: ends, sizes: sizes, in: -10...(height + 10))
    if axis == .thresholds {
      // The lines of profiles end together, so their names stand in the order of the areas below.
      let areas = named.map { series[$0].points.reduce(0) { $0 + $1.mean } }
      var top = 0.0
      for index in named.indices.sorted(by: { (areas[$1], $0) < (areas[$0], $1) }) {
        places[index] = top + sizes[index] / 2
        top += sizes[index]
      }
      ends = places
    }
    var result = Names(ends: [], lines: [], height: height)
    for (order, index) in named.enumerated() {
      let (title, look) = (ChartText.quoted(series[index].title), series[index].look)
      result.ends.append(
        "{\"arm\": \(title), \"end\": \(ChartText.rounded(ends[order])), \"label\": \(ChartText.rounded(places[order]))}"
      )
      for (line, text) in words[order].enumerated() {
        let y =
          places[order] + (Double(line) - Double(words[order].count - 1) / 2) * Self.nameLine
        result.lines.append(
          (
            "{\"text\": \(ChartText.quoted(text)), \"ink\": \(ChartText.quoted(look.text)), \"y\": \(ChartText.rounded(y))}",
            TextWidth.of(text, size: Self.nameSize)
          ))
      }
    }
    return result
  }

  /// The name at the end of a line; that of a line hidden below another says so.
  private func name(of index: Int) -> String {
    let title = series[index].title
    return title
      + (twin(of: index).map { twin in
        let other = series[twin].title
        // The same arm in another week has its name in its own already.
        return series[index].isEarlier && title.hasPrefix("\(other), ")
          ? " (as\u{A0}now)" : " (=\u{A0}\(other))"
      } ?? "")
  }
}
