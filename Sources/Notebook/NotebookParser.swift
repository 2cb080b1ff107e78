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
///   - directives: The declarations of the directives that may be used.
/// - Returns: The notebook with every citation, reference, value and directive listed.
/// - Throws: Everything that is wrong with the notebook, in reading order.
public func parseNotebook(
  _ source: String, path: String, directives: [DirectiveDeclaration]
) throws(NotebookError) -> Notebook {
  var parser = NotebookParser(directives: directives)
  let notebook = parser.parse(NotebookParser.text(of: source), path: path)
  guard let notebook, parser.findings.problems.isEmpty else {
    throw NotebookError(
      parser.findings.problems.map {
        SourceProblem(path: path, position: $0.position, message: $0.message)
      })
  }
  return notebook
}

/// Returns as much of the notebook `source` as can be read in spite of its mistakes, so that what it names can be checked
/// as well; nil where the front matter or the Markdown as a whole cannot be read.
///
/// The arguments are those of ``parseNotebook(_:path:directives:)``, which tells the mistakes.
public func notebookInSpiteOfMistakes(
  _ source: String, path: String, directives: [DirectiveDeclaration]
) -> Notebook? {
  var parser = NotebookParser(directives: directives)
  return parser.parse(NotebookParser.text(of: source), path: path)
}

/// Puts the steps together: what Markdown must not see is found, replaced, and put back.
struct NotebookParser {
  let directives: [DirectiveDeclaration]
  var findings = Findings()

  init(directives: [DirectiveDeclaration]) {
    self.directives = directives
  }

  /// The text of a file, whose lines end as Markdown has it: with either character or with both.
  static func text(of source: String) -> String {
    var text = source.withLineFeeds
    if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
    return text
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
    let formulas = FormulaFinder.formulas(in: body, into: &findings)
    do throws(MarkdownRefusal) {
      let leaves = try SourceLeaf.leaves(of: body, formulas)
      let definitions = LinkDefinitions(in: body, leaves: leaves)
      var prose: [String: FrontMatterProse] = [:]
      for (key, text) in header.prose {
        prose[key.name] = self.prose(text, of: key, definitions: definitions, of: body)
      }
      let text = try read(body, formulas, leaves, definitions, owner: nil)
      var builder = TreeBuilder(
        placeholders: text.cut.placeholders, lines: text.cut.lines,
        anchors: HeadingAnchors(taken: findings.labels))
      let blocks = builder.blocks(of: text.tree.children)
      checkReferences()
      HeadingReferences(blocks: blocks, footnotes: builder.footnotes).check(&findings)
      let places = AnchorCheck(blocks: blocks, footnotes: builder.footnotes).check(&findings)
      guard var frontMatter = header.frontMatter else { return nil }
      if frontMatter.week == nil { refuseComparisonsOfWeeks() }
      frontMatter.abstract = prose[FrontMatterKey.abstract.name]
      frontMatter.summary = prose[FrontMatterKey.summary.name]
      return Notebook(
        path: path, frontMatter: frontMatter, pieces: text.cut.pieces, blocks: blocks,
        footnotes: builder.footnotes, directives: findings.directives, values: findings.values,
        citations: findings.citations, references: findings.references,
        formulas: findings.formulas, images: findings.images.sorted { $0.position < $1.position },
        links: findings.links.sorted { $0.position < $1.position }, places: places,
        warnings: findings.warnings.sorted { $0.position < $1.position }.map {
          SourceWarning(path: path, position: $0.position, message: $0.message)
        })
    } catch {
      findings.report(
        error.message,
        at: SourcePosition(line: parts.bodyLine + error.line - 1, column: error.column))
      return nil
    }
  }

