internal import Notebook
internal import ReportRendering

extension ReportTable {
  /// Returns the table without the columns whose cells are all equal; its note says them instead.
  ///
  /// A table of one row keeps all of them, and every table keeps two.
  ///
  /// - Parameters:
  ///   - kept: The columns that stay whatever is in them, by their place.
  ///   - said: Those that the note tells of already.
  /// - Returns: The table with the columns left.
  func movingConstantColumns(keeping kept: Set<Int>, said: Set<Int> = []) -> ReportTable {
    guard rows.count > 1 else { return self }
    var moved = columns.indices.filter { column in
      !kept.contains(column)
        && rows.allSatisfy { $0[column].content == rows[0][column].content }
    }
    while columns.count - moved.count < 2, !moved.isEmpty { moved.removeFirst() }
    guard !moved.isEmpty else { return self }
    var table = self
    let left = columns.indices.filter { !moved.contains($0) }
    table.columns = left.map { columns[$0] }
    table.rows = rows.map { row in left.map { row[$0] } }
    let told = moved.filter { !said.contains($0) }
    guard !told.isEmpty else { return table }
    var words: [Inline] = [.text("The same in all rows: ")]
    for (index, column) in told.enumerated() {
      if index > 0 { words.append(.text("; ")) }
      words += columns[column].title + [.text(" (")] + rows[0][column].content + [.text(")")]
    }
    table.note = (note.map { $0 + [.text(" ")] } ?? []) + words + [.text(".")]
    return table
  }
}
