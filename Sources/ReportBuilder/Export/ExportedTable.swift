internal import ReportRendering

/// A table of a built report, for other programs.
public struct ExportedTable: Equatable, Sendable {
  /// The name of its file: its label, or `table-2` for the second of the report without one.
  public var name: String
  /// The sentence shown with it, as Markdown; empty for none.
  public var caption: String
  /// The cells of the head and of each row, as Markdown.
  public var rows: [[String]]
  /// Whether the cells of a column end, rather than begin, at one place.
  public var isTrailing: [Bool]

  /// Finds the tables of a report.
  ///
  /// - Parameter markdown: The report as it was built, whose tables have the form that builds write.
  /// - Returns: The tables in the order of the report.
  public static func all(in markdown: String) -> [ExportedTable] {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var tables: [ExportedTable] = []
    var (label, caption) = ("", "")
    var index = 0
    var isInFence = false
    while index < lines.count {
      let line = lines[index]
      if line.hasPrefix("```") || line.hasPrefix("~~~") { isInFence.toggle() }
      if let match = line.wholeMatch(of: #/(?:<a id="([^"]+)"></a>)?\*\*Table \d+\.\*\* ?(.*)/#) {
        (label, caption) = (match.1.map(String.init) ?? "", String(match.2))
      }
      guard !isInFence, line.hasPrefix("|"), index + 1 < lines.count,
        lines[index + 1].wholeMatch(of: #/\|(?: *:?-+:? *\|)+/#) != nil
      else {
        index += 1
        continue
      }
      let marks = cells(of: lines[index + 1])
      var rows = [cells(of: line)]
      index += 2
      while index < lines.count, lines[index].hasPrefix("|") {
        rows.append(cells(of: lines[index]))
        index += 1
      }
      tables.append(
        ExportedTable(
          name: label.isEmpty ? "table-\(tables.count + 1)" : label, caption: caption, rows: rows,
          isTrailing: marks.map { $0.hasSuffix(":") && !$0.hasPrefix(":") }))
      (label, caption) = ("", "")
    }
    return tables
  }

  /// The cells of a line, between bars that no backslash stands before.
  private static func cells(of line: String) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isEscaped = false
    for character in line.dropFirst() {
      if character == "|", !isEscaped {
        cells.append(trimmed(cell))
        cell = ""
      } else {
        if character == "|" { cell.removeLast() }
        cell.append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return cells
  }

  private static func trimmed(_ text: String) -> String {
    let head = text.drop { $0 == " " }
    return String(head.prefix(head.count - head.reversed().prefix { $0 == " " }.count))
  }

  /// The table as comma-separated values without marks, the head first; a number keeps its digits and has
  /// ASCII's minus sign and no commas.
  public var commaSeparated: String {
    rows.map { row in
      commaSeparatedLine(
        row.map { cell in
          let plain = SiteWeek.plain(cell)
          let ascii = plain.replacing("−", with: "-")
          let number = ascii.replacing(",", with: "")
          return Double(number) != nil ? number : ascii
        })
    }
    .joined()
  }

  /// The table as LaTeX for the package `booktabs`, with its caption and label.
  public var latex: String {
    let columns = isTrailing.map { $0 ? "r" : "l" }.joined()
    let lines = rows.map { $0.map(Self.latex).joined(separator: " & ") + " \\\\" }
    return """
      % needs \\usepackage{booktabs}
      \\begin{table}
        \\caption{\(Self.latex(caption))}
        \\label{\(name)}
        \\begin{tabular}{\(columns)}
          \\toprule
          \(lines.first ?? "")
          \\midrule
          \(lines.dropFirst().joined(separator: "\n    "))
          \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  /// A cell or caption as LaTeX: formulas as they are, bold words bold, links as their words.
  static func latex(_ markdown: String) -> String {
    var parts = markdown.replacing("$`", with: "$").replacing("`$", with: "$")
      .split(separator: "$", omittingEmptySubsequences: false).map(String.init)
    // A dollar without another is one.
    if parts.count.isMultiple(of: 2) { parts = [parts.joined(separator: "\\$")] }
    return parts.enumerated().map { index, part in
      index.isMultiple(of: 2) ? words(part) : "$\(part)$"
    }
    .joined()
  }

  private static func words(_ markdown: String) -> String {
    markdown.split(separator: "**", omittingEmptySubsequences: false).enumerated()
      .map { index, part in
        let text = escaped(SiteWeek.plain(String(part)))
        return index.isMultiple(of: 2) || text.isEmpty ? text : "\\textbf{\(text)}"
      }
      .joined()
  }

  private static func escaped(_ text: String) -> String {
    let replaced: [Character: String] = [
      "\\": "\\textbackslash{}", "&": "\\&", "%": "\\%", "#": "\\#", "_": "\\_", "{": "\\{",
      "}": "\\}", "$": "\\$", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "−": "$-$",
      "×": "$\\times$", "★": "$\\star$", "↑": "$\\uparrow$", "↓": "$\\downarrow$", "—": "---",
      "–": "--", "→": "$\\to$", "σ": "$\\sigma$", "β": "$\\beta$", "λ": "$\\lambda$",
      "ε": "$\\varepsilon$", "±": "$\\pm$", "≥": "$\\ge$", "≤": "$\\le$", "<": "$<$", ">": "$>$",
    ]
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    var result = ""
    var power = ""
    func close() {
      if !power.isEmpty { result += "$^{\(power)}$" }
      power = ""
    }
    for character in text {
      if let digit = superscripts.firstIndex(of: character) {
        power += "\(digit)"
      } else if character == "⁻" {
        power += "-"
      } else {
        close()
        result += replaced[character] ?? String(character)
      }
    }
    close()
    return result
  }
}
