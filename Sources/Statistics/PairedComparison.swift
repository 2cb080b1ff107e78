public import SeededRandom

/// How two arms that ran with the same seeds differ.
///
/// Arms with the same seed share initial weights, resets and prompts, so their scores are compared
/// pair by pair: the interval resamples seeds, each with both of its scores, and the test flips the
/// signs of the differences.
public struct PairedComparison: Hashable, Sendable {
  /// With fewer pairs the sign-flip test cannot reach a p-value of .05, so nothing is tested.
  public static let leastPairs = 6

  /// The interquartile mean of the first arm minus that of the second.
  public let difference: Double
  /// The percentile bootstrap interval of the difference.
  public let interval: ConfidenceInterval
  /// The two-sided p-value of the sign-flip test, not adjusted; `nil` where there are too few seeds.
  public let pValue: Double?
  /// The number of seeds that both arms have.
  public let pairs: Int

  /// Compares `first` with `second`.
  ///
  /// With equal generators, exchanging the arms exactly negates difference and interval and keeps the
  /// p-value.
  ///
  /// - Parameters:
  ///   - first: The score of each seed.
  ///   - second: The scores of the same seeds in the same order.
  ///   - level: The confidence of the interval, in 0..<1.
  ///   - resamples: How many bootstrap samples to draw.
  ///   - generator: Equal generators give equal results, to the last digit.
  /// - Precondition: There are as many scores on either side, at least one, all finite.
  public init(
    _ first: [Double], _ second: [Double], level: Double = 0.95, resamples: Int = 10_000,
    using generator: inout SeededGenerator
  ) {
    precondition(
      first.count == second.count,
      "paired scores come in equal numbers, got \(first.count) and \(second.count)")
    checkScores(first)
    checkScores(second)
    pairs = first.count
    difference = interquartileMean(first) - interquartileMean(second)

    let firstScores = RankedScores(first)
    let secondScores = RankedScores(second)
    var multiplicities = [Int](repeating: 0, count: first.count)
    let estimates = bootstrapEstimates(
      counts: [first.count], resamples: resamples, using: &generator
    ) { indices in
      for seed in multiplicities.indices { multiplicities[seed] = 0 }
      for seed in indices[0] { multiplicities[seed] += 1 }
      return firstScores.interquartileMean(multiplicities: multiplicities)
        - secondScores.interquartileMean(multiplicities: multiplicities)
    }
    interval = ConfidenceInterval(percentilesOf: estimates, level: level)
    pValue =
      pairs < Self.leastPairs
      ? nil : signFlipPValue(differences: zip(first, second).map { $0 - $1 }, using: &generator)
  }
}

/// Scores in ascending order that remember which seed each belongs to.
private struct RankedScores {
  let ascending: [Double]
  let seeds: [Int]

  init(_ scores: [Double]) {
    seeds = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    ascending = seeds.map { scores[$0] }
  }

  /// The interquartile mean of the sample that holds seed s `multiplicities[s]` times.
  func interquartileMean(multiplicities: [Int]) -> Double {
    Statistics.interquartileMean(ascending: ascending) { multiplicities[seeds[$0]] }
  }
}
