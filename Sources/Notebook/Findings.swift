/// The findings in a notebook so far, in reading order.
struct Findings {
  var formulas: [Formula] = []
  var values: [ValueReference] = []
  var citations: [Citation] = []
  var references: [CrossReference] = []
  var directives: [Directive] = []
  var images: [Positioned<String>] = []
  /// Links within the page and to files, as the parser has their addresses.
  var links: [Positioned<String>] = []
  /// The labels in reading order, and the line of each.
  private(set) var labels: [String] = []
  private var lineOfLabel: [String: Int] = [:]
  private(set) var problems: [Problem] = []
  private(set) var warnings: [Problem] = []
  private var problemPositions: Set<SourcePosition> = []

  struct Problem {
    var position: SourcePosition
    var message: String
  }

  /// Notes a mistake at `position`.
  mutating func report(_ message: String, at position: SourcePosition) {
    problems.append(Problem(position: position, message: message))
    problemPositions.insert(position)
  }

  /// Notes `formula`, and what must not stand in it.
  mutating func add(_ formula: Formula) {
    for problem in FormulaCheck.problems(in: formula.tex) {
      report("formula: \(problem.message)", at: formula.position(ofUTF16Offset: problem.offset))
    }
    formulas.append(formula)
  }

  /// Notes a mistake at `position`, unless there is one.
  mutating func reportOnce(_ message: String, at position: SourcePosition) {
    if !hasProblem(at: position) { report(message, at: position) }
  }

  /// Whether so few mistakes have been found that names are looked for that may have been meant: each takes a
  /// look at all others.
  var mayTakeALook: Bool { problems.count < 100 }

  /// Notes something at `position` that is likely not meant.
  mutating func warn(_ message: String, at position: SourcePosition) {
    warnings.append(Problem(position: position, message: message))
  }

  /// Whether a mistake at `position` has been noted.
  func hasProblem(at position: SourcePosition) -> Bool { problemPositions.contains(position) }

  /// The label before attributes, which labbook has none of; nil if there are none.
  private static func withoutAttributes(_ label: String) -> String? {
    let words = label.split(separator: " ")
    guard words.count > 1, isLabel(String(words[0])),
      words.dropFirst().allSatisfy({ $0.first == "." || $0.contains("=") })
    else { return nil }
    return String(words[0])
  }

  /// Whether something has the label `label`.
  func hasLabel(_ label: String) -> Bool { lineOfLabel[label] != nil }

  /// Notes the label `label` of `thing`, which must be of `kind` and new.
  mutating func define(
    _ label: String, kind: LabelKind, of thing: String, at position: SourcePosition
  ) {
    guard isLabel(label) else {
      let asOurs = LabelKind.asWrittenHere(label) ?? Self.withoutAttributes(label)
      report(
        "'\(label)' is no label; "
          + (asOurs.map { "write '\($0)'" }
            ?? "labels are made of the letters A to Z and a to z, digits, '_' and '-', such as "
            + "'\(kind.rawValue)-name'"),
        at: position)
      return
    }
    guard label.hasPrefix(kind.rawValue + "-"), label.count > kind.rawValue.count + 1 else {
      report(
        "the label of \(thing) begins with '\(kind.rawValue)-'; "
          + "did you mean '\(kind.rawValue)-\(label)'?", at: position)
      return
    }
    if let line = lineOfLabel[label] {
      report("label '\(label)' is already used on line \(line)", at: position)
      return
    }
    labels.append(label)
    lineOfLabel[label] = position.line
  }
}

extension LabelKind {
  /// The label that `label`, written as pandoc-crossref or LaTeX has them (`fig:name`), is here; nil if it is
  /// not of that form.
  static func asWrittenHere(_ label: String) -> String? {
    let parts = label.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, isLabel(String(parts[1])) else { return nil }
    let kind: LabelKind? =
      switch parts[0].lowercased() {
      case "eq", "eqn", "equation": .equation
      case "fig", "figure": .figure
      case "tbl", "tab", "table": .table
      case "sec", "section": .section
      default: nil
      }
    return kind.map { "\($0.rawValue)-\(parts[1])" }
  }
}

/// Whether `text` is made of ASCII letters, digits, `_` and `-` alone.
///
/// Labels become the names of files and of places on a page, so nothing else is let in.
func isLabel(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}

/// A stretch of source that Markdown must not see, and what stands there instead.
struct Replacement {
  var range: Range<Int>
  var piece: SourcePiece
}
