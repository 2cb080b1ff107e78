import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import Foundation
import ReportBuilder
import ResultStore
import Settings

/// `labbook explain`: which fields of the key make a run another one.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show which settings make a run differ from an earlier one.",
    discussion: """
      Compares the run's key, field by field, with another run's; without another one, with the \
      newest lock that has the arm. Settings of a stage that the run starts from are shown as \
      'start.…' and 'reward.…'.

      Examples:
        labbook explain cartpole/PPO/3
        labbook explain cartpole                         every arm of an experiment
        labbook explain cartpole/PPO/3 cartpole/GRPO/3
        labbook explain knights-and-knaves/GRPO/0
      """)

  @Argument(
    help: "experiment/arm/seed, at least 8 digits of a run key, or an experiment.",
    completion: Completions.runs)
  var subject: String

  @Argument(help: "Another run.", completion: Completions.runs)
  var other: RunReference?

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let reference = RunReference(argument: subject)
      guard case .unknown = reference else { return try explain(reference, in: lab) }
      let experiment = try lab.loadSpecs().experiment(named: subject)
      if other != nil { throw ValidationError("Name a run, not an experiment, to compare two.") }
      for arm in experiment.arms {
        let identity = try experiment.preimage(ofArm: arm.label)
        try explain(identity, arm.label, of: experiment.name, title: arm.label, in: lab)
      }
    }
  }

  private func explain(_ reference: RunReference, in lab: Lab) throws {
    let preimage = try reference.preimage(in: lab)
    if let other {
      let former = try other.preimage(in: lab)
      show(from: former.fields, to: preimage.fields, title: "\(other) → \(reference)")
      let experiment: String? = if case .name(let name) = reference { name.experiment } else { nil }
      try showPackages(
        from: former.fields[Self.lockField], [former.key],
        to: preimage.fields[Self.lockField], [preimage.key], of: experiment, in: lab)
    } else if case .name(let name) = reference {
      let identity = try lab.loadSpecs().experiment(named: name.experiment)
        .preimage(ofArm: name.arm)
      try explain(identity, name.arm, of: name.experiment, title: "\(name)", in: lab)
      let isStored = lab.store.contains(preimage.key)
      print(isStored ? "the store has its record" : "the store has no record of it")
    } else {
      print(preimage.text, terminator: "")
    }
  }

  /// Compares with the newest lock that has the arm.
  private func explain(
    _ identity: ArmPreimage, _ arm: String, of experiment: String, title: String, in lab: Lab
  ) throws {
    let reports = Week.all(in: lab)
    // The newest week first; a standing report is of no time.
    let ordered =
      reports.filter { !$0.folder.isStanding }.reversed()
      + reports.filter { $0.folder.isStanding }
    for week in ordered {
      let lock: Lock?
      do { lock = try week.lock } catch {
        // An older one tells something too.
        printError("\(error)")
        continue
      }
      guard let former = lock?.experiment(experiment)?.arm(arm) else { continue }
      let title = "\(title), since the lock of \(week)"
      show(from: fields(of: former.identity), to: fields(of: identity), title: title)
      try showPackages(
        from: former.identity.fields[Self.lockField],
        former.runs.compactMap { RunKey(hex: $0.key) },
        to: identity.fields[Self.lockField], of: experiment, in: lab)
      return
    }
    print("\(title): no lock has this arm")
  }

  /// The field that holds the digest of a lock file, which says that packages changed and not which.
  private static let lockField = "environment.lock"

  /// Names the packages that changed between two lock files.
  ///
  /// The packages of a run stand in the provenance of its record; those of the lock file as it is now, in the file.
  private func showPackages(
    from old: String?, _ oldKeys: [RunKey], to new: String?, _ newKeys: [RunKey] = [],
    of experiment: String?, in lab: Lab
  ) throws {
    guard let old, let new, old != new else { return }
    let trainer = experiment.flatMap { try? lab.loadSpecs().experiment(named: $0).trainer }
    func packages(_ digest: String, _ keys: [RunKey]) throws -> LockedPackages? {
      for key in keys {
        if let found = try lab.store.provenance(for: key).flatMap(LockedPackages.init) {
          return found
        }
      }
      guard case .lock(let path)? = trainer?.environment else { return nil }
      let file = path.hasPrefix("/") ? path : "\(lab.root.path)/\(path)"
      guard let bytes = try DurableFiles.read(file), Digest.hex(of: bytes) == digest else {
        return nil
      }
      return LockedPackages(file: file)
    }
    guard let former = try packages(old, oldKeys), let latter = try packages(new, newKeys) else {
      return print(
        "  which packages changed is not known: neither a record here nor the file as it is tells of both"
      )
    }
    let names = Set(former.versions.keys).union(latter.versions.keys).sorted()
    let rows = names.filter { former.versions[$0] != latter.versions[$0] }.map { name in
      [
        "  package \(name)", "\(former.versions[name] ?? "—") → \(latter.versions[name] ?? "—")",
      ]
    }
    print(
      rows.isEmpty
        ? "  all packages have the same versions; other lines of the lock file changed"
        : alignedColumns(rows))
  }

  /// The fields of an arm with those of the stages it stands on below them, so that a change in a
  /// stage is seen for what it is: `start.algorithm.learning_rate`.
  private func fields(of identity: ArmPreimage) -> [String: String] {
    var fields = identity.fields
    for (name, stage) in identity.stages {
      fields[name] = nil
      for (field, value) in self.fields(of: stage) { fields["\(name).\(field)"] = value }
    }
    return fields
  }

  private func show(
    from old: [String: String], to new: [String: String], title: String
  ) {
    let names = Set(old.keys).union(new.keys).sorted()
    let changed = names.filter { old[$0] != new[$0] }
    print(changed.isEmpty ? "\(title): the same settings, so the same key" : "\(title):")
    let rows = changed.map { ["  \($0)", "\(old[$0] ?? "—") → \(new[$0] ?? "—")"] }
    if !rows.isEmpty { print(alignedColumns(rows)) }
  }
}
