import Yams
internal import Settings

/// Reads the YAML between the `---` lines at the top of a notebook.
struct FrontMatterParser {
  private var values: [String: Node] = [:]
  private var findings: Findings
  /// The lines above the YAML.
  private static let lineOffset = 1

  /// Cuts `text` after its front matter; nil if it has none. Lines count from 1.
  static func split(_ text: String) -> (header: String, body: String, bodyLine: Int)? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map({ $0.trimmingSpaces == "---" }) == true,
      let end = lines.dropFirst().firstIndex(where: {
        $0.trimmingSpaces == "---" || $0.trimmingSpaces == "..."
      })
    else { return nil }
    return (
      lines[1..<end].joined(separator: "\n"), lines[(end + 1)...].joined(separator: "\n"), end + 2
    )
  }

  /// Reads `header`.
  ///
  /// - Returns: The front matter, nil if something required is missing or wrong; and its texts in Markdown, which are
  ///   not in the former, in reading order.
  static func parse(
    _ header: String, into findings: inout Findings
  ) -> (frontMatter: FrontMatter?, prose: [(key: FrontMatterKey, text: SourceText)]) {
    var parser = FrontMatterParser(findings: findings)
    let frontMatter = parser.frontMatter(in: header)
    let prose = parser.prose(in: header)
    findings = parser.findings
    return (frontMatter, prose)
  }

  private mutating func prose(
    in header: String
  ) -> [(key: FrontMatterKey, text: SourceText)] {
    FrontMatterKey.all.filter { $0.kind == .markdown }.compactMap { key in
      guard text(key) != nil, let scalar = self[key]?.scalar else { return nil }
      return (key, FrontMatterText(header: header).source(of: scalar))
    }.sorted { $0.text.position(at: 0) < $1.text.position(at: 0) }
  }

  private init(findings: Findings) {
    self.findings = findings
  }

  private mutating func frontMatter(in header: String) -> FrontMatter? {
    guard readKeys(of: header) else { return nil }
    let title = text(.title)
    let week = week(.week)
    if self[.week] == nil { refuseKeysOfWeeks() }
    let compareTo = self.week(.compareTo)
    if let week, let compareTo, let later = ISOWeek(week.value),
      let earlier = ISOWeek(compareTo.value), earlier >= later
    {
      findings.report(
        "'compare_to' names an earlier week; \(earlier) is not before \(later)",
        at: compareTo.position)
    }
    let status = choice(.status).flatMap { FrontMatter.Status(rawValue: $0.value) }
    let macros = macros()
    // A week that is none has been told.
    guard let title, let status, (week == nil) == (self[.week] == nil) else { return nil }
    return FrontMatter(
      title: title, week: week, termWeek: text(.termWeek)?.value, period: days(.period),
      authors: texts(.authors), abstract: nil, summary: nil, status: status,
      bibliography: text(.bibliography)
        ?? Positioned(
          FrontMatterKey.bibliography.absent ?? "", at: SourcePosition(line: 1, column: 1)),
      citationStyle: text(.citationStyle), macros: macros, compareTo: compareTo)
  }

  private mutating func refuseKeysOfWeeks() {
    for key in FrontMatterKey.all where key.needsWeek {
      guard let node = self[key] else { continue }
      findings.report(FrontMatter.isOfNoWeek("'\(key.name)'"), at: position(of: node))
    }
  }

  private mutating func readKeys(of header: String) -> Bool {
    let root: Node?
    do {
      root = try YAMLText.node(of: header)
    } catch let problem as YAMLText.Problem {
      findings.report(
        problem.message,
        at: SourcePosition(
          line: problem.line + FrontMatterParser.lineOffset, column: problem.column))
      return false
    } catch let error as YamlError {
      report(error)
      return false
    } catch {
      findings.report("\(error)", at: SourcePosition(line: 1, column: 1))
      return false
    }
    guard let mapping = root?.mapping else {
      findings.report(
        "front matter is a list of 'key: value' lines", at: SourcePosition(line: 2, column: 1))
      return false
    }
    let names = FrontMatterKey.all.map(\.name)
    for (key, value) in mapping {
      let name = key.string ?? ""
      if names.contains(name) {
        values[name] = value
      } else {
        findings.report(
          "unknown key '\(name)'\(suggestion(for: name, among: names)); the keys are "
            + names.joined(separator: ", "), at: position(of: key))
      }
    }
    for key in FrontMatterKey.all where key.isRequired && self[key] == nil {
      findings.report("front matter needs '\(key.name)'", at: SourcePosition(line: 1, column: 1))
    }
    return true
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      findings.report(
        problem,
        at: SourcePosition(
          line: mark.line + FrontMatterParser.lineOffset, column: max(1, mark.column)))
    case .duplicatedKeysInMapping(let duplicates, let context):
      findings.report(
        "key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is given twice",
        at: SourcePosition(
          line: context.mark.line + FrontMatterParser.lineOffset,
          column: max(1, context.mark.column)))
    default:
      findings.report("\(error)", at: SourcePosition(line: 2, column: 1))
    }
  }

  private func position(of node: Node) -> SourcePosition {
    guard let mark = node.mark else { return SourcePosition(line: 2, column: 1) }
    return SourcePosition(line: mark.line + FrontMatterParser.lineOffset, column: mark.column)
  }

  // MARK: Values

  private subscript(key: FrontMatterKey) -> Node? { values[key.name] }

  /// The words of `key`, whatever YAML takes them for.
  private mutating func text(_ key: FrontMatterKey) -> Positioned<String>? {
    guard let node = self[key] else { return nil }
    guard let scalar = node.scalar, !scalar.string.trimmingLines.isEmpty else {
      findings.report("'\(key.name)' is one piece of text", at: position(of: node))
      return nil
    }
    return Positioned(YAMLText.restored(scalar.string).trimmingLines, at: position(of: node))
  }

  private mutating func texts(_ key: FrontMatterKey) -> [String] {
    guard let node = self[key] else { return [] }
    guard let sequence = node.sequence else { return text(key).map { [$0.value] } ?? [] }
    var result: [String] = []
    for element in sequence {
      if let scalar = element.scalar, !scalar.string.isEmpty {
        result.append(YAMLText.restored(scalar.string))
      } else {
        findings.report("'\(key.name)' is a list of texts", at: position(of: element))
      }
    }
    return result
  }

  private mutating func week(_ key: FrontMatterKey) -> Positioned<String>? {
    guard let text = text(key) else { return nil }
    guard ISOWeek(text.value) == nil else { return text }
    findings.report(
      "'\(text.value)' is not an ISO week; write one like 2026-W47\(lastWeekHint(text.value))",
      at: text.position)
    return nil
  }

  private func lastWeekHint(_ text: String) -> String {
    guard text.count == 8, text.hasSuffix("-W53"), let year = Int(text.prefix(4)) else { return "" }
    return " (\(year) has \(ISOWeek.weekCount(inYear: year)) weeks)"
  }

  /// The notebook's own commands for formulas.
  private mutating func macros() -> FormulaMacros {
    guard let node = self[.macros] else { return FormulaMacros() }
    var parser = FormulaMacrosParser(lineOffset: FrontMatterParser.lineOffset)
    parser.read(node)
    for problem in parser.problems { findings.report(problem.message, at: problem.position) }
    return parser.macros
  }

  /// One of the words that `key` allows.
  private mutating func choice(_ key: FrontMatterKey) -> Positioned<String>? {
    guard case .choice(let words) = key.kind, let text = text(key) else { return nil }
    guard !words.contains(text.value) else { return text }
    findings.report(
      "'\(key.name)' is \(words.joined(separator: " or ")), not '\(text.value)'"
        + suggestion(for: text.value, among: words), at: text.position)
    return nil
  }

  /// One text, or the first and the last day.
  private mutating func days(_ key: FrontMatterKey) -> String? {
    guard let node = self[key] else { return nil }
    guard let sequence = node.sequence else { return text(key)?.value }
    guard sequence.count == 2 else {
      findings.report(
        "'\(key.name)' is a text, or its first and last day", at: position(of: node))
      return nil
    }
    return texts(key).joined(separator: " – ")
  }
}

extension String {
  /// The text on one line, without space at either end: a block of YAML ends with a line end.
  fileprivate var trimmingLines: String {
    split(whereSeparator: \.isNewline).map { $0.trimmingSpaces }.joined(separator: " ")
      .trimmingSpaces
  }
}
