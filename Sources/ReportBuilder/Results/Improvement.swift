internal import Statistics

/// How likely a run of one arm does better than one of another on the same task, averaged over tasks.
struct Improvement: Equatable {
  var probability: Double
  var interval: ConfidenceInterval
  /// The probability on each task.
  var tasks: [Double]

  /// Compares two arms of `suite` on the metric as measured: a normalization changes no order.
  ///
  /// The same two arms give the same numbers in either order, up to the side of ½.
  init(of arm: Suite.Arm, over other: Suite.Arm, in suite: Suite) {
    let (merits, others) = (suite.merits(of: arm), suite.merits(of: other))
    var generator = suite.generator("improvement")
    probability = meanProbabilityOfImprovement(strata: merits, over: others)
    interval = meanProbabilityOfImprovementInterval(
      strata: merits, over: others, level: ReportStatistics.level,
      resamples: ReportStatistics.resamples, using: &generator)
    tasks = zip(merits, others).map { probabilityOfImprovement($0, over: $1) }
  }

  /// Whether the interval lies on one side of ½.
  var isClear: Bool { !interval.contains(0.5) }

  /// `0.83 [0.66, 0.97]`, bold where it is clear.
  var cell: ReportCell {
    ReportCell(
      "\(NumberText.fixed(probability, decimals: 2)) \(NumberText.interval(interval, decimals: 2))",
      emphasis: isClear ? .strong : .none)
  }
}
