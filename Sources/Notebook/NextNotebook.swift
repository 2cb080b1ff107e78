import Yams

/// The parts of a notebook that the one of the week after it begins with.
public struct NotebookHandover: Equatable, Sendable {
  /// Lines of front matter: the authors, the bibliography, the style of citations.
  public var frontMatter: [String] = []
  /// The section on what is left open, with its heading; empty if there is none.
  public var openQuestions: String = ""

  /// Hands nothing on.
  public init() {}

  /// Reads the parts that the notebook `source` of `week` hands on.
  ///
  /// It need not be a valid notebook: what can be found is handed on.
  public init(from source: String, of week: ISOWeek) {
    let text = source.withLineFeeds
    guard let parts = FrontMatterParser.split(text) else { return }
    frontMatter = Self.lines(of: parts.header, week)
    openQuestions = Self.openSection(in: parts.body, summary: Self.summary(in: parts.header), week)
  }
}

/// Returns the beginning of a week's notebook.
///
/// - Parameters:
///   - week: The week.
///   - earlier: The week before it, if there is one, and whether it has a lock to compare with.
///   - handover: The parts that the notebook of that week hands on.
/// - Returns: The text of the file.
public func newNotebook(
  of week: ISOWeek, after earlier: (week: ISOWeek, hasLock: Bool)?, handover: NotebookHandover
) -> String {
  var lines = ["---", "title: Week \(week.week)", "week: \(week)", "status: draft"]
  if let earlier, earlier.hasLock { lines.append("compare_to: \(earlier.week)") }
  let authors = handover.frontMatter.contains { $0.hasPrefix("authors:") } ? [] : ["authors: []"]
  lines += handover.frontMatter + authors
  lines += [
    "summary: |", "  - What was found, in values and claims, a line each.", "---", "",
    "What was asked this week, and why.", "",
  ]
  if let earlier, earlier.hasLock { lines += ["## What moved", "", "```{changes}", "```", ""] }
  lines.append(
    handover.openQuestions.isEmpty
      ? "## Open questions\n\n<!-- What the next week's notebook begins with. -->\n"
      : handover.openQuestions)
  return lines.joined(separator: "\n")
}

/// Returns the beginning of a standing report's notebook.
///
/// - Parameters:
///   - name: The name of the report.
///   - handover: The parts that the notebook of the newest week hands on; of what is open there nothing is taken.
/// - Returns: The text of the file.
public func newNotebook(called name: String, handover: NotebookHandover) -> String {
  let words = name.split { $0 == "-" || $0 == "_" }.joined(separator: " ")
  let title = words.isEmpty ? name : words.prefix(1).uppercased() + words.dropFirst()
  let authors = handover.frontMatter.contains { $0.hasPrefix("authors:") } ? [] : ["authors: []"]
  return
    (["---", "title: '\(title)'", "status: draft"] + handover.frontMatter + authors
    + ["---", "", "What this report keeps together, and for whom.", ""]).joined(separator: "\n")
}

extension NotebookHandover {
  /// The lines of the header that hold for the next week too, key by key as they are written.
  private static func lines(of header: String, _ week: ISOWeek) -> [String] {
    let root = (try? YAMLText.node(of: header)) ?? nil
    guard let mapping = root?.mapping else { return [] }
    var kept: [String] = []
    var isKept = false
    for line in header.split(separator: "\n", omittingEmptySubsequences: false) {
      let key = line.prefix { $0.isLetter || $0 == "_" }
      if !key.isEmpty, line.dropFirst(key.count).first == ":" {
        let declaration = FrontMatterKey.all.first { $0.name == key }
        isKept = declaration?.isOfOneWeek != true
        if declaration?.kind == .file,
          let name = mapping.first(where: { $0.key.string == String(key) })?.value.string
        {
          isKept = false
          kept.append("\(key): \(quoted(name.hasPrefix("../") ? name : "../\(week)/\(name)"))")
        }
      } else if line.first == "#" || line.isEmpty {
        isKept = false
      }
      if isKept { kept.append(String(line)) }
    }
    return kept
  }

