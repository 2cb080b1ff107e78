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
  /// The arms of an earlier week whose records it needs: no build of this week makes them.
  var earlier: EarlierArms?
  /// The runs that it shows, where a page is to lead to them.
  var provenance: ReportProvenance?

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

  /// The figure as a block of the report.
  ///
  /// - Throws: If `svg` is something else than a drawing; it becomes part of the page.
  func block(svg: String, specification: ReadSpecification) throws(ReportFailure) -> ReportBlock {
    if let problem = drawingProblem(in: svg) { throw .alteredDocument("\(drawing) \(problem)") }
    var caption = directive.caption
    if let note { caption = (caption.map { $0 + [.text(" ")] } ?? []) + [.text(note)] }
    return .figure(
      ReportFigure(
        label: directive.label, caption: caption, file: drawing, svg: svg,
        alternative: specification.description, data: specification.points,
        specificationFile: specificationFile, provenance: provenance))
  }
}

/// The words and the points of a figure's specification, as readers of a report have them.
struct ReadSpecification {
  /// The figure in words; empty if the specification has none.
  let description: String
  /// A row with the names, and a row for each point; empty without points that readers can use.
  let points: [[String]]

  /// Reads a specification; nothing of what is none.
  init(_ text: String) {
    let json = try? JSONValue(text: text)
    description = json?["description"]?.string ?? ""
    points = json.map(Self.points) ?? []
  }

  /// The points as comma-separated values; nil if there are none.
  var data: String? { points.isEmpty ? nil : commaSeparated(points) }

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
