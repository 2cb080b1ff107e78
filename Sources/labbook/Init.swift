import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook init`: a lab that can be run.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract:
      "Begin a lab: an example experiment, a notebook that reports it, and files for git, editors and CI.",
    discussion: """
      The example is run in seconds. What is there already is never written over. The JSON Schema of specs is in .vscode/, \
      where the YAML extension finds it; write it anew with 'labbook schema' when labbook is a newer one.

      Examples:
        labbook init demo && cd demo && labbook report
        labbook init . --week 2026-W46
      """)

  @Argument(
    help: ArgumentHelp("The folder; it is made if it is not there.", valueName: "dir"),
    completion: .directory, transform: givenPath)
  var folder: String

  @Option(help: "The ISO week of the first notebook, such as 2026-W46; by default the present one.")
  var week: String?

  func run() throws {
    try reportingFailures {
      let name = week ?? ISOWeek.present
      guard let week = ISOWeek(name) else {
        throw UnknownName("'\(name)' is not an ISO week such as 2026-W46")
      }
      let files = try LabTemplate(week: week).files.map { file in
        (path: NewFiles.path(of: file.name, in: folder), bytes: Array(file.text.utf8))
      }
      try NewFiles(files: files).write(in: folder)
      for file in files { print(file.path) }
      print("\nThe lab is ready:")
      if ReportTools(environment: try ReportTools.folder) == nil {
        print(
          "  labbook doctor --install    pandoc and vl-convert, which reports need, once for all labs"
        )
      }
      if folder != "." { print("  cd \(folder)") }
      print("  labbook report              run the example and build reports/\(week)/report.html")
    }
  }
}

extension ISOWeek {
  /// The name of the week that it is now, in this machine's time zone.
  static var present: String {
    let now = Calendar(identifier: .iso8601)
      .dateComponents(in: .current, from: Date.now)
    let week = now.weekOfYear ?? 1
    return "\(now.yearForWeekOfYear ?? 2026)-W\(week < 10 ? "0" : "")\(week)"
  }
}
