import ArgumentParser
import Cluster
import ExperimentRunner
import ResultStore

/// `labbook cancel`: ends the jobs of submissions on a cluster.
struct Cancel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancel what was submitted to a cluster.",
    discussion: """
      Runs under way leave a checkpoint, and go on from it when they are executed again. What is stored stays.

      Examples:
        labbook cancel                 everything of yours in this lab that waits or runs
        labbook cancel 3f2a1b9c        one submission, by the first digits that 'labbook status' shows; if nothing of it
                                       waits or runs, it is forgotten
      """)

  @Argument(
    help: ArgumentHelp(
      "The submissions, by their first digits; all of yours, if none is named.",
      valueName: "submission"))
  var submissions: [String] = []

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let queue = ClusterQueue(of: lab)
      let (known, problems) = try queue.submissions()
      for problem in problems { printError("warning: \(problem)") }
      let chosen =
        try self.submissions.isEmpty
        ? known.map(\.submission)
        : self.submissions.map { try one($0, of: known.map(\.submission)) }
      // Without an answer it is not known which have jobs; to cancel those that have none does no harm.
      let statuses = queue.look(at: known).filter { status in
        chosen.contains { $0.id == status.submission.id }
          && (!self.submissions.isEmpty || queue.isOwn(status.submission))
          && (status.silence != nil || status.hasTasks || !self.submissions.isEmpty)
      }
      if statuses.isEmpty { print("Nothing to cancel: nothing waits or runs.") }
      for status in statuses {
        try queue.cancel(status.submission)
        print("submission \(status.submission.short): cancelled")
      }
    }
  }

  private func one(_ name: String, of known: [Submission]) throws -> Submission {
    let found = known.filter { name.count >= 4 && $0.id.hasPrefix(name) }
    guard let first = found.first, found.count == 1 else {
      throw UnknownName(
        found.count > 1
          ? "'\(name)' stands for \(found.count) submissions; give more of its digits"
          : "there is no submission '\(name)'"
            + (known.isEmpty ? "" : "; there is \(known.map(\.short).joined(separator: ", "))"))
    }
    return first
  }
}
