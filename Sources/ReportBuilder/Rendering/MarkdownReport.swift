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
  private let places: PiecePlaces
  /// The notebook's formulas with macros written out.
  private let formulas: [MacroExpansion]

  init(report: ReportDocument, numbering: ReportNumbering, formulas: [MacroExpansion]) {
    self.report = report
    self.numbering = numbering
    self.formulas = formulas
    places = PiecePlaces(report.notebook)
  }

  mutating func text() -> String {
    let body = self.text(of: report.notebook.pieces)
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

  private mutating func text(of pieces: [SourcePiece]) -> String {
    var text = ""
    for order in pieces.indices { append(order, of: pieces, to: &text) }
    return text
  }

  /// The body under a title and a line of facts; a notebook with a title of its own keeps it.
  private mutating func withTitle(_ body: String) -> String {
    let outline = ReportOutline(report.notebook)
    let front = report.notebook.frontMatter
    var facts = [front.termWeek, front.week.value, front.period].compactMap { $0 }
    if !front.authors.isEmpty { facts.append(front.authors.joined(separator: ", ")) }
    if front.status == .draft { facts.append("draft") }
    var lead = facts.map(escapedMarkdown).joined(separator: " · ") + "\n"
    if let abstract = front.abstract {
      lead += "\n\(text(of: abstract.pieces).trimmingBlankLines)\n"
      // Without this the list of the abstract would go on in the text.
      if case .list? = abstract.blocks.last, report.notebook.blocks.first?.continuesList == true {
        lead += "\n<!-- -->\n"
      }
    }
    let (title, rest) = body.withOutline(outline)
    return "\(title ?? "# \(escapedMarkdown(front.title.value))")\n\n\(lead)\n\(rest)\n"
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

  private mutating func append(
    _ order: Int, of pieces: [SourcePiece], to text: inout String
  ) {
    switch pieces[order] {
    case .verbatim(let source): text += source
    case .formula(let index):
      text += formula(index, before: text.last, after: characterAfter(order, of: pieces))
    case .fencedFormula(let index, let indentation): text += fence(index, indentation)
    case .value(let index):
      let isInTable = places.values[index, default: []].contains(.table)
      text += escapedMarkdown(report.values[index].text, inTable: isInTable)
    case .citation(let index):
      text += richText(
        report.bibliography.citations[index], in: places.citations[index, default: []])
    case .reference(let index): text += reference(index, in: places.references[index, default: []])
    case .comment: break
    case .separator: text += "<!-- -->"
    case .label(let label):
      if let number = numbering.images[label] {
        text += "\(anchor(label))<br>\n**Figure \(number).** \(inlines(places.images[label] ?? []))"
      } else {
        text += anchor(label)
      }
    case .directive(let index, let indentation):
      var numbers = numbering.directives[index][...]
      let contents = report.directives[index]
      var blocks = markdown(contents, &numbers)
      // Without these a list beside it would go on in its own, or its own in that.
      if places.afterList.contains(index), contents.first?.isList == true {
        blocks = "<!-- -->\n\n" + blocks
      }
      if places.beforeList.contains(index), contents.last?.isList == true {
        blocks += "\n\n<!-- -->"
      }
      let lines = blocks.split(separator: "\n", omittingEmptySubsequences: false)
      for (order, line) in lines.enumerated() {
        if order > 0 { text += "\n" + (line.isEmpty ? indentation.trimmedEnd : indentation) }
        text += line
      }
    }
  }

  private func reference(_ index: Int, in place: PiecePlaces.Place) -> String {
    let label = report.notebook.references[index].label
    let words = inlines(
      numbering.references[label] ?? [.text(label)], in: place.union(.link))
    return place.contains(.link) ? words : "[\(words)](\(markdownAddress("#\(label)")))"
  }

  /// A place that links may point to.
  private func anchor(_ name: String) -> String { "<a id=\"\(escaped(name))\"></a>" }

  /// The first character of what follows the piece `order`.
  private func characterAfter(_ order: Int, of pieces: [SourcePiece]) -> Character? {
    for piece in pieces[(order + 1)...] {
      switch piece {
      case .verbatim(let text): return text.first
      case .formula: return "$"
      case .value(let index): return report.values[index].text.first
      case .citation, .reference: return "["
      case .label: return "<"
      case .comment: continue
      case .separator: return nil
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

  // MARK: Running text

  /// Running text that is not in the body as written: captions, cells, titles of sections.
  private func inlines(_ content: [Inline], in place: PiecePlaces.Place = []) -> String {
    var text = ""
    for (order, inline) in content.enumerated() {
      if case .formula(let index) = inline {
        let rest = inlines(Array(content[(order + 1)...].prefix(1)), in: place)
        text += inlineFormula(
          index, before: text.last, after: rest.first, isInTable: place.contains(.table))
      } else {
        text += self.inline(inline, in: place)
      }
    }
    return text
  }

  private func inline(_ inline: Inline, in place: PiecePlaces.Place) -> String {
    let isInTable = place.contains(.table)
    return switch inline {
    case .text(let text): escapedMarkdown(text, inTable: isInTable)
    case .softBreak: isInTable ? " " : "\n"
    case .lineBreak: "<br>"
    case .code(let text): markdownCode(text, inTable: isInTable)
    case .emphasis(let content): "*\(inlines(content, in: place))*"
    case .strong(let content): "**\(inlines(content, in: place))**"
    case .strikethrough(let content): "~~\(inlines(content, in: place))~~"
    case .link(let destination, let title, let content):
      LinkAddress.isAllowed(destination) && !place.contains(.link)
        ? "[\(inlines(content, in: place.union(.link)))](\(target(destination, title, place)))"
        : inlines(content, in: place)
    case .image(let source, let title, let words, _):
      "![\(inlines(words, in: place.union(.link)))](\(target(source, title, place)))"
    case .html(let tag): tag
    // In a link it repeats what has the name elsewhere.
    case .anchor(let name): place.contains(.link) ? "" : anchor(name)
    case .formula(let index):
      inlineFormula(index, before: nil, after: nil, isInTable: isInTable)
    case .citation(let index): richText(report.bibliography.citations[index], in: place)
    case .reference(let index): reference(index, in: place)
    case .value(let index): escapedMarkdown(report.values[index].text, inTable: isInTable)
    case .footnote(let number): place.contains(.link) ? "" : "<sup>\(number)</sup>"
    }
  }

  /// An address with a title after it, if there is one.
  private func target(_ address: String, _ title: String, _ place: PiecePlaces.Place) -> String {
    guard !title.isEmpty else { return markdownAddress(address) }
    let words = oneLine(title).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("&", with: "&amp;")
    let plain = place.contains(.table) ? words.replacing("|", with: "\\|") : words
    return "\(markdownAddress(address)) \"\(plain)\""
  }

  private func richText(_ text: [RichText], in place: PiecePlaces.Place = []) -> String {
    let isInTable = place.contains(.table)
    return text.map { part in
      switch part {
      case .text(let words): plainWords(words, in: place)
      case .emphasis(let content): "*\(richText(content, in: place))*"
      case .strong(let content): "**\(richText(content, in: place))**"
      case .superscript(let content): "<sup>\(richText(content, in: place))</sup>"
      case .subscript(let content): "<sub>\(richText(content, in: place))</sub>"
      case .code(let text): markdownCode(text, inTable: isInTable)
      case .formula(let tex):
        GitHubFormula.inline(tex, before: nil, after: nil, isInTable: isInTable)
      case .link(let destination, let content): link(to: destination, content, in: place)
      case .inline(let inline): self.inline(inline, in: place)
      }
    }.joined()
  }

  /// `words` as text; in a link, brackets are marked, because they might close it.
  private func plainWords(_ words: String, in place: PiecePlaces.Place) -> String {
    let text = escapedMarkdown(words, inTable: place.contains(.table))
    return place.contains(.link) ? text.replacing(/\\?([\[\]])/) { "\\\($0.output.1)" } : text
  }

  /// A link, or only its words where a report must not lead there, as a bibliography may ask for, or where
  /// they stand in a link.
  private func link(
    to destination: String, _ content: [RichText], in place: PiecePlaces.Place
  ) -> String {
    guard LinkAddress.isAllowed(destination), !place.contains(.link) else {
      return richText(content, in: place)
    }
    let address = markdownAddress(destination)
    // A bare address is a link on GitHub, and reads better than one in brackets.
    return content == [.text(destination)] && address == destination && !destination.hasPrefix("#")
      ? "<\(destination)>" : "[\(richText(content, in: place.union(.link)))](\(address))"
  }
}

extension Block {
  /// Whether a list above would take this for its own.
  fileprivate var continuesList: Bool {
    switch self {
    case .list, .code: true
    default: false
    }
  }
}

extension ReportBlock {
  /// Whether it is written as a list.
  fileprivate var isList: Bool {
    switch self {
    case .list, .claim: true
    case .paragraph, .table, .figure, .notice, .details: false
    }
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
