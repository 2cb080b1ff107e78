import ArgumentParser
import ExperimentRunner
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook new`: begins a week, or a standing report.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a week's notebook from the one of the week before, or a standing report.",
    discussion: """
      Authors, bibliography, citation style and the section on open questions are taken over; results are \
      compared with the week before, if it has any. Another name than a week begins a standing report, which belongs to \
      no week, with the authors, bibliography and citation style of the newest one.

      Examples:
        labbook new 2026-W46
        labbook new methods
      """)

  @Argument(
    help: ArgumentHelp("The ISO week, or the name of a standing report.", valueName: "report"))
  var week: String

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      guard let name = ReportName(week) else {
        throw UnknownName(ReportName.problem(with: week, among: []))
      }
      let folder = lab.reports.appending(path: week, directoryHint: .isDirectory)
      let path = "reports/\(week)/notebook.md"
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
  private func notebook(of name: ReportName, in lab: Lab) throws -> String {
    let weeks = lab.weeks.weekNames.compactMap { ISOWeek($0) }
    switch name {
    case .standing(let name):
      return newNotebook(
        called: name, handover: weeks.last.map { handover(of: $0, in: lab) } ?? NotebookHandover())
    case .week(let week):
      guard let earlier = weeks.last(where: { $0 < week }) else {
        return newNotebook(of: week, after: nil, handover: NotebookHandover())
      }
      let lock = lab.weeks.folder("\(earlier)").file(WeekFolder.lockName)
      return newNotebook(
        of: week, after: (earlier, DurableFiles.exists(lock.path(percentEncoded: false))),
        handover: handover(of: earlier, in: lab))
    }
  }

  /// The parts that the notebook of a week hands on.
  private func handover(of week: ISOWeek, in lab: Lab) -> NotebookHandover {
    do {
      return NotebookHandover(from: try lab.weeks.folder("\(week)").notebookSource(), of: week)
    } catch {
      printError("warning: nothing is taken over from \(week): \(error)")
      return NotebookHandover()
    }
  }
}

/// The report has been begun before.
struct ExistingNotebook: Error, CustomStringConvertible {
  var path: String

  var description: String {
    "\(path) is there already, or leads out of the lab; nothing was changed"
  }
}
