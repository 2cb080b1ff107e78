internal import CanonicalJSON

/// The chart as Vega-Lite draws it.
///
/// All panels lie in one view, and everything is placed here, in pixels: Vega-Lite would lay several views out by the
/// sizes of their words, which an installed font can move.
extension PanelsChart {
  private static let (width, gap) = (150.0, 52.0)
  /// From the bottom of one row to the top of the next: the words at ticks and the titles of panels.
  private static let rowGap = 52.0
  private static let (tickSize, titleSize, nameSize) = (11.0, 12.0, 12.0)
  private static let nameLine = 13.0
  private static let (nameWidth, nameGap) = (112.0, 3.0)
  /// The room between the ends of a panel and the first and last size.
  private static let inset = 8.0

  /// The chart as a Vega-Lite specification that holds its data.
  var specification: String {
    let layout = layout
    let columns = Double(rows.first?.count ?? 1)
    let view = columns * Self.width + (columns - 1) * Self.gap
    return """
      {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": \(ChartText.quoted(alternative)),
        "width": \(ChartText.number(view)),
        "height": \(ChartText.rounded(layout.height)),
        "autosize": {"type": "none"},
        "padding": {"left": \(ChartText.rounded(layout.left)), "right": \(ChartText.rounded(layout.right)), "top": 30, "bottom": 42},
        "background": "white",
        "config": {"font": "Liberation Sans, Arial, Helvetica, sans-serif", "view": {"stroke": null}},
        "datasets": {
          "grid": \(ChartText.rows(layout.grid)),
          "frame": \(ChartText.rows(layout.frame)),
          "values": \(ChartText.rows(layout.values)),
          "sizes": \(ChartText.rows(layout.sizes)),
          "titles": \(ChartText.rows(layout.titles)),
          "points": \(ChartText.rows(layout.points)),
          "labels": \(ChartText.rows(layout.labels)),
          "names": \(ChartText.rows(layout.names))
        },
        "layer": [
          \(PlacedLayer.rules("grid", "#E6E6E6")),
          \(PlacedLayer.rules("frame", "#888888")),
          \(PlacedLayer.words("values", align: "right", baseline: "middle", size: Self.tickSize, color: "#333333")),
          \(PlacedLayer.words("sizes", align: "center", baseline: "top", size: Self.tickSize, color: "#333333")),
          \(PlacedLayer.words("titles", align: "left", baseline: "bottom", size: Self.titleSize, color: "#222222")),
          {
            "data": {"name": "points"},
            "mark": {"type": "area", "opacity": \(mostLines > 4 ? 0.1 : 0.16)},
            "encoding": {\(PlacedLayer.place("x")), \(PlacedLayer.place("y", "lower")), "y2": {"field": "upper"}, \(lineEncoding)}
          },
          {
            "data": {"name": "points"},
            "mark": {"type": "line", "strokeWidth": 2, "strokeJoin": "round", "point": {"size": 18, "filled": true}},
            "encoding": {
              \(PlacedLayer.place("x")), \(PlacedLayer.place("y")), \(lineEncoding),
              "strokeDash": {"field": "arm", "type": "nominal", "legend": null, "scale": {"domain": \(titles), "range": \(dashes)}}
            }
          },
          {
            "data": {"name": "labels"},
            "mark": {"type": "rule", "strokeWidth": 1, "opacity": 0.7, "clip": false},
            "encoding": {
              "x": {"value": \(ChartText.number(view + 2))}, "x2": {"value": \(ChartText.number(view + 11))},
              \(PlacedLayer.place("y", "end")), "y2": {"field": "label"}, \(color)
            }
          },
          {
            "data": {"name": "names"},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "fontWeight": 600, "fontSize": \(ChartText.number(Self.nameSize)), "clip": false},
            "encoding": {
              "x": {"value": \(ChartText.number(view + 14))}, \(PlacedLayer.place("y")),
              "text": {"field": "text", "type": "nominal"},
              "color": {"field": "ink", "type": "nominal", "scale": null, "legend": null}
            }
          }
        ]
      }

      """
  }

