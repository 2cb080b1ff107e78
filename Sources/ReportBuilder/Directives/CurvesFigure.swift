internal import Notebook
internal import ResultStore
internal import Statistics
internal import Settings

/// The content of a `curves` directive: which curves it draws, and into which file.
struct CurvesFigure {
  let directive: Directive
  let experiment: LockedExperiment
  let arms: [LockedArm]
  let curve: Positioned<String>
  /// The file without its ending, relative to the report, such as `figures/fig-cartpole`.
  let file: String

  var drawing: String { file + ".svg" }
  var specificationFile: String { file + ".vl.json" }

  /// Resolves the names of the directive; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let curve = directive["curve"] ?? Positioned("evaluation_return", at: directive.position)
    self.directive = directive
    self.experiment = experiment
    self.curve = curve
    arms = names.arms(directive.names("arms"), of: experiment)
    let available = Self.curveNames(of: arms)
    guard available.contains(curve.value) else {
      names.report(
        "'\(experiment.name)' has no curve '\(curve.value)'"
          + suggestion(for: curve.value, among: available), at: curve.position)
      return nil
    }
    let stem = directive.label ?? "\(experiment.name)-\(curve.value)"
    file = "figures/" + stem
  }

  /// The curves that every run of `arms` has, by the digests that the lock holds of them.
  private static func curveNames(of arms: [LockedArm]) -> [String] {
    let names = arms.flatMap(\.runs).map { run in
      Set(run.parts.keys.filter { $0.hasPrefix("curve.") }.map { String($0.dropFirst(6)) })
    }
    guard let first = names.first else { return [] }
    return names.dropFirst().reduce(first) { $0.intersection($1) }.sorted()
  }

  /// Computes the chart from records.
  ///
  /// - Parameters:
  ///   - catalog: What is known of the curve.
  ///   - record: The record of a run by its key; the lock holds no other runs.
  /// - Returns: The chart with a line for each arm.
  func chart(catalog: MetricCatalog, record: (String) -> Record?) -> CurvesChart {
    let information = experiment.information(on: curve.value, from: catalog)
    let series = arms.map { arm in
      let curves = arm.runs.map { run in
        record(run.key)?.curve(curve.value).map { Array(zip($0.steps, $0.values)) } ?? []
      }
      let points = CurveAlignment.align(curves.map { $0.map { (step: $0.0, value: $0.1) } })
      return CurvesChart.Series(
        title: arm.title,
        colorIndex: experiment.arms.firstIndex { $0.label == arm.label } ?? 0,
        points: points.map { point(step: $0.step, values: $0.values, arm: arm.label) })
    }
    return CurvesChart(valueTitle: information.title, range: information.range, series: series)
  }

  private func point(step: Int, values: [Double], arm: String) -> CurvesChart.Point {
    var generator = ReportStatistics.generator(
      "curve", experiment.name, arm, curve.value, "\(step)")
    let interval = bootstrapInterval(
      values, level: ReportStatistics.level, resamples: ReportStatistics.curveResamples,
      using: &generator)
    return CurvesChart.Point(
      step: step, mean: interquartileMean(values), lower: interval.lower, upper: interval.upper)
  }

  /// The figure as a block of the report.
  func block(svg: String, alternative: String) -> ReportBlock {
    .figure(
      ReportFigure(
        label: directive.label, caption: directive.caption, file: drawing, svg: svg,
        alternative: alternative))
  }
}
