/// The cluster's scheduler, by its commands `sbatch`, `squeue` and `scancel`.
///
/// `sacct` is never asked: many clusters have none, and it forgets.
public struct Slurm: Sendable {
  /// The reason why the cluster did not do what it was asked for, in a sentence.
  public struct Silence: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var description: String
  }

  /// Prepares calls.
  public init() {}

  /// The tasks that the queue has of jobs of some names.
  ///
  /// - Throws: ``Silence`` if there was no answer; that says nothing of the jobs.
  public func queue(ofJobs names: [String]) throws(Silence) -> QueueListing {
    if names.isEmpty { return QueueListing() }
    let answer = SlurmCommand.call(
      [
        "squeue", "--noheader", "--array", "--name=\(names.joined(separator: ","))",
        "--format=\(QueueListing.format)",
      ])
    guard let listing = QueueListing(parsing: try output(answer)) else {
      throw Silence(description: "'squeue' has listed jobs in a form that labbook does not know")
    }
    return listing
  }

  /// Submits a script.
  ///
  /// - Parameters:
  ///   - path: The script.
  ///   - name: The name of the job, which a variable of the environment could otherwise change.
  ///   - tasks: The numbers of the tasks, such as `0-9` or `3,7`.
  /// - Returns: The number of the job.
  /// - Throws: ``Silence``; the job may have been submitted all the same.
  public func submit(
    _ path: String, named name: String, tasks: String
  ) throws(Silence) -> String {
    let answer = SlurmCommand.call(
      ["sbatch", "--parsable", "--job-name=\(name)", "--array=\(tasks)", path])
    let output = try output(answer)
    // A site's own words may come first; of several clusters, the name follows the number.
    let last = output.split(whereSeparator: \.isNewline).last ?? ""
    return String(last.prefix { $0 != ";" })
  }

  /// Cancels the jobs of a name.
  ///
  /// - Throws: ``Silence`` if the cluster did not answer.
  public func cancel(jobsNamed name: String) throws(Silence) {
    _ = try output(SlurmCommand.call(["scancel", "--name=\(name)"]))
  }

  private func output(_ answer: SlurmCommand.Answer) throws(Silence) -> String {
    switch answer {
    case .output(let text): return text
    case .failure(let reason): throw Silence(description: reason)
    }
  }
}
