/// A formula as it is found in the source, before Markdown is parsed.
struct FoundFormula {
  enum Form {
    case inline, display
    /// Between a dollar with a backtick and a backtick with a dollar, as GitHub has it.
    case code
  }

  var form: Form
  /// The place in the source, dollars included.
  var range: Range<Int>
  /// The same without what containers put before its lines.
  var pieces: [Range<Int>]
  /// The TeX, without white space at either end and without what containers put before its lines.
  var tex: String
  /// The place in the file where each line of the TeX begins.
  var lineStarts: [SourcePosition]
  /// The beginning of further lines of the block around it.
  var indentation: String
}

/// All formulas of a text in reading order, and the text as Markdown may see it.
struct FoundFormulas {
  private(set) var formulas: [FoundFormula] = []
  /// The lines with the titles of tables, counted from 1: the parser takes the first line of the paragraph that
  /// a table follows for it.
  var tableHeads: [Int] = []
  private var indices: [Int: Int] = [:]

  mutating func append(_ formula: FoundFormula) {
    indices[formula.range.lowerBound] = formulas.count
    formulas.append(formula)
  }

  /// The formula that begins at `index` of the source.
  func formula(at index: Int) -> FoundFormula? {
    indices[index].map { formulas[$0] }
  }

  /// The formulas in `range` of the source, with places counted from where it begins.
  func within(_ range: Range<Int>) -> FoundFormulas {
    var part = FoundFormulas()
    let first = formulas.partitioningIndex { $0.range.lowerBound >= range.lowerBound }
    for var formula in formulas[first...] {
      guard formula.range.upperBound <= range.upperBound else { break }
      formula.range = formula.range.moved(by: -range.lowerBound)
      formula.pieces = formula.pieces.map { $0.moved(by: -range.lowerBound) }
      part.append(formula)
    }
    return part
  }

  /// The line of the titles of a table, which a parser has on `line`.
  func tableHead(from line: Int) -> Int {
    let first = tableHeads.partitioningIndex { $0 >= line }
    return first < tableHeads.count ? tableHeads[first] : line
  }

  /// The text of `source` with each line of a formula as one character that is a word to Markdown, so that
  /// every block is on the lines that it is on in the source.
  func masked(_ source: SourceText) -> String {
    var text = ""
    var done = 0
    for piece in formulas.flatMap(\.pieces) {
      text += source.text(done..<piece.lowerBound)
      text.unicodeScalars.append(Placeholders.mask)
      done = piece.upperBound
    }
    return text + source.text(done..<source.characters.count)
  }
}

extension Range<Int> {
  fileprivate func moved(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}
