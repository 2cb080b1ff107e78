import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore
import Settings

/// `labbook fsck`: checks every byte of the store.
struct Fsck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fsck",
    abstract: "Check every byte of the store, and set aside what is damaged.",
    discussion: """
      Reads every record as a whole: its key against its preimage, every file against its digest, and who made it \
      against the digest beside it. What is damaged is moved to the store's folder quarantine, where it stays; its run then has \
      no record, and the command that executes it again is shown. What processes left behind that have ended is \
      removed. Exits with 1 if something is damaged or cannot be read.

      Examples:
        labbook fsck
        labbook fsck --dry-run      only look
      """)

  @Flag(help: "Change nothing: show what is damaged.")
  var dryRun = false

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.untouchedLab
      let store = lab.store
      let counter = CheckCounter()
      let check = try store.check { counter.show($0, of: $1) }
      counter.clear()
      if !check.damages.isEmpty { try setAside(check.damages, in: lab) }
      for path in check.unsoundDecisions {
        print("damaged: \(path) is not a decision as 'labbook resolve' writes it")
        if !dryRun { print("  moved to \(try store.quarantine(decision: path))") }
        print("  'labbook status' shows whether its run is to be decided about again")
      }
      for problem in check.unread { print("cannot be read: \(problem)") }
      for conflict in check.conflicts {
        print(
          conflict.lost.map {
            "conflict: run \(conflict.key.short) has a result that was rejected, and the one that was kept, \($0.prefix(12)), "
              + "is not there; 'labbook status' says more"
          }
            ?? "conflict: run \(conflict.key.short) has \(conflict.others.count + 1) results; 'labbook status' shows "
            + "in which parts they differ")
      }
      for path in check.foreign { print("not labbook's: \(shownName(path))") }
      let leftovers = dryRun ? 0 : lab.removeLeftovers()
      print(summary(of: check, leftovers: leftovers))
      if damaged(check) > 0 || !check.unread.isEmpty { throw ExitCode.failure }
    }
  }

  /// Shows what is damaged, who needs it and how to have it again, and moves it away.
  private func setAside(_ damages: [StoreCheck.Damage], in lab: Lab) throws {
    let users = RecordUsers(in: lab)
    for found in damages {
      var damage = found.damage
      damage.run = users.runs[damage.key].map { "\($0)" } ?? users.lockedRuns[damage.key]
      print("damaged: \(damage.finding)")
      if !dryRun {
        let place = try lab.store.quarantine(found)
        print(place.map { "  moved to \($0)" } ?? "  another process has replaced it")
      }
      print("  " + (found.isRecord ? users.words(on: damage.key) : "another result of its run"))
    }
    let lost = Set(damages.filter(\.isRecord).map(\.damage.key))
    for command in users.commands(executing: lost) { print(command) }
  }

  private func damaged(_ check: StoreCheck) -> Int {
    check.damages.count + check.unsoundDecisions.count
  }

  private func summary(of check: StoreCheck, leftovers: Int) -> String {
    func counted(_ count: Int, _ one: String, _ many: String) -> String {
      "\(count) \(count == 1 ? one : many)"
    }
    var parts = [
      counted(check.checked, "record", "records") + " checked",
      damaged(check) == 0 ? "all sound" : "\(damaged(check)) damaged",
    ]
    if damaged(check) == 0, !check.unread.isEmpty { parts.removeLast() }
    if !check.unread.isEmpty { parts.append("\(check.unread.count) not read") }
    if check.provenancesWithoutDigest > 0 {
      parts.append(
        "\(check.provenancesWithoutDigest) made before provenances had a digest, so that theirs is not covered"
      )
    }
    if check.quarantined > 0 {
      parts.append(counted(check.quarantined, "folder", "folders") + " in quarantine before")
    }
    if leftovers > 0 {
      parts.append(
        counted(leftovers, "leftover of a process", "leftovers of processes") + " removed")
    }
    return parts.joined(separator: "; ")
  }
}

/// Who needs the records of a store.
private struct RecordUsers {
  /// The runs that specs name.
  private(set) var runs: [RunKey: RunName] = [:]
  /// The names of runs in locks.
  private(set) var lockedRuns: [RunKey: String] = [:]
  private var experiments: [RunKey: [String]] = [:]
  private var weeks: [RunKey: [String]] = [:]

  /// Reads the specs and locks of a lab; what cannot be read of them, `labbook validate` tells.
  init(in lab: Lab) {
    for experiment in lab.loadSpecs().experiments {
      for (label, arm) in Vocabulary.labbook.preimages(of: experiment) {
        for seed in experiment.seeds {
          let key = arm.key(seed: seed)
          let name = RunName(experiment: experiment.name, arm: label, seed: seed)
          if runs[key].map({ "\(name)" < "\($0)" }) ?? true { runs[key] = name }
          if experiments[key]?.last != experiment.name {
            experiments[key, default: []].append(experiment.name)
          }
        }
      }
    }
    for (week, lock) in Week.locks(in: lab).read {
      for (name, _, run) in lock.runs {
        guard let key = RunKey(hex: run.key) else { continue }
        lockedRuns[key] = name
        if weeks[key]?.last != "\(week)" { weeks[key, default: []].append("\(week)") }
      }
    }
  }

  /// Who needs a record, in words.
  func words(on key: RunKey) -> String {
    let users = (experiments[key] ?? []) + (weeks[key] ?? [])
    guard !users.isEmpty else { return "no spec and no lock names its run any more" }
    let needed = "needed by \(users.joined(separator: ", "))"
    return runs[key] == nil
      ? needed + "; no spec has its run any more, and 'labbook verify' executes it from the lock"
      : needed
  }

  /// The commands that execute runs again, one for each arm.
  func commands(executing keys: Set<RunKey>) -> [String] {
    let arms = Dictionary(grouping: keys.compactMap { runs[$0] }) {
      "labbook run \($0.experiment) --arm \($0.arm)"
    }
    return arms.sorted { $0.key < $1.key }.map { command, runs in
      let seeds = runs.map(\.seed).sorted()
      return "to execute \(runs.count == 1 ? "it" : "them") again: \(command)"
        + (seeds.count == 1 ? " --seed \(seeds[0])" : "   (seeds \(seedList(seeds)))")
    }
  }
}
