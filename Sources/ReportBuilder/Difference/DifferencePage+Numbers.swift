internal import ReportRendering
internal import ResultStore

/// The numbers of either week, with verdicts.
extension DifferencePage {
  /// A section for each experiment: intervals of both weeks drawn together, and a table.
  var numbers: String {
    guard !difference.experiments.isEmpty else { return "<p>No experiments.</p>\n" }
    let sections = difference.experiments.enumerated().map { number, experiment in
      let head = "<h3 id=\"\(Self.anchor(number))\">\(escaped(experiment.name))</h3>\n"
      switch experiment.presence {
      case .both: return head + drawing(of: experiment) + table(of: experiment)
      case .added: return head + alone(experiment, in: difference.newName)
      case .removed: return head + alone(experiment, in: difference.oldName)
      }
    }
    return sections.joined() + note
  }

  /// The meaning of the page's p-values, once.
  private var note: String {
    guard difference.testedRows > 0 else { return "" }
    let words =
      "Means over common seeds, which differences and 95 % intervals are paired by; p by sign flips, one family of its "
      + "own: Holm over \(difference.rowsText)."
      + (difference.isFamilyTooLarge ? " " + difference.tooLargeText : "")
    return "<p class=\"note\">\(escaped(words))</p>\n"
  }

  private func drawing(of experiment: ExperimentDifference) -> String {
    guard let former = old.lock.experiment(experiment.name),
      let latter = new.lock.experiment(experiment.name)
    else { return "" }
    return IntervalsDrawing(
      experiment, old: former, new: latter, names: (difference.oldName, difference.newName),
      catalog: catalog
    )?.html ?? ""
  }

  /// The rows of an experiment that both weeks have; columns that say nothing are left out.
  private func table(of experiment: ExperimentDifference) -> String {
    let rows = experiment.rows
    guard !rows.isEmpty else { return "" }
    let hasIntervals = rows.contains { !$0.interval.isEmpty }
    let hasTests = rows.contains { $0.pValue != "—" }
    let hasDifferences = rows.contains { $0.difference != "—" }
    var head = "<th>Arm</th><th>Metric</th><th>Verdict</th>"
    head += "<th class=\"trailing\">\(escaped(difference.oldName))</th>"
    head += "<th class=\"trailing\">\(escaped(difference.newName))</th>"
    if hasDifferences { head += "<th class=\"trailing\">Difference</th>" }
    if hasTests { head += "<th>p</th>" }
    if hasIntervals {
      head += "<th>95 % interval</th><th class=\"plot\"><span class=\"unseen\">Drawn</span></th>"
    }
    let lines = rows.map { row in
      var cells = "<th scope=\"row\">\(escaped(row.title))</th>"
      let metric = escaped(row.metric)
      cells += "<td>\(row.isMetricName ? "<code>\(metric)</code>" : metric)</td>"
      let look = row.isChange ? "strong" : row.drawn == nil ? "muted" : "plain"
      cells += "<td class=\"\(look)\">\(escaped(row.verdict))</td>"
      cells += "<td class=\"trailing\">\(escaped(row.old))</td>"
      cells += "<td class=\"trailing\">\(escaped(row.new))</td>"
      if hasDifferences { cells += "<td class=\"trailing\">\(escaped(row.difference))</td>" }
      if hasTests { cells += "<td class=\"nowrap\">\(escaped(row.pValue))</td>" }
      if hasIntervals {
        cells += "<td class=\"nowrap\">\(escaped(row.interval))</td><td class=\"plot\">"
        cells += "\(drawing(of: row, among: rows))</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <figure class="results differences">
      <figcaption>\(escaped(experiment.name)), \(escaped(difference.oldName)) against \
      \(escaped(difference.newName)).</figcaption>
      <div class="scroll">
      <table>
      <thead>
      <tr>\(head)</tr>
      </thead>
      <tbody>
      \(lines.joined())</tbody>
      </table>
      </div>
      </figure>

      """
  }

  /// The interval of a row's difference beside 0, all rows about one metric on one scale.
  private func drawing(of row: DifferenceRow, among rows: [DifferenceRow]) -> String {
    guard let drawn = row.drawn else { return "" }
    let scale = rows.filter { $0.metric == row.metric }.compactMap { $0.drawn?.forest.extent }
    return drawn.forest.svg(scale: scale.max() ?? 0)
  }

  /// An experiment that one week has: its arms with their means, behind a line that opens.
  private func alone(_ experiment: ExperimentDifference, in week: String) -> String {
    let rows = experiment.rows.map { row in
      "<tr><th scope=\"row\">\(escaped(row.title))</th><td><code>\(escaped(row.metric))</code></td>"
        + "<td class=\"trailing\">\(escaped(row.old == "—" ? row.new : row.old))</td></tr>\n"
    }
    return """
      <details>
      <summary>Only in \(escaped(week)): \(Self.counted(experiment.arms.count, "arm"))</summary>
      <figure class="results">
      <div class="scroll">
      <table>
      <thead>
      <tr><th>Arm</th><th>Metric</th><th class="trailing">\(escaped(week))</th></tr>
      </thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </div>
      </figure>
      </details>

      """
  }
}

extension DifferenceRow.Drawn {
  fileprivate var forest: ForestDrawing {
    ForestDrawing(ends: (lower, estimate, upper), margin: margin)
  }
}
