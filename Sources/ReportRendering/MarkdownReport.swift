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

  mutating func text(of pieces: [SourcePiece]) -> String {
    var text = ""
    for order in pieces.indices { append(order, of: pieces, to: &text) }
    return text
  }

  /// The body under a title and a line of facts; a notebook with a title of its own keeps it.
  private mutating func withTitle(_ body: String) -> String {
    let outline = ReportOutline(report.notebook)
    let front = report.notebook.frontMatter
    var facts = [front.termWeek, front.time, front.period].compactMap { $0 }
    if !front.authors.isEmpty { facts.append(front.authors.joined(separator: ", ")) }
    if front.status == .draft { facts.append("draft") }
    var lead = facts.map(escapedMarkdown).joined(separator: " · ") + "\n"
    let summary = summary()
    if !summary.isEmpty { lead += "\n\(summary)" }
    if let abstract = front.abstract {
      lead += "\n\(text(of: abstract.pieces).trimmingBlankLines)\n"
      // Without this the list of the abstract would go on in the text.
      if case .list? = abstract.blocks.last, report.notebook.blocks.first?.continuesList == true {
        lead += "\n<!-- -->\n"
      }
    } else if !summary.isEmpty, report.notebook.blocks.first?.continuesList == true {
      lead += "\n<!-- -->\n"
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

  func reference(_ index: Int, in place: PiecePlaces.Place) -> String {
    let label = report.notebook.references[index].label
    let words = inlines(
      numbering.references[label] ?? [.text(label)], in: place.union(.link))
    return place.contains(.link) ? words : "[\(words)](\(markdownAddress("#\(label)")))"
  }

  /// A place that links may point to.
  func anchor(_ name: String) -> String { "<a id=\"\(escaped(name))\"></a>" }

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

  func inlineFormula(
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
