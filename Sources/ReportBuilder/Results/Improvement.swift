internal import ReportRendering
internal import Statistics

/// The probability that a run of one arm does better than one of another on the same task, averaged over tasks.
struct Improvement: Equatable {
  var probability: Double
  /// The 95 % interval; nil where a task has too few seeds.
  var interval: ConfidenceInterval?
  /// The probability on each task.
  var tasks: [Double]

  /// Compares two arms of `suite` on the metric as measured: a normalization changes no order.
  ///
  /// The same two arms give the same numbers in either order, up to the side of ½.
  init(of arm: Suite.Arm, over other: Suite.Arm, in suite: Suite) {
    let (merits, others) = (suite.merits(of: arm), suite.merits(of: other))
    probability = meanProbabilityOfImprovement(strata: merits, over: others)
    interval =
      merits.allSatisfy { $0.count >= ReportStatistics.leastSeeds }
      ? meanProbabilityOfImprovementInterval(strata: merits, over: others) : nil
    tasks = zip(merits, others).map { probabilityOfImprovement($0, over: $1) }
  }

  /// `0.83 [0.66, 0.97]`, or that there are too few seeds to say.
  var cell: ReportCell {
    guard let interval else { return ReportCell("too few seeds", emphasis: .muted) }
    return ReportCell(
      "\(NumberText.fixed(probability, decimals: 2)) \(NumberText.interval(interval, decimals: 2))")
  }
}
