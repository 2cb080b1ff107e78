import ArgumentParser
import ExperimentRunner
import ReportBuilder
import ResultStore

/// `labbook rerun`: executes runs again and compares every part of their records.
struct Rerun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun",
    abstract: "Execute an experiment again and compare every run with the store and the lock.",
    discussion: """
      Prints 'same' or 'differs' for each run; exits with 1 if one differs or fails. The stages that \
      runs start from are executed again if they are chosen, or if they have no record. Of a run that differs, the \
      first update is named at which the two executions part. What agrees with a week's lock is noted in the week's \
      verification.json.

      A run of an external trainer promises no bits: its repetition is kept beside its record, and is 'same bits', \
      'within' the tolerance that its spec declares for each metric ('within'), or 'outside', which exits with 1. With \
      'repeats: exact' in its spec it is compared as the engine's own runs are.

      Examples:
        labbook rerun cartpole
        labbook rerun cartpole --arm PPO --seed 3
        labbook rerun cartpole --bisect           the first tensor in which a run parts from its record
        labbook rerun smollm2 --arm GRPO --seed 0 a run of TRL once more
      """)

  @Argument(help: "The experiment.", completion: Completions.experiments)
  var experiment: String

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var bisection: BisectOption
  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let choice = try selection.plan(of: [experiment], in: lab)
      let locks = Week.locks(in: lab)
      for problem in locks.problems { printError("\(problem)") }
      // A file beside a lock that cannot be read is told before time is spent on runs.
      for (week, _) in locks.read { _ = try week.folder.verification() }
      let stored = try recordsBefore(choice.runs + choice.stages, in: lab.store)
      let result = try jobs.execute(
        choice.runs, stages: choice.stages, in: lab, force: true, tracing: bisection.tracing)
      let outcomes = result.stages + result.outcomes
      let again: ((PlannedRun) throws -> RunOutcome)? =
        bisection.bisect
        ? { run in
          try jobs.execute(
            [run], in: lab, force: true, tracing: bisection.tracing
          ).outcomes[0]
        } : nil
      let search = DivergenceSearch(
        executed: lab.store, references: lab.store, executeAgain: again)
      // With a lock that cannot be read, nothing was compared.
      var isSame = result.isComplete && locks.problems.isEmpty
      for outcome in outcomes {
        let verdict = try Self.verdict(on: outcome, locks.read.reversed(), stored, search)
        isSame = isSame && verdict.isSame
        print("\(outcome.run.name): \(verdict.words)")
      }
      for (week, lock) in locks.read {
        let own = outcomes.filter { $0.differences(from: lock) != nil }
        if !own.isEmpty { try ExecutedAgain.note(own, of: lock, in: week, store: lab.store) }
      }
      if result.wasInterrupted { throw ExitCode(130) }
      if !isSame { throw ExitCode.failure }
    }
  }

  /// The digests of the records that were there before.
  private func recordsBefore(
    _ runs: [PlannedRun], in store: ResultStore
  ) throws -> [RunKey: RecordDigest] {
    var digests: [RunKey: RecordDigest] = [:]
    for run in runs where !run.needsExecution {
      digests[run.key] = try store.summary(for: run.key, named: "\(run.name)")?.digest
    }
    return digests
  }

  /// Compares a new result with the record that was there and with every lock that has the run.
  private static func verdict(
    on outcome: RunOutcome, _ locks: [(week: Week, lock: Lock)],
    _ stored: [RunKey: RecordDigest], _ search: DivergenceSearch
  ) throws -> (words: String, isSame: Bool) {
    var problems: [String] = []
    var comparisons = 0
    var clauses: [String]?
    switch outcome.result {
    case .same: comparisons += 1
    case .differs(let parts):
      problems.append("differs from the store in \(parts.joined(separator: ", "))")
      if let former = stored[outcome.run.key] {
        clauses = try search.clauses(on: outcome, reference: former)
      }
    case .repeated(let verdict):
      // An observation promises no bits, to a lock as little as to the store.
      return ("\(verdict)", verdict.isWithin)
    case .failed, .notStarted, .interrupted: return (outcome.listedWords, false)
    case .replacedDamaged: problems.append("the damaged record in the store was replaced")
    case .stored, .cached: break
    }
    for (week, lock) in locks {
      guard let parts = outcome.differences(from: lock) else { continue }
      comparisons += 1
      guard !parts.isEmpty else { continue }
      problems.append("differs from the lock of \(week) in \(parts.joined(separator: ", "))")
      if clauses == nil, let reference = lock.recordDigest(of: outcome.run.key) {
        clauses = try search.clauses(on: outcome, reference: reference)
      }
    }
    problems += clauses ?? []
    if !problems.isEmpty { return (problems.joined(separator: "; "), false) }
    return comparisons > 0 ? ("same", true) : ("done, with no earlier result to compare", true)
  }
}
