import Notebook

extension String {
  /// The text of a report with its headings where `outline` has them, and the title that it begins with, if
  /// that is the notebook's own.
  func withOutline(_ outline: ReportOutline) -> (title: String?, rest: String) {
    guard outline.title != nil || outline.shift > 0 else { return (nil, self) }
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var headings = headings(ofMarkdown: self)
    var title: String?
    var start = 0
    if outline.title != nil, let first = headings.first, first.isFirst {
      title = lines[(first.lines.lowerBound - 1)..<first.lines.upperBound].joined(separator: "\n")
      start = first.lines.upperBound
      headings.removeFirst()
    }
    if outline.shift > 0 {
      for heading in headings.reversed() where heading.level < 6 { lines.lower(heading) }
    }
    return (title, lines[start...].joined(separator: "\n").droppingLeadingBlankLines)
  }
}

extension [String] {
  /// Makes a heading among these lines one level lower.
  fileprivate mutating func lower(_ heading: MarkdownHeading) {
    let first = heading.lines.lowerBound - 1
    let last = heading.lines.upperBound - 1
    let head = String(Substring(self[first].utf8.prefix(heading.indentation)))
    let words = String(Substring(self[first].utf8.dropFirst(heading.indentation)))
    guard heading.isUnderlined else {
      self[first] = head + "#" + words
      return
    }
    if heading.level == 1 {
      self[last] = self[last].replacing("=", with: "-")
    } else {
      let others = self[(first + 1)..<last].map { $0.drop { " \t>".contains($0) }.trimmedEnd }
      self[first] = head + "### " + ([words.trimmedEnd] + others).joined(separator: " ")
      removeSubrange((first + 1)...last)
    }
  }
}
