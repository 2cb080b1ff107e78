import ChildProcesses
import ExperimentRunner
import Foundation
import ReportBuilder
import ReportRendering
import ResultStore

/// The installation of the Python tools into a folder that every lab finds them in.
///
/// It is made beside its place and moved there when it is complete, so that what stands there can be used, whoever
/// else installs at the same time and whatever ends this process.
struct ToolInstallation {
  /// The folder that the tools will be in.
  var folder: URL

  /// Installs the tools; progress goes to standard error.
  ///
  /// - Throws: ``Failure`` with the step that failed and its last words.
  func run() throws {
    let path = folder.path
    guard !DurableFiles.exists(path) else {
      throw Failure(
        description:
          "\(path) is there already and has no pandoc; remove it, or name another folder in "
          + ReportTools.variable)
    }
    let parent = DurableFiles.parent(of: path)
    try DurableFiles.createFolder(parent)
    let unfinished = try DurableFiles.temporaryFolder(in: parent, prefix: "installing-")
    defer { DurableFiles.remove(unfinished) }
    let environment = "\(unfinished)/tools"
    printError("installing pandoc and vl-convert into \(path)")
    // Isolated, or Python would import modules from the folder that it is started in.
    try step(
      "make a Python environment", ["python3", "-I", "-m", "venv", environment],
      remedy: "apt-get install python3-venv", log: unfinished)
    let requirements = try BundledResource.file("requirements.txt", in: .module)
    try step(
      "install packages",
      [
        "\(environment)/bin/python", "-I", "-m", "pip", "install", "--quiet",
        "--disable-pip-version-check", "-r", requirements.path(percentEncoded: false),
      ],
      remedy: "look whether pip reaches its index of packages", log: unfinished)
    guard ReportTools(environment: URL(filePath: environment, directoryHint: .isDirectory)) != nil
    else { throw Failure(description: "pip is done, and there is no pandoc in what it installed") }
    // Somebody else may have been quicker, with the same tools.
    _ = try DurableFiles.moveFolder(environment, to: path)
  }

  /// Installs the packages that exports take into the tools, which are there already.
  ///
  /// - Throws: ``Failure`` with the step that failed and its last words.
  func runExports() throws {
    let place = try ReportTools.exportsFolder(in: folder).path
    guard !DurableFiles.exists(place) else { return }
    printError("installing typst and duckdb into \(place)")
    let unfinished = try DurableFiles.temporaryFolder(in: folder.path, prefix: "installing-")
    defer { DurableFiles.remove(unfinished) }
    let requirements = try BundledResource.file("requirements-exports.txt", in: .module)
    try step(
      "install packages",
      [
        "\(folder.path)/bin/python", "-I", "-m", "pip", "install", "--quiet",
        "--disable-pip-version-check", "--target", "\(unfinished)/packages", "-r",
        requirements.path(percentEncoded: false),
      ],
      remedy: "look whether pip reaches its index of packages", log: unfinished)
    _ = try DurableFiles.moveFolder("\(unfinished)/packages", to: place)
  }

  /// A step of the installation did not succeed.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private func step(_ purpose: String, _ words: [String], remedy: String, log: String) throws {
    let errors = "\(log)/errors"
    let process: ChildProcess
    do {
      process = try ChildProcess(words, inputFile: "/dev/null", errorFile: errors)
    } catch {
      throw Failure(
        description: "cannot \(purpose): \(words[0]) cannot be started: \(error.reason); "
          + "apt-get install python3-venv")
    }
    let said = process.readToEnd()
    guard process.wait(seconds: 600) != .exited(0) else { return }
    let text = String(decoding: said + DurableFiles.end(of: errors, atMost: 1 << 20), as: UTF8.self)
    let last =
      text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) } ?? "it said nothing"
    throw Failure(description: "cannot \(purpose): \(last); \(remedy)")
  }
}
