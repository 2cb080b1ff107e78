public import ExperimentRunner
public import ExperimentSpec
internal import Foundation
internal import Glibc
public import ResultStore

/// The submissions of a store on a cluster: submits runs, looks at what became of them, submits again what was lost.
///
/// The store is the truth: a run with a record is done whatever the queue says, and everything is safe to do twice.
public struct ClusterQueue {
  /// The store.
  public let store: ResultStore
  /// The lab's folder.
  public let lab: String
  private let slurm: Slurm
  /// The seconds between the two looks that make a part lost.
  let patience: Double

  /// The variable with the seconds between the two looks that make a part lost, for tests.
  static let patienceVariable = "LABBOOK_LOST_AFTER"

  /// Prepares looking and submitting.
  public init(of lab: Lab) {
    store = lab.store
    let path = lab.root.path(percentEncoded: false)
    self.lab = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    slurm = Slurm()
    patience =
      ProcessInfo.processInfo.environment[Self.patienceVariable].flatMap(Double.init)
      .flatMap { $0 >= 0 ? $0 : nil } ?? Absences.patience
  }

  // MARK: - Submitting

  /// A submission of runs that is not made yet.
  public func submission(
    of runs: [PlannedRun], _ estimates: RunEstimates, _ settings: ClusterSettings, profile: String?
  ) -> Submission {
    Submission(
      of: runs, estimates, settings, id: UUID().uuidString.lowercased(), profile: profile,
      user: Int(geteuid()))
  }

  /// The scripts that ``submit(_:_:checkpointSeconds:)`` would submit.
  public func scripts(
    of submission: Submission, _ settings: ClusterSettings, checkpointSeconds: Double
  ) -> [JobScript] {
    let digest = ProvenanceSources.executableDigest
    return submission.arrays.indices.map {
      JobScript(
        of: submission, array: $0, settings, lab: lab,
        folder: SubmissionFolder(submission.id, in: store).path, digest: digest,
        checkpointSeconds: checkpointSeconds)
    }
  }

  /// Writes a submission into the store and gives it to the cluster, an array at a time.
  ///
  /// - Returns: The numbers of the jobs.
  /// - Throws: ``Slurm/Silence`` if the cluster has not taken it. What it may have taken all the same stays.
  public func submit(
    _ submission: Submission, _ settings: ClusterSettings, checkpointSeconds: Double
  ) throws -> [String] {
    let (folder, scripts) = try SubmissionFolder.make(for: submission, lab: lab, in: store) {
      JobScript(
        of: submission, array: $0, settings, lab: lab, folder: $1, digest: $2,
        checkpointSeconds: checkpointSeconds)
    }
    var jobs: [String] = []
    for (array, script) in scripts.enumerated() {
      do throws(Slurm.Silence) {
        jobs.append(
          try slurm.submit(
            folder.script(ofArray: array), named: script.name,
            tasks: "0-\(script.parts.count - 1)"))
      } catch {
        // A refusal is one if the queue has nothing of it; without an answer it may be there, and needs its files.
        if jobs.isEmpty, !error.mayBeDone,
          (try? slurm.queue(ofJobs: submission.jobNames)) == QueueListing()
        {
          folder.remove()
        }
        throw error
      }
    }
    return jobs
  }

  // MARK: - Looking

  /// All submissions of the store, the oldest first, and the faults of those that cannot be read.
  public func submissions() throws(StoreError) -> (
    read: [(folder: SubmissionFolder, submission: Submission)], problems: [any Error]
  ) {
    var read: [(folder: SubmissionFolder, submission: Submission)] = []
    var problems: [any Error] = []
    for folder in try SubmissionFolder.all(in: store) {
      do { read.append((folder, try folder.submission())) } catch { problems.append(error) }
    }
    return (
      read.sorted { ($0.folder.age, $0.folder.path) < ($1.folder.age, $1.folder.path) }, problems
    )
  }

