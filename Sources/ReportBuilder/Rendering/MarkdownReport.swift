import Notebook

/// Returns `report` as Markdown that GitHub shows well.
///
/// The notebook's own text is taken over as written; only what stands for something else is
/// replaced: directives by tables, figures and claims, values by numbers, citations by links to the
/// list at the end. Formulas keep their dollars where GitHub would read them unharmed, in commands that it takes.
///
/// - Parameter report: The report.
/// - Returns: The text, ending with a line end; a function of `report` alone.
/// - Throws: ``NotebookError`` if a reference names a label that nothing shows, or a formula cannot be written.
public func markdown(for report: ReportDocument) throws -> String {
  var renderer = MarkdownRenderer(
    report: report, numbering: try ReportNumbering(report),
    formulas: try PreparedFormulas(of: report).formulas)
  let text = renderer.text()
  // The words of notebook, lock and bibliography stand side by side now, and could mean more than each.
  let unsafe = unsafeParts(ofMarkdown: text)
  guard unsafe.isEmpty else {
    throw NotebookError(
      unsafe.map {
        SourceProblem(
          path: report.notebook.path, position: SourcePosition(line: 1, column: 1),
          message: "the report would hold '\($0)', which labbook writes into no page")
      })
  }
  return text
}

/// Puts the pieces of a notebook together with what stands in their place.
struct MarkdownRenderer {
  let report: ReportDocument
  let numbering: ReportNumbering
  /// The notebook's formulas with macros written out.
  let formulas: [MacroExpansion]

  mutating func text() -> String {
    var body = ""
    for index in report.notebook.pieces.indices { append(index, to: &body) }
    var text = "<!-- Built by labbook from \(fileName); edit that instead. -->\n\n"
    text += withTitle(body.trimmingBlankLines)
    if let rule = report.rule { text += "\n<sub>\(escapedMarkdown(rule))</sub>\n" }
    text += references()
    for sentence in report.footer { text += "\n<sub>\(inlines(sentence))</sub>\n" }
    return text
  }

  private var fileName: String {
    report.notebook.path.split(separator: "/").last.map(String.init) ?? "notebook.md"
  }

  // MARK: Around the text

  /// The body under a title and a line of facts; a notebook that begins with a title keeps it.
  private func withTitle(_ body: String) -> String {
    let front = report.notebook.frontMatter
    var facts = [front.termWeek, front.week.value, front.period].compactMap { $0 }
    if !front.authors.isEmpty { facts.append(front.authors.joined(separator: ", ")) }
    if front.status == .draft { facts.append("draft") }
    var lead = facts.map(escapedMarkdown).joined(separator: " · ") + "\n"
    if let abstract = front.abstract { lead += "\n\(inlines(abstract))\n" }
    if case .heading(1, _, _)? = report.notebook.blocks.first {
      let lines = body.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      if let title = lines.first, title.hasPrefix("#") {
        let rest = lines.count > 1 ? String(lines[1]) : ""
        return "\(title)\n\n\(lead)\n\(rest.droppingLeadingBlankLines)\n"
      }
    }
    return "# \(escapedMarkdown(front.title.value))\n\n\(lead)\n\(body)\n"
  }

  private func references() -> String {
    let bibliography = report.bibliography
    guard !bibliography.entries.isEmpty else { return "" }
    var text = endsWithReferencesHeading(report.notebook.blocks.last) ? "\n" : "\n## References\n\n"
    for (index, entry) in bibliography.entries.enumerated() {
      let mark = bibliography.isNumbered ? "\(index + 1)." : "-"
      text += "\(mark) \(anchor("ref-\(entry.key)"))\(richText(entry.text))\n"
    }
    return text
  }

  // MARK: Pieces

  private mutating func append(_ order: Int, to text: inout String) {
    switch report.notebook.pieces[order] {
    case .verbatim(let source): text += source
    case .formula(let index):
      text += formula(index, before: text.last, after: characterAfter(order))
    case .fencedFormula(let index, let indentation): text += fence(index, indentation)
    case .value(let index): text += escapedMarkdown(report.values[index].text)
    case .citation(let index):
      // The piece may stand in a table, and "\|" is the sign itself everywhere.
      text += richText(
        report.bibliography.citations[index], inTable: true,
        inLink: report.notebook.citations[index].isInLink)
    case .reference(let index): text += reference(index)
    case .comment: break
    case .label(let label):
      if let number = numbering.images[label] {
        text += "\(anchor(label))<br>\n**Figure \(number).** \(words(ofImage: label))"
      } else {
        text += anchor(label)
      }
    case .directive(let index, let indentation):
      var numbers = numbering.directives[index][...]
      let blocks = markdown(report.directives[index], &numbers)
      let lines = blocks.split(separator: "\n", omittingEmptySubsequences: false)
      for (order, line) in lines.enumerated() {
        if order > 0 { text += "\n" + (line.isEmpty ? indentation.trimmedEnd : indentation) }
        text += line
      }
    }
  }

