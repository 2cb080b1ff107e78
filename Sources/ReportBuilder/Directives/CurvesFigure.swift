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
  /// The notebook's own week.
  let week: String
  /// The arms of an earlier week that are drawn too.
  let earlier: EarlierArms?
  /// The curves drawn of each arm.
  let curves: [String]
  /// The curve that is the horizontal axis; nil for the steps of the budget.
  let horizontal: String?
  /// The metric whose levels are the horizontal axis, instead of curves.
  let leveledMetric: String?
  /// The name of the figure's files where there is no label.
  let name: String

  /// Resolves the names of the directive; nil if one does not exist, which `names` reports. `earlier` has the locks of
  /// earlier weeks by name, `week` is the notebook's own.
  init?(
    _ directive: Directive, earlier: [String: Lock], week: String, catalog: MetricCatalog,
    names: inout NameResolution
  ) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    let weeks = Weeks(own: week, earlier: earlier, catalog: catalog)
    if let metric = directive["levels"] {
      self.init(levelsOf: metric, directive, experiment: experiment, weeks, names: &names)
    } else {
      self.init(curvesOf: experiment, directive, weeks, names: &names)
    }
  }

  /// The weeks that a figure may show.
  struct Weeks {
    var own: String
    /// The locks of earlier weeks by name.
    var earlier: [String: Lock]
    /// The titles, ranges and units of curves, which two weeks have to agree in.
    var catalog: MetricCatalog
  }

  /// Resolves a figure of curves.
  private init?(
    curvesOf experiment: LockedExperiment, _ directive: Directive, _ weeks: Weeks,
    names: inout NameResolution
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
    guard
      let former = Self.earlierArms(
        of: directive, experiment, arms: arms, weeks,
        having: .curves(asked, areSeveral: curves.count > 1), names: &names)
    else { return nil }
    earlier = former
    week = weeks.own
    self.directive = directive
    self.experiment = experiment
    self.curves = curves.map(\.value)
    horizontal = directive["x"]?.value
    leveledMetric = nil
    name =
      "\(experiment.name)-\(self.curves.joined(separator: "-"))"
      + (earlier.map { "-\($0.week.value)" } ?? "")
  }

  /// Resolves a figure of a metric's levels, such as `test_accuracy_2`, `test_accuracy_3` and so on.
  private init?(
    levelsOf metric: Positioned<String>, _ directive: Directive, experiment: LockedExperiment,
    _ weeks: Weeks, names: inout NameResolution
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
    guard
      let former = Self.earlierArms(
        of: directive, experiment, arms: arms, weeks, having: .levels(metric), names: &names)
    else { return nil }
    earlier = former
    week = weeks.own
    self.directive = directive
    self.experiment = experiment
    curves = []
    horizontal = nil
    leveledMetric = metric.value
    name =
      "\(experiment.name)-\(metric.value)-levels" + (earlier.map { "-\($0.week.value)" } ?? "")
  }

  /// Levels are drawn at their numbers; those of tasks are small.
  private static let mostLevel = 1_000_000

  /// The whole numbers that levels of `metric` are named by, ascending.
  static func levels(of metric: String, in arm: LockedArm) -> [Int] {
    let family = MetricDeclaration.all.first { $0.family == .level && $0.prefix == "\(metric)_" }
    return arm.metricNames.compactMap { name in
      family?.member(named: name)?.member.flatMap { Int($0) }
        .flatMap { (0...mostLevel).contains($0) ? $0 : nil }
    }.sorted()
  }

  /// The curves that every run of some arm has, sorted, by the digests that the lock holds of them.
  static func curveNames(of arms: [LockedArm]) -> [String] {
    arms.reduce(into: Set<String>()) { $0.formUnion(commonCurveNames(of: [$1])) }.sorted()
  }

  /// The curves that every run of `arms` has.
  static func commonCurveNames(of arms: [LockedArm]) -> Set<String> {
    let names = arms.filter { !$0.runs.isEmpty }.map { arm in
      Set(arm.commonPartNames.filter { $0.hasPrefix("curve.") }.map { String($0.dropFirst(6)) })
    }
    return names.dropFirst().reduce(names.first ?? []) { $0.intersection($1) }
  }
}
