/// The variance of an estimate from a random prompt, in two parts: what is left with the prompt held fixed, and what
/// the choice of the prompt adds.
///
///     Var ĝ = E Var(ĝ | x) + Var E(ĝ | x)
///
/// A baseline that knows the prompt acts on the first part alone; more prompts to a batch, on both.
public struct VarianceParts: Equatable, Sendable {
  /// E Var(ĝ | x), the trace of the covariance.
  public let withinPrompts: Double
  /// Var E(ĝ | x).
  public let betweenPrompts: Double

  /// Their sum, the variance over prompts and samples.
  public var total: Double { withinPrompts + betweenPrompts }

  /// Creates the parts from the moments given each prompt.
  ///
  /// - Parameter prompts: The probability of each prompt and the moments given it; the probabilities sum to 1.
  public init(_ prompts: [(probability: Double, moments: EstimateMoments)]) {
    var mean = [Double](repeating: 0, count: prompts.first?.moments.mean.count ?? 0)
    for (probability, moments) in prompts { add(moments.mean, times: probability, to: &mean) }
    var (within, between) = (0.0, 0.0)
    for (probability, moments) in prompts {
      within += probability * moments.variance
      between += probability * squaredDistance(moments.mean, mean)
    }
    withinPrompts = within
    betweenPrompts = between
  }
}
