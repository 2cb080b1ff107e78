internal import Metrics
internal import Notebook
internal import ResultStore
internal import Settings
internal import Statistics

/// The content of a `curves` directive on one experiment: which curves it draws, and into which file.
struct CurvesFigure {
  let directive: Directive
  let experiment: LockedExperiment
  let arms: [LockedArm]
  /// The curves drawn of each arm.
  let curves: [String]
  /// The curve that is the horizontal axis; nil for the steps of the budget.
  let horizontal: String?
  /// The metric whose levels are the horizontal axis, instead of curves.
  let leveledMetric: String?
  /// The name of the figure's files where there is no label.
  let name: String

  /// Resolves the names of the directive; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    if let metric = directive["levels"] {
      self.init(levelsOf: metric, directive, experiment: experiment, names: &names)
    } else {
      self.init(curvesOf: experiment, directive, names: &names)
    }
  }

  /// Resolves a figure of curves.
  private init?(
    curvesOf experiment: LockedExperiment, _ directive: Directive, names: inout NameResolution
  ) {
    let available = Self.curveNames(of: experiment.arms)
    // A trainer outside labbook has no world of ours; what its arms are compared by is drawn.
    let usual =
      experiment.arms.first?.isObserved == true
      ? experiment.metric : World(ofKey: experiment.arms.first?.preimage ?? [:]).defaultMetric
    let named = directive.names("curve")
    let curves =
      named.isEmpty
      ? [Positioned(usual, at: directive.position)] : named
    let asked = curves + (directive["x"].map { [$0] } ?? [])
    arms = names.arms(directive.names("arms"), of: experiment) { arm in
      let own = Self.curveNames(of: [arm])
      return asked.allSatisfy { own.contains($0.value) }
    }
    for (index, curve) in curves.enumerated()
    where curves[..<index].contains(where: { $0.value == curve.value }) {
      names.report("the curve '\(curve.value)' is named twice", at: curve.position)
      return nil
    }
    let drawn = Self.commonCurveNames(of: arms)
    for curve in asked where !drawn.contains(curve.value) {
      names.report(
        available.contains(curve.value)
          ? "not every arm drawn has the curve '\(curve.value)'"
          : experiment.lacks(curve.value, .curve, among: available), at: curve.position)
      return nil
    }
    if curves.count > 1, arms.count > 1 {
      names.report(
        "several curves are drawn of one arm, named by 'arms'; here are \(arms.count)",
        at: directive["curve"]?.position ?? directive.position)
      return nil
    }
    self.directive = directive
    self.experiment = experiment
    self.curves = curves.map(\.value)
    horizontal = directive["x"]?.value
    leveledMetric = nil
    name = "\(experiment.name)-\(self.curves.joined(separator: "-"))"
  }

  /// Resolves a figure of a metric's levels, such as `test_accuracy_2`, `test_accuracy_3` and so on.
  private init?(
    levelsOf metric: Positioned<String>, _ directive: Directive, experiment: LockedExperiment,
    names: inout NameResolution
  ) {
    for name in ["curve", "x"] {
      guard let option = directive[name] else { continue }
      names.report("'levels' draws a metric, '\(name)' names a curve", at: option.position)
      return nil
    }
    let leveled = experiment.arms.filter { !Self.levels(of: metric.value, in: $0).isEmpty }
    guard !leveled.isEmpty else {
      names.report(
        "'\(experiment.name)' has no metrics '\(metric.value)_1', '\(metric.value)_2', … of levels"
          + suggestion(for: metric.value, among: experiment.metricNames), at: metric.position)
      return nil
    }
    arms = names.arms(directive.names("arms"), of: experiment) { arm in
      leveled.contains { $0.label == arm.label }
    }
    for arm in arms where !leveled.contains(where: { $0.label == arm.label }) {
      names.report(
        "'\(experiment.name)/\(arm.label)' does not measure '\(metric.value)' by level",
        at: directive["arms"]?.position ?? directive.position)
      return nil
    }
    self.directive = directive
    self.experiment = experiment
    curves = []
    horizontal = nil
    leveledMetric = metric.value
    name = "\(experiment.name)-\(metric.value)-levels"
  }

  /// Levels are drawn at their numbers; those of tasks are small.
  private static let mostLevel = 1_000_000

  /// The whole numbers that levels of `metric` are named by, ascending.
  private static func levels(of metric: String, in arm: LockedArm) -> [Int] {
    let family = MetricDeclaration.all.first { $0.family == .level && $0.prefix == "\(metric)_" }
    return arm.metricNames.compactMap { name in
      family?.member(named: name)?.member.flatMap { Int($0) }
        .flatMap { (0...mostLevel).contains($0) ? $0 : nil }
    }.sorted()
  }

  /// The curves that every run of some arm has, sorted, by the digests that the lock holds of them.
  private static func curveNames(of arms: [LockedArm]) -> [String] {
    arms.reduce(into: Set<String>()) { $0.formUnion(commonCurveNames(of: [$1])) }.sorted()
  }

  /// The curves that every run of `arms` has.
  static func commonCurveNames(of arms: [LockedArm]) -> Set<String> {
    let names = arms.filter { !$0.runs.isEmpty }.map { arm in
      Set(arm.commonPartNames.filter { $0.hasPrefix("curve.") }.map { String($0.dropFirst(6)) })
    }
    return names.dropFirst().reduce(names.first ?? []) { $0.intersection($1) }
  }

  /// Computes the chart from records.
  ///
  /// - Parameters:
  ///   - catalog: The titles, ranges and units of the curves.
  ///   - record: The record of a run by its key; the lock holds no other runs.
  /// - Returns: The chart with a line for each arm, or for each curve of the only arm.
  func chart(catalog: MetricCatalog, record: (String) -> Record?) -> CurvesChart {
    if let leveledMetric { return levelsChart(of: leveledMetric, catalog: catalog) }
    let information = curves.map { experiment.information(on: $0, from: catalog) }
    let curveTitles = distinctTitles(information.map(\.title), names: curves)
    let looks = experiment.looks
    let curveLooks = ArmLook.looks(of: curves.map { ($0, nil) })
    let series = arms.flatMap { arm in
      curves.indices.map { index in
        CurvesChart.Series(
          title: curves.count > 1 ? curveTitles[index] : arm.title,
          look: curves.count > 1 ? curveLooks[curves[index]] : looks[arm.label],
          points: points(
            of: curves[index], arm: arm, range: information[index].range, record: record))
      }
    }
    let ranges = information.compactMap(\.range)
    return CurvesChart(
      valueTitle: valueTitle(information),
      range: Set(ranges).count == 1 && ranges.count == information.count ? ranges[0] : nil,
      decimals: decimals(of: information),
      horizontalTitle: horizontal.map { experiment.information(on: $0, from: catalog).axisTitle }
        ?? budgetTitle,
      axis: horizontal == nil ? .steps : .curve, lacksIntervals: lacksIntervals, series: series)
  }

  /// The note on the last points, which may be measured on more items than those before; nil if they are not.
  func note(catalog: MetricCatalog) -> String? {
    curves.lazy.map { experiment.information(on: $0, from: catalog) }
      .filter { experiment.metricNames.contains($0.standardError) }
      .compactMap(\.lastPoint).first
  }

  /// The quantity of the vertical axis with its unit: that which several curves of an arm have in common.
  private func valueTitle(_ information: [MetricInformation]) -> String {
    guard information.count > 1, let arm = arms.first else { return information[0].axisTitle }
    let unit = information[0].unit
    guard !unit.isEmpty, information.allSatisfy({ $0.unit == unit }) else {
      return listed(information.map(\.axisTitle)) + ", \(arm.title)"
    }
    return unit.prefix(1).uppercased() + unit.dropFirst() + ", \(arm.title)"
  }

  /// As many digits as tables show of the curves' metrics.
  private func decimals(of information: [MetricInformation]) -> Int? {
    let known = zip(curves, information).compactMap { curve, information in
      information.range != nil || experiment.metricNames.contains(curve)
        ? experiment.decimals(of: curve, information: information) : nil
    }
    return known.max()
  }

  /// A line for each arm over the levels of a metric; all of it is in the lock.
  private func levelsChart(of metric: String, catalog: MetricCatalog) -> CurvesChart {
    let information = experiment.information(on: metric, from: catalog)
    let looks = experiment.looks
    let series = arms.map { arm in
      let points = Self.levels(of: metric, in: arm).compactMap { level in
        SeedScores(experiment: experiment.name, arm: arm, metric: "\(metric)_\(level)").map {
          CurvesChart.Point(ArmSummary($0, range: information.range), at: Double(level))
        }
      }
      return CurvesChart.Series(title: arm.title, look: looks[arm.label], points: points)
    }
    return CurvesChart(
      valueTitle: information.axisTitle, range: information.range,
      decimals: experiment.decimals(of: metric, information: information),
      horizontalTitle: levelWords(of: metric, catalog: catalog), axis: .levels,
      lacksIntervals: lacksIntervals, series: series)
  }

  /// The unit of the levels: of "3 people", "People".
  private func levelWords(of metric: String, catalog: MetricCatalog) -> String {
    let level = arms.lazy.compactMap { Self.levels(of: metric, in: $0).first }.first ?? 0
    let title = experiment.information(on: "\(metric)_\(level)", from: catalog).title
    let words = title.split(separator: " ").filter { Int($0) == nil }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Whether an arm has too few seeds for intervals.
  private var lacksIntervals: Bool { arms.contains { $0.runs.count < Suite.leastSeeds } }

  /// The unit of the budget, which the steps of the curves count.
  private var budgetTitle: String {
    if let arm = arms.first, arm.isObserved {
      return arm.preimage[RunPreimage.trainerAxisField] == "tokens"
        ? "Training tokens" : "Training steps"
    }
    return MetricDeclaration.words(World(ofKey: arms.first?.preimage ?? [:]).budgetSetting)
  }

  private func points(
    of curve: String, arm: LockedArm, range: ClosedRange<Double>?, record: (String) -> Record?
  ) -> [CurvesChart.Point] {
    let vertical = aligned(curve, arm: arm, record: record)
    guard let horizontal else {
      return vertical.map {
        CurvesChart.Point(ArmSummary($0.values, range: range), at: Double($0.step))
      }
    }
    let positions = Dictionary(
      aligned(horizontal, arm: arm, record: record).map { ($0.step, mean($0.values)) }
    ) { _, last in last }
    return vertical.compactMap { sample in
      positions[sample.step].map {
        CurvesChart.Point(ArmSummary(sample.values, range: range), at: $0)
      }
    }
  }

  private func aligned(
    _ curve: String, arm: LockedArm, record: (String) -> Record?
  ) -> [(step: Int, values: [Double])] {
    CurveAlignment.align(
      arm.runs.map { run in
        record(run.key)?.curve(curve).map {
          zip($0.steps, $0.values).map { (step: $0, value: $1) }
        } ?? []
      })
  }
}

extension CurvesChart.Point {
  /// The mean and its interval at `position`; no band where there are too few seeds for one.
  init(_ summary: ArmSummary, at position: Double) {
    self.init(position: position, mean: summary.mean, interval: summary.interval)
  }
}
