internal import CanonicalJSON
internal import Foundation
internal import ReportRendering
internal import ResultStore

/// Draws Vega-Lite specifications with vl-convert, all in one Python process.
///
/// - Parameters:
///   - specifications: Complete specifications with their data.
///   - python: An interpreter that can import `vl_convert`.
/// - Returns: One SVG document for each specification.
/// - Throws: ``ReportFailure/tool(_:)`` with Python's last words.
func drawFigures(
  _ specifications: [String], python: URL?
) throws(ReportFailure) -> [String] {
  guard !specifications.isEmpty else { return [] }
  guard let python else {
    throw .tool(
      "Python with vl-convert, which draws figures, is not there; 'make report' installs it")
  }
  let script: URL
  do {
    script = try BundledResource.file("draw_figures.py", in: .module)
  } catch {
    throw .tool("\(error)")
  }
  let input = JSONValue.array(specifications.map(JSONValue.string)).compactText
  let output = try runTool(
    python, ["-I", script.path(percentEncoded: false)], input: input, purpose: "draw the figures")
  guard let drawings = (try? JSONValue(text: output))?.elements?.compactMap(\.string),
    drawings.count == specifications.count
  else {
    throw .tool("drawing the figures gave something that is not a list of drawings")
  }
  return drawings
}

/// Runs a program with `input` on its standard input.
///
/// - Returns: Its standard output.
/// - Throws: ``ReportFailure/tool(_:)`` if it cannot be started or fails.
private func runTool(
  _ executable: URL, _ arguments: [String], input: String, purpose: String
) throws(ReportFailure) -> String {
  let name = executable.path(percentEncoded: false)
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "labbook-\(ProcessInfo.processInfo.globallyUniqueString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  // Files instead of pipes: neither side can ever wait for the other.
  let files = ["input", "output", "errors"].map { folder.appending(path: $0) }
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(input.utf8).write(to: files[0])
    for file in files.dropFirst() { try Data().write(to: file) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    let output = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
      let last = errors.split(separator: "\n").last.map(String.init) ?? "it said nothing"
      throw ReportFailure.tool("\(name) could not \(purpose): \(last)")
    }
    return output
  } catch let failure as ReportFailure {
    throw failure
  } catch {
    throw .tool("cannot start \(name) to \(purpose): \(error.localizedDescription)")
  }
}
