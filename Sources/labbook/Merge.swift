import ArgumentParser
import ExperimentRunner
import Foundation
import ResultStore
import Settings

/// `labbook merge`: unites two versions of a week's lock, as git's merge driver.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Unite two versions of a week's results.lock, as git's merge driver.",
    discussion: """
      Runs that only one side has are both sides'; what only one side changed is taken from it. Two results of one run, \
      or settings that both sides changed, are told in a sentence each, and git leaves the file in conflict, with our \
      side in it. Afterwards 'labbook pull' fetches the other side's records, and 'labbook report' builds the week from \
      both.

      'labbook merge --install' makes git call it: once in each clone, since git takes no programs from a repository.

      Examples:
        labbook merge --install
        labbook merge base.lock ours.lock theirs.lock reports/2026-W45/results.lock
      """)

  @Argument(help: "The version that both began as; an empty file if there was none.")
  var base: String?

  @Argument(help: "Our version, which the united one replaces.")
  var ours: String?

  @Argument(help: "Their version.")
  var theirs: String?

  @Argument(help: "The name of the lock, for messages.")
  var path: String?

  @Flag(help: "Make git call this program for the locks of the lab's weeks.")
  var install = false

  @OptionGroup var options: LabOptions

  func validate() throws {
    guard install == (base == nil), install || path != nil else {
      throw ValidationError("Name four files as git does (%O %A %B %P), or give --install alone.")
    }
  }

  func run() throws {
    try reportingFailures {
      guard let base, let ours, let theirs, let path = path.map(shownName) else {
        return try MergeDriver.install(in: options.untouchedLab)
      }
      let first = try lock(base, "the version that both sides began as", path)
      guard let own = try lock(ours, "our version", path),
        let other = try lock(theirs, "their version", path)
      else { throw CannotMerge(description: "\(path): one of the two sides is empty") }
      let merge: LockMerge
      do throws(LockMerge.Conflict) {
        merge = try LockMerge(base: first, ours: own, theirs: other)
      } catch {
        for problem in error.problems { printError("\(path): error: \(problem)") }
        throw ExitCode.failure
      }
      // git named the file, and takes what is in it.
      let folder = DurableFiles.parent(of: ours)
      try StoreSession.removeAbandoned(in: folder, .besideFile)
      let session = try StoreSession(in: folder, .besideFile)
      defer { withExtendedLifetime(session) {} }
      try DurableFiles.create("\(session.path)/united", Array(merge.lock.text.utf8))
      try DurableFiles.moveFile("\(session.path)/united", to: ours)
      printError(
        "\(path): united, with \(merge.ownRuns) runs of this side alone and \(merge.otherRuns) of the other; 'labbook pull' "
          + "and 'labbook report' build the week again")
    }
  }

  /// Reads one side; nil if its file is empty.
  private func lock(_ file: String, _ side: String, _ path: String) throws -> Lock? {
    guard let bytes = try DurableFiles.read(file, atMost: FileSize.most) else {
      throw CannotMerge(description: "\(path): there is no file \(shownName(file)) with \(side)")
    }
    guard !bytes.isEmpty else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CannotMerge(description: "\(path): \(side) is not UTF-8")
    }
    return try Lock(text: text, path: "\(path) (\(side))")
  }
}

/// The reason why nothing can be merged.
private struct CannotMerge: Error, CustomStringConvertible {
  var description: String
}
