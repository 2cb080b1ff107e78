import Notebook

/// The data of tables and figures, to be kept as files of comma-separated values.
extension HTMLRenderer {
  /// A link that keeps a table as a file: its words and numbers as they are shown.
  func download(_ table: ReportTable, named name: String?) -> String {
    let rows =
      [table.columns.map { words($0.title) }] + table.rows.map { $0.map { words($0.content) } }
    return Self.paragraph([Self.link(to: rows, named: name ?? "table")])
  }

  /// Links to the points of a figure, which the page holds, and to its specification, which stands beside the page and
  /// would take more room in it than the drawing; nothing of what is not known.
  func download(_ figure: ReportFigure, named name: String?) -> String {
    var links: [String] = []
    if !figure.data.isEmpty { links.append(Self.link(to: figure.data, named: name ?? "figure")) }
    if let file = figure.specificationFile {
      links.append("<a download href=\"\(escaped(file))\">Vega-Lite</a>")
    }
    return links.isEmpty ? "" : Self.paragraph(links)
  }

  private static func link(to rows: [[String]], named name: String) -> String {
    "<a download=\"\(escaped(name)).csv\" "
      + "href=\"data:text/csv;charset=utf-8,\(addressed(commaSeparated(rows)))\">CSV</a>"
  }

  private static func paragraph(_ links: [String]) -> String {
    "<p class=\"download\">\(links.joined(separator: " · "))</p>\n"
  }
}

/// `text` as the data of an address: everything but letters, digits and plain marks by its number.
private func addressed(_ text: String) -> String {
  var result: [UInt8] = []
  result.reserveCapacity(text.utf8.count * 3 / 2)
  for byte in text.utf8 {
    if isPlain[Int(byte)] {
      result.append(byte)
    } else {
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}

private let digits = Array("0123456789ABCDEF".utf8)
/// For each byte, whether it stands for itself in the data of an address.
private let isPlain: [Bool] = {
  let marks = Set("-._~,:;()*/+".utf8)
  return (UInt8.min...UInt8.max).map { byte in
    let character = Character(Unicode.Scalar(byte))
    return marks.contains(byte)
      || character.isASCII && (character.isLetter || character.isNumber)
  }
}()

/// Rows as comma-separated values for people, who may open them in a spreadsheet.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe; numbers stay as they are.
package func commaSeparated(_ rows: [[String]]) -> String {
  rows.map { row in
    commaSeparatedLine(
      row.map { cell in
        // The sign is three bytes, of which the first is in few cells.
        let plain = cell.utf8.contains(0xE2) ? cell.replacing("\u{2212}", with: "-") : cell
        let isNumber = Double(plain) != nil
        var text = isNumber ? plain : cell
        if !isNumber, let first = text.unicodeScalars.first,
          "=+-@\t\r".unicodeScalars.contains(first)
        {
          text = "'" + text
        }
        return text
      })
  }.joined()
}
