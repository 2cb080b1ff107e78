/// The loss of a pair as a function of its implicit reward margin.
public enum PreferenceLoss: String, CaseIterable, Sendable {
  /// −log σ of the margin: DPO as published, with label smoothing cDPO.
  case sigmoid
  /// The squared distance of the margin from a target: IPO.
  case ipo
  /// max(0, 1 − margin): SLiC's rank loss.
  case hinge
  /// DPO's loss, unbiased where labels are wrong with a known probability: rDPO.
  case robust
  /// Each side by itself, with a bounded gain: APO-zero, which is KTO with the reference point 0.
  case apoZero = "apo_zero"

  /// Returns the loss of one pair and its derivatives.
  ///
  /// - Parameters:
  ///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
  ///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
  ///   - beta: β > 0, the strength of the tie to the reference.
  ///   - labelSmoothing: ε in 0...0.5, the probability that a label is wrong.
  ///   - targetMargin: γ ≥ 0, the least margin that is asked for; the loss of a difference
  ///     reads the margin less γ. With means of log-probabilities in place of log-ratios that is SimPO.
  /// - Returns: The loss with its gradients, and the implicit reward margin, from which γ is not taken off.
  ///
  /// Source of γ: Meng et al., "SimPO: Simple Preference Optimization with a Reference-Free Reward", NeurIPS 2024,
  /// eq. 6, https://arxiv.org/abs/2405.14734; TRL `cpo_trainer.py`, `simpo`.
  public func term(
    preferredLogRatio: Double, otherLogRatio: Double, beta: Double, labelSmoothing: Double = 0,
    targetMargin: Double = 0
  ) -> PreferenceTerm {
    var term = term(
      preferred: preferredLogRatio - (readsDifference ? targetMargin / beta : 0),
      other: otherLogRatio, beta: beta, labelSmoothing: labelSmoothing)
    term.margin = beta * (preferredLogRatio - otherLogRatio)
    return term
  }

  /// Whether only the difference of the two log-ratios counts.
  public var readsDifference: Bool { self != .apoZero }

  private func term(
    preferred preferredLogRatio: Double, other otherLogRatio: Double, beta: Double,
    labelSmoothing: Double
  ) -> PreferenceTerm {
    switch self {
    case .sigmoid:
      preferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: beta,
        labelSmoothing: labelSmoothing)
    case .ipo:
      identityPreferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: beta,
        labelSmoothing: labelSmoothing)
    case .hinge:
      hingePreferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: beta)
    case .robust:
      robustPreferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: beta,
        labelSmoothing: labelSmoothing)
    case .apoZero:
      anchoredPreferenceTerm(
        preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: beta)
    }
  }
}

/// The preference loss of one pair of sequences, and its derivatives.
public struct PreferenceTerm: Equatable, Sendable {
  /// The loss; ln 2 where policy and reference agree, if it is DPO's.
  public var loss: Double
  /// ∂loss / ∂Σₜ log π of the preferred sequence.
  public var gradient: Double
  /// ∂loss / ∂Σₜ log π of the other; where only their difference counts, the negative of ``gradient``.
  public var otherGradient: Double
  /// β (log-ratio of the preferred − log-ratio of the other): the implicit reward margin.
  public var margin: Double

  /// Creates the term of a loss, of the difference of the log-ratios alone if `otherGradient` is not given.
  init(loss: Double, gradient: Double, otherGradient: Double? = nil, margin: Double) {
    self.loss = loss
    self.gradient = gradient
    self.otherGradient = otherGradient ?? -gradient
    self.margin = margin
  }
}

/// Returns the accuracy of a margin.
///
/// - Parameter margin: The reward of the preferred less that of the other, implicit or by a model.
/// - Returns: 1 where the preferred side has more, 0 where the other has, ½ for a tie.
public func preferenceAccuracy(ofMargin margin: Double) -> Double {
  margin > 0 ? 1 : margin == 0 ? 0.5 : 0
}

