internal import Statistics

/// The chart as Vega-Lite draws it; everything is placed in pixels.
extension IntervalsChart {
  private static let width = 300.0
  private static let (tickSize, titleSize, nameSize) = (12.0, 13.0, 13.0)
  private static let nameLine = 15.0
  /// Names are broken into lines of at most this width, so that the drawing fits a small screen.
  private static let nameWidth = 112.0
  /// A bar is its interval, and the seeds below it.
  private static let (barHeight, seedDrop, rowGap) = (24.0, 10.0, 10.0)
  private static let grey = "#666666"

  /// The chart as a Vega-Lite specification that holds its data.
  var specification: String {
    let axis = axis
    var layout = Layout()
    func x(_ value: Double) -> Double {
      let share = (value - axis.scale.lower) / (axis.scale.upper - axis.scale.lower)
      return max(0, min(share, 1)) * Self.width
    }
    for row in rows { add(row, x, to: &layout) }
    let height = layout.height
    for (tick, label) in zip(axis.scale.ticks, axis.labels) {
      layout.grid.append(PlacedLayer.line(from: (x(tick), 0), to: (x(tick), height)))
      layout.ticks.append(PlacedLayer.word(label, at: (x(tick), height + 7)))
    }
    layout.frame.append(PlacedLayer.line(from: (0, height), to: (Self.width, height)))
    if isOfDifferences {
      layout.frame.append(PlacedLayer.line(from: (x(0), 0), to: (x(0), height)))
    }
    let titles = TextWidth.lines(title, size: Self.titleSize, width: Self.width + 60)
    for (index, line) in titles.enumerated() {
      layout.titles.append(
        PlacedLayer.word(line, at: (Self.width / 2, height + 28 + 16 * Double(index))))
    }
    return PlacedLayer.specification(
      description: alternative, size: (Self.width, height),
      padding: (
        left: layout.left + 14, top: 14, right: 18 + layout.right,
        bottom: 34 + 16 * Double(titles.count)
      ),
      datasets: layout.datasets, layers: Self.layers)
  }

  private static let layers: [String] = {
    func symbols(_ data: String, size: Int, opacity: String, fill: String = "") -> String {
      PlacedLayer.marks(
        data,
        "\"type\": \"point\", \"filled\": true, \"size\": \(size), \"opacity\": \(opacity)\(fill)")
    }
    return [
      PlacedLayer.rules("grid", "#E6E6E6"), PlacedLayer.rules("frame", "#888888"),
      PlacedLayer.words(
        "ticks", align: "center", baseline: "top", size: tickSize, color: "#333333"),
      PlacedLayer.words(
        "titles", align: "center", baseline: "top", size: titleSize, color: "#222222"),
      PlacedLayer.words(
        "names", align: "right", baseline: "middle", size: nameSize, color: "#222222"),
      PlacedLayer.words("weeks", align: "left", baseline: "middle", size: 11, color: grey),
      symbols("points", size: 28, opacity: "0.5"),
      PlacedLayer.marks("intervals", "\"type\": \"rule\", \"strokeWidth\": 2", ends: ["x2"]),
      PlacedLayer.marks(
        "earlier", "\"type\": \"rule\", \"strokeWidth\": 2, \"strokeDash\": [4, 3]", ends: ["x2"]),
      symbols("means", size: 64, opacity: "1"),
      PlacedLayer.marks(
        "earlier_means",
        "\"type\": \"point\", \"filled\": false, \"fill\": \"white\", \"size\": 56, \"strokeWidth\": 2, \"opacity\": 1"
      ),
    ]
  }()

  // MARK: Axis

  /// The axis with as many ticks as have room for their words.
  private var axis: (scale: AxisScale, labels: [String]) {
    let axes = [5, 4, 3, 2].map { count in
      let scale = scale(count: count)
      return (scale: scale, labels: TickLabels.text(of: scale.ticks))
    }
    return axes.first { axis in
      let step = Self.width / Double(max(1, axis.scale.ticks.count - 1))
      let widest = axis.labels.map { TextWidth.of($0, size: Self.tickSize) }.max() ?? 0
      return step >= widest + 6
    } ?? axes[axes.count - 1]
  }

