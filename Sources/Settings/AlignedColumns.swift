/// Returns the text of a table with aligned columns, a line for each row.
///
/// - Parameters:
///   - rows: The cells of each row; rows may differ in length.
///   - trailing: The columns whose cells end at one place. The last column is not padded.
/// - Returns: The lines, without a line end behind the last.
public func alignedColumns(_ rows: [[String]], trailing: Set<Int> = []) -> String {
  let count = rows.map(\.count).max() ?? 0
  let widths = (0..<count).map { column in
    rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    let cells = row.enumerated().map { column, cell in
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      if trailing.contains(column) { return padding + cell }
      return column == row.count - 1 ? cell : cell + padding
    }
    return cells.joined(separator: "  ")
  }
  .joined(separator: "\n")
}
