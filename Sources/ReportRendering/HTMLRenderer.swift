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
  let outline: ReportOutline
  /// Whether the page is written in short, because it stands on very many runs.
  let isShort: Bool
  /// The runs that the numbers stand on.
  var register = RunRegister()
  /// The number of times that each footnote has been mentioned.
  var markCounts: [Int: Int] = [:]
  /// The citations that have a place on the page.
  var shownCitations: Set<Int> = []
  /// The number of figures drawn so far, so that the names inside each are its own.
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
    outline = ReportOutline(report.notebook)
    isShort = RunRegister.runCount(of: report) > Self.mostRunsAtLength
  }

  /// A page that stands on more runs than this has no file beside each table and no keys of runs: it would have 1.4 MB
  /// at 10,000 runs. The lock has the keys, and `labbook export` writes the files.
  static let mostRunsAtLength = 2000

  /// The whole body.
  mutating func body() -> String {
    var blocks = report.notebook.blocks
    var title = "<h1>\(escaped(report.notebook.frontMatter.title.value))</h1>"
    if let own = outline.title {
      title = "<h1 id=\"\(escaped(own.anchor))\">\(inlines(own.content))</h1>"
      blocks.removeFirst()
    }
    let header = header(title: title)
    let contents = contents(of: blocks)
    let main = html(blocks)
    let footnotes = footnotes()
    let references = references(after: blocks.last)
    let rule = report.rule.map { "<p class=\"rule\">\(escaped($0))</p>\n" } ?? ""
    return header + contents + "<main id=\"main\">\n" + main + footnotes + rule + references
      + "</main>\n"
      + runs() + footer()
  }

  // MARK: Around the text

  private mutating func header(title: String) -> String {
    let front = report.notebook.frontMatter
    var facts = [front.termWeek, front.time, front.period].compactMap { $0 }
      .map { "<span>\(escaped($0))</span>" }
    if !front.authors.isEmpty {
      facts.append("<span>\(escaped(front.authors.joined(separator: ", ")))</span>")
    }
    if front.status == .draft { facts.append("<span class=\"draft\">draft</span>") }
    var html = "<header>\n\(title)\n<p class=\"facts\">\(facts.joined())</p>\n"
    html += summaryBox()
    if let abstract = front.abstract { html += self.abstract(abstract.blocks) }
    return html + "</header>\n"
  }

  private mutating func abstract(_ blocks: [Block]) -> String {
    if blocks.count == 1, case .paragraph(let content) = blocks[0] {
      return "<p class=\"abstract\">\(inlines(content))</p>\n"
    }
    return blocks.isEmpty ? "" : "<div class=\"abstract\">\n\(html(blocks))</div>\n"
  }

  /// Links to the sections, if there are enough to get lost among.
  private mutating func contents(of blocks: [Block]) -> String {
    let headings = blocks.compactMap { block -> (level: Int, anchor: String, title: [Inline])? in
      guard case .heading(let level, let anchor, let content) = block, outline.level(level) <= 3
      else { return nil }
      return (outline.level(level), anchor, content)
    }
    guard headings.count >= 4 else { return "" }
    var html = "<nav aria-label=\"Contents\">\n<ul>\n"
    for heading in headings {
      html += "<li class=\"level-\(heading.level)\"><a href=\"#\(escaped(heading.anchor))\">"
      html += "\(inlines(heading.title, in: .copy))</a></li>\n"
    }
    return html + "</ul>\n</nav>\n"
  }

  private mutating func footnotes() -> String {
    let footnotes = report.notebook.footnotes
    guard !footnotes.isEmpty else { return "" }
    // One may mention another, so all are written before their links back.
    let texts = footnotes.map { self.html($0.blocks) }
    var html = "<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n"
    for (footnote, text) in zip(footnotes, texts) {
      let back = (0..<markCounts[footnote.number, default: 0]).map { order in
        "<a class=\"back\" href=\"#\(Self.mark(ofFootnote: footnote.number, order: order + 1))\" "
          + "aria-label=\"Back\">↩\(order == 0 ? "" : "<sup>\(order + 1)</sup>")</a>"
      }.joined(separator: " ")
      html += "<li id=\"footnote-\(footnote.number)\">\n"
      // The links back stand at the end of the last paragraph.
      let end = "</p>\n"
      html += text.hasSuffix(end) ? "\(text.dropLast(end.count)) \(back)\(end)" : text + back
      html += "</li>\n"
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
    var places: [String: [Int]] = [:]
    for index in shownCitations.sorted() {
      for key in Set(report.notebook.citations[index].items.map(\.key)) {
        places[key, default: []].append(index)
      }
    }
    for entry in bibliography.entries {
      let back = (places[entry.key] ?? []).enumerated().map { order, index in
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
      let level = outline.level(level)
      return "<h\(level) id=\"\(name)\">\(inlines(content)) "
        + "<a class=\"anchor\" href=\"#\(name)\" aria-label=\"Link to this section\" tabindex=\"-1\">#</a>"
        + "</h\(level)>\n"
    case .blockQuote(let content): return "<blockquote>\n\(html(content))</blockquote>\n"
    case .alert(let kind, let content):
      return "<div class=\"alert alert-\(kind.rawValue.lowercased())\" role=\"note\">\n"
        + "<p class=\"alert-title\">\(kind.title)</p>\n\(html(content))</div>\n"
    case .list(let list): return self.list(list)
    case .code(let language, let text):
      let name = language.isEmpty ? "" : " class=\"language-\(escaped(language))\""
      return "<pre><code\(name)>\(escaped(text))</code></pre>\n"
    case .thematicBreak: return "<hr>\n"
    case .table(let table): return self.table(table)
    case .directive(let index):
      var numbers = numbering.directives[index][...]
      return html(report.directives[index], &numbers)
    }
  }

  /// A paragraph; an image alone in one is a figure.
  private mutating func paragraph(_ content: [Inline]) -> String {
    guard content.count == 1, case .image(let source, let title, let words, let label) = content[0]
    else { return "<p>\(inlines(content))</p>\n" }
    let image = images.html(source, alternative: self.words(words), title: title)
    let number = label.flatMap { numbering.images[$0] }
    return "<figure\(identifier(label))>\n\(image)\n"
      + caption(words, named: "Figure", number: number, at: label) + "</figure>\n"
  }

  private mutating func list(_ list: MarkdownList) -> String {
    var html = "<ul>\n"
    if let start = list.start { html = start == 1 ? "<ol>\n" : "<ol start=\"\(start)\">\n" }
    for item in list.items { html += self.item(item, isTight: list.isTight) }
    return html + (list.start == nil ? "</ul>\n" : "</ol>\n")
  }

  private mutating func item(_ item: MarkdownList.Item, isTight: Bool) -> String {
    let box = item.isDone.map { "<input type=\"checkbox\" disabled\($0 ? " checked" : "")> " } ?? ""
    var content = ""
    for (index, block) in item.blocks.enumerated() {
      let lead = index == 0 ? box : ""
      if case .paragraph(let words) = block, isTight || !lead.isEmpty, !words.isLabelledImage {
        content += isTight ? lead + inlines(words) + "\n" : "<p>\(lead)\(inlines(words))</p>\n"
      } else {
        content += lead + self.html(block)
      }
    }
    return "<li\(box.isEmpty ? "" : " class=\"task\"")>\(content)</li>\n"
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

extension [Inline] {
  /// Whether this is one image that has a number.
  fileprivate var isLabelledImage: Bool {
    guard count == 1, case .image(_, _, _, .some) = self[0] else { return false }
    return true
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