  // MARK: Data

  /// The data of all layers.
  private struct Layout {
    var height = 4.0
    /// The room for words beside the view.
    var (left, right) = (30.0, 0.0)
    var grid: [String] = []
    var frame: [String] = []
    var ticks: [String] = []
    var titles: [String] = []
    var names: [String] = []
    var weeks: [String] = []
    var points: [String] = []
    var intervals: [String] = []
    var earlier: [String] = []
    var means: [String] = []
    var earlierMeans: [String] = []

    var datasets: [(name: String, rows: [String])] {
      [
        ("grid", grid), ("frame", frame), ("ticks", ticks), ("titles", titles), ("names", names),
        ("weeks", weeks), ("points", points), ("intervals", intervals), ("earlier", earlier),
        ("means", means), ("earlier_means", earlierMeans),
      ]
    }
  }

  private func add(_ row: Row, _ x: (Double) -> Double, to layout: inout Layout) {
    let lines = TextWidth.lines(row.title, size: Self.nameSize, width: Self.nameWidth)
    let height = max(
      Double(row.bars.count) * Self.barHeight, Double(lines.count) * Self.nameLine)
    let middle = layout.height + height / 2
    for (index, line) in lines.enumerated() {
      let y = middle + (Double(index) - Double(lines.count - 1) / 2) * Self.nameLine
      layout.names.append(PlacedLayer.word(line, at: (-10, y)))
      layout.left = max(layout.left, TextWidth.of(line, size: Self.nameSize))
    }
    var top = middle - Double(row.bars.count) * Self.barHeight / 2
    for bar in row.bars {
      add(bar, of: row, at: top + (Self.barHeight - Self.seedDrop) / 2, x, to: &layout)
      top += Self.barHeight
    }
    layout.height += height + Self.rowGap
  }

  private func add(
    _ bar: Bar, of row: Row, at y: Double, _ x: (Double) -> Double, to layout: inout Layout
  ) {
    let arm = [("ink", ChartText.quoted(row.look.line)), ("arm", ChartText.quoted(row.title))]
    func number(_ value: Double) -> String { ChartText.number(significant(value, digits: 8)) }
    if let week = bar.week {
      layout.weeks.append(PlacedLayer.word(week, at: (Self.width + 8, y + 1)))
      layout.right = max(layout.right, TextWidth.of(week, size: 11))
    }
    let week = bar.week.map { [("week", ChartText.quoted($0))] } ?? []
    let interval = bar.interval.map {
      [("lower", number($0.lower)), ("upper", number($0.upper))]
    }
    for (seed, value) in zip(bar.seeds, bar.values) {
      layout.points.append(
        PlacedLayer.row(
          [arm[1]] + week + [("seed", "\(seed)"), ("value", number(value))]
            + [("mean", number(bar.mean))] + (interval ?? [("lower", "null"), ("upper", "null")])
            + [
              ("x", ChartText.rounded(x(value))), ("y", ChartText.rounded(y + Self.seedDrop)),
              arm[0],
            ]))
    }
    if let interval = bar.interval {
      let line = PlacedLayer.row(
        [
          ("x", ChartText.rounded(x(interval.lower))), ("x2", ChartText.rounded(x(interval.upper))),
          ("y", ChartText.rounded(y)),
        ] + arm)
      if bar.isEarlier { layout.earlier.append(line) } else { layout.intervals.append(line) }
    }
    let dot = PlacedLayer.row(
      [("x", ChartText.rounded(x(bar.mean))), ("y", ChartText.rounded(y))] + arm)
    if bar.isEarlier { layout.earlierMeans.append(dot) } else { layout.means.append(dot) }
  }
}
