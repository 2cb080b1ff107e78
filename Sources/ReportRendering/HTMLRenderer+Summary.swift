import Notebook

/// The box that a page begins with.
extension HTMLRenderer {
  /// A box of what was asked, found, what changed and what is open; nothing if none of it is known.
  mutating func summaryBox() -> String {
    let summary = report.summary
    let found = report.notebook.frontMatter.summary?.items
    guard found != nil || !summary.isEmpty else { return "" }
    var html = "<section class=\"summary\" aria-label=\"Summary\">\n<dl>\n"
    if !summary.questions.isEmpty { html += entry("Asked", questions(summary.questions)) }
    if let found {
      var items = ""
      for item in found { items += "<li>\(inlines(item))</li>\n" }
      html += entry("Found", "<ul>\n\(items)</ul>\n")
    }
    if let changes = summary.changes {
      html += entry("Since \(changes.week)", sentences(changes.sentences))
    }
    if !summary.claims.isEmpty { html += entry("Claims", sentences(summary.claims)) }
    return html + "</dl>\n</section>\n"
  }

  private func entry(_ name: String, _ content: String) -> String {
    "<div><dt>\(escaped(name))</dt>\n<dd>\(content)</dd></div>\n"
  }

  private mutating func sentences(_ sentences: [[Inline]]) -> String {
    var html = ""
    for sentence in sentences { html += "<p>\(inlines(sentence))</p>\n" }
    return html
  }

  /// The first questions; where there are more, the others behind a line that opens.
  private func questions(_ questions: [String]) -> String {
    func list(_ questions: ArraySlice<String>) -> String {
      "<ul>\n\(questions.map { "<li>\(escaped($0))</li>\n" }.joined())</ul>\n"
    }
    guard questions.count > ReportSummary.mostQuestions + 1 else { return list(questions[...]) }
    let rest = questions.dropFirst(ReportSummary.mostQuestions)
    return list(questions.prefix(ReportSummary.mostQuestions))
      + "<details>\n<summary>and \(rest.count) more questions</summary>\n\(list(rest))</details>\n"
  }
}

extension FrontMatterProse {
  /// The lines of a summary: what stands in each item of its list.
  fileprivate var items: [[Inline]] {
    blocks.flatMap { block -> [[Inline]] in
      guard case .list(let list) = block else { return [] }
      return list.items.map { item in
        item.blocks.flatMap { block -> [Inline] in
          guard case .paragraph(let content) = block else { return [] }
          return content
        }
      }
    }
  }
}
