internal import Settings

/// Parses the notebook `source`.
///
/// The text follows CommonMark with GitHub's tables, task lists, strikethrough, bare addresses and
/// footnotes. Beyond that: formulas `$…$` and `$$…$$` by Pandoc's rules, `{#eq-name}` after a
/// display formula, citations `[@key]` and `@key`, cross-references `@tbl-name`, `@fig-name`,
/// `@eq-name` and `@sec-name`, directives as fenced blocks and values as roles.
///
/// - Parameters:
///   - source: The whole file.
///   - path: The file's path for messages.
///   - directives: The directives that may be used.
/// - Returns: The notebook with every citation, reference, value and directive listed.
/// - Throws: Everything that is wrong with the notebook, in reading order.
public func parseNotebook(
  _ source: String, path: String, directives: [DirectiveDeclaration] = DirectiveDeclaration.all
) throws(NotebookError) -> Notebook {
  var text = source.replacing("\r\n", with: "\n")
  if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
  var parser = NotebookParser(directives: directives)
  let notebook = parser.parse(text, path: path)
  guard let notebook, parser.findings.problems.isEmpty else {
    throw NotebookError(
      parser.findings.problems.map {
        SourceProblem(path: path, position: $0.position, message: $0.message)
      })
  }
  return notebook
}

/// Puts the steps together: what Markdown must not see is found, replaced, and put back.
struct NotebookParser {
  let directives: [DirectiveDeclaration]
  var findings = Findings()

  init(directives: [DirectiveDeclaration]) {
    self.directives = directives
  }

  mutating func parse(_ text: String, path: String) -> Notebook? {
    if let conflict = MergeConflict(inProse: text) {
      findings.report(
        "the notebook \(conflict.words); keep one of its sides and remove the marks",
        at: SourcePosition(line: conflict.line, column: 1))
      return nil
    }
    refuseReservedCharacters(in: text)
    guard let parts = FrontMatterParser.split(text) else {
      findings.report(
        "a notebook begins with '---', its front matter, and '---'",
        at: SourcePosition(line: 1, column: 1))
      return nil
    }
    let header = FrontMatterParser.parse(parts.header, into: &findings)
    let body = SourceText(parts.body, at: SourcePosition(line: parts.bodyLine, column: 1))
    if let line = CommonMark.lineTooDeep(in: CommonMark.tree(of: parts.body)) {
      findings.report(
        "lists, quotes or emphasis are nested more than 90 levels deep here",
        at: SourcePosition(line: parts.bodyLine + line - 1, column: 1))
      return nil
    }
    let replacements = replacements(in: body)
    let cut = CutText(body, at: replacements)
    var builder = TreeBuilder(placeholders: cut.placeholders)
    let tree = CommonMark.tree(of: cut.markdown)
    MarkdownCheck(source: body, cut: cut).check(tree, into: &findings)
    let blocks = builder.blocks(of: tree.children)
    checkReferences()
    guard let frontMatter = header else { return nil }
    return Notebook(
      path: path, frontMatter: frontMatter, pieces: cut.pieces, blocks: blocks,
      footnotes: builder.footnotes, directives: findings.directives, values: findings.values,
      citations: findings.citations, references: findings.references,
      formulas: findings.formulas, images: findings.images.sorted { $0.position < $1.position })
  }

  private mutating func refuseReservedCharacters(in text: String) {
    guard text.unicodeScalars.contains(where: Placeholders.isReserved) else { return }
    let source = SourceText(text, at: SourcePosition(line: 1, column: 1))
    for (index, character) in source.characters.enumerated()
    where character.unicodeScalars.contains(where: Placeholders.isReserved) {
      findings.report(
        "a character of the private use planes, which labbook keeps for itself",
        at: source.position(at: index))
    }
  }

  // MARK: What Markdown must not see

  /// A leaf block in which something may be found.
  private enum Leaf {
    case text(InlineScanner.Kind)
    case fence
    /// Of so many lines: the parser tells the end of such a block a line too early.
    case html(lineCount: Int)
  }

