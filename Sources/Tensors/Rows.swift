import CKernels

/// Adds `x` to `y`, element by element; neither has gaps.
public func add(_ x: Matrix, to y: Matrix) {
  precondition(x.count == y.count && x.isContiguous && y.isContiguous, "a sum with gaps")
  lb_add_f32(x.count, x.base, y.base)
}

/// Copies `x` to `y`, of the same shape; they share no memory.
public func copy(_ x: Matrix, to y: Matrix) {
  precondition(x.rows == y.rows && x.columns == y.columns, "a copy to another shape")
  if x.isContiguous && y.isContiguous {
    y.base.update(from: x.base, count: x.count)
  } else {
    for row in 0..<x.rows {
      (y.base + row * y.stride).update(from: x.base + row * x.stride, count: x.columns)
    }
  }
}

/// Sets every element of `matrix` to 0.
public func clear(_ matrix: Matrix) {
  for row in 0..<matrix.rows {
    (matrix.base + row * matrix.stride).update(repeating: 0, count: matrix.columns)
  }
}

/// Writes rows of a table: out[i] = table[indices[i]].
///
/// - Parameters:
///   - table: [n, width].
///   - indices: [rows], each in 0..<n.
///   - out: [rows, width].
public func gatherRows(of table: Matrix, at indices: ArraySlice<Int32>, into out: Matrix) {
  expectRows(table, indices, out)
  indices.withUnsafeBufferPointer { indices in
    guard let start = indices.baseAddress else { return }
    lb_gather_rows_f32(
      indices.count, table.columns, table.base, table.stride, start, out.base, out.stride)
  }
}

/// Adds rows to those of a table, in ascending order: table[indices[i]] += x[i].
///
/// - Parameters:
///   - x: [rows, width].
///   - table: [n, width].
///   - indices: [rows], each in 0..<n.
public func addRows(_ x: Matrix, to table: Matrix, at indices: ArraySlice<Int32>) {
  expectRows(table, indices, x)
  indices.withUnsafeBufferPointer { indices in
    guard let start = indices.baseAddress else { return }
    lb_scatter_add_rows_f32(
      indices.count, x.columns, x.base, x.stride, start, table.base, table.stride)
  }
}

/// Writes the sum of squares of each row, in 16 lanes by column.
///
/// - Parameters:
///   - matrix: [rows, n].
///   - squares: [rows, 1].
public func writeRowSquares(of matrix: Matrix, into squares: Matrix) {
  precondition(squares.count == matrix.rows && squares.isContiguous, "squares of other rows")
  lb_row_squares_f32(
    matrix.rows, matrix.columns, matrix.base, matrix.stride, squares.base)
}

private func expectRows(_ table: Matrix, _ indices: ArraySlice<Int32>, _ rows: Matrix) {
  precondition(
    rows.rows == indices.count && rows.columns == table.columns
      && indices.allSatisfy { $0 >= 0 && $0 < table.rows },
    "\(indices.count) rows of a table of \(table.rows)")
}
