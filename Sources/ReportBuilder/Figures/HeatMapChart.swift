internal import Statistics

/// Scores of arms on tasks: a row for each task, a column for each arm, and in each cell the score, in a colour.
struct HeatMapChart: Equatable, Sendable {
  /// The kind of the numbers.
  var title: String
  var tasks: [String]
  var arms: [String]
  /// The cells of each task, in the order of the arms.
  var cells: [[Cell]]

  /// The score of an arm on a task.
  struct Cell: Equatable, Sendable {
    var score: Double
    /// Nil where there are too few seeds.
    var interval: ConfidenceInterval?
    var seeds: Int
  }

  /// The chart in words, for readers who do not see it.
  var alternative: String {
    let rows = zip(tasks, cells).map { task, cells in
      "\(task): "
        + zip(arms, cells).map { "\($0) \(Self.text($1.score))" }.joined(separator: ", ")
    }
    return "\(title). " + rows.joined(separator: "; ")
  }

  /// A score as its cell shows it.
  static func text(_ score: Double) -> String { NumberText.fixed(score, decimals: 2) }

  // MARK: Drawing

  private static let (width, height) = (48.0, 30.0)
  private static let (textSize, nameSize, titleSize) = (12.0, 12.0, 13.0)
  private static let nameWidth = 150.0
  /// The angle of the arms' names, in degrees, with its sine and cosine.
  private static let (angle, sine, cosine) = (-45, 0.70710678, 0.70710678)

  /// The chart as a Vega-Lite specification that holds its data.
  var specification: String {
    let (right, bottom) = (Double(arms.count) * Self.width, Double(tasks.count) * Self.height)
    var (points, words) = ([String](), [String]())
    for (row, task) in tasks.enumerated() {
      for (column, arm) in arms.enumerated() {
        let cell = cells[row][column]
        let (left, top) = (Double(column) * Self.width, Double(row) * Self.height)
        points.append(point(cell, task: task, arm: arm, left: left, top: top))
        words.append(
          PlacedLayer.word(
            Self.text(cell.score), at: (left + Self.width / 2, top + Self.height / 2)))
      }
    }
    var names: [String] = []
    for (row, task) in tasks.enumerated() {
      let lines = TextWidth.lines(task, size: Self.nameSize, width: Self.nameWidth)
      for (index, line) in lines.enumerated() {
        let offset = (Double(index) - Double(lines.count - 1) / 2) * 13
        let y = (Double(row) + 0.5) * Self.height + offset
        names.append(PlacedLayer.word(line, at: (-8, y)))
      }
    }
    let heads = arms.enumerated().map { column, arm in
      PlacedLayer.word(arm, at: ((Double(column) + 0.5) * Self.width - 2, -6))
    }
    let widest = arms.map { TextWidth.of($0, size: Self.nameSize) }
    let beyond = widest.enumerated().map { column, width in
      (Double(column) + 0.5) * Self.width + width * Self.cosine - right
    }
    let left =
      tasks.flatMap { TextWidth.lines($0, size: Self.nameSize, width: Self.nameWidth) }
      .map { TextWidth.of($0, size: Self.nameSize) }.max() ?? 0
    let titles = TextWidth.lines(title, size: Self.titleSize, width: max(right + left, 200))
    let under = titles.enumerated().map { index, line in
      PlacedLayer.word(line, at: (-left, bottom + 12 + 16 * Double(index)))
    }
    return PlacedLayer.specification(
      description: alternative, size: (right, bottom),
      padding: (
        left: left + 16, top: (widest.max() ?? 0) * Self.sine + 20,
        right: max(14, (beyond.max() ?? 0) + 14), bottom: 20 + 16 * Double(titles.count)
      ),
      datasets: [
        ("points", points), ("words", words), ("names", names), ("heads", heads),
        ("titles", under),
      ],
      layers: [
        PlacedLayer.marks(
          "points", "\"type\": \"rect\", \"stroke\": \"white\", \"strokeWidth\": 1",
          ends: ["x2", "y2"]),
        PlacedLayer.words(
          "words", align: "center", baseline: "middle", size: Self.textSize, color: "#000000"),
        PlacedLayer.words(
          "names", align: "right", baseline: "middle", size: Self.nameSize, color: "#222222"),
        PlacedLayer.words(
          "heads", align: "left", baseline: "middle", size: Self.nameSize, color: "#222222"
        ).replacing("\"limit\": 0", with: "\"limit\": 0, \"angle\": \(Self.angle)"),
        PlacedLayer.words(
          "titles", align: "left", baseline: "top", size: Self.titleSize, color: "#222222"),
      ])
  }

  private func point(
    _ cell: Cell, task: String, arm: String, left: Double, top: Double
  ) -> String {
    func number(_ value: Double?) -> String {
      value.map { ChartText.number(significant($0, digits: 8)) } ?? "null"
    }
    return PlacedLayer.row([
      ("task", ChartText.quoted(task)), ("arm", ChartText.quoted(arm)),
      ("mean", number(cell.score)), ("lower", number(cell.interval?.lower)),
      ("upper", number(cell.interval?.upper)), ("seeds", "\(cell.seeds)"),
      ("x", ChartText.rounded(left)), ("x2", ChartText.rounded(left + Self.width)),
      ("y", ChartText.rounded(top)), ("y2", ChartText.rounded(top + Self.height)),
      ("ink", ChartText.quoted(ScoreColour.hex(of: cell.score))),
    ])
  }
}
