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

/// Returns rows as lines of aligned columns no longer than `width` where that can be: columns that do not fit stand in
/// a block of their own below, behind the first column again.
///
/// - Parameters:
///   - rows: The cells, the head first; each row has as many.
///   - trailing: The columns that end, rather than begin, at one place.
///   - width: Characters of a line, 1 or more.
/// - Returns: Blocks, an empty line between two.
public func alignedBlocks(_ rows: [[String]], trailing: Set<Int>, width: Int) -> String {
  let count = rows.map(\.count).max() ?? 0
  let widths = (0..<count).map { column in
    rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
  }
  var blocks: [[Int]] = []
  var used = Int.max
  for column in 1..<max(1, count) {
    if used > width - widths[column] - 2 {
      blocks.append([0])
      used = widths[0]
    }
    blocks[blocks.count - 1].append(column)
    used += widths[column] + 2
  }
  if blocks.isEmpty { return alignedColumns(rows, trailing: trailing) }
  return blocks.map { columns in
    alignedColumns(
      rows.map { row in columns.map { $0 < row.count ? row[$0] : "" } },
      trailing: Set(columns.indices.filter { trailing.contains(columns[$0]) }))
  }
  .joined(separator: "\n\n")
}
