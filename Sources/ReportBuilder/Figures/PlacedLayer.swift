/// Layers of a chart whose marks are all placed in pixels, from fields of their data: Vega-Lite would lay marks out by the
/// sizes of words, which an installed font can move.
enum PlacedLayer {
  /// A place in pixels, from a field.
  static func place(_ channel: String, _ field: String? = nil) -> String {
    "\"\(channel)\": {\"field\": \"\(field ?? channel)\", \"type\": \"quantitative\", "
      + "\"scale\": null, \"axis\": null}"
  }

  /// Lines of one colour from (x, y) to (x2, y2).
  static func rules(_ data: String, _ color: String) -> String {
    "{\"data\": {\"name\": \"\(data)\"}, \"mark\": {\"type\": \"rule\", \"color\": \"\(color)\", "
      + "\"clip\": false}, \"encoding\": {\(place("x")), \(place("y")), "
      + "\"x2\": {\"field\": \"x2\"}, \"y2\": {\"field\": \"y2\"}}}"
  }

  /// Words of one colour at (x, y).
  static func words(
    _ data: String, align: String, baseline: String, size: Double, color: String
  ) -> String {
    "{\"data\": {\"name\": \"\(data)\"}, \"mark\": {\"type\": \"text\", \"align\": \"\(align)\", "
      + "\"baseline\": \"\(baseline)\", \"fontSize\": \(ChartText.number(size)), "
      + "\"color\": \"\(color)\", \"limit\": 0, \"clip\": false}, \"encoding\": {\(place("x")), "
      + "\(place("y")), \"text\": {\"field\": \"text\", \"type\": \"nominal\"}}}"
  }

  /// Marks of arms at (x, y), each in the colour of its own `ink`.
  ///
  /// - Parameters:
  ///   - data: The name of the data.
  ///   - mark: The members of the mark, as JSON.
  ///   - ends: The channels beside `x` and `y` that have fields of their own names, such as `x2`.
  /// - Returns: The layer as JSON.
  static func marks(_ data: String, _ mark: String, ends: [String] = []) -> String {
    let more = ends.map { "\"\($0)\": {\"field\": \"\($0)\"}, " }.joined()
    return
      "{\"data\": {\"name\": \"\(data)\"}, \"mark\": {\(mark), \"clip\": false}, \"encoding\": {"
      + "\(place("x")), \(place("y")), \(more)"
      + "\"color\": {\"field\": \"ink\", \"type\": \"nominal\", \"scale\": null, \"legend\": null}, "
      + "\"detail\": {\"field\": \"arm\", \"type\": \"nominal\"}}}"
  }

  /// A row of data; the values are JSON.
  static func row(_ fields: [(name: String, value: String)]) -> String {
    "{" + fields.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  /// A row of words at a place.
  static func word(_ text: String, at place: (x: Double, y: Double)) -> String {
    row([
      ("x", ChartText.rounded(place.x)), ("y", ChartText.rounded(place.y)),
      ("text", ChartText.quoted(text)),
    ])
  }

  /// A row of a line.
  static func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> String {
    row([
      ("x", ChartText.rounded(start.x)), ("y", ChartText.rounded(start.y)),
      ("x2", ChartText.rounded(end.x)), ("y2", ChartText.rounded(end.y)),
    ])
  }

  /// A specification of layers over data of their own, all in one view.
  ///
  /// - Parameters:
  ///   - description: The chart in words.
  ///   - size: Width and height of the view.
  ///   - padding: The room around it, from the left clockwise.
  ///   - datasets: The rows of each set of data.
  ///   - layers: What is drawn, the lowest first.
  /// - Returns: The text of the specification.
  static func specification(
    description: String, size: (width: Double, height: Double),
    padding: (left: Double, top: Double, right: Double, bottom: Double),
    datasets: [(name: String, rows: [String])], layers: [String]
  ) -> String {
    let data = datasets.map { "    \"\($0.name)\": \(ChartText.rows($0.rows))" }
    return """
      {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": \(ChartText.quoted(description)),
        "width": \(ChartText.rounded(size.width)),
        "height": \(ChartText.rounded(size.height)),
        "autosize": {"type": "none"},
        "padding": {"left": \(ChartText.rounded(padding.left)), "top": \(ChartText.rounded(padding.top)), \
      "right": \(ChartText.rounded(padding.right)), "bottom": \(ChartText.rounded(padding.bottom))},
        "background": "white",
        "config": {"font": "Liberation Sans, Arial, Helvetica, sans-serif", "view": {"stroke": null}},
        "datasets": {
      \(data.joined(separator: ",\n"))
        },
        "layer": [
          \(layers.joined(separator: ",\n    "))
        ]
      }

      """
  }
}
