internal import Statistics

/// The best arms of a comparison: the one with the best mean, and all that are not told apart from it.
enum BestArms {
  /// The mark before a number of a best arm.
  static let mark = "★ "

  /// Returns the labels of the best arms.
  ///
  /// - Parameters:
  ///   - scores: One or more arms on one metric.
  ///   - higherIsBetter: The better side; nil where neither is.
  /// - Returns: Nothing where the metric has no better side, where there is but one arm, or where some arm
  ///   has too few seeds in common with the first for an interval of their difference.
  static func labels(of scores: [SeedScores], higherIsBetter: Bool?) -> Set<String> {
    guard let higherIsBetter, scores.count > 1 else { return [] }
    let merits = scores.map { mean($0.values) * (higherIsBetter ? 1 : -1) }
    let first = merits.indices.reduce(0) { merits[$1] > merits[$0] ? $1 : $0 }
    var labels: Set = [scores[first].arm]
    for (index, other) in scores.enumerated() where index != first {
      guard let interval = PairSummary(scores[first], minus: other)?.interval else { return [] }
      if interval.contains(0) { labels.insert(other.arm) }
    }
    return labels
  }

  /// The sentence on the meaning of the mark; none where nothing is marked.
  static func note(isMarked: Bool, of what: String = "arm") -> [String] {
    isMarked
      ? [
        "★: best, the \(what) with the best mean and all that are not told apart from it (the 95 % interval of "
          + "the difference holds 0)."
      ] : []
  }
}
