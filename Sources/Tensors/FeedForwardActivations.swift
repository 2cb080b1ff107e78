import CKernels

/// Writes silu(gate) · up, with silu(x) = x / (1 + e⁻ˣ).
///
/// - Parameters:
///   - gate: [rows, width].
///   - up: [rows, width], with the same stride.
///   - out: [rows, width].
///
/// Source: Shazeer, "GLU Variants Improve Transformer", 2020, https://arxiv.org/abs/2002.05202.
public func swiGLU(gate: Matrix, up: Matrix, into out: Matrix) {
  expectSameShapes(gate, up, out)
  lb_swiglu_f32(
    gate.rows, gate.columns, gate.base, up.base, gate.stride, out.base, out.stride)
}

/// Writes the gradients of ``swiGLU(gate:up:into:)``.
///
/// - Parameters:
///   - gate: [rows, width].
///   - up: [rows, width], with the same stride.
///   - gradient: ∂L/∂out, [rows, width].
///   - gateGradient: [rows, width]; may be `gate`.
///   - upGradient: [rows, width], with the same stride; may be `up`.
public func writeSwiGLUGradients(
  gate: Matrix, up: Matrix, gradient: Matrix, gateGradient: Matrix, upGradient: Matrix
) {
  expectSameShapes(gate, up, gradient)
  expectSameShapes(gateGradient, upGradient, gradient)
  lb_swiglu_backward_f32(
    gate.rows, gate.columns, gate.base, up.base, gate.stride, gradient.base, gradient.stride,
    gateGradient.base, upGradient.base, gateGradient.stride)
}

/// Writes GELU in its tanh form, ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).
///
/// - Parameters:
///   - x: [rows, width] without gaps.
///   - out: As `x`; may be `x`.
///
/// Source: Hendrycks & Gimpel, "Gaussian Error Linear Units", 2016, https://arxiv.org/abs/1606.08415.
public func gelu(of x: Matrix, into out: Matrix) {
  precondition(x.isContiguous && out.isContiguous && x.count == out.count, "GELU with gaps")
  lb_gelu_f32(x.count, x.base, out.base)
}

/// Turns ∂L/∂gelu(x) into ∂L/∂x in place.
///
/// - Parameters:
///   - x: [rows, width] without gaps.
///   - gradient: As `x`.
public func applyGELUBackward(x: Matrix, gradient: Matrix) {
  precondition(
    x.isContiguous && gradient.isContiguous && x.count == gradient.count, "GELU with gaps")
  lb_gelu_backward_f32(x.count, x.base, gradient.base)
}

private func expectSameShapes(_ first: Matrix, _ second: Matrix, _ third: Matrix) {
  precondition(
    first.rows == second.rows && first.columns == second.columns && first.stride == second.stride
      && first.rows == third.rows && first.columns == third.columns,
    "[\(first.rows), \(first.columns)], [\(second.rows), \(second.columns)] and [\(third.rows), \(third.columns)]"
  )
}
