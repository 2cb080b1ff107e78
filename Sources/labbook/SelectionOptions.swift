import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore

/// The options that choose runs of experiments.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("arm"),
    help: "Only this arm, or those of a pattern such as 'RLOO*'; may be repeated.",
    completion: Completions.arms)
  var arms: [String] = []

  @Option(name: .customLong("seed"), help: "Only this replicate seed; may be repeated.")
  var seeds: [Int] = []

  /// The runs chosen, with the stages that they stand on.
  struct Choice {
    var runs: [PlannedRun]
    /// The stages that the runs stand on and that are not among them.
    var stages: [PlannedRun]
    /// The keys of all runs that others start from.
    var stageKeys: Set<RunKey>
    /// The experiments that the runs are of.
    var experiments: [Experiment]
    /// Whether specs were left out, because they cannot be read.
    var isPartial: Bool
  }

  /// The chosen runs of the experiments named, or of those that a week's notebook names, or of all that can be read.
  ///
  /// Records that are there are read and checked, and what is damaged or left out is told on standard error.
  ///
  /// - Throws: ``UnknownName`` for a name that stands for nothing, and the problems of a spec that was named.
  func plan(of words: [String], in lab: Lab) throws -> Choice {
    let names = try lab.experimentNames(words)
    let specs = lab.loadSpecs()
    let experiments = names.isEmpty ? specs.experiments : try specs.experiments(named: names)
    let broken = names.isEmpty ? specs.error : nil
    if let broken { printError("\(broken)") }
    let selection = RunSelection(experiments: names, arms: arms, seeds: seeds)
    do {
      try selection.check(in: experiments)
    } catch {
      throw UnknownName("\(error)")
    }
    printWarnings(of: experiments)
    let all = try plannedRuns(of: experiments, in: lab.store, vocabulary: .labbook)
    let runs = all.filter { selection.contains($0.name) }
    let stages = stagesNeeded(by: runs, among: all)
    let records = lab.checkedRecords()
    defer { records.save() }
    return Choice(
      runs: try runs.map { try checked($0, records) },
      stages: try stages.map { try checked($0, records) },
      stageKeys: Set(all.flatMap(\.stages)), experiments: experiments, isPartial: broken != nil)
  }

  /// Checks the record of a run.
  private func checked(_ run: PlannedRun, _ records: CheckedRecords) throws -> PlannedRun {
    guard run.state != .missing else { return run }
    do throws(StoreError) {
      _ = try records.check(run.key, named: "\(run.name)")
      return run
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      printError("warning: \(damage)")
      var run = run
      run.state = .damaged
      return run
    }
  }
}
