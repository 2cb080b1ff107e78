/// How the losses of steps become the loss of a batch of sequences.
///
/// The batch loss is Σᵢ wᵢ Σₜ lᵢₜ with one weight per sequence, of length Lᵢ, N sequences in all:
///
/// | | wᵢ | used by |
/// |---|---|---|
/// | `token_mean` | 1 / Σⱼ Lⱼ | PPO, DAPO, CISPO, ReMax, verl's default |
/// | `sequence_mean_token_sum` | 1 / N | REINFORCE, RLOO, LUSPO |
/// | `sequence_mean_token_mean` | 1 / (N Lᵢ) | GRPO as published, GSPO, GMPO, SAPO |
/// | `constant` | 1 / (N C) | Dr. GRPO, C the largest possible length |
///
/// Source: verl `loss_agg_mode`; Liu et al., 2025, https://arxiv.org/abs/2503.20783, section 3.
public enum LengthNormalizer: String, CaseIterable, Sendable {
  case tokenMean = "token_mean"
  case sequenceMeanTokenSum = "sequence_mean_token_sum"
  case sequenceMeanTokenMean = "sequence_mean_token_mean"
  case constant
}

/// Returns the weight of one sequence in the batch loss Σᵢ wᵢ Σₜ lᵢₜ.
///
/// - Parameters:
///   - length: Lᵢ, steps of the sequence, at least 1.
///   - sequences: N, sequences of the batch.
///   - steps: Σⱼ Lⱼ, steps of the batch.
///   - normalizer: How length enters.
///   - constant: C > 0 of `constant`; unused by the others.
/// - Returns: wᵢ.
public func lossWeight(
  length: Int, sequences: Int, steps: Int, normalizer: LengthNormalizer, constant: Double
) -> Double {
  switch normalizer {
  case .tokenMean: 1 / Double(steps)
  case .sequenceMeanTokenSum: 1 / Double(sequences)
  case .sequenceMeanTokenMean: 1 / (Double(sequences) * Double(length))
  case .constant: 1 / (Double(sequences) * constant)
  }
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
  let steps = lengths.reduce(0, +)
  return lengths.map {
    lossWeight(
      length: $0, sequences: lengths.count, steps: steps, normalizer: normalizer,
      constant: constant)
  }
}