  private mutating func refuseComparisonsOfWeeks() {
    for directive in findings.directives {
      if directive.declaration.argument == .week {
        findings.report(FrontMatter.isOfNoWeek("'\(directive.name)'"), at: directive.position)
      }
      for week in directive.weeksInOptions {
        findings.report(FrontMatter.isOfNoWeek("earlier week"), at: week.position)
      }
    }
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

  // MARK: Texts

  /// A text cut at what Markdown must not see, and what it makes of the rest.
  private struct ReadText {
    var cut: CutText
    var tree: MarkdownNode
  }

  /// Reads the body, or the text of the front matter that `owner` names, whose leaves are `leaves`, and checks what
  /// it names; `extra` is read after the text, such as definitions that stand elsewhere.
  private mutating func read(
    _ source: SourceText, _ formulas: FoundFormulas, _ leaves: [SourceLeaf],
    _ definitions: LinkDefinitions, owner: String?, extra: String = ""
  ) throws(MarkdownRefusal) -> ReadText {
    var check = ProseCheck(source: source, definitions: definitions, hasFootnotes: owner == nil)
    let replacements = replacements(in: source, formulas, leaves, owner: owner, &check)
    let cut = try CutText(source, at: replacements)
    let tree = try CommonMark.tree(of: cut.markdown + extra)
    MarkdownCheck(source: source, cut: cut, addresses: check.addresses).check(tree, into: &findings)
    if owner == nil {
      definitions.reportDoubles(into: &findings)
      definitions.warnOfUnusedFootnotes(used: check.footnotes, into: &findings)
    }
    return ReadText(cut: cut, tree: tree)
  }

  /// Reads a text of the front matter, which may use the definitions of the body: in the Markdown report they stand
  /// together.
  private mutating func prose(
    _ source: SourceText, of key: FrontMatterKey, definitions: LinkDefinitions, of body: SourceText
  ) -> FrontMatterProse? {
    let owner = FrontMatterProse.name(of: key)
    do throws(MarkdownRefusal) {
      let formulas = FormulaFinder.formulas(in: source, into: &findings)
      let leaves = try SourceLeaf.leaves(of: source, formulas)
      let own = LinkDefinitions(in: source, leaves: leaves)
      for definition in (Array(own.links.values) + Array(own.footnotes.values))
        .sorted(by: { $0.position < $1.position })
      {
        findings.report(
          "\(owner) defines no links and no footnotes; write the address where the link is, or define it below",
          at: definition.position)
      }
      let known = definitions.lines.sorted().map { body.text(body.range(ofLines: $0...$0)) }
      let extra = known.isEmpty ? "" : "\n\n" + known.joined(separator: "\n") + "\n"
      let text = try read(
        source, formulas, leaves, own.links(and: definitions), owner: owner, extra: extra)
      text.tree.forEach { node in
        guard case .heading = node.kind else { return }
        findings.report(
          "\(owner) has no headings",
          at: source.position(ofLine: text.cut.sourceLine(node.lines.lowerBound)))
      }
      var builder = TreeBuilder(
        placeholders: text.cut.placeholders, lines: text.cut.lines, anchors: HeadingAnchors())
      let prose = FrontMatterProse(
        blocks: builder.blocks(of: text.tree.children), pieces: text.cut.pieces)
      if key == .summary, !prose.isListOfFindings {
        findings.report(
          "a summary is one list of what was found: a paragraph in each item, which begins with '- '",
          at: source.position(at: 0))
      }
      return prose
    } catch {
      findings.report(error.message, at: source.position(ofLine: error.line))
      return nil
    }
  }

  // MARK: What Markdown must not see

  private mutating func replacements(
    in body: SourceText, _ formulas: FoundFormulas, _ leaves: [SourceLeaf], owner: String?,
    _ check: inout ProseCheck
  ) -> [Replacement] {
    let linkLabels = Set(check.definitions.links.keys)
    var found: [Replacement] = []
    var done = 0
    for leaf in leaves {
      let whole = body.range(ofLines: leaf.lines)
      let range = max(done, whole.lowerBound)..<max(done, whole.upperBound)
      switch leaf.kind {
      case .text(let kind):
        var scanner = InlineScanner(
          source: body, range: range, kind: kind, formulas: formulas, linkLabels: linkLabels)
        scanner.scan(into: &findings)
        found += scanner.replacements
        done = max(done, scanner.index)
        let start = max(
          range.lowerBound, min(range.upperBound, whole.lowerBound + leaf.indentation))
        check.read(
          start..<range.upperBound, isHeading: kind == .heading,
          holes: scanner.replacements.map(\.range), into: &findings)
        if kind == .heading { warnOfUnderline(in: leaf, of: body) }
        if kind == .tableRow, !body.characters[whole].contains("|") {
          findings.warn(
            "this line is a row of the table above it; put a blank line between them",
            at: body.position(at: start))
        }
      case .code(isFenced: true):
        if let replacement = directive(onLines: leaf.lines, of: body, owner: owner) {
          found.append(replacement)
          done = max(done, replacement.range.upperBound)
        }
      case .code: break
      case .html(let count, let separates):
        let lines = leaf.lines.lowerBound...(leaf.lines.lowerBound + count - 1)
        let end = body.range(ofLines: lines).upperBound
        var comments = findings.comments(
          in: range.lowerBound..<max(range.lowerBound, end), of: body)
        if separates, !comments.isEmpty { comments[0].piece = .separator }
        found += comments
        done = max(done, comments.last?.range.upperBound ?? done)
      }
    }
    return found
  }

  /// Warns of a line of dashes that makes a sentence a heading, where a rule was meant.
  private mutating func warnOfUnderline(in leaf: SourceLeaf, of body: SourceText) {
    let first = body.range(ofLines: leaf.lines.lowerBound...leaf.lines.lowerBound)
    guard body.characters[body.contentStart(in: first)..<first.upperBound].first != "#" else {
      return
    }
    var line = leaf.lines.lowerBound
    while line < leaf.lines.upperBound {
      let above = body.text(body.range(ofLines: line...line)).trimmingSpaces
      line += 1
      let range = body.range(ofLines: line...line)
      let start = body.contentStart(in: range, passesListMarks: false)
      let text = body.text(start..<range.upperBound).trimmingSpaces
      guard let mark = text.first, mark == "-" || mark == "=", text.allSatisfy({ $0 == mark })
      else {
        continue
      }
      if line - leaf.lines.lowerBound > 1 || above.last.map({ ".,;:".contains($0) }) == true {
        findings.warn(
          "'\(text.prefix(8))' right below words makes a heading of them; put a blank line between them "
            + "for a rule", at: body.position(at: start))
      }
      return
    }
  }

  /// The directive or the formula that the fenced code on `lines` is; nil if it is code.
  private mutating func directive(
    onLines lines: ClosedRange<Int>, of body: SourceText, owner: String?
  ) -> Replacement? {
    let parser = DirectiveParser(source: body, declarations: directives)
    guard let fence = parser.fence(onLines: lines) else { return nil }
    if let formula = MathFence(fence, in: body)?.formula(into: &findings) {
      findings.add(formula)
      return Replacement(
        range: fence.start..<fence.end,
        piece: .fencedFormula(
          findings.formulas.count - 1, indentation: fence.indentation))
    }
    guard let directive = parser.directive(in: fence, into: &findings) else {
      if !fence.isClosed {
        findings.reportOnce(
          "the code that begins here is never closed with '\(fence.marks)'",
          at: body.position(at: fence.start))
      }
      return nil
    }
    if let owner {
      findings.report("\(owner) has no directives", at: directive.position)
      return nil
    }
    findings.directives.append(directive)
    let piece = SourcePiece.directive(
      findings.directives.count - 1, indentation: fence.indentation)
    return Replacement(range: fence.start..<fence.end, piece: piece)
  }

  // MARK: Labels

  private mutating func checkReferences() {
    let labels = findings.labels
    for citation in findings.citations {
      for item in citation.items {
        guard let problem = ForeignSyntax.problem(withKey: item.key) else { continue }
        findings.report(problem, at: item.position)
      }
    }
    for reference in findings.references where !findings.hasLabel(reference.label) {
      let ofKind = labels.filter { $0.hasPrefix(reference.kind.rawValue + "-") }
      let near =
        findings.mayTakeALook
        ? nearestName(to: reference.label, among: ofKind)
          ?? nearestName(to: reference.label, among: labels) : nil
      findings.report(
        "nothing has the label '\(reference.label)'"
          + (near.map { "; did you mean '\($0)'?" } ?? ""),
        at: reference.position)
    }
  }
}
