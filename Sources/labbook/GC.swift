import ArgumentParser
import ExperimentRunner
import Foundation
import ResultStore
import Settings

/// `labbook gc`: removes the records that nothing needs.
struct GC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Show the records that nothing needs any more, and with --delete remove them.",
    discussion: """
      What is kept: the runs of every lock at the tip of any branch, tag or other reference of git and in the lab's \
      folder; those that the lab's experiments plan now; the stages that these stand on; and what came into this store \
      in the last days, by the time of its files and not of its execution. The records of external trainers, which \
      nobody can make again, are kept unless --observed is given.

      A run goes with its record, other results, repetitions, traces, output and log; decisions between results stay. \
      Runs under way are left alone. Nothing is removed while a spec or a lock cannot be read, since what it needs is \
      not known.

      Examples:
        labbook gc                       only look
        labbook gc --days 90
        labbook gc --delete
      """)

  @Option(help: "Keep what came into the store in the last so many days.")
  var days = 30

  @Flag(help: "Remove them.")
  var delete = false

  @Flag(help: "The records of external trainers too.")
  var observed = false

  @Flag(
    help:
      "Remove from a store outside of the lab's folder; what other labs need that use it is not seen from here."
  )
  var shared = false

  @OptionGroup var options: LabOptions

  func validate() throws {
    if days < 0 || days > 100_000 {
      throw ValidationError("--days must be in 0 to 100000, got \(days).")
    }
  }

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let store = lab.store
      let needs = LabNeeds(of: lab)
      let now = Int(Date().timeIntervalSince1970)
      let runs = try store.storedRuns()
      let time = days == 0 ? nil : now - days * 86_400
      var unneeded = try needs.needs.unneeded(among: runs, arrivedAfter: time) {
        key throws(StoreError) in try store.stages(of: key)
      }
      var observations = 0
      if !observed {
        let count = unneeded.count
        unneeded = try unneeded.filter { try !isObserved($0, in: store) }
        observations = count - unneeded.count
      }
      if !needs.isInGit {
        printError("note: no git repository holds the lab, so only the locks in its folder count")
      }
      for sentence in needs.unread { printError("error: \(sentence)") }
      tell(unneeded, observations, of: runs, needs, now)
      guard delete else { return }
      try requireCertainty(needs, lab)
      try remove(unneeded, from: store, needs)
      lab.rememberedAnswers().remove()
    }
  }

  private func isObserved(_ run: StoredRun, in store: ResultStore) throws -> Bool {
    do throws(StoreError) {
      if let preimage = try store.preimage(for: run.key) { return preimage.isObserved }
    } catch {
      guard case .damaged = error else { throw error }
    }
    // Without a record there may be repetitions or the output of a trainer.
    return !run.hasRecord
  }

  private func tell(
    _ unneeded: [StoredRun], _ observations: Int, of runs: [StoredRun], _ needs: LabNeeds,
    _ now: Int
  ) {
    let shown = unneeded.prefix(20)
    if !shown.isEmpty {
      let rows = shown.map { run in
        [
          run.key.short, FileSize.words(run.bytes), "\(max(0, now - run.arrival) / 86_400)",
          run.hasRecord ? "" : "no record",
        ]
      }
      print(alignedColumns([["run", "size", "days here", ""]] + rows, trailing: [1, 2]))
      if unneeded.count > shown.count { print("… and \(unneeded.count - shown.count) more") }
    }
    let bytes = unneeded.reduce(0) { $0 + $1.bytes }
    print(
      "\(unneeded.count) of \(runs.count) runs (\(FileSize.words(bytes))) are needed by none of \(needs.locks) locks and by no "
        + "experiment" + (days == 0 ? "" : ", and came here more than \(days) days ago"))
    if observations > 0 {
      print("\(observations) more of external trainers are kept; --observed takes them too")
    }
    if !delete, !unneeded.isEmpty { print("nothing was changed; --delete removes them") }
  }

  /// Refuses to remove anything where it cannot be known what is needed.
  private func requireCertainty(_ needs: LabNeeds, _ lab: Lab) throws {
    guard needs.unread.isEmpty else {
      throw CannotCollect(
        description:
          "nothing was removed: what is needed by the files above is not known; mend them first")
    }
    let root = lab.root.resolvingSymlinksInPath().path + "/"
    let place = lab.store.root.resolvingSymlinksInPath().path + "/"
    guard shared || place.hasPrefix(root) else {
      throw CannotCollect(
        description:
          "nothing was removed: the store \(lab.store.root.path) is not in the lab's folder, and what other labs need that "
          + "use it is not seen from here; --shared removes all the same")
    }
    let known = needs.needs.locked.union(needs.needs.planned)
    guard let other = try lab.store.claimedRuns().first(where: { !known.contains($0) }) else {
      return
    }
    throw CannotCollect(
      description:
        "nothing was removed: somebody executes the run \(other.short), which no lock and no experiment here names, so "
        + "what it stands on is not known; try again when it is done")
  }

  private func remove(_ runs: [StoredRun], from store: ResultStore, _ needs: LabNeeds) throws {
    var removed = 0
    for run in runs where try store.remove(run) { removed += 1 }
    print("\(removed) removed")
    if removed < runs.count {
      print("\(runs.count - removed) left, since somebody executes them or has just done so")
    }
  }
}

/// The reason why nothing is removed.
private struct CannotCollect: Error, CustomStringConvertible {
  var description: String
}