/// Returns the direct preference loss (DPO) of one pair.
///
///     z = β [(log π(y_w) − log π_ref(y_w)) − (log π(y_l) − log π_ref(y_l))]
///     l = −(1 − ε) log σ(z) − ε log σ(−z)
///     ∂l/∂log π(y_w) = −β (σ(−z) − ε),   ∂l/∂log π(y_l) = +β (σ(−z) − ε)
///
/// Log-probabilities are summed over the steps of a trajectory, dynamics left out: they do not
/// depend on the policy and cancel.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0, the strength of the tie to the reference.
///   - labelSmoothing: ε in 0...0.5, the probability that a label is wrong (cDPO); 0 is DPO.
/// - Returns: The loss, its gradient and the implicit reward margin.
///
/// Source: Rafailov et al., "Direct Preference Optimization: Your Language Model Is Secretly a Reward
/// Model", NeurIPS 2023, eq. 7, https://arxiv.org/abs/2305.18290; Mitchell, "A note on DPO with noisy
/// preferences", 2023, for ε.
public func preferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double, labelSmoothing: Double = 0
) -> PreferenceTerm {
  let margin = beta * (preferredLogRatio - otherLogRatio)
  let probabilityOfError = sigmoid(-margin)
  return PreferenceTerm(
    loss: (1 - labelSmoothing) * softplus(-margin) + labelSmoothing * softplus(margin),
    gradient: -beta * (probabilityOfError - labelSmoothing),
    margin: margin)
}

/// Returns the identity preference loss (IPO) of one pair.
///
///     h = (log π(y_w) − log π_ref(y_w)) − (log π(y_l) − log π_ref(y_l))
///     l = (1 − ε) (h − 1/(2β))² + ε (h + 1/(2β))²
///     ∂l/∂log π(y_w) = 2 (h − (1 − 2ε)/(2β)),   ∂l/∂log π(y_l) is its negative
///
/// It pulls the difference of the log-ratios to a finite value, where the sigmoid loss pushes it to
/// infinity on a pair that is always labelled the same way. Log-probabilities are summed over the
/// completion, as in the paper; TRL divides them by its length.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0; the paper's τ.
///   - labelSmoothing: ε in 0...0.5, the probability that a label is wrong; 0 is IPO.
/// - Returns: The loss, 1/(4β²) where policy and reference agree; its gradient; and the implicit reward
///   margin β h, whose target is ½.
///
/// Source: Azar et al., "A General Theoretical Paradigm to Understand Learning from Human Preferences",
/// AISTATS 2024, eq. 17, https://arxiv.org/abs/2310.12036; `eric-mitchell/direct-preference-optimization`,
/// `trainers.py`.
public func identityPreferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double, labelSmoothing: Double = 0
) -> PreferenceTerm {
  let difference = preferredLogRatio - otherLogRatio
  let target = 1 / (2 * beta)
  let (short, long) = (difference - target, difference + target)
  return PreferenceTerm(
    loss: (1 - labelSmoothing) * (short * short) + labelSmoothing * (long * long),
    gradient: 2 * ((1 - labelSmoothing) * short + labelSmoothing * long),
    margin: beta * difference)
}

/// Returns the hinge loss of one pair, as RSO takes it from SLiC.
///
///     z = β [(log π(y_w) − log π_ref(y_w)) − (log π(y_l) − log π_ref(y_l))]
///     l = max(0, 1 − z)
///     ∂l/∂log π(y_w) = −β where z < 1, else 0;   ∂l/∂log π(y_l) is its negative
///
/// A pair whose margin is large enough pushes no more, where the sigmoid loss always does; 1/β is the difference of
/// the log-ratios that is enough.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0, the strength of the tie to the reference.
/// - Returns: The loss, 1 where policy and reference agree; its gradient; and the implicit reward margin.
///
/// Source: Liu et al., "Statistical Rejection Sampling Improves Preference Optimization", ICLR 2024, eq. 10,
/// https://arxiv.org/abs/2309.06657; Zhao et al., "SLiC-HF", 2023, https://arxiv.org/abs/2305.10425; TRL
/// `dpo_trainer.py`, `hinge`.
public func hingePreferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double
) -> PreferenceTerm {
  let margin = beta * (preferredLogRatio - otherLogRatio)
  return PreferenceTerm(
    loss: max(0, 1 - margin), gradient: margin < 1 ? -beta : 0, margin: margin)
}

