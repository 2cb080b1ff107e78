import CKernels

/// The numbers of one step of Adam, with the bias corrections folded in, rounded to f32 once.
public struct AdamStep: Sendable {
  let beta1: Float
  let beta2: Float
  let oneMinusBeta1: Float
  let oneMinusBeta2: Float
  let stepSize: Float
  let rootScale: Float
  let epsilon: Float

  /// Creates the numbers of a step.
  ///
  /// - Parameters:
  ///   - beta1: β₁, the decay of the first moment.
  ///   - beta2: β₂, the decay of the second moment.
  ///   - stepSize: What m / (√v · `rootScale` + `epsilon`) is multiplied by.
  ///   - rootScale: What √v is multiplied by.
  ///   - epsilon: ε, added to the denominator.
  public init(
    beta1: Double, beta2: Double, stepSize: Double, rootScale: Double, epsilon: Double
  ) {
    self.beta1 = Float(beta1)
    self.beta2 = Float(beta2)
    // The difference is taken before rounding: 1 − 0.999 in f32 is off by 5e-5 of itself.
    oneMinusBeta1 = Float(1 - beta1)
    oneMinusBeta2 = Float(1 - beta2)
    self.stepSize = Float(stepSize)
    self.rootScale = Float(rootScale)
    self.epsilon = Float(epsilon)
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
    count, step.beta1, step.beta2, step.oneMinusBeta1, step.oneMinusBeta2, step.stepSize,
    step.rootScale,
    step.epsilon, gradients.base, firstMoments.base, secondMoments.base, parameters.base)
}
