import Notebook

/// The content of directives as HTML.
extension HTMLRenderer {
  /// One block; tables and figures take the next of `numbers`.
  mutating func html(_ block: ReportBlock, _ numbers: inout ArraySlice<Int?>) -> String {
    switch block {
    case .paragraph(let content): return "<p>\(inlines(content))</p>\n"
    case .table(let table): return html(table, number: numbers.popFirst() ?? nil)
    case .figure(let figure): return html(figure, number: numbers.popFirst() ?? nil)
    case .claim(let claim): return html(claim)
    case .notice(let content):
      return "<p class=\"notice\" role=\"note\">\(inlines(content))</p>\n"
    case .list(let items):
      var html = "<ul>\n"
      for item in items { html += "<li>\(inlines(item))</li>\n" }
      return html + "</ul>\n"
    case .details(let summary, let content):
      var html = "<details>\n<summary>\(inlines(summary))</summary>\n"
      for block in content { html += self.html(block, &numbers) }
      return html + "</details>\n"
    }
  }

  private mutating func html(_ table: ReportTable, number: Int?) -> String {
    var html = "<figure class=\"results\"\(identifier(table.label))>\n"
    html += caption(table.caption ?? [], named: "Table", number: number)
    html += "<div class=\"scroll\">\n<table>\n<thead>\n<tr>"
    for column in table.columns {
      html += "<th\(column.alignment.attribute)>\(inlines(column.title))</th>"
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    for row in table.rows {
      html += "<tr>"
      for (cell, column) in zip(row, table.columns) {
        html += "<td\(cellClasses(cell, column))>\(content(of: cell))</td>"
      }
      html += "</tr>\n"
    }
    html += "</tbody>\n</table>\n</div>\n"
    if let note = table.note { html += "<p class=\"note\">\(inlines(note))</p>\n" }
    return html + "</figure>\n"
  }

  private func cellClasses(_ cell: ReportCell, _ column: ReportTable.Column) -> String {
    var classes: [String] = []
    switch column.alignment {
    case .center: classes.append("center")
    case .trailing: classes.append("trailing")
    case .natural, .leading: break
    }
    if cell.emphasis != .none { classes.append(cell.emphasis.rawValue) }
    return classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
  }

  private mutating func content(of cell: ReportCell) -> String {
    guard cell.provenance != nil else { return inlines(cell.content) }
    return number(inlines(cell.content, in: .link), cell.provenance, .text)
  }

  private mutating func html(_ figure: ReportFigure, number: Int?) -> String {
    figureCount += 1
    let drawing = inlineSVG(
      figure.svg, prefix: "figure-\(figureCount)", label: figure.alternative)
    return "<figure class=\"drawing\"\(identifier(figure.label))>\n"
      + "<div class=\"\(isWide(drawing) ? "paper wide" : "paper")\">\(drawing)</div>\n"
      + caption(figure.caption ?? [], named: "Figure", number: number) + "</figure>\n"
  }

  /// Whether a drawing, such as one that was locked by an earlier version, is too wide for a small screen: it
  /// scrolls there in its own box instead of being made illegible.
  private func isWide(_ svg: String) -> Bool {
    let opening = svg.prefix { $0 != ">" }
    guard let width = opening.firstMatch(of: /\swidth="([0-9.]+)/)?.output.1 else { return false }
    return (Double(width) ?? 0) > 560
  }

  private mutating func html(_ claim: ReportClaim) -> String {
    "<p class=\"claim \(claim.verdict.look)\" id=\"\(ReportClaim.anchor(claim.number))\">"
      + "<span class=\"mark\">\(claim.verdict.mark)</span> "
      + "<span class=\"verdict\">\(claim.heading):</span> "
      + "<span class=\"statement\">\(inlines(claim.statement))</span> "
      + "<span class=\"evidence\">\(inlines(claim.evidence))</span></p>\n"
  }

  /// "Table 1. …"; nothing if there is neither a number nor a word.
  mutating func caption(_ content: [Inline], named name: String, number: Int?) -> String {
    guard number != nil || !content.isEmpty else { return "" }
    let head = number.map { "<b>\(name) \($0).</b> " } ?? ""
    return "<figcaption>\(head)\(inlines(content))</figcaption>\n"
  }
}

extension ReportClaim.Verdict {
  /// The name of its look in the style sheet: what is not tested looks alike, whatever the reason.
  fileprivate var look: String { self == .planned ? Self.untested.rawValue : rawValue }

  /// One character that tells the verdict apart without colour.
  var mark: String {
    switch self {
    case .holds: "✓"
    case .fails: "✗"
    case .untested: "?"
    case .planned: "…"
    case .unresolved: "○"
    }
  }
}

extension ReportClaim {
  /// The number and the verdict in words.
  var heading: String {
    switch verdict {
    case .holds: "Claim \(number) holds"
    case .fails: "Claim \(number) does not hold"
    case .untested: "Claim \(number) is not tested"
    case .planned: "Claim \(number) is not tested yet"
    case .unresolved: "Claim \(number), not told apart"
    }
  }
}
