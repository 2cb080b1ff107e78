import ArgumentParser
import ExperimentRunner
import Notebook
import ReportBuilder
import ResultStore

/// `labbook run`: executes the runs that have no record yet.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Execute the runs that have no record yet.",
    discussion: """
      A run that starts from a stage waits for it; a stage that has no record is executed first, \
      though it was not named. A record that is damaged is executed again; what was damaged is kept \
      in .labbook/quarantine.

      A run that is interrupted goes on from its last checkpoint when it is executed again, with the same result. With \
      --force it begins at the beginning.

      Examples:
        labbook run                             everything that is missing
        labbook run cartpole --arm PPO --jobs 1
        labbook run cartpole --arm 'RLOO*'      all arms whose names begin so
        labbook run 2026-W47                    what a week's notebook needs
        labbook run knights-and-knaves --arm SFT
        labbook run cartpole --seed 0 --seed 1 --force
      """)

  @Argument(
    help: "The experiments, or weeks that name them; all, if none is named.",
    completion: Completions.experimentsAndWeeks)
  var experiments: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Execute runs that have a record too, and compare with it.")
  var force = false

  @OptionGroup var jobs: JobsOption
  @OptionGroup var checkpoints: CheckpointOption
  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let choice = try selection.plan(of: experiments, in: lab)
      try checkRegistration(of: choice, in: lab)
      let result = try jobs.execute(
        choice.runs, stages: choice.stages, in: lab, force: force,
        checkpointSeconds: checkpoints.seconds)
      for outcome in result.stages + result.outcomes where outcome.result != .cached {
        // Who looks at a terminal has seen how many are done.
        if outcome.result == .stored, Terminal.output.isTerminal { continue }
        print(outcome)
      }
      RunResults(experiments: choice.experiments, outcomes: result.outcomes).show(in: lab)
      if result.outcomes.allSatisfy({ $0.result == .cached }) {
        print("Nothing to do: \(choice.runs.count) runs are there.")
      }
      let differs = result.outcomes.contains {
        if case .differs = $0.result { true } else { false }
      }
      if result.wasInterrupted { throw ExitCode(130) }
      if !result.isComplete || differs || choice.isPartial { throw ExitCode.failure }
    }
  }

  /// Refuses runs that a draft has claims on which are yet to be registered: once they exist it is too late.
  private func checkRegistration(of choice: SelectionOptions.Choice, in lab: Lab) throws {
    let compared = choice.runs.filter {
      $0.state == .missing && !choice.stageKeys.contains($0.key)
    }
    let names = Set(compared.map(\.name.experiment))
    for folder in lab.weeks.all where !names.isEmpty {
      // A notebook that cannot be read is told by whoever builds it.
      guard let notebook = try? folder.notebook(), notebook.frontMatter.status == .draft else {
        continue
      }
      try ReportBuilder.checkRegistration(
        of: notebook, registered: (try? folder.lock())?.preregistered, running: names)
    }
  }
}
