/// A rectangle of a tensor's memory, read as a matrix; what the kernels work on.
public struct Matrix {
  /// The tensor whose memory it is.
  public let tensor: Tensor
  /// Where the first element lies in the tensor.
  public let offset: Int
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance from one row to the next, in elements.
  public let stride: Int

  /// Creates a view of `rows` rows of `columns` elements from `offset` on.
  ///
  /// The distance between rows is `columns` if `stride` does not say otherwise.
  ///
  /// - Precondition: The rectangle lies within the tensor.
  public init(_ tensor: Tensor, offset: Int, rows: Int, columns: Int, stride: Int? = nil) {
    let stride = stride ?? columns
    precondition(
      offset >= 0 && rows >= 0 && columns >= 0 && stride >= columns
        && (rows == 0 || offset + (rows - 1) * stride + columns <= tensor.count),
      "[\(rows), \(columns)] elements at \(offset) in a tensor of \(tensor.count)")
    self.tensor = tensor
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// The address of the first element.
  var base: UnsafeMutablePointer<Float> { tensor.base + offset }

  /// How many elements there are.
  public var count: Int { rows * columns }

  /// Whether rows follow each other without a gap.
  var isContiguous: Bool { stride == columns || rows <= 1 }

  /// The elements, row after row.
  public var array: [Float] {
    (0..<rows).flatMap { row in
      UnsafeBufferPointer(start: base + row * stride, count: columns)
    }
  }

  /// The element in `row` and `column`.
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      return base[row * stride + column]
    }
    nonmutating set {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      base[row * stride + column] = newValue
    }
  }
}

extension Tensor {
  /// All of the tensor.
  public var matrix: Matrix { Matrix(self, offset: 0, rows: rows, columns: columns) }

  /// The first `rows` rows.
  public func firstRows(_ rows: Int) -> Matrix {
    Matrix(self, offset: 0, rows: rows, columns: columns)
  }

  /// The rows in `range`.
  public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(self, offset: range.lowerBound * columns, rows: range.count, columns: columns)
  }
}

extension Matrix {
  /// The rows in `range`.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      tensor, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns,
      stride: stride)
  }

  /// The columns in `range`.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Matrix(
      tensor, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }
}