  // MARK: Layers

  private var lineEncoding: String {
    "\"detail\": {\"field\": \"panel\", \"type\": \"nominal\"}, \(color)"
  }

  private var color: String {
    let lines = ChartText.list(allSeries.map { ChartText.quoted($0.look.line) })
    return "\"color\": {\"field\": \"arm\", \"type\": \"nominal\", \"legend\": null, "
      + "\"scale\": {\"domain\": \(titles), \"range\": \(lines)}}"
  }

  private var titles: String { ChartText.list(allSeries.map { ChartText.quoted($0.title) }) }

  private var dashes: String {
    ChartText.list(allSeries.map { ChartText.list($0.look.dash.map(String.init)) })
  }

  /// The series of all rows, each title once.
  private var allSeries: [CurvesChart.Series] {
    rows.compactMap(\.first).flatMap(\.series).reduce(into: []) { all, series in
      if !all.contains(where: { $0.title == series.title }) { all.append(series) }
    }
  }

  private var mostLines: Int { rows.map { $0.first?.series.count ?? 0 }.max() ?? 0 }

  // MARK: Data

  /// The data of all layers, in pixels of the whole view.
  private struct Layout {
    var height = 0.0
    /// The room for words beside the view.
    var (left, right) = (0.0, 0.0)
    var grid: [String] = []
    var frame: [String] = []
    var values: [String] = []
    var sizes: [String] = []
    var titles: [String] = []
    var points: [String] = []
    var labels: [String] = []
    var names: [String] = []

    mutating func rule(
      _ layer: WritableKeyPath<Layout, [String]>, from start: (Double, Double),
      to end: (Double, Double)
    ) {
      let fields = [("x", start.0), ("y", start.1), ("x2", end.0), ("y2", end.1)]
      self[keyPath: layer].append(
        "{" + fields.map { "\"\($0.0)\": \(ChartText.rounded($0.1))" }.joined(separator: ", ")
          + "}")
    }

    mutating func word(
      _ layer: WritableKeyPath<Layout, [String]>, _ text: String, at place: (Double, Double)
    ) {
      self[keyPath: layer].append(
        "{\"x\": \(ChartText.rounded(place.0)), \"y\": \(ChartText.rounded(place.1)), "
          + "\"text\": \(ChartText.quoted(text))}")
    }
  }

  private var layout: Layout {
    var layout = Layout()
    let verticals = (rows.first ?? []).indices.map { verticalScale(ofColumn: $0) }
    for row in rows.indices {
      if row > 0 { layout.height += Self.rowGap }
      let top = layout.height
      let words = rowWords(row)
      let sizes = words.map { Self.nameLine * Double($0.lines.count) + Self.nameGap }
      let height = max(Self.leastHeight, (sizes.reduce(0, +) - 20).rounded(.up))
      for (column, panel) in rows[row].enumerated() {
        let left = Double(column) * (Self.width + Self.gap)
        add(
          panel, name: "\(row + 1).\(column + 1)", on: verticals[column], left: left, top: top,
          height: height,
          isLast: row == rows.count - 1, to: &layout)
      }
      addNames(words, sizes: sizes, ofRow: row, top: top, height: height, to: &layout)
      layout.height += height
    }
    layout.left = max(30, layout.left) + 14
    layout.right += 20
    return layout
  }

