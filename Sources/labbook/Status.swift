import ArgumentParser
import CanonicalJSON
import ExperimentRunner
import ExperimentSpec
import ResultStore
import Settings

/// `labbook status`: the runs that are stored, missing, stale or in conflict.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is stored, missing, stale, damaged, in conflict or cannot be read.")

  @Option(help: "text or json.")
  var format = OutputFormat.text

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let specs = lab.loadSpecs()
      let (locks, unreadLocks) = Week.locks(in: lab)
      let rows = try specs.experiments.map { try row(of: $0, in: lab, locks.map { $0.lock }) }
      let conflicts = try lab.store.conflicts()
      var decided: [(RunKey, Resolution)] = []
      for key in try lab.store.resolvedKeys() {
        if let resolution = try lab.store.resolution(for: key) { decided.append((key, resolution)) }
      }
      var records = CheckedRecords(store: lab.store)
      for run in rows.flatMap(\.runs) where run.state != .missing {
        _ = try records.digest(of: run.key, named: "\(run.name)")
      }
      var disagreements: [String] = []
      for (week, lock) in locks {
        disagreements += try lock.disagreements { key, name throws(StoreError) in
          try records.digest(of: key, named: name)
        }.map { "\(week): \($0)" }
      }
      let foreign = try recordsOfOtherPrograms(in: lab)
      let unread = specs.broken.map { Unread($0) } + unreadLocks.map { Unread($0) }
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
            .init("records_of_other_programs", .array(foreign.map { .string($0.hex) })),
          ]).text)
      case .text:
        let weeks = lab.weeksByExperiment
        let pace = RunPace(of: rows.flatMap(\.runs), in: lab.store)
        let head = ["experiment", "runs", "stored", "missing", "time", "weeks", "stale arms"]
        let cells = rows.map { $0.cells(weeks: weeks[$0.name] ?? [], pace: pace) }
        print(Terminal.output.table([head] + cells, trailing: [1, 2, 3]))
        let names = Dictionary(rows.flatMap(\.runs).map { ($0.key, "\($0.name)") }) { first, _ in
          first
        }
        for conflict in conflicts {
          let count = conflict.others.count + (conflict.recordDigest == nil ? 0 : 1)
          let name =
            names[conflict.key].map { "\($0) (key \(conflict.key.short))" } ?? conflict.key.short
          print("conflict: run \(name) has \(count) results:")
          if let digest = conflict.recordDigest { print("  \(digest.prefix(12)) is its record") }
          for other in conflict.others {
            print("  \(other.digest.prefix(12)) differs in \(other.parts.joined(separator: ", "))")
          }
          print(
            "  'labbook resolve \(names[conflict.key] ?? conflict.key.short) --keep DIGEST --reason …' records which "
              + "one counts and why")
        }
        for (key, resolution) in decided {
          let name = names[key] ?? key.short
          print("decided: run \(name) keeps \(resolution.kept.prefix(12)): \(resolution.reason)")
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

  /// The state of one experiment.
  private struct Row {
    var name: String
    var runs: [PlannedRun]
    /// The arms whose settings differ from the newest lock that has them.
    var staleArms: [String]

    private var stored: Int { runs.count { $0.state != .missing } }

    /// The cells of its row in the table; the time is that of the runs that are missing.
    func cells(weeks: [String], pace: RunPace) -> [String] {
      let missing = runs.filter(\.needsExecution)
      return [
        name, "\(runs.count)", "\(stored)", "\(runs.count - stored)",
        pace.words(for: missing, jobs: RunExecutor.defaultJobs).map { "about \($0)" } ?? "",
        weekWords(weeks),
        staleArms.isEmpty ? "none" : staleArms.joined(separator: ", "),
      ]
    }

    var json: JSONValue {
      .object([
        .init("experiment", .string(name)), .init("runs", .integer(runs.count)),
        .init("stored", .integer(stored)), .init("missing", .integer(runs.count - stored)),
        .init("stale_arms", .array(staleArms.map(JSONValue.string))),
      ])
    }
  }

  private func row(of experiment: Experiment, in lab: Lab, _ locks: [Lock]) throws -> Row {
    let preimages = Vocabulary.labbook.preimages(of: experiment)
    let stale = experiment.arms.filter { arm in
      let locked = locks.reversed().lazy
        .compactMap { $0.experiment(experiment.name)?.arm(arm.label) }.first
      return locked.map { $0.identity != preimages[arm.label] } ?? false
    }
    return Row(
      name: experiment.name,
      runs: try plannedRuns(of: [experiment], in: lab.store, vocabulary: .labbook),
      staleArms: stale.map(\.label))
  }

  /// The records that another executable made: their bits are promised, not yet seen.
  private func recordsOfOtherPrograms(in lab: Lab) throws -> [RunKey] {
    let executable = ProvenanceSources.executableDigest
    return try lab.store.keys().filter { key in
      do throws(StoreError) {
        return try lab.store.provenance(for: key)?.executable != executable
      } catch {
        // Who made a damaged record cannot be said.
        guard case .damaged = error else { throw error }
        return false
      }
    }
  }
}