  private static func quoted(_ name: String) -> String {
    let name = YAMLText.restored(name)
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_./-".unicodeScalars.contains($0)
    }
    return isPlain ? name : "'" + name.replacing("'", with: "''") + "'"
  }

  // MARK: Open questions

  private static let titles = [
    "open question", "open problem", "open issue", "open point", "open end", "left open",
    "still open",
    "remains open", "what is open", "unresolved", "unanswered", "next week", "next step",
    "what next",
    "comes next", "future work", "to do", "todo",
  ]

  /// The first section whose title says that it is about what is open, as it can stand in the next notebook.
  ///
  /// Where no section is, an item of the summary or of the text says it.
  private static func openSection(in body: String, summary: String, _ week: ISOWeek) -> String {
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var section: [String] = []
    var level = 0
    var isInFence = false
    var isInDirective = false
    for line in lines {
      let isFence = line.hasPrefix("```") || line.hasPrefix("~~~")
      if isFence, !isInFence {
        isInFence = true
        isInDirective = line.dropFirst(3).first == "{"
      } else if isFence {
        isInFence = false
        // A directive shows this week's results, and its label would be there twice.
        if isInDirective {
          isInDirective = false
          continue
        }
      }
      let hashes = isInFence ? 0 : line.prefix { $0 == "#" }.count
      if (1...6).contains(hashes), line.dropFirst(hashes).first == " " {
        if level > 0, hashes <= level { break }
        let title = line.lowercased()
        if level == 0, titles.contains(where: title.contains) { level = hashes }
      }
      if level > 0, !isInDirective { section.append(line) }
    }
    if level == 0 { section = openItem(in: summary.split(separator: "\n").map(String.init)) }
    if section.isEmpty { section = openItem(in: lines) }
    guard !section.isEmpty else { return "" }
    while section.last?.allSatisfy(\.isWhitespace) == true { section.removeLast() }
    let footnotes = footnotes(in: lines, of: section.joined(separator: "\n"))
    let text = (section + footnotes).joined(separator: "\n")
    return standingAlone(text, week) + "\n"
  }

  /// The `summary:` of a header; empty if it has none.
  private static func summary(in header: String) -> String {
    let mapping = ((try? YAMLText.node(of: header)) ?? nil)?.mapping
    let text = mapping?.first { $0.key.string == "summary" }?.value.string ?? ""
    return YAMLText.restored(text)
  }

  /// The item or paragraph that begins with a bold `Open:`, or the item that begins with a plain one, as a section of its
  /// own; empty if there is none.
  private static func openItem(in lines: [String]) -> [String] {
    let mark =
      #/[-*+]?\s*\*\*(Open|Left open|Open questions?):?\*\*:?\s*|[-*+]\s+(Open|Left open|Open questions?):\s*/#
    guard let first = lines.firstIndex(where: { $0.prefixMatch(of: mark) != nil }),
      let match = lines[first].prefixMatch(of: mark)
    else { return [] }
    let rest = lines[(first + 1)...].prefix { line in
      !line.allSatisfy(\.isWhitespace) && !"-*+#`".contains(line.first ?? " ")
    }
    let words = ([String(lines[first][match.range.upperBound...])] + rest)
      .map { String($0.drop(while: \.isWhitespace)) }
    return ["## Open questions", ""] + words
  }

  /// The footnotes that a section refers to and that stand elsewhere.
  private static func footnotes(in lines: [String], of section: String) -> [String] {
    var found: [String] = []
    var isKept = false
    var (used, standing): (Set<Substring>, Set<Substring>) = ([], [])
    for match in section.matches(of: #/\[\^([^\]]+)\](:?)/#) {
      used.insert(match.1)
      if !match.2.isEmpty { standing.insert(match.1) }
    }
    let begin = #/\[\^([^\]]+)\]:/#
    for line in lines {
      if let match = line.prefixMatch(of: begin) {
        isKept = used.contains(match.1) && !standing.contains(match.1)
        if isKept { found.append("") }
      } else if !line.hasPrefix("  ") {
        isKept = false
      }
      if isKept { found.append(line) }
    }
    return found
  }

  /// The text without what leads to other parts of its notebook, which the next one does not have.
  private static func standingAlone(_ text: String, _ week: ISOWeek) -> String {
    text.replacing(#/!\[([^\]]*)\]\([^)]*\)/#) { String($0.1) }
      .replacing(#/@((?:tbl|fig|eq|sec)-[A-Za-z0-9_-]+)/#) { match in
        text.contains("{#\(match.1)}") ? String(match.0) : "`\(match.1)` of \(week)"
      }
  }
}
