internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

/// The lines of a `curves` directive: those of this week, and those of an earlier one beside them.
extension CurvesFigure {
  /// The values drawn of arms: curves, or the levels of a metric.
  enum Drawn {
    case curves([Positioned<String>], areSeveral: Bool)
    case levels(Positioned<String>)
  }

  /// One line of the chart.
  struct Line {
    var experiment: LockedExperiment
    var arm: LockedArm
    /// The curve drawn; empty where levels are.
    var curve = ""
    var title: String
    var look: ArmLook?
    /// The week that it is of, where the chart shows two.
    var week: String?
    var isEarlier = false

    func series(_ points: [CurvesChart.Point]) -> CurvesChart.Series {
      var series = CurvesChart.Series(title: title, look: look, points: points)
      (series.week, series.isEarlier) = (week, isEarlier)
      return series
    }
  }

  // MARK: Names

  /// Looks up the arms of the week that the option `week` names; they are nil without it.
  ///
  /// - Returns: Nil if something does not exist, or is another quantity there, which `names` reports.
  static func earlierArms(
    of directive: Directive, _ experiment: LockedExperiment, arms: [LockedArm], _ weeks: Weeks,
    having drawn: Drawn, names: inout NameResolution
  ) -> EarlierArms?? {
    guard let week = directive["week"] else {
      guard let option = directive["earlier"] else { return .some(nil) }
      names.report(
        "'earlier' names arms of an earlier week, and no 'week' says which", at: option.position)
      return nil
    }
    // A week without a lock has been told.
    guard let lock = weeks.earlier[week.value],
      var found = EarlierArms(
        directive, in: lock.withDistinctTitles, experiment: experiment.name,
        labels: arms.map(\.label), names: &names)
    else { return nil }
    let isNamed = directive["earlier"] != nil
    let objections = found.arms.map {
      objection(to: $0, in: week.value, experiment, arms.first, drawn, weeks)
    }
    if let first = objections.firstIndex(where: { $0 != nil }), let objection = objections[first] {
      // Where arms are not named, those that have nothing to be drawn are left out, as they are of this week.
      guard !isNamed, objections.contains(nil) else {
        names.report(objection, at: found.arms[first].position)
        return nil
      }
      found.keep(objections.map { $0 == nil })
    }
    if case .curves(_, areSeveral: true) = drawn, found.arms.count > 1 {
      names.report(
        "several curves are drawn of one arm, and of one of the earlier week, named by 'earlier'; here are "
          + "\(found.arms.count)", at: directive["earlier"]?.position ?? week.position)
      return nil
    }
    return found
  }

  /// The reason why an arm of an earlier week cannot be drawn beside those of this one; nil if it can.
  private static func objection(
    to arm: EarlierArms.Arm, in week: String, _ experiment: LockedExperiment, _ own: LockedArm?,
    _ drawn: Drawn, _ weeks: Weeks
  ) -> String? {
    let name = "'\(arm.experiment.name)/\(arm.arm.label)' of \(week)"
    let quantities: [String]
    switch drawn {
    case .levels(let metric):
      guard !levels(of: metric.value, in: arm.arm).isEmpty else {
        return "\(name) does not measure '\(metric.value)' by level"
      }
      quantities = [metric.value]
    case .curves(let curves, _):
      let known = commonCurveNames(of: [arm.arm]).sorted()
      if let lack = curves.first(where: { !known.contains($0.value) }) {
        return "\(name) has no curve '\(lack.value)'"
          + suggestionsOrNames(for: lack.value, among: known)
      }
      let (others, ours) = (budgetTitle(of: arm.arm), budgetTitle(of: own))
      guard others == ours else {
        return "\(name) has curves over \(others.lowercased()), and those of this week are over "
          + ours.lowercased()
      }
      quantities = curves.map(\.value)
    }
    for quantity in quantities {
      let ours = experiment.information(on: quantity, from: weeks.catalog)
      let others = arm.experiment.information(on: quantity, of: arm.arm, from: weeks.catalog)
      if let difference = ours.difference(from: others) {
        return "'\(quantity)' of \(name) and of this week are not one quantity: \(difference)"
      }
    }
    return nil
  }

  // MARK: Lines

