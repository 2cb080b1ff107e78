import CKernels

/// Returns the sum of a matrix without gaps.
///
/// There are 16 lanes: lane i adds the elements i, i + 16, … in ascending order from +0; then lane i takes
/// lane i + 8, then i + 4, i + 2, i + 1. The order is the same on every processor.
public func sum(of matrix: Matrix) -> Float {
  precondition(matrix.isContiguous, "a sum over rows with gaps")
  return lb_sum_f32(matrix.count, matrix.base)
}

/// Returns the sum of products of two matrices without gaps; lanes are chains of fused multiply-adds.
public func dotProduct(_ first: Matrix, _ second: Matrix) -> Float {
  precondition(
    first.count == second.count && first.isContiguous && second.isContiguous,
    "a dot product of \(first.count) and \(second.count) elements")
  return lb_dot_f32(first.count, first.base, second.base)
}

/// Returns the largest element, −∞ if there is none.
public func maximum(of matrix: Matrix) -> Float {
  precondition(matrix.isContiguous, "a maximum over rows with gaps")
  return lb_max_f32(matrix.count, matrix.base)
}

/// Returns the sum of squares in Double, in the same 16 lanes; every square is exact.
public func sumOfSquares(of matrix: Matrix) -> Double {
  precondition(matrix.isContiguous, "a sum over rows with gaps")
  return lb_sum_of_squares_f32(matrix.count, matrix.base)
}