  /// Looks at submissions: first at the queue, then at the store, so that what ends in between is seen.
  ///
  /// - Parameters:
  ///   - submissions: The submissions.
  ///   - others: What earlier looks did not find of other people's submissions, by their ids. A site may hide others'
  ///     jobs, so that this is no proof for anybody else.
  /// - Returns: A status for each.
  public func look(
    at submissions: [(folder: SubmissionFolder, submission: Submission)],
    others: inout [String: Absences]
  ) -> [SubmissionStatus] {
    var queue: QueueListing?
    var silence: String?
    do throws(Slurm.Silence) {
      queue = try slurm.queue(ofJobs: submissions.flatMap(\.submission.jobNames))
    } catch {
      silence = error.description
    }
    let (time, clock) = (MachineClock.seconds, MachineClock.name)
    let isStored = storedRuns(of: submissions.reduce(0) { $0 + $1.submission.runs.count })
    return submissions.map { folder, submission in
      let failures = folder.failedRuns
      var status = SubmissionStatus(
        of: submission, queue: queue, isStored: { isStored($0.key) },
        failure: { failures.contains($0.key.hex) ? folder.failure(of: $0.key) : nil }
      ) { absent in
        guard isOwn(submission) else {
          return others[submission.id, default: Absences(clock: clock)].note(
            absent, at: time, clock: clock, patience: patience)
        }
        var absences = folder.absences()
        let before = absences
        let lost = absences.note(absent, at: time, clock: clock, patience: patience)
        if absences != before { folder.keep(absences) }
        return lost
      }
      status.isCancelled = folder.isCancelled
      status.silence = silence
      return status
    }
  }

  /// Returns whether the store has a run; of very many, by one list of all that it has, as far as it can be read.
  private func storedRuns(of count: Int) -> (RunKey) -> Bool {
    guard count > Self.mostLookedUp, let keys = try? store.keys() else { return store.contains }
    let known = Set(keys)
    return known.contains
  }

  /// The most runs that are looked up one by one.
  private static let mostLookedUp = 2000

  /// Looks at submissions once.
  public func look(
    at submissions: [(folder: SubmissionFolder, submission: Submission)]
  ) -> [SubmissionStatus] {
    var others: [String: Absences] = [:]
    return look(at: submissions, others: &others)
  }

  /// Whether this user has made a submission.
  public func isOwn(_ submission: Submission) -> Bool { submission.user == Int(geteuid()) }

  /// Submits the lost parts of a submission again, each at most twice; those of another person's are not.
  ///
  /// - Returns: The parts that were submitted.
  /// - Throws: ``Slurm/Silence`` if the cluster has not taken them.
  public func submitAgain(_ status: SubmissionStatus) throws -> [Int] {
    let submission = status.submission
    guard isOwn(submission) else { return [] }
    let folder = SubmissionFolder(submission.id, in: store)
    var again: [Int] = []
    for (array, parts) in submission.arrays.map(\.parts).enumerated() {
      let lost = try status.lostParts.filter {
        try parts.contains($0) && folder.claimResubmission(ofPart: $0) != nil
      }
      guard !lost.isEmpty else { continue }
      var absences = folder.absences()
      for part in lost { absences.forget(part) }
      folder.keep(absences)
      _ = try slurm.submit(
        folder.script(ofArray: array), named: submission.jobName(ofArray: array),
        tasks: lost.map { "\($0 - parts.lowerBound)" }.joined(separator: ","))
      again += lost
    }
    return again
  }

  /// Whether a part that is lost will not be submitted again.
  public func isGivenUp(_ part: Int, of submission: Submission) -> Bool {
    !isOwn(submission)
      || SubmissionFolder(submission.id, in: store).resubmissions(ofPart: part)
        >= SubmissionFolder.mostResubmissions
  }

  // MARK: - Ending

  /// Cancels the jobs of a submission.
  ///
  /// - Throws: ``Slurm/Silence`` if the cluster did not answer.
  public func cancel(_ submission: Submission) throws {
    // Whoever follows it must not take the tasks for lost meanwhile.
    let folder = SubmissionFolder(submission.id, in: store)
    try folder.markCancelled()
    do throws(Slurm.Silence) {
      for name in submission.jobNames { try slurm.cancel(jobsNamed: name) }
    } catch {
      folder.unmarkCancelled()
      throw error
    }
  }

  /// Removes the folders of submissions that there is nothing left to do or to tell of.
  ///
  /// - Parameter statuses: All submissions, the oldest first.
  /// - Returns: The others.
  @discardableResult
  public func removeFinished(_ statuses: [SubmissionStatus]) -> [SubmissionStatus] {
    let (open, finished) = statuses.parted
    for status in finished { SubmissionFolder(status.submission.id, in: store).remove() }
    return open
  }
}