  /// The lines, those of this week first. A line of an earlier week is named by it, in the colour that its arm has here.
  func lines(catalog: MetricCatalog) -> [Line] {
    let drawn = curves.isEmpty ? [""] : curves
    let curveTitles = distinctTitles(
      curves.map { experiment.information(on: $0, from: catalog).title }, names: curves)
    let curveLooks = ArmLook.looks(of: curves.map { ($0, nil) })
    let looks = experiment.looks
    func lines(
      _ arm: LockedArm, of experiment: LockedExperiment, _ look: ArmLook?
    ) -> [Line] {
      drawn.enumerated().map { index, curve in
        Line(
          experiment: experiment, arm: arm, curve: curve,
          title: curves.count > 1 ? curveTitles[index] : arm.title,
          look: curves.count > 1 ? curveLooks[curve] : look)
      }
    }
    var all = arms.flatMap { lines($0, of: experiment, looks[$0.label]) }
    guard let earlier else { return all }
    for index in all.indices { all[index].week = week }
    for former in earlier.arms {
      let isOther = former.experiment.name != experiment.name
      let look = isOther ? nil : looks[former.arm.label]
      let lines = lines(
        former.arm, of: former.experiment, look ?? former.experiment.looks[former.arm.label])
      for var line in lines {
        line.title += (isOther ? " of \(former.experiment.name)" : "") + ", \(earlier.week.value)"
        line.look = (line.look ?? ArmLook.look(of: former.arm.label))
          .ofEarlierWeek(beside: all.compactMap(\.look))
        (line.week, line.isEarlier) = (earlier.week.value, true)
        all.append(line)
      }
    }
    let titles = distinctTitles(
      all.map(\.title),
      names: all.map { "\($0.experiment.name)/\($0.arm.label), \($0.week ?? "") \($0.curve)" })
    for index in all.indices { all[index].title = titles[index] }
    return all
  }

  // MARK: Beside the drawing

  /// The arms of an earlier week whose records are drawn; nil where there are none, or all that is drawn is in its lock.
  var recordsNeeded: EarlierArms? { leveledMetric == nil ? earlier : nil }

  /// The sentences on the earlier week: how its lines look, what it lacks, and what has changed since.
  var weekNotes: [String] {
    guard let earlier else { return [] }
    var sentences = ["Thin and dotted: \(earlier.week.value)."]
    if !earlier.lacking.isEmpty {
      let titles = earlier.lacking.map { label in
        arms.first { $0.label == label }?.title ?? label
      }
      sentences.append("Not in that week: \(listed(titles)).")
    }
    var changes: [(text: String, arms: [String])] = []
    let compared = earlier.arms.filter { former in
      former.experiment.name == experiment.name && experiment.arm(former.arm.label) != nil
    }
    for former in compared {
      guard let now = experiment.arm(former.arm.label) else { continue }
      let fields = ChangedField.between(
        former.arm.identity, now.identity,
        labels: (Optional(former.experiment).labels, Optional(experiment).labels))
      for field in fields {
        if let index = changes.firstIndex(where: { $0.text == field.text }) {
          changes[index].arms.append(now.title)
        } else {
          changes.append((field.text, [now.title]))
        }
      }
    }
    guard !compared.isEmpty else { return sentences }
    guard !changes.isEmpty else {
      return sentences + ["The settings of an arm are those of that week."]
    }
    let shown = changes.prefix(Self.mostChanges).map { change in
      change.arms.count == compared.count && compared.count > 1
        ? change.text : "\(change.text) (\(listed(change.arms)))"
    }
    let rest = changes.count - shown.count
    return sentences + [
      "Changed since: " + shown.joined(separator: "; ")
        + (rest > 0 ? "; and \(rest) more, which a diff of the weeks lists." : ".")
    ]
  }

  private static let mostChanges = 6

  /// The runs of a chart of two weeks, of which those of the earlier one stand in no table; nil where there is but one.
  func provenance(catalog: MetricCatalog) -> ReportProvenance? {
    guard let earlier else { return nil }
    let curve = leveledMetric ?? curves[0]
    func origin(_ experiment: LockedExperiment, _ arm: LockedArm) -> ReportProvenance.Arm {
      let metric = arm.metricNames.contains(curve) ? curve : experiment.metric
      return ReportProvenance.Arm(
        metric: metric, experiment: experiment, arm: arm,
        decimals: experiment.decimals(
          of: metric, information: experiment.information(on: metric, of: arm, from: catalog)))
    }
    return ReportProvenance(
      summary: "Curves of \(week) and \(earlier.week.value)",
      arms: arms.map { origin(experiment, $0) }
        + earlier.arms.map { former in
          var arm = origin(former.experiment, former.arm)
          arm.name += ", \(earlier.week.value)"
          // The specs may have moved on since; the lock has not.
          arm.command = "labbook verify \(earlier.week.value)"
          return arm
        })
  }
}
