import ArgumentParser
import ChildProcesses
import ExperimentRunner
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// `labbook preview`: a report in a browser, built again whenever a file is saved.
struct Preview: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Show a report in a browser and build it again on every save.",
    discussion: """
      Serves the report on this machine alone, at 127.0.0.1. When the notebook, a spec, the bibliography or another file of \
      the week is saved, the report is built as by 'labbook report --draft', which executes runs that are missing, and \
      the page reloads. What is wrong is shown over the page with file and line. While runs train, on this store and \
      whoever started them, the page leads to /runs, which shows how far each is and its curves. Ends with Control-C.

      Examples:
        labbook preview
        labbook preview 2026-W46 --port 8080
      """)

  @Argument(
    help: ArgumentHelp(
      "The week, or the name of a standing report; by default the newest draft week.",
      valueName: "report"),
    completion: Completions.reports)
  var week: String?

  @Option(help: "The port; 0 for any that is free.")
  var port: UInt16 = 4646

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let week = try week.map { try Week($0, in: lab) } ?? Week.current(in: lab)
      let server = try LoopbackServer(port: port)
      print("\(week): http://127.0.0.1:\(server.port)/")
      fflush(nil)
      var preview = PreviewSession(week: week, lab: lab)
      while true { try preview.turn(server) }
    }
  }
}

/// A week whose report is built again when its files change.
struct PreviewSession {
  let week: Week
  let lab: Lab
  /// The number of the last build that succeeded.
  private var build = 0
  /// The words of the last build, if it failed.
  private var problems = ""
  private var seen: WatchedFiles?
  private var process: ChildProcess?
  private var said: [UInt8] = []

  /// Creates a session; nothing is built yet.
  init(week: Week, lab: Lab) {
    self.week = week
    self.lab = lab
  }

  /// Serves for a while, follows a build that is under way, and begins one if a file has changed.
  mutating func turn(_ server: LoopbackServer) throws {
    let (folder, reports, store) = (week.folder, lab.weeks, lab.store)
    let (number, isBuilding, words) = (build, process != nil, problems)
    server.serve(milliseconds: 50) { request in
      switch request {
      case "/state":
        let state = PreviewPage.state(
          build: number, isBuilding: isBuilding, problems: words, runs: store.liveRuns.count)
        return .init(type: "application/json", body: Array(state.utf8))
      case "/live":
        return .init(type: "application/json", body: Array(RunsPage.live(in: store).utf8))
      case "/runs": return .init(body: Array(RunsPage.html.utf8))
      default: return Self.answer(request, folder, reports)
      }
    }
    if let process {
      while !ChildProcess.ready([process.output], milliseconds: 0).isEmpty {
        guard let bytes = process.readBytes() else {
          finish(process)
          return
        }
        said += bytes
      }
    } else {
      let now = WatchedFiles(of: week, in: lab)
      if now != seen {
        seen = now
        try begin()
      }
    }
  }

  private mutating func begin() throws {
    said = []
    process = try ChildProcess(
      [
        "/proc/self/exe", "report", week.description, "--draft", "--lab",
        lab.root.path(percentEncoded: false),
      ],
      inputFile: "/dev/null", errorFile: nil)
  }

  private mutating func finish(_ process: ChildProcess) {
    let isBuilt = process.wait() == .exited(0)
    self.process = nil
    problems = isBuilt ? "" : Self.problems(in: String(decoding: said, as: UTF8.self))
    if isBuilt { build += 1 }
    printError(isBuilt ? "\(week): built" : problems)
  }

  /// The errors in what a build said, with what each goes on to say; its last words, if it named none.
  private static func problems(in words: String) -> String {
    let lines = words.split(separator: "\n").map(String.init)
    let told = lines.drop { !$0.contains("error: ") }.filter { !$0.contains("warning: ") }
    return (told.isEmpty ? lines.suffix(5) : told[...]).joined(separator: "\n")
  }

  private static func answer(
    _ request: String, _ folder: WeekFolder, _ reports: WeekFolders
  ) -> LoopbackServer.Answer {
    switch request {
    case "/", "/\(WeekFolder.htmlName)":
      let report = try? String(contentsOf: folder.file(WeekFolder.htmlName), encoding: .utf8)
      return .init(body: Array(PreviewPage.html(report).utf8))
    default:
      var steps = request.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        .map { $0.removingPercentEncoding ?? "" }
      var folder = folder
      // Another report of the lab, which this one may link to.
      if let name = steps.first, ReportName(name) != nil, name != "figures" {
        folder = reports.folder(steps.removeFirst())
        guard reports.isInLab(folder.url) else { return .notFound }
        if steps == [WeekFolder.htmlName] {
          return file(WeekFolder.htmlName, of: folder, type: "text/html; charset=utf-8")
        }
      }
      // What a report leads to stands in one folder beside it.
      guard steps.count == 2, steps[0] == "figures", !steps[1].isEmpty,
        !steps[1].contains("/"), steps[1].first != "."
      else { return .notFound }
      let types = [
        "svg": "image/svg+xml", "json": "application/json", "csv": "text/csv", "png": "image/png",
      ]
      let type = types[String(steps[1].split(separator: ".").last ?? "")]
      return file("figures/\(steps[1])", of: folder, type: type ?? "application/octet-stream")
    }
  }

  private static func file(
    _ name: String, of folder: WeekFolder, type: String
  ) -> LoopbackServer.Answer {
    guard let bytes = try? DurableFiles.read(folder.file(name).path(percentEncoded: false)) else {
      return .notFound
    }
    return .init(type: type, body: bytes)
  }
}
