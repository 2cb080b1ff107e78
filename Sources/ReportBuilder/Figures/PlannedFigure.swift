internal import CanonicalJSON
internal import Notebook
internal import ReportRendering
internal import ResultStore

/// A figure that a directive asks for: its files, and how its chart follows from lock and records.
struct PlannedFigure {
  let directive: Directive
  /// The file without its ending, relative to the report, such as `figures/fig-cartpole`.
  let file: String
  /// A sentence that follows the caption.
  let note: String?
  /// Computes the chart.
  ///
  /// - Parameters:
  ///   - catalog: The titles, ranges and units of metrics and curves.
  ///   - record: The record of a run by its key; the lock holds no other runs.
  let chart: (_ catalog: MetricCatalog, _ record: (String) -> Record?) -> DrawnChart

  /// Creates a figure; its files have the directive's label, or else the name `file`.
  init(
    _ directive: Directive, file: String, note: String? = nil,
    chart: @escaping (_ catalog: MetricCatalog, _ record: (String) -> Record?) -> DrawnChart
  ) {
    self.directive = directive
    self.file = "figures/" + (directive.label ?? file)
    self.note = note
    self.chart = chart
  }

  var drawing: String { file + ".svg" }
  var specificationFile: String { file + ".vl.json" }
  var dataFile: String { Self.dataFile(ofSpecification: specificationFile) }

  /// The file with the points of the specification in the file called `name`.
  static func dataFile(ofSpecification name: String) -> String {
    name.dropLast(".vl.json".count) + ".csv"
  }

  /// The points of a specification as comma-separated values; nil if it has none that its readers can use.
  static func data(of specification: String) -> String? {
    guard let json = try? JSONValue(text: specification) else { return nil }
    let points = points(of: json)
    return points.isEmpty ? nil : commaSeparated(points)
  }

  /// The figure as a block of the report.
  ///
  /// - Throws: If `svg` is something else than a drawing; it becomes part of the page.
  func block(svg: String, specification: String) throws(ReportFailure) -> ReportBlock {
    if let problem = drawingProblem(in: svg) { throw .alteredDocument("\(drawing) \(problem)") }
    var caption = directive.caption
    if let note { caption = (caption.map { $0 + [.text(" ")] } ?? []) + [.text(note)] }
    let json = try? JSONValue(text: specification)
    return .figure(
      ReportFigure(
        label: directive.label, caption: caption, file: drawing, svg: svg,
        alternative: json?["description"]?.string ?? "", data: json.map(Self.points) ?? [],
        specificationFile: specificationFile))
  }

  /// The points of a specification that its readers can use: those of lines, without what only places them.
  private static func points(of specification: JSONValue) -> [[String]] {
    guard let points = specification["datasets"]?["points"]?.elements,
      let names = points.first?.members?.map(\.name)
    else { return [] }
    let isPlaced = names.contains("panel")
    let kept = names.filter { name in
      !["order", "x", "y", "x2", "y2", "ink", "place"].contains(name)
        && !(isPlaced && ["lower", "upper"].contains(name))
    }
    return [kept]
      + points.map { point in
        kept.map { name in
          guard let value = point[name], value != .null else { return "" }
          return value.string ?? value.compactText
        }
      }
  }
}
