internal import Tensors

/// The nonlinearity between the layers of a network.
public enum Activation: String, CaseIterable, Hashable, Sendable {
  /// The hyperbolic tangent.
  case tanh
  /// max(x, 0).
  case relu

  /// Replaces each x of `matrix` by the activation of x.
  func apply(to matrix: Matrix) {
    switch self {
    case .tanh: Tensors.apply(.tanh, to: matrix)
    case .relu: Tensors.apply(.relu, to: matrix)
    }
  }

  /// Turns ∂L/∂y into ∂L/∂x in place, where y is the activation of x.
  func applyBackward(output: Matrix, gradient: Matrix) {
    switch self {
    case .tanh: applyTanhBackward(output: output, gradient: gradient)
    case .relu: applyReLUBackward(output: output, gradient: gradient)
    }
  }
}
