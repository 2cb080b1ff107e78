import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook

/// `labbook new`: begins a week.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begin a week's notebook.",
    discussion: """
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
        throw ValidationError("'\(week)' is not an ISO week such as 2026-W46.")
      }
      let folder = lab.reports.appending(path: "\(name)", directoryHint: .isDirectory)
      let path = "reports/\(name)/notebook.md"
      let earlier = try Week.all(in: lab).map(\.description).last { $0 < "\(name)" }
      let experiment = try lab.loadExperiments().first?.name
      // Fails if the file is there: a notebook is never written over.
      do {
        guard Week.isInside(folder, lab) else { throw ExistingNotebook(path: path) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.template(name, since: earlier, experiment: experiment).utf8).write(
          to: folder.appending(path: "notebook.md"), options: .withoutOverwriting)
      } catch {
        throw ExistingNotebook(path: path)
      }
      print(path)
    }
  }

  static func template(_ week: ISOWeek, since earlier: String?, experiment: String?) -> String {
    var lines = ["---", "title: ", "week: \(week)", "status: draft", "authors: []"]
    lines[1] += "Week \(week.week)"
    if let earlier { lines.append("compare_to: \(earlier)") }
    lines += ["---", "", "What was asked this week, and why.", ""]
    if let experiment {
      lines += [
        "## Results", "", "```{comparison} \(experiment)", "label: tbl-\(experiment)",
        "caption: What the table shows.", "```", "",
      ]
    }
    if earlier != nil { lines += ["## What moved", "", "```{changes}", "```", ""] }
    return lines.joined(separator: "\n")
  }
}

/// The week has been begun before.
struct ExistingNotebook: Error, CustomStringConvertible {
  var path: String

  var description: String { "\(path) is there already or cannot be written; nothing was changed" }
}
