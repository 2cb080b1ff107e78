import CKernels

/// The loss of one action, and how it depends on the action's log-probability.
public struct SurrogateTerm: Equatable, Sendable {
  /// The loss, to be minimized.
  public var loss: Double
  /// ∂loss / ∂log π(a|s).
  public var gradient: Double
  /// The importance ratio ρ; 1 where the objective has none.
  public var ratio: Double
}

/// Returns the policy-gradient loss of one action, without importance ratio.
///
///     l = −Â log π(a|s),   ∂l/∂log π = −Â
///
/// - Parameters:
///   - logProbability: log π(a|s) under the policy being trained.
///   - advantage: Â, held constant.
/// - Returns: The loss and its gradient, with ratio 1.
///
/// Source: Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist
/// Reinforcement Learning", Machine Learning 8, 1992.
public func policyGradientTerm(logProbability: Double, advantage: Double) -> SurrogateTerm {
  SurrogateTerm(loss: -advantage * logProbability, gradient: -advantage, ratio: 1)
}

/// How the importance ratio of a step, or of a whole sequence, becomes its loss.
public enum Surrogate: Equatable, Sendable {
  /// PPO's: the smaller gain of the ratio and of the clipped ratio; see
  /// ``clippedSurrogateTerm(logRatio:advantage:clipRange:dualClip:)``.
  case clipped(ClipRange, dualClip: Double? = nil)
  /// CISPO's: the clipped ratio weighs the log-probability, and no step loses its gradient; see
  /// ``clippedWeightTerm(logRatio:logProbability:advantage:clipRange:)``.
  case clippedWeight(ClipRange)
  /// SAPO's: a smooth gate in place of the clip range, with a temperature for either sign of the advantage; see
  /// ``softGateTerm(logRatio:advantage:temperature:)``.
  case softGate(temperature: Double, negativeTemperature: Double)

  /// The range that a ratio is counted as clipped outside of.
  public var clipRange: ClipRange {
    switch self {
    case .clipped(let range, _), .clippedWeight(let range): range
    case .softGate: .unbounded
    }
  }

  /// Returns the loss of one action.
  ///
  /// - Parameters:
  ///   - logRatio: log ρ.
  ///   - logProbability: log π(a|s) under the policy being trained.
  ///   - advantage: Â, held constant.
  /// - Returns: The loss, its gradient and the ratio ρ.
  public func term(logRatio: Double, logProbability: Double, advantage: Double) -> SurrogateTerm {
    switch self {
    case .clipped(let range, let dualClip):
      clippedSurrogateTerm(
        logRatio: logRatio, advantage: advantage, clipRange: range, dualClip: dualClip)
    case .clippedWeight(let range):
      clippedWeightTerm(
        logRatio: logRatio, logProbability: logProbability, advantage: advantage,
        clipRange: range)
    case .softGate(let temperature, let negativeTemperature):
      softGateTerm(
        logRatio: logRatio, advantage: advantage,
        temperature: advantage > 0 ? temperature : negativeTemperature)
    }
  }
}

