import Notebook

/// Turns a report into the body of an HTML page.
struct HTMLRenderer {
  let report: ReportDocument
  let numbering: ReportNumbering
  /// Each of the notebook's formulas, typeset.
  let formulas: [String]
  /// The formulas in titles of works, by TeX.
  let titleFormulas: [String: String]
  let images: EmbeddedImages
  /// The cards that tell where numbers come from, in order.
  var sources: [ReportProvenance] = []
  /// The place of each card among ``sources``.
  var sourceIndices: [ReportProvenance: Int] = [:]
  /// How many figures have been drawn, so that the names inside each are its own.
  var figureCount = 0

  init(
    report: ReportDocument, numbering: ReportNumbering, formulas: [String],
    titleFormulas: [String: String], images: EmbeddedImages
  ) {
    self.report = report
    self.numbering = numbering
    self.formulas = formulas
    self.titleFormulas = titleFormulas
    self.images = images
  }

  /// The whole body.
  mutating func body() -> String {
    var blocks = report.notebook.blocks
    var title = escaped(report.notebook.frontMatter.title.value)
    if case .heading(1, _, let content)? = blocks.first {
      title = inlines(content)
      blocks.removeFirst()
    }
    let header = header(title: title)
    let contents = contents(of: blocks)
    let main = html(blocks)
    let footnotes = footnotes()
    let references = references(after: blocks.last)
    let rule = report.rule.map { "<p class=\"rule\">\(escaped($0))</p>\n" } ?? ""
    return header + contents + "<main>\n" + main + footnotes + rule + references + "</main>\n"
      + footer()
      + sourceCards()
  }

  // MARK: Around the text

  private mutating func header(title: String) -> String {
    let front = report.notebook.frontMatter
    var facts = [front.termWeek, front.week.value, front.period].compactMap { $0 }
      .map { "<span>\(escaped($0))</span>" }
    if !front.authors.isEmpty {
      facts.append("<span>\(escaped(front.authors.joined(separator: ", ")))</span>")
    }
    if front.status == .draft { facts.append("<span class=\"draft\">draft</span>") }
    var html = "<header>\n<h1>\(title)</h1>\n<p class=\"facts\">\(facts.joined())</p>\n"
    if let abstract = front.abstract { html += "<p class=\"abstract\">\(inlines(abstract))</p>\n" }
    return html + "</header>\n"
  }

  /// Links to the sections, if there are enough to get lost among.
  private mutating func contents(of blocks: [Block]) -> String {
    let headings = blocks.compactMap { block -> (level: Int, anchor: String, title: [Inline])? in
      guard case .heading(let level, let anchor, let content) = block, level <= 3 else {
        return nil
      }
      return (level, anchor, content)
    }
    guard headings.count >= 4 else { return "" }
    var html = "<nav aria-label=\"Contents\">\n<ul>\n"
    for heading in headings {
      html += "<li class=\"level-\(heading.level)\"><a href=\"#\(escaped(heading.anchor))\">"
      html += "\(inlines(heading.title, inLink: true))</a></li>\n"
    }
    return html + "</ul>\n</nav>\n"
  }

  private mutating func footnotes() -> String {
    let footnotes = report.notebook.footnotes
    guard !footnotes.isEmpty else { return "" }
    var html = "<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n"
    for footnote in footnotes {
      html += "<li id=\"footnote-\(footnote.number)\">\n\(self.html(footnote.blocks))"
      html += "<a class=\"back\" href=\"#mark-\(footnote.number)\" aria-label=\"Back\">↩</a></li>\n"
    }
    return html + "</ol>\n</section>\n"
  }

  private mutating func footer() -> String {
    guard !report.footer.isEmpty else { return "" }
    var html = "<footer>\n"
    for sentence in report.footer { html += "<p class=\"note\">\(inlines(sentence))</p>\n" }
    return html + "</footer>\n"
  }

  /// The list of works, each with links back to where it is cited.
  private mutating func references(after last: Block?) -> String {
    let bibliography = report.bibliography
    guard !bibliography.entries.isEmpty else { return "" }
    var html = "<section class=\"references\" aria-label=\"References\">\n"
    // A notebook that ends with such a heading has chosen its own place and words.
    if !endsWithReferencesHeading(last) { html += "<h2 id=\"references\">References</h2>\n" }
    html += bibliography.isNumbered ? "<ol>\n" : "<ul>\n"
    var placesOfKeys: [String: [Int]] = [:]
    for (index, citation) in report.notebook.citations.enumerated() {
      for key in Set(citation.items.map(\.key)) { placesOfKeys[key, default: []].append(index) }
    }
    for entry in bibliography.entries {
      let places = placesOfKeys[entry.key] ?? []
      let back = places.enumerated().map { order, index in
        "<a href=\"#cite-\(index + 1)\" aria-label=\"Cited here\">"
          + (order == 0 ? "↩" : "<sup>\(order + 1)</sup>") + "</a>"
      }
      html += "<li id=\"ref-\(escaped(entry.key))\">\(richText(entry.text))"
      html += " <span class=\"back\">\(back.joined(separator: " "))</span></li>\n"
    }
    return html + (bibliography.isNumbered ? "</ol>\n" : "</ul>\n") + "</section>\n"
  }

