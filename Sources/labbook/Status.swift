import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore

/// `labbook status`: what is stored, missing, stale or in conflict.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is stored, missing, stale or in conflict.")

  @Option(help: "text or json.")
  var format = OutputFormat.text

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let experiments = try lab.loadExperiments()
      let locks = try Week.all(in: lab).compactMap { week in try week.lock.map { (week, $0) } }
      let rows = try experiments.map { try row(of: $0, in: lab, locks.map(\.1)) }
      let conflicts = try lab.store.conflicts()
      var disagreements: [String] = []
      for (week, lock) in locks {
        do throws(StoreError) {
          disagreements += try lock.disagreements(with: lab.store).map { "\(week): \($0)" }
        } catch {
          disagreements.append("\(week): \(error); 'labbook run --force' of that run replaces it")
        }
      }
      let foreign = try recordsOfOtherPrograms(in: lab)
      switch format {
      case .json:
        print(
          JSONValue.object([
            .init("experiments", .array(rows.map(\.json))),
            .init(
              "conflicts",
              .array(conflicts.map { .string($0.key.hex) })),
            .init("disagreements", .array(disagreements.map(JSONValue.string))),
            .init("records_of_other_programs", .array(foreign.map { .string($0.hex) })),
          ]).text)
      case .text:
        let head = ["experiment", "runs", "stored", "missing", "stale arms"]
        print(alignedColumns([head] + rows.map(\.cells), trailing: [1, 2, 3]))
        for conflict in conflicts {
          print("conflict: run \(conflict.key.short) has \(conflict.others.count + 1) results:")
          for other in conflict.others {
            print("  \(other.digest.prefix(12)) differs in \(other.parts.joined(separator: ", "))")
          }
        }
        for disagreement in disagreements { print(disagreement) }
        if !foreign.isEmpty {
          print("\(foreign.count) records were made by another build of labbook")
        }
      }
    }
  }

  /// The state of one experiment.
  private struct Row {
    var name: String
    var runs: [PlannedRun]
    /// The arms whose settings differ from the newest lock that has them.
    var staleArms: [String]

    private var stored: Int { runs.count { $0.state != .missing } }

    var cells: [String] {
      [
        name, "\(runs.count)", "\(stored)", "\(runs.count - stored)",
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
    return try lab.store.keys().filter {
      try lab.store.provenance(for: $0)?.executable != executable
    }
  }
}
