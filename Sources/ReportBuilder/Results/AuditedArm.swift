internal import Metrics
internal import Notebook
internal import ResultStore
internal import Settings

/// An arm whose runs are audits: what they tell of each baseline's gradient estimate.
struct AuditedArm {
  let arm: LockedArm
  /// The baselines that some run has something of, in the order of the axis.
  let baselines: [String]

  /// The audits of an arm; nil if it is another algorithm's.
  ///
  /// - Parameters:
  ///   - arm: The arm.
  ///   - axis: All baselines in their order; others follow by name.
  init?(_ arm: LockedArm, axis: [String]) {
    guard arm.preimage["algorithm"] == "audit" else { return nil }
    self.arm = arm
    let names = Set(arm.runs.flatMap(\.metricNames)).filter {
      !MetricDeclaration.isStandardError($0)
    }
    let found = Set(
      AuditedQuantity.allCases.flatMap { quantity in
        names.filter { $0.hasPrefix(quantity.prefix) }
          .map { String($0.dropFirst(quantity.prefix.count)) }
      })
    baselines = axis.filter(found.contains) + found.subtracting(axis).sorted()
  }

  /// The values of a quantity over seeds, with the baseline in the place of the arm; nil where a run does not tell it.
  func scores(_ quantity: AuditedQuantity, of baseline: String, in experiment: LockedExperiment)
    -> SeedScores?
  {
    var scores = SeedScores(
      experiment: experiment.name, arm: arm, metric: quantity.name(of: baseline))
    scores?.arm = baseline
    return scores
  }

  /// In how many runs a quantity can be told.
  func runs(telling quantity: AuditedQuantity, of baseline: String) -> Int {
    arm.runs.count { $0.metric(quantity.name(of: baseline)) != nil }
  }

  /// The standard error that the only run states; nil of several.
  func standardError(_ quantity: AuditedQuantity, of baseline: String) -> Double? {
    guard arm.runs.count == 1 else { return nil }
    return arm.runs[0].metric(
      quantity.name(of: baseline) + MetricDeclaration.standardErrorSuffix)
  }

  // MARK: Settings

  /// A setting of the audit, as its key has it.
  func setting(_ name: String) -> String? { arm.preimage["algorithm.\(name)"] }

  /// The sizes of groups that it measures, ascending: those that are listed, or the powers of two up to the
  /// completions of a prompt.
  var groupSizes: [Int] {
    let listed = (setting("group_sizes") ?? "").split { !$0.isNumber }.compactMap { Int($0) }
      .filter { (1...Self.mostCompletions).contains($0) }
    guard listed.isEmpty, let completions else { return listed }
    return sequence(first: 2) { $0 * 2 }.prefix { $0 <= completions }
  }

  /// The completions of a prompt; nil if the key does not say.
  var completions: Int? {
    setting("completions").flatMap { Int($0) }.map { min($0, Self.mostCompletions) }
  }

  /// A lock may state any number; sizes of groups are doubled.
  private static let mostCompletions = 1 << 20

  /// The measured size of groups that stands for groups of `size`: the least one where groups are smaller than all
  /// of them, as those of one are; nil if there is none.
  func groupSize(for size: Int) -> Int? {
    groupSizes.first.flatMap { size < $0 ? $0 : nil } ?? groupSizes.first { $0 == size }
  }
}

extension NameResolution {
  /// The audits among the arms of `experiment` that the option `arms` names, or all; nil if there are none, which is
  /// reported.
  mutating func audits(
    _ directive: Directive, of experiment: LockedExperiment, axis: [String]
  ) -> [AuditedArm]? {
    let named = directive.names("arms")
    let audits = arms(named, of: experiment) { $0.preimage["algorithm"] == "audit" }
      .map { (arm: $0, audit: AuditedArm($0, axis: axis)) }
    for (arm, audit) in audits where audit == nil && !named.isEmpty {
      report(
        "'\(experiment.name)/\(arm.label)' is no audit: its algorithm is "
          + "\(arm.preimage["algorithm"] ?? "not known")",
        at: named.first { $0.value == arm.label }?.position ?? directive.position)
      return nil
    }
    let found = audits.compactMap(\.audit).filter { !$0.baselines.isEmpty }
    guard found.isEmpty else { return found }
    report(
      "'\(experiment.name)' has no audit: no run of 'algorithm: audit' with a baseline",
      at: (directive.argument ?? Positioned("", at: directive.position)).position)
    return nil
  }

  /// The baselines that the option `baselines` names, in its order, or all that the audits have.
  mutating func baselines(
    _ directive: Directive, of audits: [AuditedArm], axis: [String]
  ) -> [String] {
    let found = Set(audits.flatMap(\.baselines))
    let all = axis.filter(found.contains) + found.subtracting(axis).sorted()
    let named = directive.names("baselines")
    var baselines: [String] = []
    for name in named {
      if !found.contains(name.value) {
        report(
          "no audit shown has a baseline '\(name.value)'"
            + suggestion(for: name.value, among: all), at: name.position)
      } else if baselines.contains(name.value) {
        report("the baseline '\(name.value)' is named twice", at: name.position)
      } else {
        baselines.append(name.value)
      }
    }
    return named.isEmpty ? all : baselines
  }

  /// The quantities that the option `quantities` names, in its order, or the usual ones.
  mutating func quantities(
    _ directive: Directive, usually usual: [AuditedQuantity]
  ) -> [AuditedQuantity] {
    let named = directive.names("quantities")
    var quantities: [AuditedQuantity] = []
    for name in named {
      guard let quantity = AuditedQuantity(rawValue: name.value) else { continue }
      if quantities.contains(quantity) {
        report("the quantity '\(name.value)' is named twice", at: name.position)
      } else {
        quantities.append(quantity)
      }
    }
    return named.isEmpty ? usual : quantities
  }
}
