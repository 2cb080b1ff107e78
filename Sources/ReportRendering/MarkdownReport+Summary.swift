import Notebook

/// The summary as Markdown, where the notebook has one.
extension MarkdownRenderer {
  /// Lists of what was asked, found, what changed and what is open; nothing if the notebook does not say what was found.
  mutating func summary() -> String {
    guard let found = report.notebook.frontMatter.summary else { return "" }
    let summary = report.summary
    var parts: [String] = []
    if !summary.questions.isEmpty {
      let most = ReportSummary.mostQuestions
      // What was found is to stand where it is seen.
      let shown = summary.questions.count > most + 1 ? most : summary.questions.count
      var lines = summary.questions.prefix(shown).map { "- " + escapedMarkdown($0) }
      if shown < summary.questions.count {
        lines.append("- and \(summary.questions.count - shown) more questions")
      }
      parts.append("**Asked**\n\n" + lines.joined(separator: "\n"))
    }
    parts.append("**Found**\n\n" + text(of: found.pieces).trimmingBlankLines)
    if let changes = summary.changes, changes.isLocked {
      parts.append("**Since \(escapedMarkdown(changes.week))**\n\n" + list(changes.sentences))
    }
    if !summary.claims.isEmpty { parts.append("**Claims**\n\n" + list(summary.claims)) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func list(_ sentences: [[Inline]]) -> String {
    sentences.map { "- " + inlines($0) }.joined(separator: "\n")
  }
}
