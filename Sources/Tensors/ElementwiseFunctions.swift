import CKernels

/// A function of one number, applied to every element by our own polynomial.
///
/// Bounds hold over all f32 inputs, in units in the last place of the result.
public enum ElementwiseFunction: CaseIterable, Sendable {
  /// Below 1.1 ulp; exp(0) = 1 exactly; underflows gradually to +0, overflows to +∞.
  case exp
  /// Below 1 ulp; log(1) = +0, log(±0) = −∞, NaN below 0.
  case log
  /// Below 6 ulp, below 3.3 · 10⁻⁷ relative; odd, ±1 beyond ±9.1, tanh(±0) = ±0.
  case tanh
  /// Below 1 ulp for any finite angle in radians; NaN for infinities.
  case sin
  /// Below 1 ulp for any finite angle in radians; NaN for infinities.
  case cos
  /// max(x, 0); NaN stays NaN.
  case relu
}

/// Replaces each element x of `matrix` by `function`(x).
public func apply(_ function: ElementwiseFunction, to matrix: Matrix) {
  forEachRun(of: matrix) { start, count in
    switch function {
    case .exp: lb_exp_f32(count, start, start)
    case .log: lb_log_f32(count, start, start)
    case .tanh: lb_tanh_f32(count, start, start)
    case .sin: lb_sin_f32(count, start, start)
    case .cos: lb_cos_f32(count, start, start)
    case .relu: lb_relu_f32(count, start, start)
    }
  }
}

/// Returns `function`(x) for each x of `elements`.
public func values(of function: ElementwiseFunction, at elements: [Float]) -> [Float] {
  let tensor = Tensor(rows: 1, columns: elements.count, elements: elements)
  apply(function, to: tensor.matrix)
  return tensor.array
}

/// Turns ∂L/∂y into ∂L/∂x for y = tanh(x): multiplies by 1 − y².
///
/// - Parameters:
///   - output: y, of any shape.
///   - gradient: ∂L/∂y on entry and ∂L/∂x on return, of the same shape.
public func applyTanhBackward(output: Matrix, gradient: Matrix) {
  expectSameContiguousShape(output, gradient)
  lb_tanh_backward_f32(output.count, output.base, gradient.base)
}

/// Turns ∂L/∂y into ∂L/∂x for y = max(x, 0): keeps it where y > 0; the derivative at 0 is 0.
///
/// - Parameters:
///   - output: y, of any shape.
///   - gradient: ∂L/∂y on entry and ∂L/∂x on return, of the same shape.
public func applyReLUBackward(output: Matrix, gradient: Matrix) {
  expectSameContiguousShape(output, gradient)
  lb_relu_backward_f32(output.count, output.base, gradient.base)
}

/// Writes x² of each element x of `matrix` to `squares`, of the same shape and without gaps.
public func writeSquares(of matrix: Matrix, into squares: Matrix) {
  expectSameContiguousShape(matrix, squares)
  let (source, target) = (matrix.base, squares.base)
  for index in 0..<matrix.count { target[index] = source[index] * source[index] }
}

/// Multiplies each element of `matrix` by `factor`.
public func scale(_ matrix: Matrix, by factor: Float) {
  forEachRun(of: matrix) { start, count in lb_scale_f32(count, factor, start) }
}

private func expectSameContiguousShape(_ first: Matrix, _ second: Matrix) {
  precondition(
    first.rows == second.rows && first.columns == second.columns && first.isContiguous
      && second.isContiguous,
    "[\(first.rows), \(first.columns)] with [\(second.rows), \(second.columns)]")
}

/// Calls `body` for each run of elements without a gap.
private func forEachRun(of matrix: Matrix, _ body: (UnsafeMutablePointer<Float>, Int) -> Void) {
  if matrix.isContiguous {
    body(matrix.base, matrix.count)
  } else {
    for row in 0..<matrix.rows {
      body(matrix.base + row * matrix.stride, matrix.columns)
    }
  }
}
