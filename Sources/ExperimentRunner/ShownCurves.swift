internal import ResultStore
internal import Settings

extension ShownRecord {
  /// The characters of a drawing.
  private static let (width, height) = (64, 8)

  /// The curves of the record: a line of blocks for each, and a drawing of the one that the metrics are taken from.
  func curveLines(number: (Double) -> String) -> [String] {
    guard !record.curves.isEmpty else { return [] }
    var lines = ["\ncurves"]
    lines.append(
      alignedColumns(
        record.curves.map { curve in
          [
            "  \(curve.name)", CurveDrawing.line(curve.values, width: 20),
            "\(curve.steps.count) points",
            "to step \(ProgressDisplay.count(curve.steps.last ?? 0))",
            curve.values.last.map { "last \(number($0))" } ?? "",
          ]
        }))
    // A metric is the end of the curve of its name.
    guard
      let curve = record.curves.first(where: {
        record.metrics[$0.name] != nil && $0.steps.count > 2
      })
    else { return lines }
    let drawing = CurveDrawing.plot(
      steps: curve.steps, values: curve.values, width: Self.width, height: Self.height)
    guard let (least, largest) = CurveDrawing.extent(of: curve.values), !drawing.isEmpty else {
      return lines
    }
    let labels = [number(largest), number(least)]
    let margin = labels.map(\.count).max() ?? 0
    lines.append("\n  \(curve.name)")
    for (row, line) in drawing.enumerated() {
      let label = row == 0 ? labels[0] : row == drawing.count - 1 ? labels[1] : ""
      lines.append("  " + String(repeating: " ", count: margin - label.count) + label + " ┤" + line)
    }
    let first = ProgressDisplay.count(curve.steps.first ?? 0)
    let last = ProgressDisplay.count(curve.steps.last ?? 0)
    let gap = max(1, Self.width - first.count - last.count)
    lines.append(
      String(repeating: " ", count: margin + 4) + first + String(repeating: " ", count: gap) + last)
    return lines
  }
}
