/// Whether all elements are the same number, so that there is nothing to compare.
///
/// Rewards are tested, never a computed deviation: eight rewards of 0.35 have a floating-point
/// deviation that is not 0, and dividing by it turned rounding residue into advantages of
/// thousands (NVIDIA-NeMo/RL issues 4158 and 4161).
public func areAllEqual(_ elements: [Double]) -> Bool {
  guard let first = elements.first else { return true }
  return elements.allSatisfy { $0 == first }
}

/// Returns the arithmetic mean; exactly the common element where all are equal, 0 for none.
public func mean(of elements: [Double]) -> Double {
  guard let first = elements.first else { return 0 }
  if areAllEqual(elements) { return first }
  return elements.reduce(0, +) / Double(elements.count)
}

/// The divisor of a sum of squared distances from the mean that makes it a variance.
///
/// The deviations differ by √((n − 1)/n), which scales the advantages of a whole batch by a factor near 1 and those of
/// a pair by √2. Libraries differ: PyTorch's `std`, and so verl, TRL and CleanRL, divide by n − 1; OpenRLHF whitens
/// REINFORCE++'s advantages by n, as OpenAI's `whiten` and TensorFlow did.
///
/// Source: verl, `masked_whiten` of `utils/torch_functional.py`; OpenRLHF, `trainer/ppo_utils/experience_maker.py`;
/// Huang et al., "The N Implementation Details of RLHF with PPO", 2023,
/// https://huggingface.co/blog/the_n_implementation_details_of_rlhf_with_ppo.
public enum VarianceEstimator: String, CaseIterable, Sendable {
  /// Divided by n − 1.
  case unbiased
  /// Divided by n.
  case biased

  /// Returns the divisor for `count` elements.
  func divisor(_ count: Int) -> Double { Double(self == .unbiased ? count - 1 : count) }
}

/// Returns the standard deviation, in two passes.
///
///     s = √(Σᵢ (xᵢ − x̄)² / (n − 1)),   or over n if it is biased
///
/// - Returns: s ≥ 0; exactly 0 where all elements are equal, and for fewer than two.
public func standardDeviation(
  of elements: [Double], variance: VarianceEstimator = .unbiased
) -> Double {
  guard elements.count >= 2, !areAllEqual(elements) else { return 0 }
  let center = mean(of: elements)
  let squares = elements.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / variance.divisor(elements.count)).squareRoot()
}
