import ArgumentParser
import Cluster
import ExperimentRunner
import Foundation
import ResultStore

/// One part of a file of runs, as a task of a cluster executes it.
struct PartOfFile {
  let file: String
  let number: Int

  /// Executes the runs of the part that have no record, by the local executor as it is.
  func execute(in lab: Lab, _ jobs: JobsOption, checkpointSeconds: Double) throws {
    let path = URL(filePath: file).absoluteURL.path(percentEncoded: false)
    guard let bytes = try DurableFiles.read(path, atMost: Submission.mostBytes) else {
      throw MissingFile(path: file)
    }
    let submission = try Submission(bytes: bytes, path: file)
    guard submission.parts.indices.contains(number) else {
      throw UnknownName(
        "there is no part \(number) in \(file); it has the parts 0 to \(submission.parts.count - 1)"
      )
    }
    let work = submission.work(ofPart: number)
    let notes = FailureNotes(beside: path)
    let result = try jobs.execute(
      work.runs.map { try looked($0, in: lab.store) },
      stages: work.stages.map { try looked($0, in: lab.store) }, in: lab,
      checkpointSeconds: checkpointSeconds
    ) { event in
      if case .finished(let outcome, _) = event { notes.note(outcome) }
    }
    if result.wasInterrupted { throw ExitCode(130) }
    if !result.isComplete { throw ExitCode.failure }
  }

  /// The run with its state in the store as it is now.
  private func looked(_ run: PlannedRun, in store: ResultStore) throws -> PlannedRun {
    var found = try PlannedRun(name: run.name, preimage: run.preimage, in: store)
    found.trainer = run.trainer
    if found.state != .missing, try store.damage(of: run.key, named: "\(run.name)") != nil {
      found.state = .damaged
    }
    return found
  }

  /// The file is not there.
  private struct MissingFile: Error, CustomStringConvertible {
    var path: String

    var description: String { "there is no file \(path); 'labbook run --to \(path)' writes one" }
  }
}
