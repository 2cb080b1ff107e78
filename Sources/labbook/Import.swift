import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import Foundation
import ResultStore
import Settings

/// `labbook import`: a record of what an external trainer has written before.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a record from the output folder of a run that already ran.",
    discussion: """
      The folder is read as the experiment's trainer declares it. The record is filed under the inputs, the environment \
      and the settings as the spec states them and as they are now; labbook did not see the run, and says so wherever it \
      shows the result ("imported").

      Examples:
        labbook import smollm2 --arm GRPO --seed 3 ../runs/grpo-seed3
      """)

  @Argument(help: "The experiment.", completion: Completions.experiments)
  var experiment: String

  @Option(help: "The arm.", completion: Completions.arms)
  var arm: String

  @Option(help: "The replicate seed.")
  var seed: Int

  @Argument(help: "The output folder.", completion: .directory, transform: givenPath)
  var folder: String

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let experiment = try lab.loadSpecs().experiment(named: experiment)
      let name = RunName(experiment: experiment.name, arm: arm, seed: seed)
      guard let trainer = experiment.trainer else {
        throw UnknownName("\(experiment.name) has no trainer; its runs are the engine's own")
      }
      guard DurableFiles.isFolder(folder) else {
        throw CannotImport(
          run: name,
          problem:
            "\(shownName(folder)) \(DurableFiles.exists(folder) ? "is no folder" : "is not there")")
      }
      let preimage = try RunReference.name(name).preimage(in: lab)
      if let problem = trainer.problems(with: experiment.inputStates).first {
        throw CannotImport(run: name, problem: problem)
      }
      let session = try lab.store.makeSession()
      defer { withExtendedLifetime(session) {} }
      do throws(TrainerFailure) {
        var observed = try ObservedRecord(of: trainer.results, in: folder, .imported)
        observed.record.files = try KeptFiles.gather(
          trainer.results.keep, in: folder, into: "\(session.path)/kept", isMoving: false)
        for note in observed.notes { printError("note: \(name): \(note)") }
        if let other = try run(withNumbersOf: observed.record, beside: name, of: experiment, lab) {
          printError(
            "note: \(name): its numbers are those of \(other), bit for bit; are they of one and the same run?"
          )
        }
        try store(observed.record, preimage, name, in: lab, session: session.path)
      } catch {
        throw CannotImport(run: name, problem: error.description)
      }
    }
  }

  /// Another run of the experiment whose curves and metrics are the same, which is likely one folder given twice; a metric
  /// alone may be the same by chance.
  private func run(
    withNumbersOf record: Record, beside name: RunName, of experiment: Experiment, _ lab: Lab
  ) throws(TrainerFailure) -> RunName? {
    guard !record.curves.isEmpty else { return nil }
    do {
      let others = try plannedRuns(of: [experiment], in: lab.store, vocabulary: .labbook)
      return try others.first { run in
        guard run.name != name, !run.needsExecution,
          let other = try lab.store.summary(for: run.key, named: "\(run.name)")
        else { return false }
        return !record.digest.disagreements(with: other.digest).contains {
          $0.hasPrefix("curve.") || $0.hasPrefix("metric.")
        }
      }?.name
    } catch { throw TrainerFailure("\(error)") }
  }

  private func store(
    _ record: Record, _ preimage: RunPreimage, _ name: RunName, in lab: Lab, session: String
  ) throws(TrainerFailure) {
    do {
      if let present = try lab.store.summary(for: preimage.key, named: "\(name)") {
        let parts = record.digest.disagreements(with: present.digest)
        guard parts.isEmpty else {
          throw TrainerFailure(
            "it has a record already, which differs in \(parts.joined(separator: ", ")); nothing was imported"
          )
        }
        return print("\(name): already there, the same")
      }
      let provenance = Provenance(
        machine: "unknown", instructionSet: "", versions: [:],
        executable: ProvenanceSources.executableDigest, gitCommit: nil,
        command: CommandLine.arguments, start: "", duration: 0)
      let staged = try lab.store.stage(
        record, for: preimage, provenance: provenance, named: "\(name)", session: session,
        files: "\(session)/kept")
      _ = try lab.store.adopt(staged, for: preimage.key, named: "\(name)")
      print("\(name): imported, inputs as stated and not seen")
    } catch let error as TrainerFailure {
      throw error
    } catch {
      throw TrainerFailure("\(error)")
    }
  }
}

/// The reason why an output folder gives no record.
private struct CannotImport: Error, CustomStringConvertible {
  var run: RunName
  var problem: String

  var description: String { "\(run) cannot be imported: \(problem)" }
}
