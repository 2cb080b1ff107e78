import Notebook

/// The data of tables and figures, to be kept as files of comma-separated values.
extension HTMLRenderer {
  /// A link that keeps a table as a file: its words and numbers as they are shown.
  func download(_ table: ReportTable, named name: String?) -> String {
    let rows =
      [table.columns.map { words($0.title) }] + table.rows.map { $0.map { words($0.content) } }
    return Self.download(rows, named: name ?? "table")
  }

  /// A link that keeps the points of a figure as a file; nothing if they are not known.
  func download(_ figure: ReportFigure, named name: String?) -> String {
    figure.data.isEmpty ? "" : Self.download(figure.data, named: name ?? "figure")
  }

  private static func download(_ rows: [[String]], named name: String) -> String {
    let text = commaSeparated(rows)
    return "<p class=\"download\"><a download=\"\(escaped(name)).csv\" "
      + "href=\"data:text/csv;charset=utf-8,\(addressed(text))\">CSV</a></p>\n"
  }

  /// `text` as the data of an address: everything but letters, digits and plain marks by its number.
  private static func addressed(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if character.isASCII,
        character.isLetter || character.isNumber || "-._~,:;()*/+".contains(character)
      {
        result.append(character)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += byte < 16 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}

/// Rows as comma-separated values by RFC 4180, with line ends of their own kind.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe; numbers stay as they are.
func commaSeparated(_ rows: [[String]]) -> String {
  rows.map { row in
    row.map { cell in
      let plain = cell.replacing("\u{2212}", with: "-")
      let isNumber = Double(plain) != nil
      var text = isNumber ? plain : cell
      if !isNumber, let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first)
      {
        text = "'" + text
      }
      let needsQuotes = text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
      return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }.joined(separator: ",") + "\r\n"
  }.joined()
}
