import ArgumentParser
import ExperimentRunner
import ExperimentSpec

/// The options that choose runs of experiments.
struct SelectionOptions: ParsableArguments {
  @Option(name: .customLong("arm"), help: "Only this arm; may be repeated.")
  var arms: [String] = []

  @Option(name: .customLong("seed"), help: "Only this replicate seed; may be repeated.")
  var seeds: [Int] = []

  /// The chosen runs of the experiments named, or of all, and the stages that these stand on and
  /// that are not chosen, with what the store has of each.
  ///
  /// - Throws: `ValidationError` for a name that stands for nothing.
  func plan(
    of names: [String], in lab: Lab
  ) throws -> (runs: [PlannedRun], stages: [PlannedRun]) {
    let experiments = try lab.loadExperiments()
    _ = try names.map(experiments.experiment(named:))
    let selection = RunSelection(experiments: names, arms: arms, seeds: seeds)
    do {
      try selection.check(in: experiments)
    } catch {
      throw ValidationError("\(error)")
    }
    printWarnings(of: experiments.filter { names.isEmpty || names.contains($0.name) })
    let all = try plannedRuns(
      of: experiments, in: lab.store, selection: RunSelection(experiments: names),
      vocabulary: .labbook)
    let runs = all.filter { selection.contains($0.name) }
    return (runs, stagesNeeded(by: runs, among: all))
  }
}
