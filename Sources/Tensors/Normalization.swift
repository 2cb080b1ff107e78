import CKernels

/// Writes the root-mean-square normalization of each row.
///
///     y = (x · i) · weight,   i = 1 / √(Σx² / width + ε)
///
/// - Parameters:
///   - x: [rows, width].
///   - weight: [1, width].
///   - epsilon: ε, above 0.
///   - y: [rows, width]; may be `x`.
///   - inverses: [rows, 1], which gets i for the backward pass, or `nil`.
///
/// Source: Zhang & Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019,
/// https://arxiv.org/abs/1910.07467.
public func rmsNorm(
  of x: Matrix, weight: Matrix, epsilon: Float, into y: Matrix, inverses: Matrix? = nil
) {
  expectNormShapes(x, y, weight, inverses)
  lb_rms_norm_f32(
    x.rows, x.columns, epsilon, x.base, x.stride, weight.base, y.base, y.stride, inverses?.base)
}

/// Adds the gradients of ``rmsNorm(of:weight:epsilon:into:inverses:)``.
///
/// - Parameters:
///   - x: The rows that were normalized.
///   - inverses: What the forward pass kept.
///   - weight: [1, width].
///   - gradient: ∂L/∂y, [rows, width].
///   - inputGradient: ∂L/∂x is added to it.
///   - weightGradient: One leaf, the chain over the rows, is added to it.
public func addRMSNormGradients(
  x: Matrix, inverses: Matrix, weight: Matrix, gradient: Matrix, inputGradient: Matrix,
  weightGradient: Matrix
) {
  expectNormShapes(x, gradient, weight, inverses)
  expectNormShapes(x, inputGradient, weightGradient, nil)
  lb_rms_norm_backward_f32(
    x.rows, x.columns, x.base, x.stride, inverses.base, weight.base, gradient.base,
    gradient.stride, inputGradient.base, inputGradient.stride, weightGradient.base)
}

/// Writes the layer normalization of each row.
///
///     y = (x − m) · i · weight + bias,   m = Σx / width,   i = 1 / √(Σ(x − m)² / width + ε)
///
/// - Parameters:
///   - x: [rows, width].
///   - weight: [1, width].
///   - bias: [1, width].
///   - epsilon: ε, above 0.
///   - y: [rows, width]; may be `x`.
///   - means: [rows, 1], which gets m for the backward pass, or `nil`.
///   - inverses: [rows, 1], which gets i, or `nil`.
///
/// Source: Ba, Kiros & Hinton, "Layer Normalization", 2016, https://arxiv.org/abs/1607.06450.
public func layerNorm(
  of x: Matrix, weight: Matrix, bias: Matrix, epsilon: Float, into y: Matrix,
  means: Matrix? = nil, inverses: Matrix? = nil
) {
  expectNormShapes(x, y, weight, inverses)
  expectNormShapes(x, y, bias, means)
  lb_layer_norm_f32(
    x.rows, x.columns, epsilon, x.base, x.stride, weight.base, bias.base, y.base, y.stride,
    means?.base, inverses?.base)
}

/// Adds the gradients of ``layerNorm(of:weight:bias:epsilon:into:means:inverses:)``.
///
/// - Parameters:
///   - x: The rows that were normalized.
///   - means: What the forward pass kept.
///   - inverses: What the forward pass kept.
///   - weight: [1, width].
///   - gradient: ∂L/∂y, [rows, width].
///   - inputGradient: ∂L/∂x is added to it.
///   - weightGradient: One leaf, the chain over the rows, is added to it.
///   - biasGradient: One leaf is added to it.
public func addLayerNormGradients(
  x: Matrix, means: Matrix, inverses: Matrix, weight: Matrix, gradient: Matrix,
  inputGradient: Matrix, weightGradient: Matrix, biasGradient: Matrix
) {
  expectNormShapes(x, gradient, weight, inverses)
  expectNormShapes(x, inputGradient, weightGradient, means)
  expectNormShapes(x, inputGradient, biasGradient, nil)
  lb_layer_norm_backward_f32(
    x.rows, x.columns, x.base, x.stride, means.base, inverses.base, weight.base, gradient.base,
    gradient.stride, inputGradient.base, inputGradient.stride, weightGradient.base,
    biasGradient.base)
}

private func expectNormShapes(_ x: Matrix, _ y: Matrix, _ weight: Matrix, _ factors: Matrix?) {
  precondition(
    x.rows == y.rows && x.columns == y.columns && x.columns > 0 && weight.count == x.columns
      && weight.isContiguous && (factors.map { $0.count == x.rows && $0.isContiguous } ?? true),
    "a normalization of [\(x.rows), \(x.columns)] with \(weight.count) weights")
}
