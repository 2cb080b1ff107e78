import Notebook

/// The content of directives as HTML.
extension HTMLRenderer {
  /// Blocks one after the other; claims that follow each other are one table.
  mutating func html(_ blocks: [ReportBlock], _ numbers: inout ArraySlice<Int?>) -> String {
    var html = ""
    var claims: [ReportClaim] = []
    for block in blocks {
      if case .claim(let claim) = block {
        claims.append(claim)
        continue
      }
      html += table(of: claims) + self.html(block, &numbers)
      claims = []
    }
    return html + table(of: claims)
  }

  /// One block; tables and figures take the next of `numbers`.
  mutating func html(_ block: ReportBlock, _ numbers: inout ArraySlice<Int?>) -> String {
    switch block {
    case .paragraph(let content): return "<p>\(inlines(content))</p>\n"
    case .table(let table): return html(table, number: numbers.popFirst() ?? nil)
    case .figure(let figure): return html(figure, number: numbers.popFirst() ?? nil)
    case .claim(let claim): return table(of: [claim])
    case .notice(let content):
      return "<p class=\"notice\" role=\"note\">\(inlines(content))</p>\n"
    case .list(let items):
      var html = "<ul>\n"
      for item in items { html += "<li>\(inlines(item))</li>\n" }
      return html + "</ul>\n"
    case .details(let summary, let content):
      var html = "<details>\n<summary>\(inlines(summary))</summary>\n"
      html += self.html(content, &numbers)
      return html + "</details>\n"
    }
  }

  private mutating func html(_ table: ReportTable, number: Int?) -> String {
    let origins = origins(of: table)
    let name = table.label ?? number.map { "table.\($0)" }
    var html = "<figure class=\"results\"\(identifier(name))>\n"
    html += caption(table.caption ?? [], named: "Table", number: number, at: name)
    let isNumbers = isShort && table.hasNumbersAlone
    html += "<div class=\"scroll\">\n<table\(isNumbers ? " class=\"numbers\"" : "")>\n<thead>\n<tr>"
    for column in table.columns {
      let attribute = isNumbers ? "" : column.alignment.attribute
      html += "<th\(attribute)>\(inlines(column.title))</th>"
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    for (row, arms) in zip(table.rows, origins.rows) {
      html += "<tr>"
      for (index, (cell, column)) in zip(row, table.columns).enumerated() {
        let isHead = index == 0 && column.alignment != .trailing
        let tag = isHead ? "th scope=\"row\"" : "td"
        var content = inlines(cell.content)
        if isHead, origins.areByRow, let arm = arms.first {
          content =
            "<a class=\"origin\" href=\"#\(RunRegister.anchor(arm))\">"
            + "\(inlines(cell.content, in: .link))</a>"
        }
        let classes = cellClasses(cell, isNumbers ? .natural : column.alignment)
        html += "<\(tag)\(classes)>\(content)</\(isHead ? "th" : "td")>"
      }
      html += "</tr>\n"
    }
    html += "</tbody>\n</table>\n</div>\n"
    if let note = table.note { html += "<p class=\"note\">\(inlines(note))</p>\n" }
    html += originLinks(origins)
    return html + (isShort ? "" : download(table, named: name)) + "</figure>\n"
  }

  private func cellClasses(_ cell: ReportCell, _ alignment: ColumnAlignment) -> String {
    var classes: [String] = []
    switch alignment {
    case .center: classes.append("center")
    case .trailing: classes.append("trailing")
    case .natural, .leading: break
    }
    if cell.emphasis != .none { classes.append(cell.emphasis.rawValue) }
    return classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
  }

  private mutating func html(_ figure: ReportFigure, number: Int?) -> String {
    figureCount += 1
    let drawing = inlineSVG(
      figure.svg, prefix: "figure-\(figureCount)", label: figure.alternative)
    let name = figure.label ?? number.map { "figure.\($0)" }
    let origins = Origins(rows: figure.provenance.map { [register.add($0)] } ?? [])
    return "<figure class=\"drawing\"\(identifier(name))>\n"
      + "<div class=\"\(paperClasses(of: drawing))\">\(drawing)</div>\n"
      + caption(figure.caption ?? [], named: "Figure", number: number, at: name)
      + originLinks(origins)
      + download(figure, named: name) + "</figure>\n"
  }

  /// "Table 1. …", the number a link to its place; nothing if there is neither a number nor a word.
  mutating func caption(
    _ content: [Inline], named name: String, number: Int?, at place: String?
  ) -> String {
    guard number != nil || !content.isEmpty else { return "" }
    let head = number.map { number in
      "<b>" + permalink("\(name) \(number).", to: place) + "</b> "
    }
    return "<figcaption>\(head ?? "")\(inlines(content))</figcaption>\n"
  }

  /// `words` as a link to the place that they name. The keyboard passes it over: it leads where it stands.
  func permalink(_ words: String, to place: String?) -> String {
    guard let place else { return words }
    return "<a class=\"permalink\" href=\"#\(escaped(place))\" tabindex=\"-1\">\(words)</a>"
  }
}

extension ReportTable {
  /// Whether every column but the first is of numbers.
  fileprivate var hasNumbersAlone: Bool {
    columns.first.map { $0.alignment == .natural || $0.alignment == .leading } == true
      && columns.dropFirst().allSatisfy { $0.alignment == .trailing }
  }
}

extension ReportClaim.Verdict {
  /// The name of its look in the style sheet: what is not tested looks alike, whatever the reason.
  var look: String { self == .planned ? Self.untested.rawValue : rawValue }

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
