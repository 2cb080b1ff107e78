public import Checkpoints

/// Returns the mean of the *other* elements for each element: the leave-one-out baseline (RLOO).
///
///     bᵢ = Σ_{j≠i} Rⱼ / (G − 1)
///
/// The baseline of a trajectory does not depend on the trajectory, so the policy gradient stays
/// unbiased; with it Rᵢ − bᵢ = G/(G−1) (Rᵢ − R̄).
///
/// - Parameter returns: [G] returns of the members of one group.
/// - Returns: [G] baselines, in reward units.
/// - Precondition: The group has at least two members; a single one has no others to compare with.
///
/// Source: Ahmadian et al., "Back to Basics: Revisiting REINFORCE Style Optimization for Learning
/// from Human Feedback in LLMs", ACL 2024, https://arxiv.org/abs/2402.14740.
public func leaveOneOutBaselines(returns: [Double]) -> [Double] {
  precondition(returns.count >= 2, "leave-one-out needs a group of 2 or more, got \(returns.count)")
  if areAllEqual(returns) { return returns }
  let total = returns.reduce(0, +)
  return returns.map { (total - $0) / Double(returns.count - 1) }
}

/// Returns the baseline with the least variance if the squared score grows with the length (OPO).
///
///     b = Σᵢ Lᵢ Rᵢ / Σᵢ Lᵢ
///
/// The optimal constant baseline is E[‖∇log π‖² R] / E[‖∇log π‖²]; the length stands for ‖∇log π‖².
///
/// - Parameters:
///   - returns: [G] returns of the members of one group.
///   - lengths: [G] steps of each member, not negative.
/// - Returns: b in reward units; 0 if every length is 0.
///
/// Source: Hao et al., "On-Policy RL with Optimal Reward Baseline", 2025,
/// https://arxiv.org/abs/2505.23585.
public func lengthWeightedOptimalBaseline(returns: [Double], lengths: [Double]) -> Double {
  weightedMean(of: returns, weights: lengths)
}

/// Returns the mean of `elements` weighted by `weights`; 0 if the weights sum to 0.
///
///     Σᵢ wᵢ xᵢ / Σᵢ wᵢ
///
/// - Precondition: There is one weight for each element.
public func weightedMean(of elements: [Double], weights: [Double]) -> Double {
  precondition(
    elements.count == weights.count,
    "expected one weight per element, got \(weights.count) for \(elements.count)")
  let total = weights.reduce(0, +)
  guard total > 0 else { return 0 }
  if areAllEqual(elements), let first = elements.first { return first }
  return zip(elements, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
}

/// Returns the squared norm of the score with respect to the logits of one categorical choice.
///
///     ‖∇_logits log π(a)‖² = 1 − 2 π(a) + Σₖ π(k)²
///
/// - Parameters:
///   - probability: π(a) of the chosen action.
///   - squaredProbabilities: Σₖ π(k)² over all actions.
/// - Returns: A number in 0...2.
public func squaredScoreNorm(probability: Double, squaredProbabilities: Double) -> Double {
  max(0, 1 - 2 * probability + squaredProbabilities)
}

/// Returns the optimal token baseline of a group at every time (OTB).
///
///     Bₜ = Σᵢ Gᵢₜ Wᵢₜ / Σᵢ Wᵢₜ,   Wᵢₜ = Σ_{j≤t} ‖∇_logits log π(aᵢⱼ)‖²
///
/// Only members still alive at t take part.
///
/// - Parameters:
///   - credits: [G][Lᵢ] the credit of each step, such as the return-to-go.
///   - squaredScoreNorms: [G][Lᵢ] ``squaredScoreNorm(probability:squaredProbabilities:)`` of each step.
/// - Returns: [max Lᵢ] Bₜ in reward units; 0 where all weights are 0.
/// - Precondition: Both arguments have the same shape.
///
/// Source: "The Optimal Token Baseline", 2026, https://arxiv.org/abs/2602.07078.
public func optimalTokenBaselines(
  credits: [[Double]], squaredScoreNorms: [[Double]]
) -> [Double] {
  precondition(
    credits.map(\.count) == squaredScoreNorms.map(\.count),
    "expected one score norm per step, got \(squaredScoreNorms.map(\.count)) for \(credits.map(\.count))"
  )
  let longest = credits.lazy.map(\.count).max() ?? 0
  var cumulative = [Double](repeating: 0, count: credits.count)
  return (0..<longest).map { t in
    var weighted = 0.0
    var total = 0.0
    for (member, credit) in credits.enumerated() where t < credit.count {
      cumulative[member] += squaredScoreNorms[member][t]
      weighted += credit[t] * cumulative[member]
      total += cumulative[member]
    }
    return total > 0 ? weighted / total : 0
  }
}

/// A running mean of past batches, used as a baseline for the next one.
///
///     mₙ = d mₙ₋₁ + (1 − d) x̄ₙ,   baseline = mₙ / (1 − dⁿ)
///
/// The baseline of a batch comes from the batches before it, so the policy gradient stays unbiased;
/// the first batch has the baseline 0. The division corrects for the start from m₀ = 0.
///
/// Source: Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist
/// Reinforcement Learning", Machine Learning 8, 1992 (reinforcement comparison).
public struct MovingAverage: Sendable {
  private let decay: Double
  private var accumulated = 0.0
  private var weight = 0.0

  /// Creates an average of nothing.
  ///
  /// - Parameter decay: d in 0..<1, the share that the past keeps at each batch.
  public init(decay: Double) {
    precondition((0..<1).contains(decay), "decay must be in 0..<1, got \(decay)")
    self.decay = decay
  }

  /// The mean of what was recorded, 0 before anything was.
  public var value: Double { weight > 0 ? accumulated / weight : 0 }

  /// Takes the mean of one batch into the average.
  public mutating func record(_ batchMean: Double) {
    accumulated = decay * accumulated + (1 - decay) * batchMean
    weight = decay * weight + (1 - decay)
  }
}

extension MovingAverage {
  /// Passes the average through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("moving_average.accumulated", &accumulated)
    try archive.pass("moving_average.weight", &weight, in: 0...1)
  }
}
