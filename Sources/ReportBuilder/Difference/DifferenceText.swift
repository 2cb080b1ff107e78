extension LockDifference {
  /// The diff as a table for a terminal.
  ///
  /// - Parameter width: The number of characters that fit in a line; where rows are wider, the intervals are
  ///   left out, and then the arms get lines of their own. Nil for no limit.
  /// - Returns: The lines, each with a line end.
  public func text(width: Int? = nil) -> String {
    var lines = ["\(oldName) → \(newName)"]
    for experiment in experiments {
      let suffix = experiment.presence == .both ? "" : " (\(experiment.presence.rawValue))"
      lines += ["", experiment.name + suffix]
      lines += DifferenceLayout.lines(of: experiment.rows, width: width)
    }
    if experiments.isEmpty { lines += ["", "no experiments"] }
    if testedRows > 0 {
      lines += [
        "", "Means over common seeds, which differences and 95 % intervals are paired by;",
        "p by sign flips, one family of its own: Holm over \(rowsText).",
      ]
      if isFamilyTooLarge { lines.append(tooLargeText) }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension LockDifference {
  /// `1 row`, or how many were tested.
  var rowsText: String { "\(testedRows) \(testedRows == 1 ? "row" : "rows")" }

  /// The advice where no row could be called a change.
  var tooLargeText: String {
    "So many rows leave no p-value below 0.05 to these seeds; --metric and --experiment choose fewer."
  }
}

/// The layout of a diff's rows in columns.
private enum DifferenceLayout: CaseIterable {
  case complete, withoutIntervals, stacked

  private enum Column: CaseIterable {
    case arm, metric, old, new, difference, interval, pValue, verdict

    var head: String {
      switch self {
      case .arm: "arm"
      case .metric: "metric"
      case .old: "old"
      case .new: "new"
      case .difference: "difference"
      case .interval: ""
      case .pValue: "p"
      case .verdict: "verdict"
      }
    }

    var isNumber: Bool { self != .arm && self != .metric && self != .verdict }

    func text(of row: DifferenceRow) -> String {
      switch self {
      case .arm: row.arm
      case .metric: row.metric
      case .old: row.old
      case .new: row.new
      case .difference: row.difference
      case .interval: row.interval
      case .pValue: row.pValue
      case .verdict: row.verdict
      }
    }
  }

  /// The lines in the first layout that fits, or in the last.
  static func lines(of rows: [DifferenceRow], width: Int?) -> [String] {
    guard !rows.isEmpty else { return [] }
    for layout in allCases.dropLast() {
      let lines = layout.lines(of: rows)
      guard let width, lines.contains(where: { !$0.isRemark && $0.text.count > width }) else {
        return lines.map(\.text)
      }
    }
    return stacked.lines(of: rows).map(\.text)
  }

  /// A line; remarks, such as changed settings, are as long as they are.
  private func lines(of rows: [DifferenceRow]) -> [(text: String, isRemark: Bool)] {
    let columns = Column.allCases.filter { column in
      switch column {
      case .arm: self != .stacked
      case .interval: self == .complete
      default: true
      }
    }
    let widths = columns.map { column in
      (rows.map { column.text(of: $0).count } + [column.head.count]).max() ?? 0
    }
    func line(_ cells: [String]) -> (text: String, isRemark: Bool) {
      var line = self == .stacked ? "  " : ""
      for (index, column) in columns.enumerated() {
        let space = String(repeating: " ", count: widths[index] - cells[index].count)
        line += "  " + (column.isNumber ? space + cells[index] : cells[index] + space)
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return (line, false)
    }
    var lines = [line(columns.map(\.head))]
    var previous: DifferenceRow?
    for row in rows {
      let isFirst = row.arm != previous?.arm
      if self == .stacked, isFirst { lines.append(("  \(row.arm)", false)) }
      lines.append(
        line(columns.map { $0 == .arm && !isFirst ? "" : $0.text(of: row) }))
      lines += row.changes.map { ("      \($0)", true) }
      previous = row
    }
    return lines
  }
}
