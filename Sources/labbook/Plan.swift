import ArgumentParser
import CanonicalJSON
import ExperimentRunner
import ExternalTrainers
import ResultStore

/// `labbook plan`: the runs that `run` would execute.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what 'run' would execute, without executing it.",
    discussion: """
      A line for each experiment that runs are missing of: how many, their budget, about how long they take, \
      going by records that there are, and the weeks that name it. With --runs each run has a line, with the stages that \
      it waits for. A stage that several experiments share is counted once.

      Examples:
        labbook plan
        labbook plan 2026-W47                what a week's notebook needs
        labbook plan cartpole --arm 'RLOO*' --runs
        labbook plan cartpole --format json
      """)

  @Argument(
    help: "The experiments, or reports that name them; all, if none is named.",
    completion: Completions.experimentsAndReports)
  var experiments: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Flag(name: .customLong("runs"), help: "A line for each run.")
  var isEachRun = false

  @Option(help: "text or json.")
  var format = OutputFormat.text

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let choice = try selection.plan(of: experiments, in: lab)
      // A stage that several experiments have is one run.
      var seen: Set<RunKey> = []
      let missingStages = choice.stages.filter(\.needsExecution)
      let runs = (missingStages + choice.runs).filter { seen.insert($0.key).inserted }
      switch format {
      case .json:
        print(
          JSONValue.array(
            runs.map { run in
              .object([
                .init("run", .string("\(run.name)")), .init("key", .string(run.key.hex)),
                .init("state", .string(run.state.rawValue)),
                run.trainer == nil
                  ? .init(
                    run.unit == .tokens ? "tokens" : "environment_steps", .integer(run.budget))
                  : .init("gpus", .integer(run.trainer?.resources.gpus ?? 0)),
                .init("starts_from", .array(run.stages.map { .string($0.hex) })),
              ])
            }
          ).text)
      case .text:
        let text = PlanText(
          runs: runs, pace: RunPace(of: choice.runs + choice.stages, in: lab.store),
          weeks: isEachRun ? [:] : lab.weeksByExperiment, jobs: RunExecutor.defaultJobs)
        if isEachRun {
          for line in text.lines { print(line) }
        } else if !text.rows.isEmpty {
          print(Terminal.output.table(text.rows, trailing: [1, 2]) + "\n")
          if let time = text.time { print(time) }
        }
        print(text.summary)
      }
      if choice.isPartial { throw ExitCode.failure }
    }
  }
}