  /// The words of the notebook's own image that has the label `label`.
  private func words(ofImage label: String) -> String {
    func find(_ content: [Inline]) -> [Inline]? {
      for case .image(_, _, let words, let name) in content where name == label { return words }
      return nil
    }
    func search(_ blocks: [Block]) -> [Inline]? {
      for block in blocks {
        let found: [Inline]? =
          switch block {
          case .paragraph(let content), .heading(_, _, let content): find(content)
          case .blockQuote(let content): search(content)
          case .list(let list): list.items.lazy.compactMap { search($0.blocks) }.first
          default: nil
          }
        if let found { return found }
      }
      return nil
    }
    return search(report.notebook.blocks).map { inlines($0) } ?? ""
  }

  private func reference(_ index: Int) -> String {
    let label = report.notebook.references[index].label
    return
      "[\(inlines(numbering.references[label] ?? [.text(label)]))](\(markdownAddress("#\(label)")))"
  }

  /// A place that links may point to.
  private func anchor(_ name: String) -> String { "<a id=\"\(escaped(name))\"></a>" }

  /// The first character of what follows the piece `order`.
  private func characterAfter(_ order: Int) -> Character? {
    for piece in report.notebook.pieces[(order + 1)...] {
      switch piece {
      case .verbatim(let text): return text.first
      case .formula: return "$"
      case .value(let index): return report.values[index].text.first
      case .citation, .reference: return "["
      case .label: return "<"
      case .comment: continue
      case .directive, .fencedFormula: return nil
      }
    }
    return nil
  }

  /// A formula of the body between dollars, or as code where Markdown would read it as its own or GitHub would
  /// not see it for its neighbours.
  private func formula(_ index: Int, before: Character?, after: Character?) -> String {
    let formula = report.notebook.formulas[index]
    guard formula.isDisplay else {
      return inlineFormula(index, before: before, after: after, isInTable: formula.place == .table)
    }
    let anchor = formula.label.map(anchor) ?? ""
    let tex = GitHubFormula.text(for: formulas[index].tex, isDisplay: true)
    let tag = numbering.formulas[index].map { " \\tag{\($0)}" } ?? ""
    if formula.place != .text {
      let style = "\\displaystyle " + formulas[index].tex
      return anchor
        + GitHubFormula.inline(
          style, before: anchor.isEmpty ? before : ">", after: after,
          isInTable: formula.place == .table)
    }
    if survivesMarkdown(tex), tex == formula.tex {
      guard !tag.isEmpty else { return formula.source }
      let written = formula.source.dropLast(2)
      let end = written.reversed().prefix(while: \.isWhitespace).reversed()
      return anchor + "\n" + formula.indentation + written.trimmedEnd + tag + String(end) + "$$"
    }
    let block = [""] + fenceLines(tex + tag) + [""]
    return anchor + block.joined(separator: "\n" + formula.indentation)
  }

  private func inlineFormula(
    _ index: Int, before: Character?, after: Character?, isInTable: Bool
  ) -> String {
    GitHubFormula.inline(
      formulas[index].tex, before: before, after: after, isInTable: isInTable)
  }

  /// A formula that is fenced in the notebook too.
  private func fence(_ index: Int, _ indentation: String) -> String {
    let tex = GitHubFormula.text(for: formulas[index].tex, isDisplay: true)
    let tag = numbering.formulas[index].map { " \\tag{\($0)}" } ?? ""
    let head = report.notebook.formulas[index].label.map { [anchor($0), ""] } ?? []
    return (head + fenceLines(tex + tag)).joined(separator: "\n" + indentation)
  }

