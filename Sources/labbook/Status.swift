import ArgumentParser
import CanonicalJSON
import Cluster
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import ReportBuilder
import ResultStore
import Settings

/// `labbook status`: the runs that are stored, missing, stale or in conflict.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what is stored, missing, stale, damaged, in conflict or cannot be read.")

  @Flag(help: "The store's size instead, and what in it nothing needs.")
  var store = false

  @Option(help: "text or json.")
  var format = OutputFormat.text

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      if store {
        let status = try StoreStatus(of: lab)
        return print(format == .json ? status.json.text : status.text)
      }
      let (experiments, broken, absentInputs) = experiments(of: lab)
      let (locks, unreadLocks) = Week.locks(in: lab)
      var records = NamedRecords(lab.checkedRecords())
      let rows = try experiments.map {
        try row(of: $0, absentInputs[$0.name] ?? [], &records, locks.map { $0.lock })
      }
      let conflicts = try lab.store.conflicts()
      var decided: [(RunKey, Resolution)] = []
      for key in try lab.store.resolvedKeys() {
        if let resolution = try lab.store.resolution(for: key) { decided.append((key, resolution)) }
      }
      var disagreements: [String] = []
      for (week, lock) in locks {
        disagreements += try lock.disagreements(with: lab.store) { key, name throws(StoreError) in
          try records.check(key, named: name())
        }.map { "\(week): \($0)" }
      }
      let foreign = records.ofOtherPrograms
      records.checked.save()
      let submissions = try openSubmissions(in: lab)
      let unread = broken.map { Unread($0) } + unreadLocks.map { Unread($0) }
      switch format {
      case .json:
        print(
          JSONValue.object([
            .init("experiments", .array(rows.map(\.json))),
            .init(
              "conflicts",
              .array(conflicts.map { .string($0.key.hex) })),
            .init(
              "decided",
              .array(
                decided.map { key, resolution in
                  .object([
                    .init("key", .string(key.hex)), .init("kept", .string(resolution.kept)),
                    .init("reason", .string(resolution.reason)),
                  ])
                })),
            .init("disagreements", .array(disagreements.map(JSONValue.string))),
            .init("damaged", .array(records.damages.map { .string("\($0)") })),
            .init("broken", .array(unread.map(\.json))),
            .init("submissions", .array(submissions.map(\.json))),
            .init("records_of_other_programs", .array(foreign.map { .string($0.hex) })),
          ]).text)
      case .text:
        let weeks = lab.weeksByExperiment
        let head = ["experiment", "runs", "stored", "missing", "weeks", "stale arms"]
        let cells = rows.map { $0.cells(weeks: weeks[$0.name] ?? []) }
        print(Terminal.output.table([head] + cells, trailing: [1, 2, 3]))
        let names = Self.names(
          of: Set(conflicts.map(\.key) + decided.map(\.0)), in: experiments)
        for line in submissions.flatMap(\.all) { print(line) }
        for conflict in conflicts {
          let count = conflict.others.count + (conflict.recordDigest == nil ? 0 : 1)
          let name =
            names[conflict.key].map { "\($0) (key \(conflict.key.short))" } ?? conflict.key.short
          print(
            conflict.lost == nil
              ? "conflict: run \(name) has \(count) results:"
              : "conflict: run \(name) has a result that was decided against:")
          if let digest = conflict.recordDigest { print("  \(digest.prefix(12)) is its record") }
          for other in conflict.others {
            print(
              other.isDamaged
                ? "  \(other.digest.prefix(12)) is damaged; 'labbook fsck' sets it aside"
                : "  \(other.digest.prefix(12)) differs in \(other.parts.joined(separator: ", "))")
          }
          if let lost = conflict.lost {
            print(
              "  \(lost.prefix(12)) is the one that was decided for, which is not there any more: its record is one that was "
                + "rejected")
          }
          print(
            "  'labbook resolve \(names[conflict.key] ?? conflict.key.short) --keep DIGEST --reason …' records which "
              + "one counts and why")
        }
        let lost = Set(conflicts.filter { $0.lost != nil }.map(\.key))
        for (key, resolution) in decided where !lost.contains(key) {
          let name = names[key] ?? key.short
          print("decided: run \(name) keeps \(resolution.kept.prefix(12)): \(resolution.reason)")
        }
        for row in rows {
          for problem in row.absentInputs { print("absent: \(row.name): \(problem)") }
        }
        for disagreement in disagreements { print(disagreement) }
        for damage in records.damages { print("damaged: \(damage)") }
        for file in unread { print("broken: \(file.summary)") }
        if !foreign.isEmpty {
          print("\(foreign.count) records were made by another build of labbook")
        }
      }
    }
  }

  /// The submissions to clusters that there is something to tell of; without any, no cluster is asked.
  private func openSubmissions(in lab: Lab) throws -> [SubmissionLines] {
    let queue = ClusterQueue(of: lab)
    let (known, problems) = try queue.submissions()
    for problem in problems { printError("warning: \(problem)") }
    guard !known.isEmpty else { return [] }
    return queue.look(at: known).parted.open.map { SubmissionLines(of: $0, in: lab.store) }
  }

  /// A file that cannot be read.
  private struct Unread {
    var path: String
    /// The problems, a line for each.
    var problems: [String]

    init(_ spec: BrokenSpec) {
      path = spec.path
      problems = spec.error.issues.map(\.description)
    }

    init(_ error: any Error) {
      problems = "\(error)".split(separator: "\n").map(String.init)
      path = String((problems.first ?? "").prefix { $0 != ":" })
    }

    /// One line: the only problem, or the first of them and how many there are.
    var summary: String {
      let first = problems.first ?? path
      return problems.count == 1
        ? first : "\(first), and \(problems.count - 1) more; 'labbook validate' shows them"
    }

    var json: JSONValue {
      .object([
        .init("path", .string(path)), .init("problems", .array(problems.map(JSONValue.string))),
      ])
    }
  }

  /// The experiments of the lab, remembered or read, the specs that cannot be read, and of each trainer's experiment the
  /// inputs that are absent.
  private func experiments(
    of lab: Lab
  ) -> ([PlannedExperiment], [BrokenSpec], absentInputs: [String: [String]]) {
    // What is remembered has no trainers.
    if let plan = lab.rememberedPlan() { return (plan.experiments, [], [:]) }
    let specs = lab.loadSpecs()
    let planned = specs.experiments.map(\.planned)
    lab.remember(specs, as: planned)
    let absent = specs.experiments.map {
      ($0.name, $0.trainer?.problems(with: $0.inputStates) ?? [])
    }
    return (planned, specs.broken, Dictionary(absent) { first, _ in first })
  }

  /// The state of one experiment.
  private struct Row {
    var name: String
    /// The number of its runs, and of those that have a record, sound or not.
    var runs: Int
    var stored: Int
    /// The arms whose settings differ from the newest lock that has them.
    var staleArms: [String]
    /// The inputs of its trainer without which no run can be executed, a sentence without its end for each.
    var absentInputs: [String]

    /// The cells of its row in the table.
    func cells(weeks: [String]) -> [String] {
      [
        name, "\(runs)", "\(stored)", "\(runs - stored)", weekWords(weeks),
        staleArms.isEmpty ? "none" : staleArms.joined(separator: ", "),
      ]
    }

    var json: JSONValue {
      .object([
        .init("experiment", .string(name)), .init("runs", .integer(runs)),
        .init("stored", .integer(stored)), .init("missing", .integer(runs - stored)),
        .init("stale_arms", .array(staleArms.map(JSONValue.string))),
        .init("absent_inputs", .array(absentInputs.map(JSONValue.string))),
      ])
    }
  }

  /// The names that specs give to some runs.
  ///
  /// A run takes its name from an experiment that promises the same bits, if there is one: a conflict is of those.
  private static func names(
    of keys: Set<RunKey>, in experiments: [PlannedExperiment]
  ) -> [RunKey: String] {
    var names: [RunKey: String] = [:]
    guard !keys.isEmpty else { return names }
    let ordered = experiments.filter(\.promisesBits) + experiments.filter { !$0.promisesBits }
    for experiment in ordered {
      for arm in experiment.arms {
        for seed in arm.seeds {
          let key = arm.identity.key(seed: seed)
          guard keys.contains(key), names[key] == nil else { continue }
          names[key] = "\(experiment.name)/\(arm.label)/\(seed)"
        }
      }
    }
    return names
  }

  private func row(
    of experiment: PlannedExperiment, _ absentInputs: [String], _ records: inout NamedRecords,
    _ locks: [Lock]
  ) throws -> Row {
    let locked = locks.reversed().compactMap { $0.experiment(experiment.name) }
    let stale = experiment.arms.filter { arm in
      locked.lazy.compactMap { $0.arm(arm.label) }.first.map { $0.identity != arm.identity }
        ?? false
    }
    var row = Row(
      name: experiment.name, runs: 0, stored: 0, staleArms: stale.map(\.label),
      absentInputs: absentInputs)
    for arm in experiment.arms {
      for seed in arm.seeds {
        row.runs += 1
        let key = arm.identity.key(seed: seed)
        if try records.isThere(key, named: "\(experiment.name)/\(arm.label)/\(seed)") {
          row.stored += 1
        }
      }
    }
    return row
  }
}
