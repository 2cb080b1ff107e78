/// A heading as it is written in a text.
public struct MarkdownHeading: Equatable, Sendable {
  /// The level, in 1...6.
  public var level: Int
  /// The lines of the text, counted from 1, with the one that underlines the words.
  public var lines: ClosedRange<Int>
  /// The number of bytes before it on its first line.
  public var indentation: Int
  /// Whether a line below the words makes it a heading, rather than signs before them.
  public var isUnderlined: Bool
  /// Whether it is the first block of the text.
  public var isFirst: Bool
}

/// Returns the headings of `text` in reading order; none if it cannot be read.
public func headings(ofMarkdown text: String) -> [MarkdownHeading] {
  guard let tree = try? CommonMark.tree(of: text) else { return [] }
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let first = tree.children.first { node in
    if case .htmlBlock = node.kind { false } else { true }
  }
  var headings: [MarkdownHeading] = []
  tree.forEach { node in
    guard case .heading(let level) = node.kind else { return }
    let start = node.lines.lowerBound
    guard start <= lines.count else { return }
    let content = Substring(lines[start - 1].utf8.dropFirst(node.indentation)).trimmingSpaces
    let isUnderlined = !content.hasPrefix("#")
    var end = start
    if isUnderlined {
      // The parser tells the end of such a block a line or two too late.
      repeat { end += 1 } while end < lines.count && !isUnderline(lines[end - 1])
    }
    headings.append(
      MarkdownHeading(
        level: level, lines: start...min(end, lines.count), indentation: node.indentation,
        isUnderlined: isUnderlined, isFirst: first?.lines.lowerBound == start))
  }
  return headings.sorted { $0.lines.lowerBound < $1.lines.lowerBound }
}

private func isUnderline(_ line: Substring) -> Bool {
  let text = line.drop { " \t>".contains($0) }.trimmingSpaces
  guard let mark = text.first, mark == "-" || mark == "=" else { return false }
  return text.allSatisfy { $0 == mark }
}
