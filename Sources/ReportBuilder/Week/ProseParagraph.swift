internal import CanonicalJSON
internal import Notebook
internal import ResultStore

/// A paragraph of a notebook that says something of results: one with values in it, or one that claims follow.
///
/// Claims belong to the paragraph right before their block; without one, the block stands for itself. So do a list, a
/// table or the caption of a directive with values in it.
struct ProseParagraph: Equatable, Sendable {
  /// The place where it begins.
  var position: SourcePosition
  /// The digest of its words, and of those of the claims that follow it.
  var words: String
  /// The digest of the results that the values and claims are about: run keys and metrics.
  var results: String

  /// The paragraphs of a notebook in reading order.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - source: Its text.
  ///   - lock: The results that values and claims are about; what it does not have counts as nothing.
  /// - Returns: Each paragraph once.
  static func all(in notebook: Notebook, source: String, on lock: Lock) -> [ProseParagraph] {
    let lines = NotebookLines(source)
    var found: [Int: (lines: Set<Range<Int>>, results: Set<String>)] = [:]
    func add(_ block: Range<Int>, to start: Int, _ results: [String]) {
      found[start, default: ([], [])].lines.insert(block)
      found[start]?.results.formUnion(results)
    }
    for value in notebook.values where value.path.count >= 3 {
      let block = lines.paragraph(around: value.position.line)
      add(
        block, to: block.lowerBound,
        results(of: value.path[0], value.path[1], value.path[2], in: lock))
    }
    // Where each block of claims belongs, by the line behind it: a second block belongs where the first does.
    var owners: [Int: Int] = [:]
    for directive in notebook.directives where directive.declaration.body == .claims {
      let block = lines.fenced(from: directive.position.line)
      let end = lines.lastText(before: block.lowerBound)
      var start = block.lowerBound
      if let end {
        if let owner = owners[end] {
          start = owner
        } else if lines.isProse(end) {
          let paragraph = lines.paragraph(around: end)
          add(paragraph, to: paragraph.lowerBound, [])
          start = paragraph.lowerBound
        }
      }
      owners[block.upperBound - 1] = start
      add(block, to: start, claimed(in: directive, lock))
    }
    return found.sorted { $0.key < $1.key }.map { start, parts in
      let blocks = parts.lines.sorted { $0.lowerBound < $1.lowerBound }
      return ProseParagraph(
        position: SourcePosition(line: start, column: 1),
        words: Digest.hex(of: blocks.map(lines.text).joined(separator: "\n\n")),
        results: Digest.hex(
          of: parts.results.sorted(by: CanonicalText.precedes).joined(separator: "\n")))
    }
  }

  /// The results of the arms that the claims of a block name.
  private static func claimed(in directive: Directive, _ lock: Lock) -> [String] {
    guard let experiment = directive.argument?.value else { return [] }
    return directive.body.flatMap { line -> [String] in
      guard let claim = try? Claim(parsing: line.value) else { return [] }
      return claim.arms.flatMap { results(of: experiment, $0.text, claim.metric.text, in: lock) }
    }
  }

  /// A line for each run of an arm: its name, its key, and the metric.
  private static func results(
    of experiment: String, _ arm: String, _ metric: String, in lock: Lock
  ) -> [String] {
    (lock.experiment(experiment)?.arm(arm)?.runs ?? []).map { run in
      "\(experiment)/\(arm)/\(run.seed) \(run.key) \(metric) "
        + (run.metric(metric).map(CanonicalText.number) ?? run.undefined(metric)?.rawValue
          ?? "none")
    }
  }
}

/// The lines of a notebook, counted from 1, as far as they tell where a paragraph ends.
private struct NotebookLines {
  private let lines: [Substring]
  /// The line that ends the front matter; 0 if there is none.
  private let frontMatterEnd: Int

  init(_ source: String) {
    let source = source.withLineFeeds
    let all = source.split(separator: "\n", omittingEmptySubsequences: false)
    lines = all
    let isFence = { (line: Substring) in
      line.hasPrefix("---") && line.dropFirst(3).allSatisfy(\.isWhitespace)
    }
    frontMatterEnd =
      all.first.map(isFence) == true
      ? all.dropFirst().firstIndex(where: isFence).map { $0 + 1 } ?? 0 : 0
  }

  private func isBlank(_ line: Int) -> Bool { lines[line - 1].allSatisfy(\.isWhitespace) }

  /// Whether a key of the front matter begins on a line.
  private func isKey(_ line: Int) -> Bool {
    line < frontMatterEnd && lines[line - 1].first.map { !$0.isWhitespace } == true
  }

  private func isFence(_ line: Int) -> Bool {
    let text = lines[line - 1].drop { $0.isWhitespace || $0 == ">" }
    return text.hasPrefix("```") || text.hasPrefix("~~~")
  }

  /// Whether a line can be the end of a paragraph: no heading, no fence, nothing of the front matter.
  func isProse(_ line: Int) -> Bool {
    line > frontMatterEnd && !isFence(line)
      && lines[line - 1].drop(while: { $0.isWhitespace || $0 == ">" }).first != "#"
  }

  /// The lines around `line` that have something on them; in the front matter, those of one key.
  func paragraph(around line: Int) -> Range<Int> {
    var first = line
    while first > 1, !isKey(first), !isBlank(first - 1), first - 1 != frontMatterEnd { first -= 1 }
    var last = line
    while last < lines.count, !isBlank(last + 1), !isKey(last + 1), last + 1 != frontMatterEnd {
      last += 1
    }
    return first..<(last + 1)
  }

  /// The lines of a fenced block that begins on `line`.
  func fenced(from line: Int) -> Range<Int> {
    var last = line + 1
    while last < lines.count, !isFence(last) { last += 1 }
    return line..<(min(last, lines.count) + 1)
  }

  /// The last line above `line` that has something on it.
  func lastText(before line: Int) -> Int? {
    (1..<line).last { !isBlank($0) }
  }

  /// The text of lines, without what stands at their ends.
  func text(_ range: Range<Int>) -> String {
    range.map { line in
      String(lines[line - 1].reversed().drop(while: \.isWhitespace).reversed())
    }.joined(separator: "\n")
  }
}
