import ArgumentParser
import ExperimentRunner
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook new`: begins a week.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begin a week's notebook from the one of the week before.",
    discussion: """
      Authors, bibliography, citation style and the section on open questions are taken over; results are \
      compared with the week before, if it has any.

      Example:
        labbook new 2026-W46
      """)

  @Argument(help: "The ISO week.")
  var week: String

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      guard let name = ISOWeek(week) else {
        throw UnknownName("'\(week)' is not an ISO week such as 2026-W46")
      }
      let folder = lab.reports.appending(path: "\(name)", directoryHint: .isDirectory)
      let path = "reports/\(name)/notebook.md"
      let file = folder.appending(path: "notebook.md").path(percentEncoded: false)
      // A notebook is never written over.
      guard lab.weeks.isInLab(folder), !DurableFiles.exists(file) else {
        throw ExistingNotebook(path: path)
      }
      try DurableFiles.createFolder(folder.path(percentEncoded: false))
      try DurableFiles.create(file, Array(try notebook(of: name, in: lab).utf8))
      print(path)
    }
  }

  /// The beginning of the notebook, which follows the last week before it.
  private func notebook(of name: ISOWeek, in lab: Lab) throws -> String {
    guard let last = Week.all(in: lab).last(where: { $0.description < "\(name)" }),
      let earlier = ISOWeek(last.description)
    else { return newNotebook(of: name, after: nil, handover: NotebookHandover()) }
    var handover = NotebookHandover()
    do {
      handover = NotebookHandover(from: try last.folder.notebookSource(), of: earlier)
    } catch {
      printError("warning: nothing is taken over from \(earlier): \(error)")
    }
    let hasLock = DurableFiles.exists(
      last.folder.file(WeekFolder.lockName).path(percentEncoded: false))
    return newNotebook(of: name, after: (earlier, hasLock), handover: handover)
  }
}

/// The week has been begun before.
struct ExistingNotebook: Error, CustomStringConvertible {
  var path: String

  var description: String {
    "\(path) is there already, or leads out of the lab; nothing was changed"
  }
}
