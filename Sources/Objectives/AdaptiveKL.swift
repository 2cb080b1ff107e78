public import Checkpoints

/// The weight of the divergence from a reference, steered so that the divergence comes to a target.
///
///     e = clip(KL / target − 1, −0.2, 0.2),   β ← β (1 + e n / horizon)
///
/// Source: Ziegler et al., "Fine-Tuning Language Models from Human Preferences", 2019, section 2.2,
/// https://arxiv.org/abs/1909.08593; `lm-human-preferences`, whose target is 6 nats and horizon
/// 10,000 completions.
public struct AdaptiveKLCoefficient: Equatable, Sendable {
  /// β.
  public private(set) var value: Double
  private let target: Double?
  private let horizon: Double

  /// Creates a coefficient.
  ///
  /// - Parameters:
  ///   - initial: β before the first update.
  ///   - target: The divergence of a completion that is aimed at, in nats; none: β stays as it is.
  ///   - horizon: Completions over which β follows, above 0.
  public init(initial: Double, target: Double?, horizon: Double) {
    precondition(target ?? 1 > 0 && horizon > 0, "target \(target ?? 0), horizon \(horizon)")
    value = initial
    self.target = target
    self.horizon = horizon
  }

  /// Steers β by the divergence of a batch.
  ///
  /// - Parameters:
  ///   - divergence: The mean over completions of the log-ratio summed over tokens, in nats.
  ///   - completions: n, how many the batch has.
  public mutating func update(divergence: Double, completions: Int) {
    guard let target else { return }
    let error = min(max(divergence / target - 1, -0.2), 0.2)
    value *= 1 + error * Double(completions) / horizon
  }
}

extension AdaptiveKLCoefficient {
  /// Passes β through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    let initial = value
    try archive.pass("kl_coefficient", &value)
    try archive.require(
      target != nil || value == initial,
      "its field kl_coefficient is \(value), expected \(initial)")
  }
}