  private mutating func replacements(in body: SourceText) -> [Replacement] {
    var leaves: [(lines: ClosedRange<Int>, indentation: Int, leaf: Leaf)] = []
    CommonMark.tree(of: String(body.characters)).forEach { node in
      switch node.kind {
      case .paragraph: leaves.append((node.lines, node.indentation, .text(.paragraph)))
      case .heading: leaves.append((node.lines, node.indentation, .text(.heading)))
      case .tableRow: leaves.append((node.lines, node.indentation, .text(.tableRow)))
      case .codeBlock(_, _, let isFenced) where isFenced:
        leaves.append((node.lines, node.indentation, .fence))
      case .htmlBlock(let text):
        let count = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        leaves.append((node.lines, node.indentation, .html(lineCount: max(1, count))))
      default: break
      }
    }
    leaves.sort { $0.lines.lowerBound < $1.lines.lowerBound }
    var found: [Replacement] = []
    var done = 0
    for (lines, indentation, leaf) in leaves {
      let whole = body.range(ofLines: lines)
      let range = max(done, whole.lowerBound)..<max(done, whole.upperBound)
      switch leaf {
      case .text(let kind):
        var scanner = InlineScanner(
          source: body, range: range, kind: kind,
          indentation: body.indentation(ofLine: lines.lowerBound, width: indentation))
        scanner.scan(into: &findings)
        found += scanner.replacements
        done = max(done, scanner.index)
      case .fence:
        if let replacement = directive(onLines: lines, of: body) {
          found.append(replacement)
          done = max(done, replacement.range.upperBound)
        }
      case .html(let count):
        let end = body.range(ofLines: lines.lowerBound...(lines.lowerBound + count - 1)).upperBound
        let comments = comments(in: range.lowerBound..<max(range.lowerBound, end), of: body)
        found += comments
        done = max(done, comments.last?.range.upperBound ?? done)
      }
    }
    return found
  }

  private mutating func directive(
    onLines lines: ClosedRange<Int>, of body: SourceText
  ) -> Replacement? {
    let parser = DirectiveParser(source: body, declarations: directives)
    guard let fence = parser.fence(onLines: lines),
      let directive = parser.directive(in: fence, into: &findings)
    else { return nil }
    findings.directives.append(directive)
    let piece = SourcePiece.directive(
      findings.directives.count - 1, indentation: fence.indentation)
    return Replacement(range: fence.start..<fence.end, piece: piece)
  }

  /// Finds the comments in a block of HTML; whatever else is in it is refused.
  private mutating func comments(in range: Range<Int>, of body: SourceText) -> [Replacement] {
    var comments: [Replacement] = []
    // Before the first is at most the mark of a list or a quote.
    var rest = body.characters[range].drop { $0 != "<" }
    while !rest.isEmpty {
      let tag = HTMLTag(in: rest)
      let position = body.position(at: rest.startIndex)
      guard let tag, tag.kind == .comment else {
        let message =
          if rest.first != "<" {
            "words follow a comment that begins a line; end it with '-->' and a blank line"
          } else if tag?.kind == .openComment {
            HTMLTag.openComment
          } else {
            HTMLTag.refusal(of: Self.head(of: rest))
          }
        findings.report(message, at: position)
        break
      }
      let end = rest.startIndex + tag.length
      comments.append(Replacement(range: rest.startIndex..<end, piece: .comment))
      rest = rest[end...].drop { $0.isWhitespace }
    }
    return comments
  }

  /// The tag or the words at the start of `text`, for a message.
  private static func head(of text: ArraySlice<Character>) -> String {
    let head = text.prefix { $0 != "\n" && $0 != ">" }
    return String(head) + (text.dropFirst(head.count).first == ">" ? ">" : "")
  }

  // MARK: Labels

  private mutating func checkReferences() {
    let labels = findings.labels.map(\.value)
    for reference in findings.references where !labels.contains(reference.label) {
      let ofKind = labels.filter { $0.hasPrefix(reference.kind.rawValue + "-") }
      let near =
        nearestName(to: reference.label, among: ofKind)
        ?? nearestName(to: reference.label, among: labels)
      findings.report(
        "nothing has the label '\(reference.label)'"
          + (near.map { "; did you mean '\($0)'?" } ?? ""),
        at: reference.position)
    }
  }
}
