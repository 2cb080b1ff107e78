import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import Foundation
import ReportBuilder
import ResultStore
import Settings

/// `labbook verify`: executes the runs of a lock again, from the lock alone.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Execute a week's runs again from its lock alone and compare every part.",
    discussion: """
      The runs are executed in a store of their own, however the experiments have moved on since; \
      the stages that they start from are executed first, from the lock too. What is the same bit for bit, and is not in the \
      lab's store, is kept there. Exits with 1 if a run \
      differs, fails, or cannot be executed because it was made with other revisions or another numerics library, \
      and says which. Where the lab's store has the record that the lock names, the first update is named at which \
      the two executions part.

      Runs of external trainers promise no bits and may take hours, so they are executed with --observed alone, by the \
      specs of the lab; then the metrics of each are to be within the tolerance that its spec declares.

      What was executed is noted in the week's verification.json, with the day and the kind of processor; commit it \
      with the report, whose page says how many runs were executed again.

      Examples:
        labbook verify 2026-W44
        labbook verify 2026-W44 --one-seed --short    a quick check: one seed of each short arm
        labbook verify 2026-W48 --sample 50           fifty runs, first those that nobody has executed again yet
        labbook verify 2026-W44 --bisect              the first tensor in which a run parts from its record
      """)

  @Argument(
    help: ArgumentHelp("The week, or the name of a standing report.", valueName: "report"),
    completion: Completions.reports)
  var week: String

  @Flag(help: "Only the first seed of each arm.")
  var oneSeed = false

  @Flag(
    help: """
      Only short runs: of at most 200,000 environment steps; on language tasks, of about a minute, \
      with the stages they start from.
      """)
  var short = false

  @Option(
    help: """
      Only this many of the runs, chosen by their keys: first those that verification.json does not have.
      """)
  var sample: Int?

  @Flag(help: "The runs of external trainers too.")
  var observed = false

  @Flag(help: "Leave verification.json as it is.")
  var unrecorded = false

  @OptionGroup var bisection: BisectOption
  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: LabOptions

  func validate() throws {
    if let sample, sample < 1 {
      throw ValidationError("--sample must be at least 1, got \(sample).")
    }
  }

  func run() throws {
    try reportingFailures {
      if let objection = PromisedArchitecture.objection() {
        printError("error: \(objection)")
        throw ExitCode.failure
      }
      let lab = try options.lab
      let chosen = try Week(week, in: lab)
      let lock = try chosen.requiredLock()
      let session = try StoreSession()
      defer { withExtendedLifetime(session) {} }
      // A file beside the lock that cannot be read is told before time is spent on runs.
      let state = try chosen.folder.verification() ?? VerificationState()
      let scratch = ResultStore(
        root: URL(filePath: "\(session.path)/store", directoryHint: .isDirectory))
      let all = try plannedRuns(of: lock, in: scratch, lab)
      let selected = sampled(all.filter { isChosen($0, lock, all) }, lock, state)
      guard !selected.isEmpty else {
        print(
          "\(week): "
            + (all.isEmpty
              ? lock.runs.isEmpty ? "its lock has no runs" : "all its runs are of external trainers"
              : "none of its \(all.count) runs is short"))
        if all.isEmpty { return }
        printError("error: nothing was executed; leave --short out to execute them")
        throw ExitCode.failure
      }
      let (runs, outdated) = try split(selected, all)
      let stages = stagesNeeded(by: runs, among: all)
      let result = try jobs.execute(
        runs, stages: stages, in: lab, store: scratch, tracing: bisection.tracing)
      let executed = result.stages + result.outcomes
      if !unrecorded { try ExecutedAgain.note(executed, of: lock, in: chosen, store: lab.store) }
      try ExecutedAgain.keep(executed, of: lock, from: scratch, in: lab.store)
      let again: ((PlannedRun) throws -> RunOutcome)? =
        bisection.bisect
        ? { run in
          try jobs.execute(
            [run], in: lab, store: scratch, force: true, tracing: bisection.tracing
          ).outcomes[0]
        } : nil
      let search = DivergenceSearch(
        executed: scratch, references: lab.store, executeAgain: again)
      var differing = 0
      for outcome in executed {
        if case .failed = outcome.result { print(outcome) }
        guard let parts = outcome.differences(from: lock), !parts.isEmpty else { continue }
        if let verdict = try verdict(on: outcome, lock, scratch) {
          if !verdict.isWithin { differing += 1 }
          print("\(outcome.run.name): \(verdict)")
          continue
        }
        differing += 1
        let clauses = try lock.recordDigest(of: outcome.run.key).map {
          try search.clauses(on: outcome, reference: $0)
        }
        print(
          (["\(outcome.run.name): differs from the lock in \(parts.joined(separator: ", "))"]
            + (clauses ?? [])).joined(separator: "; "))
      }
      let same = result.outcomes.count { outcome in
        outcome.differences(from: lock).map(\.isEmpty) ?? false
      }
      print("\(week): \(same) of \(runs.count) runs executed again are the same bit for bit")
      let reasons = NotComparable(week: chosen, runs: outdated)
      for sentence in reasons.sentences(of: selected.count, lab.store) {
        printError("error: \(sentence)")
      }
      if result.wasInterrupted { throw ExitCode(130) }
      if differing > 0 || !result.isComplete || !outdated.isEmpty { throw ExitCode.failure }
    }
  }

  /// The runs of the lock that are to be executed, those of external trainers with what their specs say of them.
  private func plannedRuns(
    of lock: Lock, in scratch: ResultStore, _ lab: Lab
  ) throws -> [PlannedRun] {
    let all = try lock.plannedRuns(in: scratch)
    let left = all.count(where: \.preimage.isObserved)
    guard left > 0 else { return all }
    guard observed else {
      printError(
        "note: \(left) \(left == 1 ? "run" : "runs") of external trainers \(left == 1 ? "is" : "are") left out; "
          + "--observed executes them")
      return all.filter { !$0.preimage.isObserved }
    }
    let specs = lab.loadSpecs()
    let experiments = specs.experiments.filter { $0.trainer != nil }
    let known = try ExperimentRunner.plannedRuns(
      of: experiments, in: scratch, vocabulary: .labbook)
    let trainers = Dictionary(known.map { ($0.key, $0.trainer) }) { first, _ in first }
    let named = Dictionary(known.map { ($0.name, $0) }) { first, _ in first }
    return all.map { run in
      var run = run
      guard run.preimage.isObserved else { return run }
      run.trainer = trainers[run.key] ?? nil
      if run.trainer == nil {
        let experiment = experiments.first { $0.name == run.name.experiment }
        run.obstacle = obstacle(to: run, named[run.name], experiment)
      }
      return run
    }
  }

  /// Why the specs of the lab do not make a run of the lock, a sentence without its end.
  private func obstacle(
    to run: PlannedRun, _ now: PlannedRun?, _ experiment: Experiment?
  ) -> String {
    guard let now, let experiment, let trainer = experiment.trainer else {
      return "no spec of the lab makes a run of this name with an external trainer any more"
    }
    if let problem = trainer.problems(with: experiment.inputStates).first { return problem }
    let (locked, found) = (run.preimage.fields, now.preimage.fields)
    let fields = Set(locked.keys).union(found.keys).filter { locked[$0] != found[$0] }.sorted()
    func shown(_ value: String?) -> String {
      value.map { Digest.isHex($0) ? String($0.prefix(12)) : excerpt($0) } ?? "nothing"
    }
    let others = fields.count - 1
    return "the lab makes another run of this name now: "
      + (fields.first.map { "\($0) is \(shown(found[$0])), and \(shown(locked[$0])) in the lock" }
        ?? "")
      + (others > 0 ? "; \(others) more \(others == 1 ? "field differs" : "fields differ")" : "")
  }

  private func isChosen(_ run: PlannedRun, _ lock: Lock, _ all: [PlannedRun]) -> Bool {
    let first = lock.experiment(run.name.experiment)?.arm(run.name.arm)?.runs.first?.seed
    return (!oneSeed || run.name.seed == first) && (!short || isShort(run, all))
  }

  /// The sample of `runs` that was asked for; all of them without one.
  private func sampled(
    _ runs: [PlannedRun], _ lock: Lock, _ state: VerificationState
  ) -> [PlannedRun] {
    guard let sample else { return runs }
    let verified = Set(lock.runs.map(\.run).filter(state.isVerified).map(\.key))
    return ExperimentRunner.sample(of: runs, count: sample) { !verified.contains($0.key.hex) }
  }

  private func isShort(_ run: PlannedRun, _ all: [PlannedRun]) -> Bool {
    let cost = stagesNeeded(by: [run], among: all).reduce(run.cost) { $0 + $1.cost }
    // About 200,000 environment steps are made in a second.
    return cost <= (run.unit == .tokens ? 60 * 200_000 : 200_000)
  }

  /// The verdict on a repetition of an observed run; nil where bits are promised.
  private func verdict(
    on outcome: RunOutcome, _ lock: Lock, _ scratch: ResultStore
  ) throws -> RepetitionVerdict? {
    guard let trainer = outcome.run.trainer, !trainer.repeatsExactly,
      !lock.exactObservations.contains(outcome.run.key.hex),
      let locked = lock.runs.first(where: { $0.run.key == outcome.run.key.hex })?.run,
      let repetition = try scratch.summary(for: outcome.run.key, named: "\(outcome.run.name)")
    else { return nil }
    return RepetitionVerdict(
      record: (locked.metrics, locked.recordDigest), repetition: repetition,
      tolerances: trainer.tolerances)
  }

  /// Tells the runs that this version makes from those of other revisions, of their own or of a
  /// stage that they stand on.
  private func split(
    _ runs: [PlannedRun], _ all: [PlannedRun]
  ) throws -> (current: [PlannedRun], outdated: [NotComparable.Run]) {
    var current: [PlannedRun] = []
    var outdated: [NotComparable.Run] = []
    for run in runs {
      do throws(RunIdentityError) {
        for part in stagesNeeded(by: [run], among: all) + [run] where !part.preimage.isObserved {
          _ = try Vocabulary.labbook.configuration(of: part.preimage)
        }
        current.append(run)
      } catch {
        guard error.isOnlyOtherRevisions else { throw error }
        outdated.append((run, error))
      }
    }
    return (current, outdated)
  }
}
