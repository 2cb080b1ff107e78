import ArgumentParser
import Cluster
import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore

/// Submits runs to a cluster, and follows them if that is wished.
struct ClusterSubmitting {
  let lab: Lab
  let place: PlaceOption
  let checkpointSeconds: Double

  /// The ways in which submitting ends.
  enum End {
    /// Every run has a record.
    case complete
    /// The cluster executes what is missing, or would.
    case submitted
    /// Following has ended, and some runs have no record.
    case incomplete
  }

  /// Submits the runs that have no record and are not submitted yet, with the stages that they need.
  ///
  /// - Parameters:
  ///   - runs: The runs.
  ///   - stages: Runs that others may start from.
  /// - Returns: How it ended.
  /// - Throws: If the cluster does not take them, or is not followed to the end.
  func submit(_ runs: [PlannedRun], stages: [PlannedRun] = []) throws -> End {
    let settings = try place.cluster(in: lab)
    let needed = Self.needed(runs, stages)
    guard !needed.isEmpty else {
      if !place.dryRun { tidy() }
      return .complete
    }
    if let damaged = needed.first(where: { $0.state == .damaged }) {
      throw DamagedRecord(run: "\(damaged.name)")
    }
    let queue = ClusterQueue(of: lab)
    let estimates = RunEstimates(of: runs + stages, in: lab.store)
    if place.dryRun {
      let submission = queue.submission(of: needed, estimates, settings, profile: place.place)
      for script in queue.scripts(of: submission, settings, checkpointSeconds: checkpointSeconds) {
        if let objection = script.objection { throw UnusablePath(description: objection) }
        print(script.text, terminator: "")
      }
      return .submitted
    }
    var followed = try earlier(queue, of: Set(needed.map(\.key)))
    let underWay = Set(followed.flatMap(\.underWay))
    // Some may have ended meanwhile.
    let left = needed.filter { !underWay.contains($0.key) && !lab.store.contains($0.key) }
    var submissions = followed.map(\.submission)
    if !left.isEmpty {
      let submission = queue.submission(of: left, estimates, settings, profile: place.place)
      let scripts = queue.scripts(of: submission, settings, checkpointSeconds: checkpointSeconds)
      if let objection = scripts.lazy.compactMap(\.objection).first {
        throw UnusablePath(description: objection)
      }
      let jobs = try queue.submit(submission, settings, checkpointSeconds: checkpointSeconds)
      let (runs, parts) = (submission.runs.count, submission.parts.count)
      print(
        "Submitted \(runs) \(runs == 1 ? "run" : "runs") in \(parts) \(parts == 1 ? "part" : "parts") as "
          + "\(jobs.count == 1 ? "job" : "jobs") \(jobs.joined(separator: ", ")): submission \(submission.short)."
      )
      submissions.append(submission)
    }
    guard place.wait else {
      print("'labbook status' shows what becomes of them, 'labbook cancel' ends them.")
      return .submitted
    }
    let known = try queue.submissions().read
    let follower = ClusterFollower(
      queue, known.filter { entry in submissions.contains { $0.id == entry.submission.id } })
    let end = try follower.follow { printError($0) }
    followed = end.statuses
    if end.end == .interrupted {
      printError("no longer followed; the jobs go on, 'labbook status' shows them")
      throw ExitCode(130)
    }
    for line in followed.flatMap({ SubmissionLines(of: $0, in: lab.store).problems }) {
      printError("error: \(line)")
    }
    let isComplete = needed.allSatisfy { lab.store.contains($0.key) }
    if isComplete { queue.removeFinished(queue.look(at: known)) }
    return isComplete ? .complete : .incomplete
  }

  /// Removes what is left of submissions whose last task the queue still had when their runs were done.
  ///
  /// Nothing depends on it, so that what cannot be read, or a cluster that does not answer, is no fault.
  private func tidy() {
    let queue = ClusterQueue(of: lab)
    guard let known = try? queue.submissions().read, !known.isEmpty else { return }
    queue.removeFinished(queue.look(at: known))
  }

  /// The submissions that have some of these runs under way; those that are finished are removed.
  private func earlier(
    _ queue: ClusterQueue, of keys: Set<RunKey>
  ) throws -> [SubmissionStatus] {
    let (known, problems) = try queue.submissions()
    for problem in problems { printError("warning: \(problem)") }
    guard !known.isEmpty else { return [] }
    let statuses = queue.removeFinished(queue.look(at: known))
    if let silence = statuses.lazy.compactMap(\.silence).first {
      throw SilentCluster(description: "nothing was submitted: \(silence)")
    }
    return statuses.filter { status in
      let count = status.underWay.count(where: keys.contains)
      if count > 0 {
        print(
          "\(count) \(count == 1 ? "run is" : "runs are") submitted already: submission \(status.submission.short)."
        )
      }
      return count > 0
    }
  }

  /// Writes runs into a new file, cut into parts.
  ///
  /// - Returns: The number of parts; without any, nothing is written.
  static func write(
    _ needed: [PlannedRun], of choice: SelectionOptions.Choice, to file: String, in lab: Lab
  ) throws -> Int {
    guard !needed.isEmpty else { return 0 }
    let folder = lab.root.path(percentEncoded: false)
    let submission = try ClusterQueue(of: lab).submission(
      of: needed, RunEstimates(of: choice.runs + choice.stages, in: lab.store),
      lab.settings().slurm, profile: nil)
    try DurableFiles.create(
      URL(filePath: file).absoluteURL.path(percentEncoded: false),
      Array(submission.text(lab: folder).utf8))
    return submission.parts.count
  }

  /// The runs without a record, each key once, with the stages without a record that they stand on.
  static func needed(_ runs: [PlannedRun], _ stages: [PlannedRun]) -> [PlannedRun] {
    let missing = runs.filter(\.needsExecution)
    var seen: Set<RunKey> = []
    return (stagesNeeded(by: missing, among: runs + stages).filter(\.needsExecution) + missing)
      .filter { seen.insert($0.key).inserted }
  }
}

/// A record of the store is damaged, and a cluster is asked for it.
private struct DamagedRecord: Error, CustomStringConvertible {
  var run: String

  var description: String {
    "the record of \(run) is damaged; 'labbook fsck' sets it aside, so that it can be executed on a cluster again"
  }
}

/// A path that Slurm would take for something else.
private struct UnusablePath: Error, CustomStringConvertible {
  var description: String
}

/// The cluster did not say what it has already.
private struct SilentCluster: Error, CustomStringConvertible {
  var description: String
}
