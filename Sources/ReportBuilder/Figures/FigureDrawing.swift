internal import CanonicalJSON
internal import ChildProcesses
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
  do {
    let session = try StoreSession()
    defer { withExtendedLifetime(session) {} }
    // A file instead of a pipe: neither side can ever wait for the other.
    let (inputFile, errorFile) = ("\(session.path)/input", "\(session.path)/errors")
    try DurableFiles.create(inputFile, Array(input.utf8))
    let process = try ChildProcess(
      [name] + arguments, inputFile: inputFile, errorFile: errorFile)
    let output = process.readToEnd()
    guard process.wait() == .exited(0) else {
      let errors = String(decoding: DurableFiles.end(of: errorFile, atMost: 1 << 20), as: UTF8.self)
      let last = errors.split(separator: "\n").last.map(String.init) ?? "it said nothing"
      throw ReportFailure.tool("\(name) could not \(purpose): \(last)")
    }
    return String(decoding: output, as: UTF8.self)
  } catch let failure as ReportFailure {
    throw failure
  } catch let failure as ChildProcessError {
    throw .tool("cannot start \(name) to \(purpose): \(failure.reason)")
  } catch {
    throw .tool("cannot \(purpose): \(error)")
  }
}
