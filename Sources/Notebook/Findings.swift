/// What has been found in a notebook so far, in reading order.
struct Findings {
  var formulas: [Formula] = []
  var values: [ValueReference] = []
  var citations: [Citation] = []
  var references: [CrossReference] = []
  var directives: [Directive] = []
  var images: [Positioned<String>] = []
  var labels: [Positioned<String>] = []
  private var labelLines: [String: Int] = [:]
  var problems: [Problem] = []

  struct Problem {
    var position: SourcePosition
    var message: String
  }

  /// Notes a mistake at `position`.
  mutating func report(_ message: String, at position: SourcePosition) {
    problems.append(Problem(position: position, message: message))
  }

  /// Notes `formula`, and what must not stand in it.
  mutating func add(_ formula: Formula) {
    for problem in FormulaCheck.problems(in: formula.tex) {
      report("formula: \(problem.message)", at: formula.position(ofUTF16Offset: problem.offset))
    }
    formulas.append(formula)
  }

  /// Whether something has the label `label`.
  func has(label: String) -> Bool { labelLines[label] != nil }

  /// Notes the label `label` of `thing`, which must be of `kind` and new.
  mutating func define(
    _ label: String, kind: LabelKind, of thing: String, at position: SourcePosition
  ) {
    guard isLabel(label) else {
      report(
        "'\(label)' is no label; labels are made of the letters A to Z and a to z, digits, '_' and "
          + "'-', such as '\(kind.rawValue)-name'", at: position)
      return
    }
    guard label.hasPrefix(kind.rawValue + "-"), label.count > kind.rawValue.count + 1 else {
      report(
        "the label of \(thing) begins with '\(kind.rawValue)-'; "
          + "did you mean '\(kind.rawValue)-\(label)'?", at: position)
      return
    }
    if let line = labelLines[label] {
      report("label '\(label)' is already used on line \(line)", at: position)
      return
    }
    labelLines[label] = position.line
    labels.append(Positioned(label, at: position))
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
