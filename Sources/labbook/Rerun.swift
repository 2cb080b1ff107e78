import ArgumentParser
import ExperimentRunner
import ResultStore

/// `labbook rerun`: executes runs again and compares every part of their records.
struct Rerun: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Execute an experiment again and compare every run with the store and the lock.",
    discussion: """
      Prints 'same' or 'differs' for each run; exits with 1 if one differs or fails. The stages that \
      runs start from are executed again if they are chosen, or if they have no record.

      Examples:
        labbook rerun cartpole
        labbook rerun cartpole --arm PPO --seed 3
      """)

  @Argument(help: "The experiment.")
  var experiment: String

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let choice = try selection.plan(of: [experiment], in: lab)
      let locks = Week.locks(in: lab)
      for problem in locks.problems { printError("\(problem)") }
      let result = try jobs.execute(choice.runs, stages: choice.stages, in: lab, force: true)
      // With a lock that cannot be read, nothing was compared.
      var isSame = result.isComplete && locks.problems.isEmpty
      for outcome in result.stages + result.outcomes {
        let verdict = Self.verdict(on: outcome, locks.read.reversed())
        isSame = isSame && verdict.isSame
        print("\(outcome.run.name): \(verdict.words)")
      }
      if result.wasInterrupted { throw ExitCode(130) }
      if !isSame { throw ExitCode.failure }
    }
  }

  /// Compares a new result with the record that was there and with every lock that has the run.
  private static func verdict(
    on outcome: RunOutcome, _ locks: [(week: Week, lock: Lock)]
  ) -> (words: String, isSame: Bool) {
    var problems: [String] = []
    var comparisons = 0
    switch outcome.result {
    case .same: comparisons += 1
    case .differs(let parts):
      problems.append("differs from the store in \(parts.joined(separator: ", "))")
    case .failed(let problem, let log): return ("failed: \(problem); log: \(log)", false)
    case .interrupted: return ("interrupted", false)
    case .replacedDamaged: problems.append("the damaged record in the store was replaced")
    case .stored, .cached: break
    }
    for (week, lock) in locks {
      guard let parts = outcome.differences(from: lock) else { continue }
      comparisons += 1
      if !parts.isEmpty {
        problems.append("differs from the lock of \(week) in \(parts.joined(separator: ", "))")
      }
    }
    if !problems.isEmpty { return (problems.joined(separator: "; "), false) }
    return comparisons > 0 ? ("same", true) : ("done, with no earlier result to compare", true)
  }
}
