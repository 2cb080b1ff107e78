import ArgumentParser
import ExperimentRunner
import ResultStore

/// `labbook plan`: what `run` would execute.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what 'run' would execute, without executing it.",
    discussion: """
      Examples:
        labbook plan
        labbook plan cartpole --format json
      """)

  @Argument(help: "The experiments; all, if none is named.")
  var experiments: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Option(help: "text or json.")
  var format = OutputFormat.text

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let runs = try selection.plannedRuns(of: experiments, in: lab)
      switch format {
      case .json:
        print(
          JSONValue.array(
            runs.map { run in
              .object([
                .init("run", .string("\(run.name)")), .init("key", .string(run.key.hex)),
                .init("state", .string(run.state.rawValue)),
                .init("environment_steps", .integer(run.budget)),
              ])
            }
          ).text)
      case .text:
        let missing = runs.filter { $0.state == .missing }
        for run in missing { print("\(run.key.short)  \(run.name)  \(run.budget) steps") }
        let steps = missing.reduce(0) { $0 + $1.budget }
        print(
          "\(missing.count) of \(runs.count) runs to execute, \(steps) environment steps in all")
      }
    }
  }
}
