public import SeededRandom

/// Returns Kendall's τ-b of two quantities: how far the order of one is the order of the other.
///
///     τ = (C − D) / √((P − T₁)(P − T₂))
///
/// with C pairs of items in the same order, D in opposite order, P pairs in all, and T₁ and T₂ those that tie on one
/// side.
///
/// - Parameters:
///   - first: A value for each item.
///   - second: The other value of the same items, in the same order.
/// - Returns: In −1...1; 0 expected of orders that have nothing to do with each other; nil where all values of one
///   side are equal, so that there is no order.
/// - Precondition: There are as many values on either side, at least one, all finite.
///
/// Source: Kendall, "The Treatment of Ties in Ranking Problems", Biometrika 33(3), 1945,
/// https://doi.org/10.1093/biomet/33.3.239.
public func kendallTau(_ first: [Double], _ second: [Double]) -> Double? {
  precondition(
    first.count == second.count,
    "a rank correlation is of pairs, got \(first.count) and \(second.count) values")
  checkScores(first)
  checkScores(second)
  // Whole numbers until the end: the order of items does not matter, to the last digit.
  var (concordance, orderedFirst, orderedSecond) = (0, 0, 0)
  for index in first.indices {
    for other in 0..<index {
      let sign = (first[index] - first[other]).order
      let otherSign = (second[index] - second[other]).order
      concordance += sign * otherSign
      orderedFirst += sign * sign
      orderedSecond += otherSign * otherSign
    }
  }
  guard orderedFirst > 0, orderedSecond > 0 else { return nil }
  guard orderedFirst != orderedSecond else { return Double(concordance) / Double(orderedFirst) }
  return Double(concordance) / (Double(orderedFirst) * Double(orderedSecond)).squareRoot()
}

/// Returns the 95 % interval of Kendall's τ-b between the means of items over their replicates.
///
/// The replicates of each side are resampled, the same ones for all of its items, as items of one seed share what
/// the seed decides. The two sides of the percentile interval are widened as those of
/// ``interquartileMeanInterval(strata:resamples:using:)``, and cut at ±1. A side of one replicate stays as it is.
///
/// The items are given: the interval is about the order of these, not of others that might have been taken. It errs
/// toward 0: noise blurs the order of resampled means once more. Where all items are equal in truth it leaves out 0 in
/// at most 5 % of cases, which `make check-statistics` simulates; of items in perfect order it may miss ±1.
///
/// - Parameters:
///   - first: For each item, one value for each replicate; replicates are in the same order for all items.
///   - second: The other values of the same items, in the same order; their replicates are others.
///   - resamples: The number of bootstrap samples to draw.
///   - generator: Equal generators give equal intervals, to the last digit.
/// - Returns: The interval; nil where the second side has fewer than ``leastScoresOfInterval`` replicates, or where
///   one side has no order.
/// - Precondition: There are as many items on either side, at least one, each side has as many replicates of each,
///   at least one, all finite.
public func kendallTauInterval(
  _ first: [[Double]], _ second: [[Double]], resamples: Int = 10_000,
  using generator: inout SeededGenerator
) -> ConfidenceInterval? {
  precondition(resamples >= 1, "a bootstrap needs at least one resample, got \(resamples)")
  let sides = [first, second]
  let counts = sides.map { side in
    let count = side.first?.count ?? 0
    precondition(
      side.allSatisfy { $0.count == count }, "items of one side have as many replicates each")
    return count
  }
  guard counts[1] >= leastScoresOfInterval,
    let estimate = kendallTau(first.map(mean), second.map(mean))
  else { return nil }
  let estimates = (0..<resamples).compactMap { _ in
    let means = zip(sides, counts).map { side, count in
      let drawn = (0..<count).map { _ in count > 1 ? generator.nextIndex(below: count) : 0 }
      return side.map { values in drawn.reduce(0) { $0 + values[$1] } / Double(count) }
    }
    return kendallTau(means[0], means[1])
  }
  guard !estimates.isEmpty else { return nil }
  let interval = ConfidenceInterval(percentilesOf: estimates, level: 0.95)
  let fewest = Double(counts[1])
  let factor =
    studentQuantile(degreesOfFreedom: counts[1] - 1) / normalQuantile
    * (fewest / (fewest - 1)).squareRoot()
  return ConfidenceInterval(
    lower: max(-1, min(estimate, estimate - factor * (estimate - interval.lower))),
    upper: min(1, max(estimate, estimate + factor * (interval.upper - estimate))))
}

extension Double {
  /// −1, 0 or 1: on which side of 0 the number is.
  fileprivate var order: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
