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
        "Means over common seeds, which differences and 95 % intervals are paired by; p by sign flips, one "
          + "family of its own: Holm over \(rowsText)."
          + (isFamilyTooLarge ? " " + tooLargeText : ""),
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escaped(_ cell: String) -> String {
    cell.replacing("|", with: "\\|")
  }
}
