/// The way in which a token is drawn from a language model's distribution.
///
/// The logits are divided by the temperature, then the distribution is cut to the `topK` most probable tokens,
/// then to the fewest most probable of these whose share reaches `topP`, and renormalised. Of equally
/// probable tokens the lowest come first.
///
/// Sources: Fan, Lewis & Dauphin, "Hierarchical Neural Story Generation", ACL 2018 (top-k),
/// https://arxiv.org/abs/1805.04833; Holtzman et al., "The Curious Case of Neural Text Degeneration", ICLR
/// 2020 (top-p), https://arxiv.org/abs/1904.09751.
public struct SamplingSettings: Hashable, Sendable {
  /// The temperature, above 0: logits are divided by it.
  public var temperature: Double
  /// How many tokens remain, at least 1; `nil` for all.
  var topK: Int?
  /// The share of probability that the remaining tokens reach, above 0 and at most 1; `nil` for all.
  var topP: Double?
  /// Whether the most probable token is taken, the lowest one of several, instead of drawing.
  public var greedy: Bool

  /// Creates settings.
  ///
  /// - Precondition: Each is in its range.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, greedy: Bool = false
  ) {
    precondition(
      temperature > 0 && temperature.isFinite && topK ?? 1 >= 1 && topP ?? 1 > 0 && topP ?? 1 <= 1,
      "temperature \(temperature), top-k \(topK ?? 0), top-p \(topP ?? 1)")
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.greedy = greedy
  }

  /// Whether some tokens are left out of the distribution.
  var truncates: Bool { topK != nil || topP != nil }
}

/// The distribution that the log-probability of a sampled token belongs to.
public enum SamplingScore: String, CaseIterable, Hashable, Sendable {
  /// The full softmax at the sampling temperature; a policy gradient has it only where nothing is left out.
  case full
  /// The distribution that the token was drawn from: the tokens kept by top-k and top-p, renormalised.
  ///
  /// ``Completion/supports`` keeps which tokens these are, and training computes its own policy's and the
  /// reference's probabilities over the same ones. Entropies are of the same distribution.
  case truncated
  /// A known mistake: the full softmax, whatever top-k and top-p left out.
  ///
  /// Ratios are of one kind of probability and begin at 1, but the gradient is that of probabilities which the tokens
  /// were not drawn with, too large by ∇ log S, S the share of what could be sampled.
  ///
  /// Source: liziniu/ReMax, `remax_trainer.py`, which samples with top-p 0.9.
  case fullDespiteTruncation = "full_despite_truncation"
  /// A known mistake: sampling records shares of what could be sampled, and training computes the full softmax, so
  /// that the first ratio is S and not 1.
  ///
  /// Source: https://github.com/huggingface/trl/issues/6789, where a server of another program samples.
  case fullInTraining = "full_in_training"

  /// Whether what sampling records is of the distribution that the token was drawn from.
  var isOfWhatIsSampled: Bool { self == .truncated || self == .fullInTraining }
}
