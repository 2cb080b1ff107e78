import ArgumentParser
import CanonicalJSON
import ExperimentRunner
import ExternalTrainers
import ResultStore

/// `labbook plan`: the runs that `run` would execute.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what 'run' would execute, without executing it.",
    discussion: """
      Lists the missing runs with their budgets and the stages they wait for; a stage that several \
      experiments share is counted once.

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

  /// The budget in words, such as `7200 environment steps and 300000 tokens`.
  private static func total(of runs: [PlannedRun]) -> String {
    let units: [PlannedRun.Unit] = [.environmentSteps, .tokens]
    let sums = units.compactMap { unit in
      let budgets = runs.filter { $0.unit == unit }.map(\.budget)
      return budgets.isEmpty ? nil : "\(budgets.reduce(0, +)) \(unit.rawValue)"
    }
    let observed = runs.count { $0.unit == .thousandths }
    let others = observed == 0 ? [] : ["\(observed) of external trainers"]
    let parts = sums + others
    return parts.isEmpty ? "0 environment steps" : parts.joined(separator: " and ")
  }

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
        let missing = runs.filter(\.needsExecution)
        let names = Dictionary(runs.map { ($0.key, $0.name) }) { first, _ in first }
        for run in missing {
          let budget =
            run.trainer == nil
            ? "\(run.budget) \(run.unit == .tokens ? "tokens" : "steps")" : "by its trainer"
          let stages = run.stages.map { names[$0].map { "\($0)" } ?? $0.short }
          print(
            "\(run.key.short)  \(run.name)  \(budget)"
              + (stages.isEmpty ? "" : "  after \(stages.joined(separator: ", "))"))
        }
        let total = Self.total(of: missing)
        print("\(missing.count) of \(runs.count) runs to execute, \(total) in all")
      }
      if choice.isPartial { throw ExitCode.failure }
    }
  }
}
