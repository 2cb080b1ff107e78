import Tensors

/// A linear layer without bias, y = x W, with W stored [inputs, outputs].
struct LinearMap {
  let weight: ParameterSet.Slice
  let parameters: ParameterSet
  let profile: NumericsProfile

  /// Declares the weight `name`.
  init(
    name: String, inputs: Int, outputs: Int, parameters: ParameterSet, profile: NumericsProfile
  ) {
    weight = parameters.declare(name: name, shape: [inputs, outputs])
    self.parameters = parameters
    self.profile = profile
  }

  /// W, [inputs, outputs].
  var values: Matrix { parameters.values(of: weight) }

  /// y = x W, or with the mode `continues` y += x W, as one chain from the earlier y on.
  func forward(_ x: Matrix, into y: Matrix, mode: ProductMode = .overwrites) {
    multiply(x, values, into: y, mode: mode, profile: profile)
  }

  /// ∂L/∂x = ∂L/∂y Wᵀ, or with the mode `continues` added to what is there.
  func writeInputGradient(_ dy: Matrix, into dx: Matrix, mode: ProductMode = .overwrites) {
    multiply(dy, values, form: .secondTransposed, into: dx, mode: mode, profile: profile)
  }

  /// Adds xᵀ ∂L/∂y to the gradient, one leaf for each sequence, in order.
  func addWeightGradient(_ x: Matrix, _ dy: Matrix, sequences: ArraySlice<Range<Int>>) {
    let gradient = parameters.gradients(of: weight)
    for rows in sequences {
      multiply(
        x.rows(rows), dy.rows(rows), form: .firstTransposed, into: gradient, mode: .adds,
        profile: profile)
    }
  }
}
