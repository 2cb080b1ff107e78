import ArgumentParser
import ChildProcesses
import ExperimentRunner
import Foundation
import ReportBuilder
import ReportRendering
import Settings

/// `labbook doctor`: which programs a build runs.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show which programs labbook runs, where they are, and whether they are there.",
    discussion: """
      Nothing that a lab holds is run: no .venv, hook, monitor or filter of it. The Python tools are in the folder \
      that LABBOOK_TOOLS names, or beside the sources that labbook was built from, or else in the user's cache, \
      where --install puts them and every lab finds them. Exits with 1 if something is missing that a report needs.

      Examples:
        labbook doctor
        labbook doctor --install
        labbook doctor --install --exports
        LABBOOK_TOOLS=/opt/labbook/.venv labbook doctor
      """)

  @Flag(help: "Install the Python tools, if they are not there.")
  var install = false

  @Flag(help: "With --install: also what exports to PDF and Parquet take, about 60 MB.")
  var exports = false

  func validate() throws {
    if exports, !install { throw ValidationError("--exports goes with --install") }
  }

  func run() throws {
    try reportingFailures {
      let folder = try ReportTools.folder
      if install, ReportTools(environment: folder) == nil {
        try ToolInstallation(folder: folder).run()
      }
      if exports { try ToolInstallation(folder: folder).runExports() }
      let programs = try UsedProgram.all(tools: folder)
      let rows = programs.map { [$0.name, $0.purpose, $0.location, $0.version ?? "not found"] }
      print(alignedColumns([["program", "runs for", "where", "version"]] + rows))
      print("\nNothing is run that the lab holds: no .venv, hook, monitor or filter of it.")
      let missing = programs.filter { $0.version == nil && $0.isNeeded }
      for program in missing { printError("error: \(program.name) is missing: \(program.remedy)") }
      if !missing.isEmpty { throw ExitCode.failure }
    }
  }
}

/// Something that labbook runs, or reads to run it.
private struct UsedProgram {
  var name: String
  var purpose: String
  var location: String
  /// The version that it reports; nil if it is not there.
  var version: String?
  /// Whether a report cannot be built without it.
  var isNeeded: Bool
  var remedy: String

  static func all(tools folder: URL) throws -> [UsedProgram] {
    let exports = try ReportTools.exportsFolder(in: folder).path
    let tools = ReportTools(environment: folder)
    let python = tools?.python ?? folder.appending(path: "bin/python")
    let pandoc = tools?.pandoc ?? folder.appending(path: "pandoc")
    let install =
      "'labbook doctor --install' installs it into \(folder.path), or \(ReportTools.variable) names another "
      + "folder"
    let emulator = ProcessInfo.processInfo.environment[WorkerCommand.emulatorVariable] ?? ""
    return [
      UsedProgram(
        name: "labbook worker", purpose: "run, report, rerun, verify",
        location: executablePath + (emulator.isEmpty ? "" : " under \(emulator)"),
        version: "this program", isNeeded: true, remedy: ""),
      UsedProgram(
        name: "git", purpose: "the commit in a record's provenance", location: "on the PATH",
        version: version(["git", "--version"]), isNeeded: false, remedy: ""),
      UsedProgram(
        name: "rclone", purpose: "push, pull", location: "on the PATH",
        version: version(["rclone", "version"]), isNeeded: false, remedy: ""),
      UsedProgram(
        name: "ssh-keygen", purpose: "push, pull: signed manifests", location: "on the PATH",
        version: ChildProcess.path(of: "ssh-keygen") == nil ? nil : "there", isNeeded: false,
        remedy: ""),
      UsedProgram(
        name: "python with vl-convert", purpose: "report: figures", location: python.path,
        version: version([
          python.path, "-I", "-c", "import vl_convert; print('vl-convert', vl_convert.__version__)",
        ]), isNeeded: true, remedy: install),
      UsedProgram(
        name: "pandoc", purpose: "report: citations", location: pandoc.path,
        version: version([pandoc.path, "--version"]), isNeeded: true, remedy: install),
      UsedProgram(
        name: "KaTeX", purpose: "report: formulas, in this process",
        location: FormulaTypesetter.library,
        version: FileManager.default.isReadableFile(atPath: FormulaTypesetter.library)
          ? "of the Debian package libjs-katex" : nil, isNeeded: true,
        remedy: "apt-get install libjs-katex fonts-katex"),
    ]
      + [("typst", "export: PDF"), ("duckdb", "export --records parquet")].map { name, purpose in
        UsedProgram(
          name: "python with \(name)", purpose: purpose, location: exports,
          version: version(of: name, in: exports, python: python.path), isNeeded: false, remedy: "")
      }
  }

  /// The version of a package that is in a folder, or in the interpreter's own.
  private static func version(of package: String, in folder: String, python: String) -> String? {
    let script =
      "import sys; sys.path.insert(0, sys.argv[1]); import \(package), importlib.metadata as m; "
      + "print('\(package)', m.version('\(package)'))"
    return version([python, "-I", "-B", "-c", script, folder])
  }

  private static var executablePath: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
  }

  private static func version(_ words: [String]) -> String? {
    programOutput(words)?.split(separator: "\n").first.map(String.init)
  }
}
