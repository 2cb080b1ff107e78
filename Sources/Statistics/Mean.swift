/// Returns the arithmetic mean of `scores`.
///
/// - Parameter scores: One score for each run; their order does not matter, to the last digit.
/// - Returns: In the scores' units; equal scores give exactly their value.
/// - Precondition: There is a score, and all are finite.
public func mean(_ scores: [Double]) -> Double {
  checkScores(scores)
  let ascending = scores.sorted()
  // Differences to the smallest score: equal scores leave no rounding.
  let base = ascending[0]
  return base + ascending.reduce(0) { $0 + ($1 - base) } / Double(ascending.count)
}
