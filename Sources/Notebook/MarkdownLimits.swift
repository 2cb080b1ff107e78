/// The reason why a text is not read as Markdown: it would take more memory, stack or time than any notebook needs.
struct MarkdownRefusal: Error, Equatable {
  /// Both counted from 1 in the text that was to be read.
  var line: Int
  var column: Int
  var message: String
}

/// Bounds of a notebook, so that no file can bring the process down.
///
/// The parser's own work grows with the square of a table's columns, and every later step descends one
/// call for each level of nesting.
enum MarkdownLimits {
  /// The deepest nesting of blocks and marks.
  static let depth = 100
  /// The most bars on a line outside code.
  static let barsOnLine = 1_000
  /// The most cells of a table, those counted that its short rows are filled up with.
  static let cells = 200_000

  /// The most square brackets that are open at once in a block.
  static let openBrackets = 1_000

  static func tooDeep(line: Int, column: Int) -> MarkdownRefusal {
    MarkdownRefusal(
      line: line, column: column,
      message:
        "quotes, lists, links and emphasis stand inside each other more than \(depth) deep here; "
        + "labbook reads no deeper")
  }

  /// Refuses tables that are too large to be read.
  static func check(_ text: String) throws(MarkdownRefusal) {
    var fence: (mark: UInt8, width: Int)?
    var columns = 0
    var rows = 0
    var brackets = 0
    var number = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let content = line.drop { " \t>".utf8.contains($0) }
      if let mark = content.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") {
        let width = content.prefix { $0 == mark }.count
        if let open = fence {
          if open.mark == mark, width >= open.width { fence = nil }
        } else if width >= 3 {
          fence = (mark, width)
        }
      }
      guard fence == nil, !content.isEmpty else {
        columns = 0
        brackets = 0
        continue
      }
      var bars = 0
      var isRule = true
      for byte in content {
        switch byte {
        case UInt8(ascii: "|"): bars += 1
        // The parser goes over all that are open for each link that it finds.
        case UInt8(ascii: "["): brackets += 1
        case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
        default: break
        }
        isRule = isRule && "|-: \t".utf8.contains(byte)
      }
      if brackets > openBrackets { throw tooDeep(line: number, column: 1) }
      if bars > barsOnLine {
        throw MarkdownRefusal(
          line: number, column: 1,
          message: "a row of \(bars) bars; a table has at most \(barsOnLine) columns")
      }
      if isRule, bars > 0 {
        columns = bars + 1
        rows = 0
      } else if columns > 0 {
        rows += 1
        if rows * columns > cells {
          throw MarkdownRefusal(
            line: number, column: 1,
            message: "a table of more than \(cells) cells; labbook reads none so large")
        }
      }
    }
  }
}
