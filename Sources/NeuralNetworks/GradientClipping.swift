import Tensors

/// Returns the Euclidean norm of all gradients of `parameters`.
///
/// Each slice is summed in Double in 16 lanes, and the slices in the order of their declaration, set by set.
private func globalNorm(ofGradientsOf parameters: [ParameterSet]) -> Double {
  var squares = 0.0
  for set in parameters {
    for slice in set.slices { squares += sumOfSquares(of: set.gradients(of: slice)) }
  }
  return squares.squareRoot()
}

/// Scales all gradients by one factor so that their global norm is at most `limit`.
///
/// The factor is min(1, limit / (norm + 10⁻⁶)), as PyTorch's `clip_grad_norm_` has it; a factor of 1
/// leaves the gradients alone.
///
/// - Parameters:
///   - parameters: The sets whose gradients are scaled, all by one factor.
///   - limit: The largest norm allowed, above 0; none for no clipping.
/// - Returns: The norm before scaling.
///
/// Source: Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", ICML
/// 2013, https://arxiv.org/abs/1211.5063.
@discardableResult
public func clipGradients(of parameters: ParameterSet..., toGlobalNorm limit: Double?) -> Double {
  let norm = globalNorm(ofGradientsOf: parameters)
  guard let limit else { return norm }
  precondition(limit > 0, "a global norm of at most \(limit)")
  let factor = limit / (norm + 1e-6)
  if factor < 1 {
    for set in parameters {
      for slice in set.slices { scale(set.gradients(of: slice), by: Float(factor)) }
    }
  }
  return norm
}
