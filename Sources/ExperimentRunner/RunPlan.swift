public import ExperimentSpec
internal import ExternalTrainers
public import ResultStore
internal import Settings

/// A selection of the runs of experiments; an empty list stands for all.
public struct RunSelection: Hashable, Sendable {
  /// Names of experiments.
  var experiments: [String]
  /// Labels of arms, or patterns of them such as `RLOO*`.
  var arms: [String]
  /// Seeds of runs.
  var seeds: [Int]

  /// Creates a selection.
  public init(experiments: [String] = [], arms: [String] = [], seeds: [Int] = []) {
    self.experiments = experiments
    self.arms = arms
    self.seeds = seeds
  }
}

/// A name in a selection that no experiment has.
public enum SelectionError: Error, Hashable, Sendable {
  case unknownExperiment(String, available: [String])
  case unknownArm(String, available: [String])
  case unknownSeed(Int, available: [Int])
}

extension SelectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownExperiment(let name, let available):
      "there is no experiment '\(name)'\(suggestionsOrNames(for: name, among: available))"
    case .unknownArm(let label, let available):
      "no selected experiment has an arm '\(label)'\(suggestionsOrNames(for: label, among: available))"
    case .unknownSeed(let seed, let available):
      "no selected experiment has the seed \(seed); there is \(seedList(available))"
    }
  }
}

/// The seeds in words, with neighbours as one: `0 to 9, 12`.
///
/// - Parameter seeds: The seeds, ascending.
/// - Returns: The words.
public func seedList(_ seeds: [Int]) -> String {
  var ranges: [ClosedRange<Int>] = []
  for seed in seeds {
    if let last = ranges.last, last.upperBound == seed - 1 {
      ranges[ranges.count - 1] = last.lowerBound...seed
    } else {
      ranges.append(seed...seed)
    }
  }
  return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
    .joined(separator: ", ")
}

extension RunSelection {
  /// Checks that each name in the selection stands for something.
  ///
  /// - Throws: The first name that does not.
  public func check(in experiments: [Experiment]) throws(SelectionError) {
    let names = experiments.map(\.name)
    for name in self.experiments where !names.contains(name) {
      throw .unknownExperiment(name, available: names)
    }
    let selected = experiments.filter {
      self.experiments.isEmpty || self.experiments.contains($0.name)
    }
    for label in arms {
      let pattern = LabelPattern(text: label)
      let isKnown = selected.contains { $0.arms.contains { pattern.matches($0.label) } }
      guard !isKnown else { continue }
      throw .unknownArm(label, available: Self.unique(selected.flatMap { $0.arms.map(\.label) }))
    }
    for seed in seeds where !selected.contains(where: { $0.seeds.contains(seed) }) {
      throw .unknownSeed(seed, available: Set(selected.flatMap(\.seeds)).sorted())
    }
  }

  /// Whether a run is meant.
  public func contains(_ name: RunName) -> Bool {
    (experiments.isEmpty || experiments.contains(name.experiment))
      && (arms.isEmpty || arms.contains { LabelPattern(text: $0).matches(name.arm) })
      && (seeds.isEmpty || seeds.contains(name.seed))
  }

  private static func unique(_ labels: [String]) -> [String] {
    var seen: Set<String> = []
    return labels.filter { seen.insert($0).inserted }
  }
}

/// Returns the runs of experiments with the state of each in the store.
///
/// - Parameters:
///   - experiments: The experiments, fully resolved.
///   - store: The store.
///   - selection: Which of their runs are meant.
///   - vocabulary: The vocabulary that the experiments were read with.
/// - Returns: The runs in the order of the experiments, their arms and their seeds.
/// - Throws: If the store cannot be read.
public func plannedRuns(
  of experiments: [Experiment], in store: ResultStore, selection: RunSelection = RunSelection(),
  vocabulary: Vocabulary
) throws(StoreError) -> [PlannedRun] {
  var planned: [PlannedRun] = []
  for experiment in experiments {
    guard selection.experiments.isEmpty || selection.experiments.contains(experiment.name) else {
      continue
    }
    let preimages = vocabulary.preimages(of: experiment)
    for arm in experiment.arms {
      guard let preimage = preimages[arm.label] else { continue }
      for seed in experiment.seeds {
        let name = RunName(experiment: experiment.name, arm: arm.label, seed: seed)
        guard selection.contains(name) else { continue }
        var run = try PlannedRun(name: name, preimage: preimage.run(seed: seed), in: store)
        run.trainer = experiment.trainer
        // Another experiment has promised that this run gives the same bits each time.
        if run.state == .conflict, experiment.trainer?.repeatsExactly == false {
          run.state = .cached
        }
        planned.append(run)
      }
    }
  }
  return planned
}

/// Returns the runs that others stand on, directly or through others, and that are not among them.
///
/// - Parameters:
///   - chosen: The runs that are asked for.
///   - all: The runs to find stages among.
/// - Returns: The stages that are missing or not, each key once, in the order of `all`.
public func stagesNeeded(
  by chosen: [PlannedRun], among all: [PlannedRun]
) -> [PlannedRun] {
  let byKey = Dictionary(all.map { ($0.key, $0) }) { first, _ in first }
  var known = Set(chosen.map(\.key))
  var needed: Set<RunKey> = []
  var open = chosen.flatMap(\.stages)
  while let key = open.popLast() {
    guard known.insert(key).inserted else { continue }
    needed.insert(key)
    open += byKey[key]?.stages ?? []
  }
  return all.filter { needed.remove($0.key) != nil }
}

/// Checks the stored stages that missing runs stand on, before time is spent on those runs.
///
/// - Parameters:
///   - runs: The planned runs, stages included.
///   - store: Where the stages are.
/// - Throws: ``StoreError/damaged(_:)`` for the first stage whose record is damaged.
public func checkStages(neededBy runs: [PlannedRun], in store: ResultStore) throws(StoreError) {
  for stage in stagesNeeded(by: runs.filter { $0.state == .missing }, among: runs)
  where stage.state != .missing {
    if let damage = try store.damage(of: stage.key, named: "\(stage.name)") {
      throw .damaged(damage)
    }
  }
}