  // MARK: Blocks

  /// The notebook's blocks.
  mutating func html(_ blocks: [Block]) -> String {
    var html = ""
    for block in blocks { html += self.html(block) }
    return html
  }

  private mutating func html(_ block: Block) -> String {
    switch block {
    case .paragraph(let content): return paragraph(content)
    case .heading(let level, let anchor, let content):
      let name = escaped(anchor)
      return "<h\(level) id=\"\(name)\">\(inlines(content)) "
        + "<a class=\"anchor\" href=\"#\(name)\" aria-label=\"Link to this section\">#</a>"
        + "</h\(level)>\n"
    case .blockQuote(let content): return "<blockquote>\n\(html(content))</blockquote>\n"
    case .list(let list): return self.list(list)
    case .code(let language, let text):
      let name = language.isEmpty ? "" : " class=\"language-\(escaped(language))\""
      return "<pre><code\(name)>\(escaped(text))</code></pre>\n"
    case .thematicBreak: return "<hr>\n"
    case .table(let table): return self.table(table)
    case .directive(let index):
      var numbers = numbering.directives[index][...]
      return report.directives[index].map { html($0, &numbers) }.joined()
    }
  }

  /// A paragraph; an image alone in one is a figure.
  private mutating func paragraph(_ content: [Inline]) -> String {
    guard content.count == 1, case .image(let source, let title, let words, let label) = content[0]
    else { return "<p>\(inlines(content))</p>\n" }
    let image = images.html(source, alternative: words.plainText, title: title)
    let number = label.flatMap { numbering.images[$0] }
    return "<figure\(identifier(label))>\n\(image)\n"
      + caption(words, named: "Figure", number: number) + "</figure>\n"
  }

  private mutating func list(_ list: MarkdownList) -> String {
    var html = "<ul>\n"
    if let start = list.start { html = start == 1 ? "<ol>\n" : "<ol start=\"\(start)\">\n" }
    for item in list.items {
      var content = ""
      for block in item.blocks {
        if list.isTight, case .paragraph(let words) = block {
          content += inlines(words) + "\n"
        } else {
          content += self.html(block)
        }
      }
      if let isDone = item.isDone {
        let state = isDone ? " checked" : ""
        html += "<li class=\"task\"><input type=\"checkbox\" disabled\(state)> \(content)</li>\n"
      } else {
        html += "<li>\(content)</li>\n"
      }
    }
    return html + (list.start == nil ? "</ul>\n" : "</ol>\n")
  }

  private mutating func table(_ table: MarkdownTable) -> String {
    func row(_ cells: [[Inline]], _ tag: String, _ renderer: inout HTMLRenderer) -> String {
      var html = "<tr>"
      for (cell, alignment) in zip(cells, table.alignments) {
        html += "<\(tag)\(alignment.attribute)>\(renderer.inlines(cell))</\(tag)>"
      }
      return html + "</tr>\n"
    }
    var html =
      "<div class=\"scroll\">\n<table>\n<thead>\n\(row(table.header, "th", &self))</thead>\n"
    html += "<tbody>\n"
    for cells in table.rows { html += row(cells, "td", &self) }
    return html + "</tbody>\n</table>\n</div>\n"
  }

  /// The attribute that names an element, if it has a label.
  func identifier(_ label: String?) -> String {
    label.map { " id=\"\(escaped($0))\"" } ?? ""
  }
}

/// Whether a notebook ends with a heading for its list of works.
func endsWithReferencesHeading(_ block: Block?) -> Bool {
  guard case .heading(_, _, let content)? = block else { return false }
  return ["bibliography", "reference", "references"].contains(content.plainText.lowercased())
}

extension ColumnAlignment {
  /// The class of a cell that is not aligned as text is.
  var attribute: String {
    switch self {
    case .natural, .leading: ""
    case .center: " class=\"center\""
    case .trailing: " class=\"trailing\""
    }
  }
}