  private func fenceLines(_ tex: String) -> [String] {
    ["```math"]
      + tex.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmedStart) + ["```"]
  }

  // MARK: What directives expand to

  private func markdown(_ blocks: [ReportBlock], _ numbers: inout ArraySlice<Int?>) -> String {
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

  private func markdown(_ block: ReportBlock, _ numbers: inout ArraySlice<Int?>) -> String {
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
    lines.append(row(table.columns.map { inlines($0.title, inTable: true) }))
    lines.append(row(table.columns.map(\.alignment.rule)))
    for cells in table.rows {
      lines.append(
        row(
          cells.map { cell in
            let text = inlines(cell.content, inTable: true)
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

  // MARK: Running text

  /// Running text that is not in the body as written: captions, cells, abstracts.
  private func inlines(_ content: [Inline], inTable: Bool = false) -> String {
    var text = ""
    for (order, inline) in content.enumerated() {
      if case .formula(let index) = inline {
        let rest = inlines(Array(content[(order + 1)...].prefix(1)), inTable: inTable)
        text += inlineFormula(
          index, before: text.last, after: rest.first, isInTable: inTable)
      } else {
        text += self.inline(inline, inTable: inTable)
      }
    }
    return text
  }

  private func inline(_ inline: Inline, inTable: Bool) -> String {
    switch inline {
    case .text(let text): escapedMarkdown(text, inTable: inTable)
    case .softBreak: inTable ? " " : "\n"
    case .lineBreak: "<br>"
    case .code(let text): markdownCode(text, inTable: inTable)
    case .emphasis(let content): "*\(inlines(content, inTable: inTable))*"
    case .strong(let content): "**\(inlines(content, inTable: inTable))**"
    case .strikethrough(let content): "~~\(inlines(content, inTable: inTable))~~"
    case .link(let destination, _, let content):
      LinkAddress.isAllowed(destination)
        ? "[\(inlines(content, inTable: inTable))](\(markdownAddress(destination)))"
        : inlines(content, inTable: inTable)
    case .image(let source, _, let words, _):
      "![\(inlines(words, inTable: inTable))](\(markdownAddress(source)))"
    case .html(let tag): tag
    case .anchor(let name): anchor(name)
    case .formula(let index):
      inlineFormula(index, before: nil, after: nil, isInTable: inTable)
    case .citation(let index):
      richText(report.bibliography.citations[index], inTable: inTable)
    case .reference(let index): reference(index)
    case .value(let index): escapedMarkdown(report.values[index].text, inTable: inTable)
    case .footnote(let number): "<sup>\(number)</sup>"
    }
  }

  /// Text from the citation processor; inside a link, nothing else is a link.
  private func richText(
    _ text: [RichText], inTable: Bool = false, inLink: Bool = false
  ) -> String {
    func inside(_ content: [RichText]) -> String {
      richText(content, inTable: inTable, inLink: inLink)
    }
    return text.map { part in
      switch part {
      case .text(let words): plainWords(words, inTable: inTable, inLink: inLink)
      case .emphasis(let content): "*\(inside(content))*"
      case .strong(let content): "**\(inside(content))**"
      case .superscript(let content): "<sup>\(inside(content))</sup>"
      case .subscript(let content): "<sub>\(inside(content))</sub>"
      case .code(let text): markdownCode(text, inTable: inTable)
      case .formula(let tex):
        GitHubFormula.inline(tex, before: nil, after: nil, isInTable: inTable)
      case .link(let destination, let content):
        inLink ? inside(content) : link(to: destination, content, inTable: inTable)
      case .inline(.reference(let index)) where inLink:
        inlines(numbering.references[report.notebook.references[index].label] ?? [])
      case .inline(.citation(let index)): inside(report.bibliography.citations[index])
      case .inline(let inline): inlines([inline], inTable: inTable)
      }
    }.joined()
  }

  /// `words` as text; in a link, brackets are marked, because they might close it.
  private func plainWords(_ words: String, inTable: Bool, inLink: Bool) -> String {
    let text = escapedMarkdown(words, inTable: inTable)
    return inLink ? text.replacing(/\\?([\[\]])/) { "\\\($0.output.1)" } : text
  }

  /// A link, or only its words where a report must not lead there, as a bibliography may ask for.
  private func link(
    to destination: String, _ content: [RichText], inTable: Bool
  ) -> String {
    guard LinkAddress.isAllowed(destination) else { return richText(content, inTable: inTable) }
    let address = markdownAddress(destination)
    // A bare address is a link on GitHub, and reads better than one in brackets.
    return content == [.text(destination)] && address == destination && !destination.hasPrefix("#")
      ? "<\(destination)>"
      : "[\(richText(content, inTable: inTable, inLink: true))](\(address))"
  }
}

extension ReportClaim.Verdict {
  fileprivate var emoji: String {
    switch self {
    case .holds: "✅"
    case .fails: "❌"
    case .untested: "❔"
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
