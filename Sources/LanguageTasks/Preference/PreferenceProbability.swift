import CKernels

extension LanguageTask {
  /// Returns the probability that the first of two completions is preferred to the second.
  ///
  ///     σ((first − second) / noise)
  ///
  /// - Parameters:
  ///   - first: The reward of the first, gold.
  ///   - second: The reward of the second.
  /// - Returns: In 0...1; with a ``preferenceNoise`` of 0, 1 for the greater reward and ½ for equal ones.
  ///
  /// Source: Bradley & Terry, "Rank Analysis of Incomplete Block Designs", Biometrika 39, 1952,
  /// https://doi.org/10.2307/2334029.
  public func preferenceProbability(first: Double, second: Double) -> Double {
    if first == second { return 0.5 }
    if preferenceNoise == 0 { return first > second ? 1 : 0 }
    return 1 / (1 + lb_exp((second - first) / preferenceNoise))
  }
}