/// Returns the robust direct preference loss (rDPO) of one pair.
///
///     l = [−(1 − ε) log σ(z) + ε log σ(−z)] / (1 − 2ε)
///     ∂l/∂log π(y_w) = −β (σ(−z) + ε / (1 − 2ε)),   ∂l/∂log π(y_l) is its negative
///
/// with z as in ``preferenceTerm(preferredLogRatio:otherLogRatio:beta:labelSmoothing:)``. Over labels that are
/// wrong with probability ε its mean is the loss of the true label, where cDPO's is not.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0, the strength of the tie to the reference.
///   - labelSmoothing: ε in 0..<0.5; 0 is DPO.
/// - Returns: The loss, ln 2 where policy and reference agree; its gradient; and the implicit reward margin.
///
/// Source: Chowdhury et al., "Provably Robust DPO: Aligning Language Models with Noisy Feedback", ICML 2024,
/// eq. 12, https://arxiv.org/abs/2403.00409; TRL `dpo_trainer.py`, `robust`.
public func robustPreferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double, labelSmoothing: Double
) -> PreferenceTerm {
  let margin = beta * (preferredLogRatio - otherLogRatio)
  let sharpness = 1 / (1 - 2 * labelSmoothing)
  return PreferenceTerm(
    loss: sharpness
      * ((1 - labelSmoothing) * softplus(-margin) - labelSmoothing * softplus(margin)),
    gradient: -beta * (sigmoid(-margin) + labelSmoothing * sharpness), margin: margin)
}

/// Returns the anchored preference loss (APO-zero) of one pair, which asks each side by itself.
///
///     r_w = β (log π(y_w) − log π_ref(y_w)),   r_l = β (log π(y_l) − log π_ref(y_l))
///     l = 1 − σ(r_w) + σ(r_l)
///     ∂l/∂log π(y_w) = −β σ(r_w) σ(−r_w),   ∂l/∂log π(y_l) = +β σ(r_l) σ(−r_l)
///
/// It is KTO with weights of 1 and the reference point 0, where KTO takes the batch's divergence for it. Losses of
/// the difference can be content with both sides becoming rarer; this one is not. A side that is far from the
/// reference, rightly or wrongly, pushes no more.
///
/// - Parameters:
///   - preferredLogRatio: log π(y_w) − log π_ref(y_w).
///   - otherLogRatio: log π(y_l) − log π_ref(y_l).
///   - beta: β > 0, the strength of the tie to the reference.
/// - Returns: The loss in 0...2, 1 where policy and reference agree; its gradients; and the implicit reward margin.
///
/// Source: D'Oosterlinck et al., "Anchored Preference Optimization and Contrastive Revisions", 2024, eq. 7,
/// https://arxiv.org/abs/2408.06266; Ethayarajh et al., "KTO: Model Alignment as Prospect Theoretic Optimization",
/// ICML 2024, eq. 7, https://arxiv.org/abs/2402.01306; TRL `dpo_trainer.py`, `apo_zero`.
public func anchoredPreferenceTerm(
  preferredLogRatio: Double, otherLogRatio: Double, beta: Double
) -> PreferenceTerm {
  let (preferred, other) = (beta * preferredLogRatio, beta * otherLogRatio)
  return PreferenceTerm(
    loss: sigmoid(-preferred) + sigmoid(other),
    gradient: -beta * (sigmoid(preferred) * sigmoid(-preferred)),
    otherGradient: beta * (sigmoid(other) * sigmoid(-other)),
    margin: beta * (preferredLogRatio - otherLogRatio))
}
