import CKernels

/// The course of the learning rate of a language model over training: a warm-up, then a decay.
///
///     rate = peak · min(1, (u + 1) / W) · d(progress)
///     d = 1 (constant),   1 − (1 − f) progress (linear),   f + (1 − f) (1 + cos(π progress)) / 2 (cosine)
///
/// with u the updates made so far, W the updates of the warm-up and f the share that is left at the end. The
/// warm-up counts updates, since it is there for Adam's first moments; the decay follows the budget.
///
/// Source of the cosine: Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR
/// 2017, equation 5 without restarts, https://arxiv.org/abs/1608.03983.
public struct LearningRateSchedule: Hashable, Sendable {
  /// The course of the rate after the warm-up.
  public enum Decay: String, CaseIterable, Hashable, Sendable {
    /// The peak throughout.
    case constant
    /// Straight down to the final share at the end.
    case linear
    /// Down to the final share at the end along half a cosine.
    case cosine
  }

  /// The course of the rate after the warm-up.
  var decay: Decay
  /// W, how many updates the warm-up takes; 0 for none.
  var warmupUpdates: Int
  /// f, the share of the peak that is left at the end, in 0…1.
  var finalShare: Double

  /// Creates a schedule.
  public init(decay: Decay = .constant, warmupUpdates: Int = 0, finalShare: Double = 0) {
    precondition(
      warmupUpdates >= 0 && (0...1).contains(finalShare),
      "a warm-up of \(warmupUpdates) updates and a final share of \(finalShare)")
    self.decay = decay
    self.warmupUpdates = warmupUpdates
    self.finalShare = finalShare
  }

  /// Returns the learning rate of an update.
  ///
  /// - Parameters:
  ///   - peak: The rate after the warm-up.
  ///   - update: How many updates were made before, from 0 on.
  ///   - progress: The fraction of training that is done, in 0…1.
  /// - Returns: The rate, in the unit of `peak`; above 0 at the first update.
  public func value(peak: Double, update: Int, progress: Double) -> Double {
    precondition(
      update >= 0 && (0...1).contains(progress), "update \(update), progress of \(progress)")
    let warmth =
      update < warmupUpdates ? Double(update + 1) / Double(warmupUpdates) : 1
    let remaining =
      switch decay {
      case .constant: 1.0
      case .linear: finalShare + (1 - finalShare) * (1 - progress)
      case .cosine: finalShare + (1 - finalShare) * (0.5 * (1 + lb_cos(.pi * progress)))
      }
    return peak * warmth * remaining
  }
}
