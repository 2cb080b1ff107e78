internal import SeededRandom
internal import Statistics

/// The statistics of reports: the choices that hold for every table, figure and claim.
enum ReportStatistics {
  /// Bootstrap resamples behind an interval in a suite's table: fewer where each is of very many runs.
  static func resamples(ofRuns runs: Int) -> Int { min(10_000, max(2_000, 2_000_000 / runs)) }
  /// Bootstrap resamples behind each point of the band of a suite's curve.
  static func curveResamples(ofRuns runs: Int) -> Int { min(2_000, max(500, 400_000 / runs)) }
  /// P-values below this count as a difference.
  static let significance = 0.05
  /// Common seeds that a paired test needs: with n pairs its smallest p-value is 2/2ⁿ.
  static let leastSeeds = PairedComparison.leastPairs

  /// The generator for the statistic that `names` name: the same records give the same interval to the last digit,
  /// whatever else the report holds.
  static func generator(_ names: [String]) -> SeededGenerator {
    RandomStreams(identity: names.joined(separator: "\n"), replicateSeed: 0)
      .generator(for: .bootstrap)
  }
}

/// The mean of an arm's scores with its interval.
struct ArmSummary: Equatable, Sendable {
  var mean: Double
  /// The interval over seeds, cut at the metric's range; nil where there are too few.
  var interval: ConfidenceInterval?
  /// Whether the interval was longer than the metric's range lets it be.
  var isCut: Bool
  var shape: SampleShape
  var seeds: Int

  /// Summarises `values`, of which there is at least one; `range` is that of the metric.
  init(_ values: [Double], range: ClosedRange<Double>?) {
    mean = Statistics.mean(values)
    let whole = meanInterval(values)
    interval = whole?.cut(at: range, around: mean)
    isCut = interval != whole
    shape = SampleShape(values)
    seeds = values.count
  }

  /// Summarises `scores`, of which there is at least one.
  init(_ scores: SeedScores, range: ClosedRange<Double>?) {
    self.init(scores.values, range: range)
  }

  /// Whether all seeds have one score: then an interval has no width, and says nothing of certainty.
  var isConstant: Bool { shape.deviation == 0 }

  /// `[455.1, 499.9]`, or in words why there is none.
  func intervalText(decimals: Int) -> String {
    guard let interval else { return "too few seeds" }
    return isConstant
      ? "all \(seeds) seeds agree" : NumberText.interval(interval, decimals: decimals)
  }

  /// `475.2 [455.1, 499.9]`, or with the reason in brackets.
  func text(decimals: Int) -> String {
    let words = intervalText(decimals: decimals)
    return NumberText.fixed(mean, decimals: decimals)
      + (interval == nil || isConstant ? " (\(words))" : " \(words)")
  }
}

/// The comparison of two arms on the seeds that both have.
struct PairSummary: Sendable {
  /// The mean of the first arm's values less the second's.
  var difference: Double
  /// The 95 % interval over seeds; nil below 6 common ones.
  var interval: ConfidenceInterval?
  /// Of the paired sign-flip test, not adjusted; nil below 6 common seeds.
  var pValue: Double?
  /// The number of seeds that both have.
  var pairs: Int
  /// Whether the difference is the same in every pair.
  var isConstant: Bool
  /// The spread of either arm over the common seeds.
  var deviations: (first: Double, second: Double)
  private var comparison: PairedComparison

  /// Compares `first` with `second`; nil if they have no seed in common.
  ///
  /// The same two arms give the same numbers in either order, up to the sign.
  init?(_ first: SeedScores, minus second: SeedScores) {
    let names = [first.arm, second.arm].sorted()
    self.init(
      first.restricted(to: second).values, minus: second.restricted(to: first).values,
      names: ["difference", first.experiment] + names + [first.metric])
  }

  /// Compares pairs of values; nil without any. The names are those of the statistic's generator.
  init?(_ first: [Double], minus second: [Double], names: [String]) {
    guard !first.isEmpty else { return nil }
    comparison = ReportStatistics.comparison(first, second, names: names)
    difference = comparison.difference
    interval = comparison.interval
    pairs = comparison.pairs
    pValue = comparison.pValue
    isConstant = comparison.isConstant
    deviations = (SampleShape(first).deviation, SampleShape(second).deviation)
  }

  /// The two one-sided tests that the arms differ by less than `margin`, with their 90 % interval; nil
  /// below 6 common seeds.
  func equivalence(within margin: Double) -> (pValue: Double, interval: ConfidenceInterval)? {
    comparison.equivalence(within: margin)
  }

  /// Whether one arm spreads at least three times as much as the other: more than chance makes of equal
  /// spreads, from 6 seeds on.
  var hasUnequalSpreads: Bool {
    let (first, second) = deviations
    return max(first, second) > 0 && max(first, second) >= 3 * min(first, second)
  }

  /// `40.0 [35.1, 44.9]`, or with the reason why there is no interval in brackets.
  func text(decimals: Int) -> String {
    NumberText.fixed(difference, decimals: decimals) + " "
      + Self.intervalText(interval, isConstant: isConstant, pairs: pairs, decimals: decimals)
  }

  /// `[35.1, 44.9]`, or why there is none.
  static func intervalText(
    _ interval: ConfidenceInterval?, isConstant: Bool, pairs: Int, decimals: Int
  ) -> String {
    guard let interval else { return "(too few seeds)" }
    return isConstant
      ? "(in all \(pairs) seeds)"
      : NumberText.interval(interval, decimals: decimals, apartFrom: [0])
  }
}
