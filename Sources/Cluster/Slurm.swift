/// The cluster's scheduler, by its commands `sbatch`, `squeue` and `scancel`.
///
/// `sacct` is never asked: many clusters have none, and it forgets.
public struct Slurm: Sendable {
  /// The reason why the cluster did not do what it was asked for, in a sentence.
  public struct Silence: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var description: String
    /// Whether the cluster may have done it all the same, as its command has ended well.
    public var mayBeDone = false
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
    guard let number = Self.number(ofJob: output) else {
      let said = plain(output.split(whereSeparator: \.isNewline).first ?? "", atMost: 80)
      throw Silence(
        description:
          "'sbatch' has ended well, but named no number of a job"
          + (said.isEmpty ? "" : " in '\(said)'")
          + "; 'labbook status' shows whether the cluster has it", mayBeDone: true)
    }
    return number
  }

  /// The number of a job in what `sbatch --parsable` prints; nil if there is none.
  ///
  /// A site's own words may come before it or after it; of several clusters, the name follows the number.
  static func number(ofJob output: String) -> String? {
    output.split(whereSeparator: \.isNewline).lazy.map { $0.prefix { $0 != ";" } }
      .last { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }.map(String.init)
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
