extension LockDifference {
  /// The diff as Markdown: a table for each experiment.
  public var markdown: String {
    var lines = ["# \(oldName) → \(newName)"]
    for experiment in experiments {
      let suffix = experiment.presence == .both ? "" : " (\(experiment.presence.rawValue))"
      lines += ["", "## \(experiment.name)\(suffix)", ""]
      lines += [
        "| Arm | Metric | Old | New | Difference | p | Verdict | Changed in the key |",
        "|:--|:--|--:|--:|--:|--:|:--|:--|",
      ]
      lines += experiment.rows.map { row in
        let difference = row.interval.isEmpty ? row.difference : "\(row.difference) \(row.interval)"
        let cells = [
          row.arm, row.isMetricName ? "`\(row.metric)`" : row.metric, row.old, row.new, difference,
          row.pValue, row.isChange ? "**\(row.verdict)**" : row.verdict,
          row.changes.joined(separator: "; "),
        ]
        return "| " + cells.map(Self.escaped).joined(separator: " | ") + " |"
      }
    }
    if testedRows > 0 {
      lines += [
        "",
        "Interquartile means over the common seeds; differences with 95 % bootstrap intervals, paired "
          + "by seed; p by exact sign flips, Holm-adjusted over \(testedRows) "
          + "\(testedRows == 1 ? "row" : "rows").",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escaped(_ cell: String) -> String {
    cell.replacing("|", with: "\\|")
  }
}
