internal import Notebook
internal import ResultStore
internal import Settings
internal import Statistics

/// The content of a `curves` directive over several experiments: the interquartile mean of normalized
/// scores against the share of the budget.
struct SuiteCurves {
  private let suite: Suite
  /// The curve drawn of each task.
  private let curves: [String]

  /// Resolves the names; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    for name in ["x", "levels", "week", "earlier"] {
      guard let option = directive[name] else { continue }
      names.report("'\(name)' is of one experiment; here are several", at: option.position)
      return nil
    }
    guard let suite = Suite(directive, catalog: catalog, names: &names) else { return nil }
    let named = directive.names("curve")
    guard named.count < 2 else {
      names.report(
        "of several experiments one curve is drawn; here are \(named.count)", at: named[1].position)
      return nil
    }
    let world = World(ofKey: suite.tasks.first?.experiment.arms.first?.preimage ?? [:])
    let curve = named.first ?? Positioned(world.defaultMetric, at: directive.position)
    for (index, task) in suite.tasks.enumerated() {
      let available = CurvesFigure.commonCurveNames(of: suite.arms.map { $0.locked[index] })
      guard available.contains(curve.value) else {
        names.report(
          "not every arm of '\(task.experiment.name)' that is drawn has the curve '\(curve.value)'"
            + suggestion(for: curve.value, among: available.sorted()), at: curve.position)
        return nil
      }
      guard task.experiment.normalizations[curve.value] != nil else {
        names.report(
          "'\(task.experiment.name)' has no score normalization of '\(curve.value)'",
          at: directive.argumentNames[index].position)
        return nil
      }
      for arm in suite.arms where Self.budget(of: arm.locked[index]) == nil {
        names.report(
          "'\(task.experiment.name)/\(arm.label)' has no budget",
          at: directive.argumentNames[index].position)
        return nil
      }
    }
    self.suite = suite
    curves = suite.tasks.map { _ in curve.value }
  }

  /// The name of the figure's files where there is no label.
  var name: String {
    suite.tasks.map(\.experiment.name).joined(separator: "-") + "-\(curves[0])"
  }

  /// Computes the chart from the records of runs by key.
  func chart(record: (String) -> Record?) -> CurvesChart {
    CurvesChart(
      valueTitle: "Normalized score", horizontalTitle: "Share of the budget", axis: .share,
      lacksIntervals: suite.hasTooFewSeeds,
      series: suite.arms.map { arm in
        CurvesChart.Series(
          title: arm.title, look: arm.look, points: points(of: arm, record: record))
      })
  }

  private func points(
    of arm: Suite.Arm, record: (String) -> Record?
  ) -> [CurvesChart.Point] {
    let tasks = suite.tasks.enumerated().map { index, task in
      Progress(
        budget: Self.budget(of: arm.locked[index]) ?? 1,
        samples: CurveAlignment.align(
          task.seeds.map { seed in
            let key = arm.locked[index].run(seed: seed)?.key ?? ""
            return record(key)?.curve(curves[index]).map {
              zip($0.steps, $0.values).map { (step: $0, value: $1) }
            } ?? []
          }),
        normalization: task.experiment.normalizations[curves[index]])
    }
    guard let coarsest = tasks.min(by: { $0.samples.count < $1.samples.count }) else { return [] }
    let range = suite.normalizedRange
    let end = coarsest.samples.last?.step
    return coarsest.samples.compactMap { sample in
      let strata = tasks.compactMap { task in
        sample.step == end
          ? task.finalScores : task.scores(atStep: sample.step, of: coarsest.budget)
      }
      guard strata.count == tasks.count else { return nil }
      let share = Double(sample.step) / Double(coarsest.budget)
      var generator = suite.generator("suite curve \(sample.step) of \(coarsest.budget)")
      let pooled = strata.flatMap(\.self)
      let estimate = interquartileMean(pooled)
      let interval = interquartileMeanInterval(
        strata: strata, resamples: ReportStatistics.curveResamples(ofRuns: pooled.count),
        using: &generator)
      return CurvesChart.Point(
        position: share, mean: estimate, interval: interval?.cut(at: range, around: estimate))
    }
  }

  private static func budget(of arm: LockedArm) -> Int? {
    World.all.lazy.compactMap { arm.preimage["budget.\($0.budgetSetting)"] }.first
      .flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// A curve of one task over its budget.
  private struct Progress {
    var budget: Int
    /// Ascending steps, each with one value per seed.
    var samples: [(step: Int, values: [Double])]
    var normalization: ScoreScale?

    /// The normalized scores at the end, wherever in its budget a run stopped.
    var finalScores: [Double]? { samples.last.flatMap { scores($0.values) } }

    /// The normalized scores of the last sample at or before the share `step` / `whole` of the budget;
    /// nil before the first sample.
    func scores(atStep step: Int, of whole: Int) -> [Double]? {
      let end = step.multipliedFullWidth(by: budget)
      return samples.last { sample in
        let place = sample.step.multipliedFullWidth(by: whole)
        return (place.high, place.low) <= (end.high, end.low)
      }.flatMap { scores($0.values) }
    }

    /// Nil where the scale makes more of a value than can be added up.
    private func scores(_ values: [Double]) -> [Double]? {
      let scores = values.map { normalization?.normalized($0) ?? $0 }
      return scores.allSatisfy(ScoreScale.isSummable) ? scores : nil
    }
  }
}
