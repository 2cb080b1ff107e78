import Notebook

/// The content of directives as Markdown.
extension MarkdownRenderer {
  func markdown(_ blocks: [ReportBlock], _ numbers: inout ArraySlice<Int?>) -> String {
    var parts: [String] = []
    var isAfterClaim = false
    for block in blocks {
      let part = markdown(block, &numbers)
      guard case .claim = block else {
        parts.append(part)
        isAfterClaim = false
        continue
      }
      // Claims that follow each other are one list.
      if isAfterClaim, let last = parts.popLast() {
        parts.append(last + "\n" + part)
      } else {
        parts.append(part)
      }
      isAfterClaim = true
    }
    return parts.joined(separator: "\n\n")
  }

  func markdown(_ block: ReportBlock, _ numbers: inout ArraySlice<Int?>) -> String {
    switch block {
    case .paragraph(let content): return escapedStart(inlines(content))
    case .table(let table): return self.table(table, number: numbers.popFirst() ?? nil)
    case .figure(let figure):
      let image = "![\(escapedMarkdown(figure.alternative))](\(markdownAddress(figure.file)))"
      let caption = caption(
        figure.caption, "Figure", number: numbers.popFirst() ?? nil, label: figure.label)
      return caption.isEmpty ? image : image + "\n\n" + caption
    case .claim(let claim):
      return "- <a id=\"\(ReportClaim.anchor(claim.number))\"></a>\(claim.verdict.emoji) "
        + "**\(claim.heading):** \(inlines(claim.statement)) — \(inlines(claim.evidence))"
    case .notice(let content): return "> [!WARNING]\n> \(inlines(content))"
    case .list(let items):
      return items.map { "- " + escapedStart(inlines($0)) }.joined(separator: "\n")
    case .details(let summary, let content):
      let inside = markdown(content, &numbers)
      return
        "<details>\n<summary>\(escaped(oneLine(summary.plainText)))</summary>\n\n\(inside)\n\n</details>"
    }
  }

  private func table(_ table: ReportTable, number: Int?) -> String {
    var lines: [String] = []
    let caption = caption(table.caption, "Table", number: number, label: table.label)
    if !caption.isEmpty { lines += [caption, ""] }
    lines.append(row(table.columns.map { inlines($0.title, in: .table) }))
    lines.append(row(table.columns.map(\.alignment.rule)))
    for cells in table.rows {
      lines.append(
        row(
          cells.map { cell in
            let text = inlines(cell.content, in: .table)
            return cell.emphasis == .strong && !text.isEmpty ? "**\(text)**" : text
          }))
    }
    if let note = table.note { lines += ["", "<sub>\(inlines(note))</sub>"] }
    return lines.joined(separator: "\n")
  }

  private func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  private func caption(
    _ content: [Inline]?, _ name: String, number: Int?, label: String?
  ) -> String {
    guard number != nil || content != nil else { return "" }
    let anchor = label.map(anchor) ?? ""
    let head = number.map { "**\(name) \($0).** " } ?? ""
    return (anchor + head + inlines(content ?? [])).trimmedEnd
  }
}

extension ReportClaim.Verdict {
  fileprivate var emoji: String {
    switch self {
    case .holds: "✅"
    case .fails: "❌"
    case .untested: "❔"
    case .planned: "🕓"
    case .unresolved: "⚪"
    }
  }
}

extension ColumnAlignment {
  /// The cell below a column's title.
  fileprivate var rule: String {
    switch self {
    case .natural: "---"
    case .leading: ":---"
    case .center: ":---:"
    case .trailing: "---:"
    }
  }
}
