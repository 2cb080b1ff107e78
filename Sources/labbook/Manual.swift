import ArgumentParser
import CanonicalJSON
import ResultStore

/// `labbook manual`: pages for `man`, which `make install` puts where it finds them.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write a page of the manual for each command.", shouldDisplay: false)

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("The folder; it is made if it is not there.", valueName: "dir"),
    completion: .directory, transform: givenPath)
  var destination: String

  func run() throws {
    try reportingFailures {
      let pages = ManualPage.pages(of: try JSONValue(text: Labbook._dumpHelp()))
      let files = pages.map { page in
        (path: NewFiles.path(of: "\(page.name).1", in: destination), bytes: Array(page.text.utf8))
      }
      try NewFiles(files: files).write(in: destination)
    }
  }
}