/// Returns the importance-weighted loss of one action, clipped to a range.
///
///     l = max(−Â ρ, −Â clip(ρ, 1 − ε_below, 1 + ε_above)),   ρ = exp(log π − log π_old)
///     ∂l/∂log π = −Â ρ where the first term is the larger one or ρ is inside the range, else 0
///
/// With a dual clip c and a negative Â, l is at most −c Â, and flat beyond: a step that the policy has come
/// to favor although it was bad cannot make a loss without bound. Where c > 1 + ε_above it is also the two-sided
/// clip: a bound of the ratio itself, TRL's `delta`, acts on no other step.
///
/// - Parameters:
///   - logRatio: log π(a|s) − log π_old(a|s); summed over a sequence for a sequence ratio.
///   - advantage: Â, held constant.
///   - clipRange: The two ε; unbounded for the unclipped importance-weighted loss.
///   - dualClip: c > 1, or `nil` for no bound where Â is negative.
/// - Returns: The loss, its gradient and the ratio ρ.
///
/// Source: Schulman et al., "Proximal Policy Optimization Algorithms", 2017, eq. 7,
/// https://arxiv.org/abs/1707.06347; Ye et al., "Mastering Complex Control in MOBA Games with Deep
/// Reinforcement Learning", AAAI 2020, eq. 5, https://arxiv.org/abs/1912.09729, and verl's `clip_ratio_c`
/// for the dual clip; Prime Intellect, "INTELLECT-2", 2025, section 4.1, https://arxiv.org/abs/2505.07291, for the
/// two-sided clip.
public func clippedSurrogateTerm(
  logRatio: Double, advantage: Double, clipRange: ClipRange, dualClip: Double? = nil
) -> SurrogateTerm {
  let ratio = lb_exp(logRatio)
  let unclipped = -advantage * ratio
  if let dualClip, advantage < 0, unclipped > -advantage * dualClip {
    return SurrogateTerm(loss: -advantage * dualClip, gradient: 0, ratio: ratio)
  }
  let clipped = -advantage * clipRange.clipped(ratio)
  return clipped > unclipped
    ? SurrogateTerm(loss: clipped, gradient: 0, ratio: ratio)
    : SurrogateTerm(loss: unclipped, gradient: unclipped, ratio: ratio)
}

/// Returns the policy-gradient loss of one action, weighed by its clipped importance ratio, which is held constant.
///
///     l = −clip(ρ, 1 − ε_below, 1 + ε_above) Â log π,   ∂l/∂log π = −clip(ρ, 1 − ε_below, 1 + ε_above) Â
///
/// - Parameters:
///   - logRatio: log ρ.
///   - logProbability: log π(a|s) under the policy being trained; of a sequence, reduced as its log-ratios are.
///   - advantage: Â, held constant.
///   - clipRange: The bounds of the weight; as a rule there is none below.
/// - Returns: The loss, its gradient and the ratio ρ.
///
/// Source: MiniMax, "MiniMax-M1", 2025, eq. 4 and 5, https://arxiv.org/abs/2506.13585; Khatri et al., "The Art of
/// Scaling Reinforcement Learning Compute for LLMs", 2025, https://arxiv.org/abs/2510.13786.
public func clippedWeightTerm(
  logRatio: Double, logProbability: Double, advantage: Double, clipRange: ClipRange
) -> SurrogateTerm {
  let ratio = lb_exp(logRatio)
  let gradient = -advantage * clipRange.clipped(ratio)
  return SurrogateTerm(loss: gradient * logProbability, gradient: gradient, ratio: ratio)
}

/// Returns the loss of one action by a sigmoid of its importance ratio.
///
///     l = −Â (4/τ) σ(τ (ρ − 1)),   ∂l/∂log π = −Â ρ 4 σ (1 − σ)
///
/// At ρ = 1 the gradient is −Â whatever τ; away from it, it fades, and faster the larger τ.
///
/// - Parameters:
///   - logRatio: log ρ.
///   - advantage: Â, held constant.
///   - temperature: τ > 0.
/// - Returns: The loss, its gradient and the ratio ρ.
///
/// Source: Gao et al., "Soft Adaptive Policy Optimization", 2025, eq. 5 to 8, https://arxiv.org/abs/2511.20347, with
/// τ = 1 for positive and 1.05 for other advantages.
public func softGateTerm(
  logRatio: Double, advantage: Double, temperature: Double
) -> SurrogateTerm {
  let ratio = lb_exp(logRatio)
  let gate = 1 / (1 + lb_exp(-temperature * (ratio - 1)))
  return SurrogateTerm(
    loss: -advantage * (4 / temperature) * gate,
    gradient: -advantage * ratio * (4 * gate * (1 - gate)), ratio: ratio)
}
