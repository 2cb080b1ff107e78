#if canImport(Glibc)
  import Glibc
#endif

/// A matrix of f32 numbers in memory that is allocated once, row after row.
///
/// The first element is aligned to 64 bytes. A tensor is a buffer that layers share and write in place,
/// hence a class; it belongs to one thread at a time.
public final class Tensor {
  /// How many rows there are.
  public let rows: Int
  /// How many elements each row has; rows follow each other without a gap.
  public let columns: Int
  @usableFromInline let base: UnsafeMutablePointer<Float>

  /// How many elements there are.
  @inlinable public var count: Int { rows * columns }

  /// Creates a tensor of zeros.
  ///
  /// - Precondition: Both extents are at least 0.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a tensor of [\(rows), \(columns)] elements")
    self.rows = rows
    self.columns = columns
    let count = rows * columns
    let bytes = (max(count, 1) * MemoryLayout<Float>.stride + 63) / 64 * 64
    guard let memory = aligned_alloc(64, bytes) else {
      fatalError("no memory for a tensor of [\(rows), \(columns)] elements")
    }
    base = memory.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  /// Creates a tensor that holds `elements`, row after row.
  ///
  /// - Precondition: There are `rows · columns` elements.
  public convenience init(rows: Int, columns: Int, elements: [Float]) {
    self.init(rows: rows, columns: columns)
    copy(from: elements)
  }

  deinit {
    free(base)
  }

  /// The element at `index`, counted row after row.
  @inlinable public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index out of range")
      return base[index]
    }
    set {
      precondition(index >= 0 && index < count, "index out of range")
      base[index] = newValue
    }
  }

  /// The element in `row` and `column`.
  @inlinable public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      return base[row &* columns &+ column]
    }
    set {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      base[row &* columns &+ column] = newValue
    }
  }

  /// The elements, row after row.
  public var array: [Float] {
    [Float](UnsafeBufferPointer(start: base, count: count))
  }

  /// The elements of the first `rows` rows, row after row.
  public func array(rows: Int) -> [Float] {
    precondition(rows >= 0 && rows <= self.rows, "\(rows) rows of \(self.rows)")
    return [Float](UnsafeBufferPointer(start: base, count: rows * columns))
  }

  /// Copies `elements` into the tensor, the first to `offset`.
  ///
  /// - Precondition: They fit.
  public func copy(from elements: [Float], at offset: Int = 0) {
    precondition(
      offset >= 0 && offset + elements.count <= count,
      "\(elements.count) elements at \(offset) do not fit into \(count)")
    elements.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      (base + offset).update(from: start, count: source.count)
    }
  }

  /// Copies the elements in `range` into the tensor, the first to its beginning.
  ///
  /// - Precondition: They fit.
  public func copy(from elements: [Float], range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= elements.count && range.count <= count,
      "elements \(range) of \(elements.count) do not fit into \(count)")
    elements.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      base.update(from: start + range.lowerBound, count: range.count)
    }
  }

  /// Copies all elements of `other`, which has the same shape.
  public func copy(from other: Tensor) {
    precondition(
      rows == other.rows && columns == other.columns,
      "[\(other.rows), \(other.columns)] elements into [\(rows), \(columns)]")
    base.update(from: other.base, count: count)
  }

  /// Copies row `sourceRow` of `other`, which has as many columns, to row `row`.
  @inlinable public func copyRow(_ sourceRow: Int, of other: Tensor, to row: Int) {
    precondition(
      columns == other.columns && sourceRow >= 0 && sourceRow < other.rows && row >= 0
        && row < rows, "row out of range")
    (base + row &* columns).update(from: other.base + sourceRow &* columns, count: columns)
  }

  /// Sets every element to `value`.
  public func fill(with value: Float) {
    base.update(repeating: value, count: count)
  }
}
