public import Checkpoints
internal import Tensors

/// The optimizer Adam, with the two published places of ε; with a weight decay it is AdamW.
///
/// With g the gradient, t the number of the update from 1 on, and α the learning rate:
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     m̂ = m / (1 − β₁ᵗ),       v̂ = v / (1 − β₂ᵗ)
///     after bias correction:   p ← p − α m̂ / (√v̂ + ε)
///     before bias correction:  p ← p − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
///
/// With a weight decay λ, matrices shrink first, p ← p (1 − α λ), whatever the gradient (AdamW); vectors, which
/// are gains and biases here, do not.
///
/// Sources: Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1 and the
/// remark at the end of section 2, https://arxiv.org/abs/1412.6980; Loshchilov & Hutter, "Decoupled Weight
/// Decay Regularization", ICLR 2019, https://arxiv.org/abs/1711.05101, in the form of `torch.optim.AdamW`.
public final class Adam {
  /// Where ε is added; the same number makes for larger early updates after bias correction.
  public enum EpsilonPlacement: String, CaseIterable, Hashable, Sendable {
    /// To √v̂, as PyTorch does.
    case afterBiasCorrection = "after_bias_correction"
    /// To √v ("ε hat" in the paper), as TensorFlow does.
    case beforeBiasCorrection = "before_bias_correction"
  }

  /// How many updates have been made.
  public private(set) var updates = 0
  /// m, laid out as the parameters.
  let firstMoments: Tensor
  /// v, laid out as the parameters.
  let secondMoments: Tensor

  private let parameters: ParameterSet
  private let beta1: Double
  private let beta2: Double
  private let epsilon: Double
  private let epsilonPlacement: EpsilonPlacement
  private let weightDecay: Double
  /// β₁ᵗ and β₂ᵗ as running products, so that no power function is needed.
  private var beta1Power = 1.0
  private var beta2Power = 1.0

  /// Creates an optimizer of `parameters`, and allocates them.
  ///
  /// - Parameters:
  ///   - parameters: The parameters to optimize.
  ///   - beta1: β₁ in 0..<1.
  ///   - beta2: β₂ in 0..<1.
  ///   - epsilon: ε, above 0.
  ///   - epsilonPlacement: Where ε is added.
  ///   - weightDecay: λ, at least 0: the share of a matrix that an update of learning rate 1 takes away.
  public init(
    _ parameters: ParameterSet, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    epsilonPlacement: EpsilonPlacement = .afterBiasCorrection, weightDecay: Double = 0
  ) {
    precondition(
      (0..<1).contains(beta1) && (0..<1).contains(beta2) && epsilon > 0 && weightDecay >= 0,
      "Adam with β₁ = \(beta1), β₂ = \(beta2), ε = \(epsilon), weight decay \(weightDecay)")
    self.parameters = parameters
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.epsilonPlacement = epsilonPlacement
    self.weightDecay = weightDecay
    firstMoments = Tensor(rows: 1, columns: parameters.values.columns)
    secondMoments = Tensor(rows: 1, columns: parameters.values.columns)
  }

  /// Updates the parameters from their gradients.
  ///
  /// - Parameters:
  ///   - learningRate: α of this update.
  ///   - others: Slices of the parameters with a step size of their own.
  ///   - otherRate: α of these; none: the same.
  public func update(
    learningRate: Double, slices others: Range<Int> = 0..<0, at otherRate: Double? = nil
  ) {
    updates += 1
    beta1Power *= beta1
    beta2Power *= beta2
    let correction1 = 1 - beta1Power
    let correction2 = (1 - beta2Power).squareRoot()
    for (index, slice) in parameters.slices.enumerated() {
      let rate = others.contains(index) ? otherRate ?? learningRate : learningRate
      let step =
        switch epsilonPlacement {
        case .afterBiasCorrection:
          AdamStep(
            beta1: beta1, beta2: beta2, stepSize: rate / correction1,
            rootScale: 1 / correction2, epsilon: epsilon)
        case .beforeBiasCorrection:
          AdamStep(
            beta1: beta1, beta2: beta2, stepSize: rate * correction2 / correction1,
            rootScale: 1, epsilon: epsilon)
        }
      let kept = Float(1 - rate * weightDecay)
      if kept != 1 && slice.shape.count >= 2 { scale(parameters.values(of: slice), by: kept) }
      take(
        step, gradients: parameters.gradients(of: slice),
        firstMoments: parameters.matrix(slice, in: firstMoments),
        secondMoments: parameters.matrix(slice, in: secondMoments),
        parameters: parameters.values(of: slice))
    }
  }
}

extension Adam {
  /// Passes the moments and the count of updates through an archive.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - known: How many updates there were, as the run counts them.
  /// - Throws: If the archive has another count, powers that do not follow from it, or moments that no gradient has.
  public func passState(
    through archive: inout CheckpointArchive, updates known: Int
  ) throws(CheckpointProblem) {
    try archive.pass("adam.updates", known: known)
    if archive.isReading {
      updates = known
      (beta1Power, beta2Power) = (1, 1)
      for _ in 0..<known {
        beta1Power *= beta1
        beta2Power *= beta2
      }
    }
    for (name, power) in [("adam.beta1_power", beta1Power), ("adam.beta2_power", beta2Power)] {
      var found = power
      try archive.pass(name, &found, in: power...power)
    }
    try archive.pass("adam.first_moments", firstMoments)
    try archive.pass(
      "adam.second_moments", secondMoments, in: 0...Float.greatestFiniteMagnitude)
  }
}
