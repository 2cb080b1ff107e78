/// The largest global norm that a gradient may have before clipping; a larger one ends a run as diverged.
///
/// Clipping would hide it: with a norm of 10⁸ clipped to 1, a step follows the few samples that blew up.
/// Gradients of runs that learn lie below 10⁵, those of an unnormalized value network included.
public let largestGradientNorm = 1e7

extension TrainingError {
  /// Whether training ended because its numbers left all bounds: the run has a result, which says so.
  var isDivergence: Bool {
    switch self {
    case .notFinite, .unbounded: true
    case .invalidConfiguration, .offPolicy, .interrupted, .unusableCheckpoint: false
    }
  }
}

/// Throws if a loss or the norm of its gradient forbids a step of the optimizer.
///
/// - Parameters:
///   - loss: The loss of the minibatch.
///   - gradientNorm: The global norm of its gradient, before clipping.
///   - update: The step that would be taken, from 1 on.
///   - steps: The used part of the budget.
///   - unit: The unit of the budget.
/// - Throws: If one is not finite, or the norm is above ``largestGradientNorm``.
func requireBounded(
  loss: Double, gradientNorm: Double, update: Int, steps: Int, unit: String
) throws(TrainingError) {
  for (quantity, value) in [("loss", loss), ("gradient norm", gradientNorm)]
  where !value.isFinite {
    throw .notFinite(
      quantity: quantity, value: value.isNaN ? "not a number" : "\(value)", update: update,
      used: steps, unit: unit)
  }
  guard gradientNorm <= largestGradientNorm else {
    throw .unbounded(
      quantity: "gradient norm", value: gradientNorm, bound: largestGradientNorm, update: update,
      used: steps, unit: unit)
  }
}