  private func add(
    _ panel: Panel, name: String, on vertical: PanelScale, left: Double, top: Double,
    height: Double,
    isLast: Bool,
    to layout: inout Layout
  ) {
    let horizontal = PanelScale(sizes: sizes)
    let (right, bottom) = (left + Self.width, top + height)
    func x(_ size: Double) -> Double {
      left + Self.inset + horizontal.share(of: size) * (Self.width - 2 * Self.inset)
    }
    func y(_ value: Double) -> Double { bottom - vertical.share(of: value) * height }
    for (tick, label) in zip(vertical.ticks, vertical.labels) {
      layout.rule(\.grid, from: (left, y(tick)), to: (right, y(tick)))
      layout.word(\.values, label, at: (left - 6, y(tick)))
      layout.left = max(layout.left, TextWidth.of(label, size: Self.tickSize))
    }
    for (tick, label) in zip(horizontal.ticks, horizontal.labels) {
      layout.rule(\.grid, from: (x(tick), top), to: (x(tick), bottom))
      layout.word(\.sizes, label, at: (x(tick), bottom + 6))
    }
    layout.rule(\.frame, from: (left, bottom), to: (right, bottom))
    layout.rule(\.frame, from: (left, top), to: (left, bottom))
    layout.word(\.titles, panel.title, at: (left, top - 8))
    if isLast {
      let middle = (left + right) / 2
      layout.word(\.sizes, horizontalTitle, at: (middle, bottom + 23))
    }
    // Solid lines first: what is drawn later lies above and lets them show through its gaps.
    let drawn = panel.series.indices.sorted {
      (panel.series[$1].look.coverage, $0) < (panel.series[$0].look.coverage, $1)
    }
    for index in drawn {
      for point in panel.points(of: index) {
        let fields = [
          ("size", ChartText.number(point.position)),
          ("value", ChartText.number(significant(point.mean, digits: 8))),
          ("x", ChartText.rounded(x(point.position))), ("y", ChartText.rounded(y(point.mean))),
          ("lower", ChartText.rounded(y(point.lower))),
          ("upper", ChartText.rounded(y(point.upper))),
        ]
        layout.points.append(
          "{\"panel\": \"\(name)\", \"arm\": \(ChartText.quoted(panel.series[index].title)), "
            + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
      }
    }
  }

  // MARK: Names

  /// The words that name a line at the right of its row.
  private struct Words {
    var series: CurvesChart.Series
    /// Where the line ends in the last panel, as a share of its height; nil where it is not drawn there.
    var end: Double?
    var lines: [String]
  }

  /// A line that is another's in every panel is named with that one.
  private func rowWords(_ row: Int) -> [Words] {
    guard let panel = rows[row].last else { return [] }
    let scale = verticalScale(ofColumn: rows[row].count - 1)
    let twins = panel.series.indices.map { twin(of: $0, inRow: row) }
    return panel.series.indices.compactMap { index in
      guard rows[row].contains(where: { !$0.points(of: index).isEmpty }) else { return nil }
      let series = panel.series[index]
      let name = series.title + (twins[index].map { " (=\u{A0}\(panel.series[$0].title))" } ?? "")
      return Words(
        series: series, end: panel.points(of: index).last.map { scale.share(of: $0.mean) },
        lines: TextWidth.lines(name, size: Self.nameSize, width: Self.nameWidth))
    }
  }

  private func addNames(
    _ words: [Words], sizes: [Double], ofRow row: Int, top: Double, height: Double,
    to layout: inout Layout
  ) {
    let ends = words.map { (1 - ($0.end ?? 0)) * height }
    let places = labelPlaces(wanted: ends, sizes: sizes, in: -10...(height + 10))
    for (index, words) in words.enumerated() {
      let title = ChartText.quoted(words.series.title)
      if words.end != nil {
        layout.labels.append(
          "{\"arm\": \(title), \"end\": \(ChartText.rounded(top + ends[index])), "
            + "\"label\": \(ChartText.rounded(top + places[index]))}")
      }
      for (line, text) in words.lines.enumerated() {
        let offset = (Double(line) - Double(words.lines.count - 1) / 2) * Self.nameLine
        layout.names.append(
          "{\"text\": \(ChartText.quoted(text)), \"ink\": \(ChartText.quoted(words.series.look.text)), "
            + "\"y\": \(ChartText.rounded(top + places[index] + offset))}")
        layout.right = max(layout.right, TextWidth.of(text, size: Self.nameSize))
      }
    }
  }
}
