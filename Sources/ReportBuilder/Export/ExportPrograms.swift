internal import ChildProcesses
internal import Foundation
internal import ReportRendering

/// The running of the programs that exports take.
struct ExportPrograms {
  /// The programs of reports, and the folder of those of exports.
  var tools: ReportTools
  /// The folder that they work in.
  var folder: String

  /// Runs one of our own scripts, which may import what exports take.
  ///
  /// - Returns: Whether the package that it imports is there.
  /// - Throws: The script that failed, with its last words.
  func run(script: String, _ arguments: [String]) throws -> Bool {
    guard let python = tools.python else { return false }
    let file = try BundledResource.file(script, in: .module)
    let packages = tools.exports?.path(percentEncoded: false) ?? ""
    return try ended(
      [
        python.path(percentEncoded: false), "-I", "-B", file.path(percentEncoded: false), packages,
      ] + arguments, isThere: { $0 != 3 })
  }

  /// Runs a program.
  ///
  /// - Throws: The program that failed, with its last words.
  func run(_ words: [String]) throws { _ = try ended(words, isThere: { _ in true }) }

  /// Runs a program, which is done where its exit code says that what it needs is not there.
  private func ended(_ words: [String], isThere: (Int32) -> Bool) throws -> Bool {
    let process = try ChildProcess(words, inputFile: "/dev/null", errorFile: nil, folder: folder)
    let said = process.readToEnd()
    let end = process.wait(seconds: 120)
    if case .exited(let code) = end, !isThere(code) { return false }
    guard end == .exited(0) else {
      let last = String(decoding: said, as: UTF8.self).split(separator: "\n").last
      throw ReportFailure.tool("\(words[0]) failed: \(last ?? "it said nothing")")
    }
    return true
  }
}
