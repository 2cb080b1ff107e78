internal import SeededRandom
internal import Statistics

/// How reports summarise scores: the choices that hold for every table, figure and claim.
enum ReportStatistics {
  /// How sure the intervals are.
  static let level = 0.95
  /// Bootstrap resamples behind an interval in a table, claim or diff.
  static let resamples = 10_000
  /// Bootstrap resamples behind each point of a curve's band.
  static let curveResamples = 2_000
  /// Adjusted p-values below this count as a difference.
  static let significance = 0.05
  /// Common seeds that a paired test needs: with n pairs its smallest p-value is 2/2ⁿ.
  static let leastSeeds = PairedComparison.leastPairs

  /// The bootstrap's generator for what `names` name: the same records give the same interval to
  /// the last digit, whatever else the report holds.
  static func generator(_ names: String...) -> SeededGenerator { generator(names) }

  /// The bootstrap's generator for what `names` name.
  static func generator(_ names: [String]) -> SeededGenerator {
    RandomStreams(identity: names.joined(separator: "\n"), replicateSeed: 0)
      .generator(for: .bootstrap)
  }
}

/// The interquartile mean of an arm's scores with its interval.
struct ArmSummary: Equatable, Sendable {
  var mean: Double
  var interval: ConfidenceInterval

  /// Summarises `scores`, of which there is at least one.
  init(_ scores: SeedScores) {
    var generator = ReportStatistics.generator(
      "interval", scores.experiment, scores.arm, scores.metric)
    mean = interquartileMean(scores.values)
    interval = bootstrapInterval(
      scores.values, level: ReportStatistics.level, resamples: ReportStatistics.resamples,
      using: &generator)
  }
}

/// The comparison of two arms on the seeds that both have.
struct PairSummary: Equatable, Sendable {
  /// The first arm's interquartile mean minus the second's.
  var difference: Double
  var interval: ConfidenceInterval
  /// Of the paired sign-flip test, not adjusted; nil below 6 common seeds.
  var pValue: Double?
  /// How many seeds both have.
  var pairs: Int

  /// Compares `first` with `second`; nil if they have no seed in common.
  ///
  /// The same two arms give the same numbers in either order, up to the sign.
  init?(_ first: SeedScores, minus second: SeedScores) {
    let isSwapped = second.arm < first.arm
    let (left, right) = isSwapped ? (second, first) : (first, second)
    self.init(
      left.restricted(to: right).values, minus: right.restricted(to: left).values,
      generator: ReportStatistics.generator(
        "difference", left.experiment, left.arm, right.arm, left.metric))
    if isSwapped {
      difference = 0 - difference
      interval = ConfidenceInterval(lower: 0 - interval.upper, upper: 0 - interval.lower)
    }
  }

  /// Compares pairs of values; nil without any.
  init?(_ first: [Double], minus second: [Double], generator: SeededGenerator) {
    guard !first.isEmpty else { return nil }
    var generator = generator
    let comparison = PairedComparison(
      first, second, level: ReportStatistics.level, resamples: ReportStatistics.resamples,
      using: &generator)
    difference = comparison.difference
    interval = comparison.interval
    pairs = comparison.pairs
    pValue = comparison.pValue
  }
}
