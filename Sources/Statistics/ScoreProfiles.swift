/// Returns by how much runs fall short of a desired score on average: γ − mean(min(s, γ)).
///
/// - Parameters:
///   - scores: One score for each run.
///   - target: γ, beyond which more is not better; 1 for normalised scores.
/// - Returns: At least 0; 0 where every run reaches the target.
/// - Precondition: There is a score, and all are finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func optimalityGap(_ scores: [Double], target: Double = 1) -> Double {
  checkScores(scores)
  // Shortfalls summed in ascending order: the order of runs does not matter.
  let shortfalls = scores.map { target - min($0, target) }.sorted()
  return shortfalls.reduce(0, +) / Double(scores.count)
}

/// Returns the fraction of runs that score more than each threshold.
///
/// - Parameters:
///   - scores: One score for each run.
///   - thresholds: The scores τ at which the profile is read.
/// - Returns: One fraction in 0...1 for each threshold.
/// - Precondition: There is a score, and all are finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func performanceProfile(_ scores: [Double], thresholds: [Double]) -> [Double] {
  checkScores(scores)
  return thresholds.map { threshold in
    Double(scores.count { $0 > threshold }) / Double(scores.count)
  }
}
