import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore

/// `labbook verify`: executes the runs of a lock again, from the lock alone.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Execute a week's runs again from its lock alone and compare every part.",
    discussion: """
      The runs are executed in a store of their own, however the experiments have moved on since; \
      the stages that they start from are executed first, from the lock too. Exits with 1 if a run \
      differs, fails, or cannot be executed because it was made with other revisions.

      Examples:
        labbook verify 2026-W44
        labbook verify 2026-W44 --one-seed --short    a quick check: one seed of each short arm
      """)

  @Argument(help: "The week.")
  var week: String

  @Flag(help: "Only the first seed of each arm.")
  var oneSeed = false

  @Flag(
    help: """
      Only short runs: of at most 200,000 environment steps; on language tasks, of about a minute, \
      with the stages they start from.
      """)
  var short = false

  @OptionGroup var jobs: JobsOption
  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let chosen = try Week(week, in: lab)
      let lock = try chosen.requiredLock()
      let session = try StoreSession()
      defer { withExtendedLifetime(session) {} }
      let scratch = ResultStore(
        root: URL(filePath: "\(session.path)/store", directoryHint: .isDirectory))
      let all = try lock.plannedRuns(in: scratch)
      let selected = all.filter { isChosen($0, lock, all) }
      guard !selected.isEmpty else {
        print(
          "\(week): "
            + (all.isEmpty ? "its lock has no runs" : "none of its \(all.count) runs is short"))
        if all.isEmpty { return }
        printError("error: nothing was executed; leave --short out to execute them")
        throw ExitCode.failure
      }
      let (runs, outdated) = try split(selected, all)
      let stages = stagesNeeded(by: runs, among: all)
      let result = try jobs.execute(runs, stages: stages, in: lab, store: scratch)
      var differing = 0
      for outcome in result.outcomes {
        if case .failed = outcome.result { print(outcome) }
        guard let parts = outcome.differences(from: lock), !parts.isEmpty else { continue }
        differing += 1
        print("\(outcome.run.name): differs from the lock in \(parts.joined(separator: ", "))")
      }
      let same = result.outcomes.count { outcome in
        outcome.differences(from: lock).map(\.isEmpty) ?? false
      }
      print("\(week): \(same) of \(runs.count) runs executed again are the same bit for bit")
      if let first = outdated.first {
        printError(
          "error: \(outdated.count) of \(selected.count) runs were not executed, for they were made with "
            + "other revisions, such as \(first.run.name): \(first.error); to execute them again, check "
            + "out the commit that locked them: git log -1 --format=%H -- reports/\(week)/results.lock"
        )
      }
      if result.wasInterrupted { throw ExitCode(130) }
      if differing > 0 || !result.isComplete || !outdated.isEmpty { throw ExitCode.failure }
    }
  }

  private func isChosen(_ run: PlannedRun, _ lock: Lock, _ all: [PlannedRun]) -> Bool {
    let first = lock.experiment(run.name.experiment)?.arm(run.name.arm)?.runs.first?.seed
    return (!oneSeed || run.name.seed == first) && (!short || isShort(run, all))
  }

  private func isShort(_ run: PlannedRun, _ all: [PlannedRun]) -> Bool {
    let cost = stagesNeeded(by: [run], among: all).reduce(run.cost) { $0 + $1.cost }
    // About 200,000 environment steps are made in a second.
    return cost <= (run.unit == .tokens ? 60 * 200_000 : 200_000)
  }

  /// Tells the runs that this version makes from those of other revisions, of their own or of a
  /// stage that they stand on.
  private func split(
    _ runs: [PlannedRun], _ all: [PlannedRun]
  ) throws -> (current: [PlannedRun], outdated: [(run: PlannedRun, error: RunIdentityError)]) {
    var current: [PlannedRun] = []
    var outdated: [(run: PlannedRun, error: RunIdentityError)] = []
    for run in runs {
      do throws(RunIdentityError) {
        for part in stagesNeeded(by: [run], among: all) + [run] {
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
