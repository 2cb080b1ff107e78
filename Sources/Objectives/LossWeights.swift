/// How the losses of steps become the loss of a batch of sequences.
///
/// The batch loss is Σᵢ wᵢ Σₜ lᵢₜ with one weight per sequence, of length Lᵢ, N sequences in all:
///
/// | | wᵢ | used by |
/// |---|---|---|
/// | `token_mean` | 1 / Σⱼ Lⱼ | PPO, DAPO, ReMax, verl's default |
/// | `sequence_mean_token_sum` | 1 / N | REINFORCE, RLOO |
/// | `sequence_mean_token_mean` | 1 / (N Lᵢ) | GRPO as published |
/// | `constant` | 1 / (N C) | Dr. GRPO, C the largest possible length |
///
/// Source: verl `loss_agg_mode`; Liu et al., 2025, https://arxiv.org/abs/2503.20783, section 3.
public enum LengthNormalizer: String, CaseIterable, Sendable {
  case tokenMean = "token_mean"
  case sequenceMeanTokenSum = "sequence_mean_token_sum"
  case sequenceMeanTokenMean = "sequence_mean_token_mean"
  case constant
}

/// Returns the weight of each sequence in the batch loss Σᵢ wᵢ Σₜ lᵢₜ.
///
/// - Parameters:
///   - lengths: [N] steps of each sequence, at least 1 each.
///   - normalizer: How length enters.
///   - constant: C > 0 of `constant`; unused by the others.
/// - Returns: [N] weights.
public func lossWeights(
  lengths: [Int], normalizer: LengthNormalizer, constant: Double
) -> [Double] {
  let sequences = Double(lengths.count)
  switch normalizer {
  case .tokenMean:
    let tokens = Double(lengths.reduce(0, +))
    return lengths.map { _ in 1 / tokens }
  case .sequenceMeanTokenSum:
    return lengths.map { _ in 1 / sequences }
  case .sequenceMeanTokenMean:
    return lengths.map { 1 / (sequences * Double($0)) }
  case .constant:
    return lengths.map { _ in 1 / (sequences * constant) }
  }
}
