internal import Notebook
internal import ResultStore
internal import Settings
internal import Statistics

/// The experiments of a `comparison`, with the arms that it shows of each: the engine's, observed ones, or both.
///
/// Experiments share a table and the metrics in it, by name, and nothing else. A seed stands for the same start within
/// one experiment alone, so differences, tests and the marks of the best arms stay within it.
struct ComparedExperiments {
  /// In the order of the directive; one or more.
  private(set) var parts: [Part] = []

  /// One experiment of a comparison.
  struct Part {
    var experiment: LockedExperiment
    /// In the order of the rows.
    var arms: [LockedArm]
    /// The arm that the others of the experiment are compared with.
    var reference: LockedArm?
    /// The words that follow an arm's title where nothing else tells its experiment; empty where there is but one.
    var suffix: String

    /// The arms under the titles that small print names them by.
    var notedArms: [LockedArm] { arms.map(noted) }

    /// The arm under the title that small print names it by.
    func noted(_ arm: LockedArm) -> LockedArm {
      var arm = arm
      arm.title += suffix
      return arm
    }
  }

  /// Whether there are several.
  var areSeveral: Bool { parts.count > 1 }

  /// The sentence on what the rows of several experiments have in common.
  static let scope =
    "The seeds of two experiments are not paired: differences, tests and ★ stay within an experiment."

  /// The arms that ★ marks the best of.
  var bestWords: String { areSeveral ? "arm of an experiment" : "arm" }

  /// The sentences on the settings that the arms of each experiment differ in.
  var variedNote: [Inline] {
    parts.flatMap { $0.experiment.variedNote(of: $0.arms, place: $0.suffix) }
  }

  /// Resolves the names of `directive`; nil if something does not exist, which `names` reports.
  ///
  /// - Parameters:
  ///   - directive: A comparison.
  ///   - names: The names of the lock.
  ///   - isShown: Whether an arm belongs into the table where no option names arms.
  init?(
    _ directive: Directive, names: inout NameResolution,
    having isShown: (LockedExperiment, LockedArm) -> Bool
  ) {
    let problems = names.problems.count
    let asked = directive.argumentNames
    for (index, name) in asked.enumerated()
    where asked[..<index].contains(where: { $0.value == name.value }) {
      names.report("the experiment '\(name.value)' is named twice", at: name.position)
    }
    let experiments = asked.compactMap { names.experiment($0) }
    guard names.problems.count == problems, !experiments.isEmpty else { return nil }
    let named = directive.names("arms")
    for name in named where experiments.allSatisfy({ $0.arm(name.value) == nil }) {
      names.report(
        armless(name.value, of: experiments.map { ($0.name, $0.arms.map(\.label)) }),
        at: name.position)
    }
    guard names.problems.count == problems else { return nil }
    let references = directive.armOfEach("against")
    for (index, experiment) in experiments.enumerated() {
      let own = named.filter { experiment.arm($0.value) != nil }
      guard named.isEmpty || !own.isEmpty else {
        names.report(
          "'\(experiment.name)' has none of the arms that 'arms' names", at: asked[index].position)
        continue
      }
      let reference =
        references.indices.contains(index) ? names.arm(references[index], of: experiment) : nil
      var arms = names.arms(own, of: experiment) { isShown(experiment, $0) }
      if let reference, !arms.contains(where: { $0.label == reference.label }) {
        arms.insert(reference, at: 0)
      }
      parts.append(
        Part(
          experiment: experiment, arms: arms, reference: reference,
          suffix: experiments.count > 1 ? " of \(experiment.name)" : ""))
    }
    guard names.problems.count == problems else { return nil }
  }

  /// The metric that `directive` compares the arms by, or else all of their experiments; nil if there is no such one,
  /// which `names` reports.
  func metric(
    of directive: Directive, _ catalog: MetricCatalog, _ names: inout NameResolution
  ) -> Positioned<String>? {
    let metric =
      directive["metric"] ?? Positioned(parts[0].experiment.metric, at: directive.position)
    guard areSeveral else { return metric }
    guard directive["metric"] != nil || parts.allSatisfy({ $0.experiment.metric == metric.value })
    else {
      let each = parts.map { "\($0.experiment.name) by '\($0.experiment.metric)'" }
      names.report(
        "the experiments compare their arms by different metrics (\(each.joined(separator: ", "))), so 'metric' or "
          + "'metrics' has to say which is meant; \(sharedMetrics)", at: directive.position)
      return nil
    }
    return areShared([metric], catalog, &names) ? metric : nil
  }

  /// Whether every experiment has each of `metrics`, as one quantity; `names` reports those of which this is not so.
  func areShared(
    _ metrics: [Positioned<String>], _ catalog: MetricCatalog, _ names: inout NameResolution
  ) -> Bool {
    for metric in metrics {
      if let part = parts.first(where: { !$0.experiment.shownMetricNames.contains(metric.value) }) {
        let lack = part.experiment.lacks(metric.value, among: part.experiment.metricNames)
        names.report(areSeveral ? "\(lack); \(sharedMetrics)" : lack, at: metric.position)
        return false
      }
      let first = information(on: metric.value, in: parts[0], from: catalog)
      for part in parts.dropFirst() {
        let other = information(on: metric.value, in: part, from: catalog)
        guard let difference = first.difference(from: other) else { continue }
        names.report(
          "'\(metric.value)' of '\(parts[0].experiment.name)' and of '\(part.experiment.name)' are not one "
            + "quantity: \(difference)", at: metric.position)
        return false
      }
    }
    return true
  }

  /// The metrics that every experiment has, in words.
  private var sharedMetrics: String {
    let shared = parts.dropFirst().reduce(Set(parts[0].experiment.shownMetricNames)) {
      $0.intersection($1.experiment.shownMetricNames)
    }
    let shown = shared.sorted().prefix(8).map { "'\($0)'" }
    guard !shown.isEmpty else { return "they have no metric in common" }
    let rest = shared.count - shown.count
    return "in common they have \(listed(shown + (rest > 0 ? ["\(rest) more"] : [])))"
  }

  /// The information on `metric` of the arms that have it in one experiment.
  func information(
    on metric: String, in part: Part, from catalog: MetricCatalog
  ) -> MetricInformation {
    let arm = part.arms.first { $0.shows(metric) }
    return part.experiment.information(
      on: metric, of: arm ?? part.experiment.arms[0], from: catalog)
  }
}

/// The message that none of several experiments, or not the only one, has an arm.
func armless(_ arm: String, of experiments: [(name: String, arms: [String])]) -> String {
  let labels = experiments.flatMap(\.arms).reduce(into: [String]()) { labels, label in
    if !labels.contains(label) { labels.append(label) }
  }
  let words =
    experiments.count == 1
    ? "'\(experiments[0].name)' has no arm '\(arm)'"
    : "none of \(listed(experiments.map { "'\($0.name)'" })) has an arm '\(arm)'"
  return words + suggestions(for: arm, among: labels)
}
