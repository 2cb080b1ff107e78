import CKernels

/// The keys and values of one layer for several sequences, each in a slot of its own.
///
/// Keys lie in blocks [positions / 16][width][16], values as [positions, width]. What attention computes from
/// it for a position has the bits of the training pass.
public final class AttentionCache {
  /// The number of sequences that there is room for.
  let slots: Int
  /// The width of a key or value: of all heads together.
  let width: Int
  /// Positions of a slot, a multiple of 16.
  public let positions: Int
  private let keys: Tensor
  private let values: Tensor

  /// Creates a cache for `slots` sequences of at most `positions` tokens of `width` elements.
  public init(slots: Int, positions: Int, width: Int) {
    precondition(
      slots >= 1 && positions >= 1 && width >= 1,
      "a cache of \(slots) slots for \(positions) positions of width \(width)")
    self.slots = slots
    self.width = width
    self.positions = (positions + 15) / 16 * 16
    keys = Tensor(rows: slots, columns: self.positions * width)
    values = Tensor(rows: slots, columns: self.positions * width)
  }

  /// Stores a key and a value for each row.
  ///
  /// - Parameters:
  ///   - keys: [rows, width].
  ///   - values: [rows, width], with the stride of `keys`.
  ///   - slots: [rows] whose sequence it is.
  ///   - positions: [rows] where in the sequence.
  public func store(keys: Matrix, values: Matrix, slots: [Int32], positions: [Int32]) {
    let rows = keys.rows
    precondition(
      keys.columns == width && values.columns == width && values.rows == rows
        && keys.stride == values.stride,
      "keys [\(rows), \(keys.columns)] and values [\(values.rows), \(values.columns)]")
    expectRows(rows, slots: slots, positions: positions)
    lb_store_in_cache_f32(
      rows, width, keys.base, values.base, keys.stride, slots, positions, self.keys.base,
      self.values.base, self.keys.columns)
  }

  /// Computes attention of each row to the positions 0 … its own of its slot.
  ///
  /// - Parameters:
  ///   - queries: [rows, width].
  ///   - heads: How many heads share the width.
  ///   - scale: What scores are multiplied by.
  ///   - slots: [rows].
  ///   - positions: [rows]; the cache holds all up to it.
  ///   - result: [rows, width].
  ///   - workspace: At least heads · positions elements.
  public func attend(
    queries: Matrix, heads: Int, scale: Float, slots: [Int32], positions: [Int32],
    into result: Matrix, workspace: Tensor
  ) {
    let rows = queries.rows
    precondition(
      queries.columns == width && result.columns == width && result.rows == rows && heads >= 1
        && width.isMultiple(of: heads) && workspace.count >= heads * self.positions,
      "queries [\(rows), \(queries.columns)] of \(heads) heads into [\(result.rows), \(result.columns)]"
    )
    expectRows(rows, slots: slots, positions: positions)
    lb_decode_attention_f32(
      rows, heads, width / heads, scale, queries.base, queries.stride, slots, positions,
      keys.base, values.base, keys.columns, result.base, result.stride, workspace.base)
  }

  /// Copies the first `count` positions of one slot to another.
  public func copy(positions count: Int, of source: Int, to target: Int) {
    precondition(
      (0..<slots).contains(source) && (0..<slots).contains(target) && count >= 0
        && count <= positions, "\(count) positions from slot \(source) to \(target)")
    guard source != target else { return }
    let size = keys.columns
    // A block of keys is copied whole; what lies beyond `count` in it is overwritten before it is read.
    (keys.base + target * size).update(
      from: keys.base + source * size, count: (count + 15) / 16 * 16 * width)
    (values.base + target * size).update(from: values.base + source * size, count: count * width)
  }

  private func expectRows(_ rows: Int, slots: [Int32], positions: [Int32]) {
    precondition(
      slots.count == rows && positions.count == rows,
      "\(slots.count) slots and \(positions.count) positions for \(rows) rows")
    for row in 0..<rows {
      precondition(
        slots[row] >= 0 && slots[row] < self.slots && positions[row] >= 0
          && positions[row] < self.positions,
        "position \(positions[row]) of slot \(slots[row])")
    }
  }
}
