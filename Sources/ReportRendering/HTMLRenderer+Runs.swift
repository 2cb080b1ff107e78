import Notebook

/// Where the numbers come from: links, and the one list of runs that they lead to.
extension HTMLRenderer {
  /// A number in running text that leads to its runs.
  mutating func number(_ text: String, _ provenance: ReportProvenance?, _ place: Place) -> String {
    guard let provenance, place == .text, let first = register.add(provenance).first else {
      return "<span class=\"number\">\(text)</span>"
    }
    return "<a class=\"number\" href=\"#\(RunRegister.anchor(first))\" "
      + "title=\"\(escaped(provenance.summary))\">\(text)</a>"
  }

  /// The runs behind the rows of a table.
  struct Origins {
    /// The arms behind the cells of each row, in order.
    var rows: [[Int]]

    /// Whether each row that has runs has those of an arm of its own: then its head leads there.
    var areByRow: Bool {
      let known = rows.filter { !$0.isEmpty }
      return !known.isEmpty && known.allSatisfy { $0.count == 1 } && Set(known).count == known.count
    }

    /// All arms of the table, in order.
    var all: [Int] {
      var seen: Set<Int> = []
      return rows.flatMap(\.self).filter { seen.insert($0).inserted }
    }
  }

  mutating func origins(of table: ReportTable) -> Origins {
    var rows: [[Int]] = []
    for row in table.rows {
      var arms: [Int] = []
      for cell in row {
        guard let provenance = cell.provenance else { continue }
        for arm in register.add(provenance) where !arms.contains(arm) { arms.append(arm) }
      }
      rows.append(arms)
    }
    return Origins(rows: rows)
  }

  /// A line below a table that opens and leads to its runs, where its rows do not.
  func originLinks(_ origins: Origins) -> String {
    let arms = origins.all
    guard !arms.isEmpty, !origins.areByRow else { return "" }
    let links = arms.map { arm in
      "<a href=\"#\(RunRegister.anchor(arm))\">\(escaped(register.arms[arm].name))</a>"
    }
    return "<details class=\"origins\">\n<summary>Runs</summary>\n"
      + "<p class=\"note\">\(links.joined(separator: ", "))</p>\n</details>\n"
  }

  /// The list of all runs, at the end of the page.
  func runs() -> String {
    guard !register.arms.isEmpty else { return "" }
    var html = "<section class=\"runs\" aria-labelledby=\"runs.\">\n"
    html += "<h2 id=\"runs.\">Runs behind the numbers</h2>\n"
    if isShort { return html + shortRuns() + "</section>\n" }
    for (place, arm) in register.arms.enumerated() {
      let count = arm.keys.count
      let title = "\(arm.name), \(count) \(count == 1 ? "seed" : "seeds")\(arm.promise)"
      html += "<details>\n<summary>\(escaped(title))</summary>\n"
      html += "<div class=\"card\" id=\"\(RunRegister.anchor(place))\">\n"
      html += "<div class=\"scroll\">\n<table>\n<thead>\n<tr><th>seed</th>"
      for column in arm.columns { html += "<th>\(escaped(column.metric))</th>" }
      html += "<th>key</th></tr>\n</thead>\n<tbody>\n"
      for (index, key) in arm.keys.enumerated() {
        html += "<tr><td>\(escaped(arm.seeds[index]))</td>"
        for column in arm.columns {
          html += "<td>\(escaped(column.values[index]))</td>"
        }
        html += "<td>\(escaped(key))</td></tr>\n"
      }
      html += "</tbody>\n</table>\n</div>\n"
      html +=
        "<p class=\"command\">Compute it again: <code>\(escaped(arm.command))</code></p>\n</div>\n</details>\n"
    }
    return html + "</section>\n"
  }

  /// The list in short: a line for each arm, with its values in the order of the seeds.
  private func shortRuns() -> String {
    // The folder's name, which is that of a week or of a standing report.
    let week =
      report.notebook.path.split(separator: "/").dropLast().last
      .map { escaped(String($0)) } ?? "WEEK"
    var html =
      "<p class=\"note\">Each line is the command that computes an arm again, with its values by seed. The keys of the "
      + "runs stand in <code>results.lock</code>; <code>labbook export \(week) --to DIR</code> writes all tables and "
      + "runs as files.</p>\n"
    for group in register.groups {
      let first = register.arms[group.lowerBound]
      let metrics = first.columns.map(\.metric).joined(separator: ", ")
      let title =
        "\(first.experiment), \(Self.words(seeds: first.seeds))\(first.promise): \(metrics)"
      html += "<details>\n<summary>\(escaped(title))</summary>\n"
      for place in group {
        let arm = register.arms[place]
        html += "<p id=\"\(RunRegister.anchor(place))\"><code>\(escaped(arm.command))</code>"
        for (index, column) in arm.columns.enumerated() {
          html += index > 0 ? "<br>" : " "
          html += escaped(column.values.joined(separator: " "))
        }
        html += "</p>\n"
      }
      html += "</details>\n"
    }
    return html
  }

  /// `seeds 0 to 9`, or each of them.
  private static func words(seeds: [String]) -> String {
    let numbers = seeds.compactMap { Int($0) }
    guard let first = numbers.first, let last = numbers.last, numbers.count > 2,
      numbers.count == seeds.count, numbers == Array(first..<(first + numbers.count))
    else { return (seeds.count == 1 ? "seed " : "seeds ") + seeds.joined(separator: ", ") }
    return "seeds \(first) to \(last)"
  }
}
