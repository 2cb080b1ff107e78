extension LockDifference {
  /// The diff as a table for a terminal.
  ///
  /// - Parameter width: How many characters fit in a line; where rows are wider, the intervals are
  ///   left out. Nil for no limit.
  /// - Returns: The lines, each with a line end.
  public func text(width: Int? = nil) -> String {
    var lines = ["\(oldName) → \(newName)"]
    for experiment in experiments {
      let suffix = experiment.presence == .both ? "" : " (\(experiment.presence.rawValue))"
      lines += ["", experiment.name + suffix]
      lines += experiment.lines(width: width)
    }
    if experiments.isEmpty { lines += ["", "no experiments"] }
    if testedRows > 0 {
      lines += [
        "",
        "Interquartile means; difference with 95 % interval, paired by seed; p by sign flips, Holm "
          + "over \(testedRows) \(testedRows == 1 ? "row" : "rows").",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ExperimentDifference {
  fileprivate func lines(width: Int?) -> [String] {
    let rows = rows
    let full = table(rows, withIntervals: true)
    guard let width, full.contains(where: { $0.line.count > width }) else {
      return full.flatMap { [$0.line] + $0.below }
    }
    return table(rows, withIntervals: false).flatMap { [$0.line] + $0.below }
  }

  private func table(
    _ rows: [DifferenceRow], withIntervals: Bool
  ) -> [(line: String, below: [String])] {
    var previous: String?
    let head = ["arm", "metric", "old", "new", "difference", "", "p", "verdict"]
    let cells = rows.map { row in
      defer { previous = row.arm }
      return [
        row.arm == previous ? "" : row.arm, row.metric, row.old, row.new, row.difference,
        row.interval, row.pValue, row.verdict,
      ]
    }
    let shown = head.indices.filter { withIntervals || $0 != 5 }
    let widths = shown.map { column in ([head] + cells).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(shown, widths).map { column, width in
        let space = String(repeating: " ", count: width - cells[column].count)
        return (2...6).contains(column) ? space + cells[column] : cells[column] + space
      }
      var line = "  " + padded.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    guard !rows.isEmpty else { return [] }
    return [(line(head), [])]
      + zip(rows, cells).map { row, cells in
        (line(cells), row.changes.map { "      \($0)" })
      }
  }
}
