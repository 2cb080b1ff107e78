import CKernels

/// The numbers of one step of Adam, with the bias corrections folded in.
public struct AdamStep: Sendable {
  /// β₁, the decay of the first moment.
  public var beta1: Float
  /// β₂, the decay of the second moment.
  public var beta2: Float
  /// What m / (√v · `rootScale` + `epsilon`) is multiplied by before it is subtracted.
  public var stepSize: Float
  /// What √v is multiplied by.
  public var rootScale: Float
  /// What is added to the denominator.
  public var epsilon: Float

  /// Creates the numbers of a step.
  public init(beta1: Float, beta2: Float, stepSize: Float, rootScale: Float, epsilon: Float) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.stepSize = stepSize
    self.rootScale = rootScale
    self.epsilon = epsilon
  }
}

/// Takes one step of Adam.
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     p ← p − stepSize · m / (√v · rootScale + ε)
///
/// - Parameters:
///   - step: The numbers of this step.
///   - gradients: g, of any shape, without gaps; so are the others.
///   - firstMoments: m.
///   - secondMoments: v.
///   - parameters: p.
public func take(
  _ step: AdamStep, gradients: Matrix, firstMoments: Matrix, secondMoments: Matrix,
  parameters: Matrix
) {
  let count = gradients.count
  precondition(
    firstMoments.count == count && secondMoments.count == count && parameters.count == count
      && gradients.isContiguous && firstMoments.isContiguous && secondMoments.isContiguous
      && parameters.isContiguous,
    "a step of Adam for \(count) gradients and \(parameters.count) parameters")
  lb_adam_f32(
    count, step.beta1, step.beta2, 1 - step.beta1, 1 - step.beta2, step.stepSize, step.rootScale,
    step.epsilon, gradients.base, firstMoments.base, secondMoments.base, parameters.base)
}
