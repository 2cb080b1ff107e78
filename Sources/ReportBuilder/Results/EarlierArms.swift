internal import Notebook
internal import ResultStore
internal import Settings

/// The arms of an earlier week that a figure draws beside this week's, as its options `week` and `earlier` name them.
struct EarlierArms {
  /// An arm with the experiment that it is of.
  struct Arm {
    var experiment: LockedExperiment
    var arm: LockedArm
    /// The place where it is named, or where the week is.
    var position: SourcePosition
  }

  let week: Positioned<String>
  private(set) var arms: [Arm] = []
  /// The labels of this week's arms that the earlier week lacks, where its arms are not named.
  private(set) var lacking: [String] = []

  /// Looks the arms up; nil if one is not there, which `names` reports.
  ///
  /// - Parameters:
  ///   - directive: A directive with the option `week`.
  ///   - lock: The lock of that week.
  ///   - experiment: The experiment that the directive shows.
  ///   - labels: The arms that it shows of it: the same of the earlier week are drawn where none are named.
  ///   - names: Takes the faults.
  init?(
    _ directive: Directive, in lock: Lock, experiment: String, labels: [String],
    names: inout NameResolution
  ) {
    guard let week = directive["week"] else { return nil }
    self.week = week
    let named = directive.names("earlier")
    guard named.isEmpty else {
      for name in named {
        guard let arm = Self.arm(name, in: lock, of: experiment, week.value, &names) else {
          continue
        }
        if arms.contains(where: {
          $0.experiment.name == arm.experiment.name && $0.arm.label == arm.arm.label
        }) {
          names.report("the arm '\(name.value)' is named twice", at: name.position)
        }
        arms.append(arm)
      }
      guard arms.count == named.count else { return nil }
      return
    }
    guard let former = lock.experiment(experiment) else {
      let known = lock.experiments.filter { !$0.arms.isEmpty }
      let near = nearestName(to: experiment, among: known.map(\.name))
      let other = known.first { $0.name == near } ?? known.first
      names.report(
        "'\(week.value)' has no results of '\(experiment)'"
          + (other.map { other in
            "; 'earlier' names arms of its other experiments, such as '\(other.name)/\(other.arms[0].label)'"
          } ?? ""), at: week.position)
      return nil
    }
    for label in labels {
      if let arm = former.arm(label) {
        arms.append(Arm(experiment: former, arm: arm, position: week.position))
      } else {
        lacking.append(label)
      }
    }
    guard arms.isEmpty else { return }
    names.report(
      "'\(experiment)' of \(week.value) has none of the arms drawn; 'earlier' names others: "
        + listed(former.arms.prefix(8).map { "'\($0.label)'" }), at: week.position)
    return nil
  }

  /// Leaves out the arms of which `isKept`, in their order, is not so: they lack what is drawn.
  mutating func keep(_ isKept: [Bool]) {
    lacking += zip(arms, isKept).filter { !$0.1 }.map(\.0.arm.label)
    arms = zip(arms, isKept).filter(\.1).map(\.0)
  }

  /// An arm by its label, or by `EXPERIMENT/ARM`; no name of an experiment and no label has a slash in it.
  private static func arm(
    _ name: Positioned<String>, in lock: Lock, of experiment: String, _ week: String,
    _ names: inout NameResolution
  ) -> Arm? {
    let parts = name.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let owner = parts.count == 2 ? String(parts[0]) : experiment
    let label = String(parts[parts.count - 1])
    guard let found = lock.experiment(owner) else {
      names.report(
        "'\(week)' has no results of '\(owner)'"
          + suggestions(for: owner, among: lock.experiments.map(\.name)), at: name.position)
      return nil
    }
    guard let arm = found.arm(label) else {
      names.report(
        "'\(owner)' of \(week) has no arm '\(label)'"
          + suggestionsOrNames(for: label, among: found.arms.map(\.label)), at: name.position)
      return nil
    }
    return Arm(experiment: found, arm: arm, position: name.position)
  }
}
