import ArgumentParser
import ExperimentRunner
import Notebook
import ReportBuilder
import ResultStore

/// `labbook run`: executes the runs that have no record yet.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Execute the runs that have no record yet.",
    discussion: """
      A run that starts from a stage waits for it; a stage that has no record is executed first, \
      though it was not named. A record that is damaged is executed again; what was damaged is kept \
      in the store's quarantine.

      A run that is interrupted goes on from its last checkpoint when it is executed again, with the same result. With \
      --force it begins at the beginning.

      Examples:
        labbook run                             everything that is missing
        labbook run cartpole --arm PPO --jobs 1
        labbook run cartpole --arm 'RLOO*'      all arms whose names begin so
        labbook run 2026-W47                    what a week's notebook needs
        labbook run knights-and-knaves --arm SFT
        labbook run cartpole --seed 0 --seed 1 --force
        labbook run cartpole --on slurm         as one job array; 'labbook status' shows what becomes of it
        labbook run cartpole --on slurm --wait
        labbook run --to runs.json              what is missing, cut into parts for another scheduler
        labbook run --from runs.json --part 3   one of these parts
      """)

  @Argument(
    help: "The experiments, or reports that name them; all, if none is named.",
    completion: Completions.experimentsAndReports)
  var experiments: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Execute runs that have a record too, and compare with it.")
  var force = false

  @OptionGroup var place: PlaceOption

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(
      "Execute nothing, and write what is missing into a file, cut into parts.", valueName: "file"),
    completion: .file(), transform: givenPath)
  var output: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("Execute a part of a file that --to has written.", valueName: "file"),
    completion: .file(), transform: givenPath)
  var input: String?

  @Option(help: ArgumentHelp("The part of the file, counted from 0.", valueName: "number"))
  var part: Int?

  @OptionGroup var jobs: JobsOption
  @OptionGroup var checkpoints: CheckpointOption
  @OptionGroup var options: LabOptions

  func validate() throws {
    guard (input == nil) == (part == nil) else {
      throw ValidationError("--from FILE and --part N are given together.")
    }
    let isChosen =
      !experiments.isEmpty || !selection.arms.isEmpty || !selection.seeds.isEmpty
    if input != nil, isChosen || force || output != nil || !place.isLocal {
      throw ValidationError("--from FILE has its runs and settings in the file; give --part alone.")
    }
    if output != nil, force || !place.isLocal {
      throw ValidationError("--to FILE executes nothing; give neither --force nor --on.")
    }
    try place.refuse(jobs: jobs, force: force)
  }

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      if let input, let part {
        return try PartOfFile(file: input, number: part)
          .execute(in: lab, jobs, checkpointSeconds: checkpoints.seconds)
      }
      let choice = try selection.plan(of: experiments, in: lab)
      try checkRegistration(of: choice, in: lab)
      if !place.isLocal { return try submit(choice, in: lab) }
      if let output { return try write(choice, to: output, in: lab) }
      let result = try jobs.execute(
        choice.runs, stages: choice.stages, in: lab, force: force,
        checkpointSeconds: checkpoints.seconds)
      for outcome in result.stages + result.outcomes where outcome.result != .cached {
        // Who looks at a terminal has seen how many are done.
        if outcome.result == .stored, Terminal.output.isTerminal { continue }
        print(outcome.listed)
      }
      RunResults(experiments: choice.experiments, outcomes: result.outcomes).show(in: lab)
      // Beside a spec that cannot be read, whose runs nobody counted, this would be no answer.
      if result.outcomes.allSatisfy({ $0.result == .cached }), !choice.isPartial {
        print("Nothing to do: \(choice.runs.count) runs are there.")
      }
      let differs = result.outcomes.contains {
        if case .differs = $0.result { true } else { false }
      }
      if result.wasInterrupted { throw ExitCode(130) }
      if !result.isComplete || differs || choice.isPartial { throw ExitCode.failure }
    }
  }

  private func submit(_ choice: SelectionOptions.Choice, in lab: Lab) throws {
    let submitting = ClusterSubmitting(
      lab: lab, place: place, checkpointSeconds: checkpoints.seconds)
    let end = try submitting.submit(choice.runs, stages: choice.stages)
    if end == .complete { print("\(choice.runs.count) runs are there.") }
    if end == .incomplete || choice.isPartial { throw ExitCode.failure }
  }

  /// Writes the runs that are missing into a file for another scheduler.
  private func write(_ choice: SelectionOptions.Choice, to file: String, in lab: Lab) throws {
    let needed = ClusterSubmitting.needed(choice.runs, choice.stages)
    let count = try ClusterSubmitting.write(needed, of: choice, to: file, in: lab)
    print(
      count == 0
        ? "Nothing to do: \(choice.runs.count) runs are there."
        : "\(file): \(needed.count) \(needed.count == 1 ? "run" : "runs") in \(count) \(count == 1 ? "part" : "parts"); execute each by 'labbook run --from \(file) --part N', N from 0 to \(count - 1)"
    )
    if choice.isPartial { throw ExitCode.failure }
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
