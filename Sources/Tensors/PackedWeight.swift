import CKernels

/// A weight matrix [depth, columns] in panels of 32 columns, for many products with a few rows each.
///
/// Several matrices of one depth can lie side by side, such as those of queries, keys and values.
public final class PackedWeight {
  /// The number of rows: the length of each dot product.
  let depth: Int
  /// The number of columns.
  let columns: Int
  private let panels: Tensor

  /// Creates a weight of zeros.
  public init(depth: Int, columns: Int) {
    precondition(depth >= 1 && columns >= 1, "a weight of [\(depth), \(columns)]")
    self.depth = depth
    self.columns = columns
    panels = Tensor(rows: 1, columns: lb_packed_weight_floats(columns, depth))
  }

  /// Packs `weight` from `column` on.
  ///
  /// - Parameters:
  ///   - weight: [depth, n], or [n, depth] if `isTransposed`.
  ///   - isTransposed: Whether rows of `weight` are columns here.
  ///   - column: Where its first column goes.
  public func pack(_ weight: Matrix, isTransposed: Bool, at column: Int = 0) {
    let (rows, count) =
      isTransposed ? (weight.columns, weight.rows) : (weight.rows, weight.columns)
    precondition(
      rows == depth && column >= 0 && column + count <= columns,
      "[\(rows), \(count)] at column \(column) of [\(depth), \(columns)]")
    lb_pack_weight_f32(
      column, count, depth, weight.base, weight.stride, isTransposed ? 1 : 0, panels.base)
  }

  fileprivate var base: UnsafeMutablePointer<Float> { panels.base }
}

/// Computes a product with a packed weight; each element is one ascending chain of fused multiply-adds.
///
/// - Parameters:
///   - first: [m, depth].
///   - weight: [depth, n].
///   - result: [m, n]; it shares no memory with `first`.
///   - mode: Where each chain starts: `overwrites` or `continues`.
public func multiply(
  _ first: Matrix, _ weight: PackedWeight, into result: Matrix, mode: ProductMode = .overwrites
) {
  precondition(
    first.columns == weight.depth && result.rows == first.rows
      && result.columns == weight.columns && mode != .adds,
    "[\(first.rows), \(first.columns)] times [\(weight.depth), \(weight.columns)] into [\(result.rows), \(result.columns)]"
  )
  lb_packed_product_f32(
    mode.kernelMode, first.rows, weight.columns, weight.depth, first.base, first.stride,
    weight.base, result.base, result.stride)
}
