import ExperimentRunner
import ExperimentSpec
import ReportBuilder

/// The results of the experiments that runs were just executed of, for people.
struct RunResults {
  /// The experiments, as their specs have them.
  var experiments: [Experiment]
  /// How the runs ended.
  var outcomes: [RunOutcome]

  /// Writes a table for each experiment of which a run was executed to standard error, where progress goes too.
  func show(in lab: Lab) {
    let executed = Set(outcomes.filter { $0.digest != nil }.map(\.run.name.experiment))
    for experiment in experiments where executed.contains(experiment.name) {
      guard
        let results = StoredResults(of: experiment.planned, in: lab.store, catalog: .labbook)
      else { continue }
      let terminal = Terminal.errors
      printError(
        "\n" + terminal.styled(experiment.name, .bold) + "\n"
          + terminal.table(results.rows, trailing: [1, 2, 3]))
    }
  }
}
